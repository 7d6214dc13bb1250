// The headers of the board drawn with what is wired to them, live: for the person with the wires in hand. Another number of cells can
// be planned; what the board finds wrong is lit at its pin, with what to do. Prints on A4.

import { createSignal, For, type JSX, Show } from "solid-js";
import { CELLS_MAX, CELLS_MIN, type HeaderName } from "../../model/headers.ts";
import type { PinUse } from "../../model/pin-uses.ts";
import type { Settings } from "../../model/settings.ts";
import type { Finding } from "../../monitor/wiring-findings.ts";
import { CellLadder } from "../parts/cell-ladder.tsx";
import { CoilDrawing } from "../parts/coil-drawing.tsx";
import { HeaderMap } from "../parts/header-map.tsx";
import { Panel } from "../parts/panel.tsx";
import { PinTable } from "../parts/pin-table.tsx";
import { useMonitor } from "../state/monitor.ts";
import { createSettingsInForce } from "../state/settings.ts";
import { createWiringView, type WiringView } from "../state/wiring.ts";
import { findingText } from "../tables/findings.ts";
import { HEADERS } from "../tables/headers.ts";
import { texts } from "../texts/texts.ts";
import "../style/print.css";
import "../style/wiring.css";

const T = texts.wiring;
/** A device that has just begun measures and tests its wires first: what seems wrong before is not said as if it were sure. */
const SHORT_us = 3_000_000;
const LONG_us = 10_000_000;
/** In the order of the panels, after X8. */
const HEADER_NAMES: readonly HeaderName[] = ["X9", "X6", "X1", "X7", "X3", "X4", "X5", "X2", "J1", "J2"];

const WiringPage = (): JSX.Element => {
  const monitor = useMonitor();
  const settings = createSettingsInForce(monitor);
  return (
    <Show when={monitor.frame() && settings()} fallback={<p class="loading">{texts.shell.loading}</p>}>
      <Plan settings={settings()!} />
    </Show>
  );
};

function Plan(props: { readonly settings: Settings }): JSX.Element {
  const [planned, setPlanned] = createSignal<number>();
  const [isTable, setTable] = createSignal(false);
  const view = createWiringView(useMonitor(), () => props.settings, planned);
  return (
    <div class="wiring">
      <Controls settings={props.settings} view={view} isTable={isTable()} onPlan={setPlanned} onTable={setTable} />
      <Check view={view} />
      <Show when={!isTable()} fallback={<WholeTable view={view} />}>
        <div class="headers">
          <HeaderPanel name="X8" view={view} />
          <Order view={view} />
          <For each={HEADER_NAMES}>{(name) => <HeaderPanel name={name} view={view} />}</For>
        </div>
      </Show>
    </div>
  );
}

type ControlsProps = {
  readonly settings: Settings;
  readonly view: WiringView;
  readonly isTable: boolean;
  readonly onPlan: (cells: number | undefined) => void;
  readonly onTable: (isTable: boolean) => void;
};

function Controls(props: ControlsProps): JSX.Element {
  const set = (): number => props.settings.battery.cells;
  const counts = Array.from({ length: CELLS_MAX - CELLS_MIN + 1 }, (_, i) => CELLS_MIN + i);
  return (
    <Panel title={T.sheet} class="wiring-head">
      <p class="wiring-battery">
        <strong>{T.battery(props.view.cells())}</strong> {props.settings.user.serialNumber}
      </p>
      <Show when={!props.view.isLive()}>
        <p class="wiring-plan">{T.planning(props.view.cells(), set())}</p>
      </Show>
      <p>{T.notCertified}</p>
      <div class="wiring-controls no-print">
        <label>
          {T.cells}{" "}
          <select
            value={props.view.cells()}
            onChange={({ currentTarget }) => {
              const cells = Number(currentTarget.value);
              props.onPlan(cells === set() ? undefined : cells);
            }}
          >
            <For each={counts}>
              {(count) => (
                <option value={count} selected={count === props.view.cells()}>
                  {count === set() ? T.asSet(count) : count}
                </option>
              )}
            </For>
          </select>
        </label>
        <label>
          {T.view}{" "}
          <select onChange={({ currentTarget }) => props.onTable(currentTarget.value === "table")}>
            <option value="drawing">{T.drawing}</option>
            <option value="table" selected={props.isTable}>
              {T.table}
            </option>
          </select>
        </label>
        <button type="button" class="plain" onClick={() => window.print()}>
          {T.print}
        </button>
      </div>
    </Panel>
  );
}

