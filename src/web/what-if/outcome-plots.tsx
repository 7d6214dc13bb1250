// The two devices side by side: charge, cells and current as plots, contactors as bars, and all of it as a table too.

import { createEffect, For, type JSX, on, onCleanup, onMount } from "solid-js";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Side, WhatIfSeries } from "../../monitor/data/what-if-series.ts";
import { timeText } from "../history/times.ts";
import { number } from "../parts/format.ts";
import { type KeyLine, PlotKey } from "../parts/plot-key.tsx";
import {
  type LineLook,
  lineLook,
  sizeOf,
  strokeOf,
  themed,
  timeAxisOf,
  valueAxisOf,
  wholeMilliseconds,
} from "../parts/plot-look.ts";
import { currentTheme } from "../state/theme.ts";
import { texts } from "../texts/texts.ts";
import type { WhatIfTold } from "./playing.ts";

const T = texts.whatIf;
const ROWS = 30;

type Values = readonly (number | null)[];
type Line = {
  readonly title: string;
  readonly unit: string;
  readonly values: Values;
  /** Undefined: a limit. */
  readonly hue: LineLook | undefined;
  readonly isWhatIf: boolean;
};

export const OutcomePlots = (props: { readonly told: WhatIfTold }): JSX.Element => {
  const series = (): WhatIfSeries => props.told.series;
  return (
    <div class="outcome-plots">
      <p class="outcome-key">{T.key}</p>
      <Lines
        title={T.plots.cells}
        series={series()}
        lines={[...sides(series(), "V", ["minCell_V", "maxCell_V"]), ...limitLines(series())]}
        told={props.told}
      />
      <Lines
        title={T.plots.current}
        series={series()}
        lines={sides(series(), "A", ["minCurrent_A", "chargeLimit_A", "dischargeLimit_A"])}
        told={props.told}
      />
      <Lines title={T.plots.soc} series={series()} lines={sides(series(), "%", ["soc"], 100)} told={props.told} />
      <Contactors series={series()} />
      <details class="history-values">
        <summary>{T.values}</summary>
        <ValueTable series={series()} />
      </details>
    </div>
  );
};

/** Each column twice: as recorded, and dashed as it would have been. */
function sides(
  { baseline, whatIf }: WhatIfSeries,
  unit: string,
  columns: readonly (keyof typeof T.columnTitles)[],
  scale = 1,
): Line[] {
  const line = (side: Side, column: keyof typeof T.columnTitles, i: number, isWhatIf: boolean): Line => ({
    ...{ title: T.columnTitles[column], unit, hue: lineLook(i), isWhatIf },
    values: side[column].map((value) => (value === null ? null : scale * value)),
  });
  return columns.flatMap((column, i) => [line(baseline, column, i, false), line(whatIf, column, i, true)]);
}

const limitLines = ({ cellLimits_V, time_us }: WhatIfSeries): Line[] =>
  cellLimits_V.flatMap(({ baseline, whatIf }) =>
    [baseline, whatIf].map((limit, i) => ({
      ...{ title: T.legend.limit, unit: "V", hue: undefined, isWhatIf: i === 1 },
      values: time_us.map(() => limit),
    })),
  );

/** Each colour once: whose line is dashed is said for all of them. */
const keyOf = (lines: readonly Line[]): KeyLine[] =>
  lines
    .filter(({ title, isWhatIf }, i) => !isWhatIf && lines.findIndex((each) => each.title === title) === i)
    .map(({ title, hue }) => ({ title, look: hue }));

const Lines = (props: {
  readonly title: string;
  readonly series: WhatIfSeries;
  readonly lines: readonly Line[];
  readonly told: WhatIfTold;
}): JSX.Element => {
  let host!: HTMLDivElement;
  let plot: uPlot | undefined;
  const build = (): void => {
    plot?.destroy();
    const data = [props.series.time_us.map((time_us) => time_us / 1e6), ...props.lines.map(({ values }) => values)];
    plot = new uPlot(optionsOf(host, props.lines, props.told), data as uPlot.AlignedData, host);
  };
  onMount(() => {
    const observer = new ResizeObserver(() => plot?.setSize(sizeOf(host)));
    observer.observe(host);
    onCleanup(() => observer.disconnect());
  });
  createEffect(on([() => props.series, currentTheme], () => queueMicrotask(build)));
  onCleanup(() => plot?.destroy());
  return (
    <figure class="plot">
      <figcaption>
        {props.title}, {props.lines[0]?.unit}
      </figcaption>
      <PlotKey label={texts.history.key} lines={keyOf(props.lines)} />
      <div class="outcome-canvas" ref={host} aria-hidden="true" />
    </figure>
  );
};

