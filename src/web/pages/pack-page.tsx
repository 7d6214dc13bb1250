// The state at a glance: charge with its bound, power, limits and what limits them, the circuit, the cells, the last ten minutes.

import { createMemo, For, type JSX, lazy, Show, Suspense } from "solid-js";
import "../style/pack.css";
import { CellBars } from "../parts/cell-bars.tsx";
import { Circuit } from "../parts/circuit.tsx";
import { Commands } from "../parts/commands.tsx";
import { duration, number, quantity, signed, withUnit } from "../parts/format.ts";
import { Panel, Reading } from "../parts/panel.tsx";
import { Troubles } from "../parts/troubles.tsx";
import { type Monitor, useMonitor } from "../state/monitor.ts";
import { doubtedThermistors, usedThermistors } from "../state/thermistors.ts";
import { codeText } from "../tables/signals.ts";
import { texts } from "../texts/texts.ts";

const RecentPlot = lazy(() => import("../parts/recent-plot.tsx"));
const T = texts.pack;

/** Stands only once there is something to show: nothing moves when the first numbers come. */
const PackPage = (): JSX.Element => {
  const monitor = useMonitor();
  return (
    <Show
      when={monitor.frame() !== undefined && monitor.device() !== undefined}
      fallback={<p class="loading">{texts.shell.loading}</p>}
    >
      <Board />
    </Show>
  );
};

const Board = (): JSX.Element => (
  <div class="pack">
    <Troubles />
    <Charge />
    <Readings />
    <Panel title={T.circuit} class="circuit-panel">
      <Circuit />
    </Panel>
    <Panel title={T.cells} class="cells-panel">
      <CellBars />
    </Panel>
    <Panel title={T.temperatures} class="temperatures-panel">
      <Temperatures />
      <Show when={useMonitor().may("command")}>
        <Commands />
      </Show>
    </Panel>
    <Panel title={T.lastMinutes} class="plots-panel">
      <Suspense fallback={<div class="plots-place" />}>
        <div class="plots">
          <RecentPlot title={T.plotCurrent} lines={[{ signal: "current_A", colour: 0 }]} />
          <RecentPlot
            title={T.plotCells}
            lines={[
              { signal: "minCell_V", colour: 1, label: T.lowest },
              { signal: "maxCell_V", colour: 2, label: T.highest },
            ]}
          />
          <RecentPlot title={T.plotSoc} lines={[{ signal: "soc", scale: 100, colour: 3 }]} />
        </div>
      </Suspense>
    </Panel>
  </div>
);

function Charge(): JSX.Element {
  const { value } = useMonitor().calm;
  const soc = (): number | undefined => value("soc");
  const bound = (): number => value("socBound") ?? 1;
  const left = (): number => Math.max(0, (soc() ?? 0) - bound());
  const right = (): number => Math.min(1, (soc() ?? 1) + bound());
  return (
    <Panel title={T.soc} class="charge-panel">
      <p class="charge-value">
        <span class="charge-number">{quantity(soc(), "ratio", 1)}</span>{" "}
        <span class="charge-bound" title={T.socHint}>
          {soc() === undefined ? "" : T.socBound(number(100 * bound(), 1))}
        </span>
      </p>
      <div class="charge-bar" aria-hidden="true">
        <span class="charge-fill" style={{ transform: `scaleX(${tenths(soc() ?? 0)})` }} />
        <span
          class="charge-range"
          style={{ left: `${100 * tenths(left())}%`, width: `${100 * tenths(right() - left())}%` }}
        />
      </div>
      <p class="charge-note">
        {T.remaining(quantity(value("remaining_Ah"), "Ah", 1), withUnit(number(kilo(value("remaining_Wh")), 2), "kWh"))}
      </p>
    </Panel>
  );
}

/** To a tenth of a percent: what moves less nobody sees, but it is laid out and drawn. */
const tenths = (part: number): number => Math.round(1000 * part) / 1000;

const kilo = (value: number | undefined): number | undefined => (value === undefined ? undefined : value / 1000);

