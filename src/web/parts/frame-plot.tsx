// The seconds around a trip: one plot for each unit, zero is the moment of the trip, the limit a dashed line. Beside the canvas stands
// a table of the same values for whoever cannot see it.

import { createEffect, createMemo, For, type JSX, onCleanup, onMount, Show } from "solid-js";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { AnswerTo } from "../../monitor/schemas.ts";
import { currentTheme } from "../state/theme.ts";
import { texts } from "../texts/texts.ts";
import { number } from "./format.ts";
import { axisOf, colourOf, sizeOf, valueAxisOf } from "./plot-look.ts";

type Series = AnswerTo<"explanation">["series"];
type Props = { readonly series: Series; readonly trip_us: number; readonly limit: number | null };

/** Rows of the table: enough to read, not all hundred a second. */
const MOST_ROWS = 40;

const FramePlot = (props: Props): JSX.Element => {
  const units = createMemo(() => [...new Set(props.series.map(({ unit }) => unit))]);
  const of = (unit: string): Series => props.series.filter((each) => each.unit === unit);
  return (
    <div class="frame-plots">
      <For each={units()}>
        {(unit, i) => (
          <UnitPlot series={of(unit)} unit={unit} trip_us={props.trip_us} limit={i() === 0 ? props.limit : null} />
        )}
      </For>
    </div>
  );
};

function UnitPlot(props: {
  readonly series: Series;
  readonly unit: string;
  readonly trip_us: number;
  readonly limit: number | null;
}): JSX.Element {
  let host!: HTMLDivElement;
  let plot: uPlot | undefined;
  const times = (): number[] => props.series[0]?.time_us.map((time_us) => (time_us - props.trip_us) / 1e6) ?? [];
  const data = (): uPlot.AlignedData => {
    const lines = props.series.map(({ values }) => values);
    const limit = props.limit === null ? [] : [times().map(() => props.limit)];
    return [times(), ...lines, ...limit] as uPlot.AlignedData;
  };
  onMount(() => {
    const observer = new ResizeObserver(() => plot?.setSize(sizeOf(host)));
    observer.observe(host);
    onCleanup(() => observer.disconnect());
  });
  createEffect(() => {
    currentTheme();
    const now = data();
    queueMicrotask(() => {
      plot?.destroy();
      plot = new uPlot(optionsOf(host, props.series, props.limit !== null), now, host);
    });
  });
  onCleanup(() => plot?.destroy());
  return (
    <figure class="plot">
      <figcaption>
        <For each={props.series}>{({ name }, i) => <span class={`key key-${i() % 4}`}>{name}</span>}</For>
        <Show when={props.limit !== null}>
          <span class="key key-limit">{texts.why.limit}</span>
        </Show>
        {props.unit}
        <span class="frame-axis">{texts.why.secondsFromTrip}</span>
      </figcaption>
      <div class="frame-canvas" ref={host} aria-hidden="true" />
      <details>
        <summary>{texts.why.values}</summary>
        <ValueTable series={props.series} times={times()} />
      </details>
    </figure>
  );
}

function ValueTable(props: { readonly series: Series; readonly times: readonly number[] }): JSX.Element {
  const rows = (): number[] => {
    const stride = Math.max(1, Math.ceil(props.times.length / MOST_ROWS));
    return [...props.times.keys()].filter((i) => i % stride === 0);
  };
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{texts.why.time}</th>
          <For each={props.series}>{({ name }) => <th scope="col">{name}</th>}</For>
        </tr>
      </thead>
      <tbody>
        <For each={rows()}>
          {(i) => (
            <tr>
              <th scope="row">{number(props.times[i], 2)}</th>
              <For each={props.series}>{({ values }) => <td>{number(values[i] ?? undefined, 3)}</td>}</For>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}

function optionsOf(host: HTMLElement, series: Series, hasLimit: boolean): uPlot.Options {
  const line = (i: number): uPlot.Series => ({ stroke: colourOf(host, i), width: 1.5, points: { show: false } });
  const limit: uPlot.Series = {
    stroke: getComputedStyle(host).getPropertyValue("--bad").trim(),
    width: 1.5,
    dash: [6, 4],
    points: { show: false },
  };
  return {
    ...sizeOf(host),
    legend: { show: false },
    scales: { x: { time: false } },
    axes: [axisOf(host), valueAxisOf(host)],
    series: [{}, ...series.map((_, i) => line(i)), ...(hasLimit ? [limit] : [])],
    hooks: { draw: [markTrip] },
  };
}

/** A line at the moment of the trip. */
function markTrip(plot: uPlot): void {
  const { ctx, bbox } = plot;
  const x = plot.valToPos(0, "x", true);
  ctx.save();
  ctx.strokeStyle = colourOf(plot.root, 3);
  ctx.setLineDash([2, 3]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

export default FramePlot;