function optionsOf(host: HTMLElement, lines: readonly Line[], told: WhatIfTold): uPlot.Options {
  const hard_s = told.trust.hard_s === undefined ? undefined : Date.parse(told.from) / 1000 + told.trust.hard_s;
  return {
    ...sizeOf(host),
    legend: { show: false },
    tzDate: wholeMilliseconds,
    cursor: { sync: { key: "what-if" }, drag: { x: true, y: false } },
    axes: [timeAxisOf(host), valueAxisOf(host)],
    series: [
      {},
      ...lines.map(({ hue, isWhatIf }) => ({
        stroke: hue === undefined ? themed(host, "--bad") : strokeOf(host, hue),
        width: isWhatIf ? 1.8 : 1.2,
        ...(isWhatIf ? { dash: [6, 4] } : {}),
        points: { show: false },
      })),
    ],
    hooks: { drawAxes: [(plot) => shadeGuess(plot, host, hard_s)] },
  };
}

/** What is behind the moment of hard distrust is a guess: it is shaded. */
function shadeGuess({ ctx, bbox, valToPos }: uPlot, host: HTMLElement, hard_s: number | undefined): void {
  if (hard_s === undefined) return;
  const x = Math.max(bbox.left, valToPos(hard_s, "x", true));
  if (x >= bbox.left + bbox.width) return;
  ctx.save();
  ctx.fillStyle = themed(host, "--warn-soft");
  ctx.fillRect(x, bbox.top, bbox.left + bbox.width - x, bbox.height);
  ctx.restore();
}

const Contactors = (props: { readonly series: WhatIfSeries }): JSX.Element => {
  const place = (at_us: number): number => {
    const { time_us } = props.series;
    const [first_us = 0] = time_us;
    return (100 * (at_us - first_us)) / Math.max(1, (time_us.at(-1) ?? 1) - first_us);
  };
  const bars = (times: readonly number[]): readonly (readonly [number, number])[] =>
    times.flatMap((from_us, i) => (i % 2 === 0 ? [[place(from_us), place(times[i + 1]!)] as const] : []));
  return (
    <figure class="plot contactor-bars">
      <figcaption>{T.contactors}</figcaption>
      <For each={props.series.contactors}>
        {({ name, baseline, whatIf }) => (
          <>
            <Bar label={`${name}, ${T.legend.recorded}`} bars={bars(baseline)} isWhatIf={false} />
            <Bar label={`${name}, ${T.legend.whatIf}`} bars={bars(whatIf)} isWhatIf={true} />
          </>
        )}
      </For>
    </figure>
  );
};

const Bar = (props: {
  readonly label: string;
  readonly bars: readonly (readonly [number, number])[];
  readonly isWhatIf: boolean;
}): JSX.Element => {
  const closed = (): number => props.bars.reduce((sum, [from, to]) => sum + to - from, 0);
  return (
    <div class="contactor-bar">
      <span class="contactor-name">{props.label}</span>
      <span class="contactor-line" role="img" aria-label={`${props.label}: ${number(closed(), 1)} %`}>
        <For each={props.bars}>
          {([from, to]) => (
            <span
              classList={{ "what-if": props.isWhatIf }}
              style={{ left: `${from}%`, width: `${Math.max(0.2, to - from)}%` }}
            />
          )}
        </For>
      </span>
    </div>
  );
};

const COLUMNS = [
  ["soc", 3],
  ["minCell_V", 3],
  ["maxCell_V", 3],
  ["minCurrent_A", 1],
  ["chargeLimit_A", 1],
  ["dischargeLimit_A", 1],
] as const satisfies readonly (readonly [keyof Side, number])[];

const ValueTable = (props: { readonly series: WhatIfSeries }): JSX.Element => {
  const rows = (): number[] => {
    const stride = Math.max(1, Math.ceil(props.series.time_us.length / ROWS));
    return [...props.series.time_us.keys()].filter((i) => i % stride === 0);
  };
  return (
    <section class="value-table" aria-label={T.values} tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">{T.time}</th>
            <For each={COLUMNS}>
              {([name]) => (
                <>
                  <th scope="col">
                    {T.columnTitles[name]} {T.legend.recorded}
                  </th>
                  <th scope="col">
                    {T.columnTitles[name]} {T.legend.whatIf}
                  </th>
                </>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={rows()}>
            {(i) => (
              <tr>
                <th scope="row">{timeText(props.series.time_us[i]!, 60e6)}</th>
                <For each={COLUMNS}>
                  {([name, digits]) => (
                    <>
                      <td>{number(props.series.baseline[name][i] ?? undefined, digits)}</td>
                      <td>{number(props.series.whatIf[name][i] ?? undefined, digits)}</td>
                    </>
                  )}
                </For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </section>
  );
};