/** What the board finds wrong, with what to do. */
function Check(props: { readonly view: WiringView }): JSX.Element {
  const monitor = useMonitor();
  const uptime_us = (): number => monitor.frame()?.uptime_us ?? 0;
  const isJudged = (): boolean => uptime_us() > LONG_us || (uptime_us() > SHORT_us && monitor.raw("wiresTested") === 1);
  return (
    <Panel title={T.check} class="wiring-check">
      <div role="status">
        <Show when={isJudged()} fallback={<p>{T.checking}</p>}>
          <For
            each={props.view.findings()}
            fallback={
              <>
                <p class="fine">{T.well}</p>
                <p class="soft">{T.wellNot}</p>
              </>
            }
          >
            {(finding) => <Found finding={finding} uses={props.view.uses()} />}
          </For>
        </Show>
      </div>
    </Panel>
  );
}

function Found(props: { readonly finding: Finding; readonly uses: readonly PinUse[] }): JSX.Element {
  const said = () => findingText(props.finding);
  const pins = (): string =>
    props.finding.pins
      .map((key) => {
        const use = props.uses.find(({ header, pin }) => `${header}.${pin}` === key);
        return use === undefined ? key : `${use.header} ${T.pin} ${use.pin} (${use.name})`;
      })
      .join(", ");
  return (
    <p class={`found ${props.finding.level}`}>
      <strong>{said().what}</strong> <Show when={pins() !== ""}>{T.at(pins())} </Show>
      {said().remedy}
    </p>
  );
}

function HeaderPanel(props: { readonly name: HeaderName; readonly view: WiringView }): JSX.Element {
  const pins = (): readonly PinUse[] => props.view.uses().filter(({ header }) => header === props.name);
  const used = (): readonly PinUse[] => pins().filter(({ role }) => role === "used");
  const { title, help } = HEADERS[props.name];
  return (
    <Panel title={`${props.name} ${title}`} class={`header-panel panel-${props.name}`}>
      <HeaderMap pins={pins()} marks={props.view.marks()} />
      <p class="soft">{help}</p>
      <Show when={props.name === "X8"}>
        <CellLadder pins={pins()} marks={props.view.marks()} cells={props.view.cells()} isLive={props.view.isLive()} />
      </Show>
      <Show when={props.name === "X1"}>
        <CoilDrawing pins={pins()} marks={props.view.marks()} />
      </Show>
      <Show when={used().length > 0}>
        <PinTable pins={used()} marks={props.view.marks()} isLive={props.view.isLive()} />
      </Show>
    </Panel>
  );
}

const WholeTable = (props: { readonly view: WiringView }): JSX.Element => (
  <Panel title={T.headers} class="whole-table">
    <PinTable pins={props.view.uses()} marks={props.view.marks()} isLive={props.view.isLive()} isWhole />
  </Panel>
);

function Order(props: { readonly view: WiringView }): JSX.Element {
  const steps = (): readonly string[] => {
    const cells = props.view.cells();
    const spare = props.view.uses().filter(({ role }) => role === "spare");
    const names = spare
      .map(({ name }) => Number(name.slice(1)))
      .sort((a, b) => a - b)
      .map((input) => `C${input}`);
    return T.steps(cells, T.firstCells(cells), names.length === 0 ? "" : T.spares(names.join(", "), cells));
  };
  return (
    <Panel title={T.order} class="wiring-order">
      <ol class="steps">
        <For each={steps()}>{(step) => <li>{step}</li>}</For>
      </ol>
    </Panel>
  );
}

export default WiringPage;