/** Power, current and voltage follow each frame; what moves slowly is told twice a second. */
function Readings(): JSX.Element {
  const monitor = useMonitor();
  const { value } = monitor.calm;
  const toGo = createMemo(() => timeToGo(monitor));
  return (
    <div class="readings">
      <Reading label={T.power} value={power(monitor.value("power_W"))} note={direction(monitor)} />
      <Reading label={T.current} value={withUnit(signed(monitor.value("current_A"), 1), "A")} />
      <Reading label={T.voltage} value={quantity(monitor.value("battery_V"), "V", 2)} />
      <Reading label={T.timeToGo} value={toGo().value} note={toGo().note} />
      <Reading
        label={T.temperatures}
        value={`${number(value("minTemperature_degC"), 0)} … ${quantity(value("maxTemperature_degC"), "degC", 0)}`}
        note={unseenThermistors(monitor)}
      />
      <Reading
        label={T.chargeLimit}
        value={quantity(monitor.device()?.limits.charge.limit_A, "A", 0)}
        note={limitWords(monitor, "charge")}
      />
      <Reading
        label={T.dischargeLimit}
        value={quantity(monitor.device()?.limits.discharge.limit_A, "A", 0)}
        note={limitWords(monitor, "discharge")}
      />
      <Reading
        label={T.health}
        value={quantity(value("soh"), "ratio", 1)}
        note={T.cycles(number(value("cycles"), 0))}
      />
    </div>
  );
}

/** Where else it is measured, by signal. */
const PLACES = [
  ["contactorTemperature_degC", T.contactorTemperature],
  ["ambientTemperature_degC", T.ambientTemperature],
  ["board_degC", T.board],
] as const;

type Place = { readonly label: string; readonly name: string; readonly place: number };

const THERMISTORS: readonly Place[] = [0, 1, 2, 3, 4, 5].map((place) => ({
  label: T.thermistor(place + 1),
  name: "temperatures_degC",
  place,
}));
const OTHERS: readonly Place[] = PLACES.map(([name, label]) => ({ label, name, place: 0 }));
/** For so long after its start a device may believe the board's sensor alone: the thermistors, which come first, would push it aside. */
const START_us = 3_000_000;

function Temperatures(): JSX.Element {
  const monitor = useMonitor();
  const { value, frame } = monitor.calm;
  const isThere = ({ name, place }: Place): boolean => value(name, place) !== undefined;
  const isUsed = ({ place }: Place): boolean => usedThermistors(monitor).includes(place);
  const isStarting = (): boolean => (frame()?.uptime_us ?? 0) < START_us && !THERMISTORS.some(isThere);
  const shown = createMemo(
    () => (isStarting() ? [] : [...THERMISTORS.filter(isUsed), ...OTHERS.filter(isThere)]),
    undefined,
    {
      equals: (a, b) => a.length === b.length && a.every((each, i) => each === b[i]),
    },
  );
  return (
    <dl class="temperatures">
      <For each={shown()}>
        {({ label, name, place }) => (
          <div classList={{ doubted: value(name, place) === undefined }}>
            <dt>{label}</dt>
            <dd>{value(name, place) === undefined ? T.notBelieved : quantity(value(name, place), "degC", 1)}</dd>
          </div>
        )}
      </For>
    </dl>
  );
}

/** How many of the thermistors in use the range has not seen; nothing where it has seen all. */
function unseenThermistors(monitor: Monitor): string | undefined {
  const doubted = doubtedThermistors(monitor).length;
  return doubted === 0 ? undefined : T.doubtedOf(doubted, usedThermistors(monitor).length);
}

const power = (power_W: number | undefined): string =>
  power_W !== undefined && Math.abs(power_W) >= 1000
    ? withUnit(signed(power_W / 1000, 2), "kW")
    : withUnit(signed(power_W, 0), "W");

/** Less is the sensor's noise and the board's own draw. */
const REST_A = 0.5;

function direction(monitor: Monitor): string {
  const current_A = monitor.value("current_A");
  if (current_A === undefined || Math.abs(current_A) < REST_A) return T.atRest;
  return current_A > 0 ? T.charging : T.discharging;
}

function timeToGo(monitor: Monitor): { readonly value: string; readonly note?: string } {
  const toEmpty_s = monitor.calm.value("timeToEmpty_s");
  const toFull_s = monitor.calm.value("timeToFull_s");
  if (toEmpty_s !== undefined) return { value: duration(toEmpty_s), note: T.toEmpty };
  if (toFull_s !== undefined) return { value: duration(toFull_s), note: T.toFull };
  return { value: texts.shell.noValue };
}

function limitWords(monitor: Monitor, way: "charge" | "discharge"): string {
  const reason = monitor.device()?.limits[way].reason ?? texts.shell.noValue;
  const cell = monitor.calm.value(way === "charge" ? "chargeLimitCell" : "dischargeLimitCell");
  const words = codeText(`${way}LimitReason`, reason);
  return reason === "cell voltage" && cell !== undefined ? T.limitedByCell(words, cell + 1) : T.limitedBy(words);
}

export default PackPage;
