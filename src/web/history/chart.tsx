// One plot of the history: all chosen signals of one unit, each a band from its least to its largest value, with the events and the
// two cursors. What is drawn follows the view at once; the numbers come when they are there.

import { createEffect, createMemo, type JSX, on, onCleanup, onMount } from "solid-js";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { AnswerTo } from "../../monitor/schemas.ts";
import {
  lineLook,
  sizeOf,
  strokeOf,
  TIME_SPACE,
  textSize_px,
  themed,
  timeAxisOf,
  valueAxisOf,
  wholeMilliseconds,
} from "../parts/plot-look.ts";
import { currentTheme } from "../state/theme.ts";
import { type ChartData, chartData, drawnRange, type Series } from "./chart-data.ts";
import { listenToPointer } from "./pointer.ts";
import type { View } from "./view.ts";

type EventMark = AnswerTo<"events">["events"][number];

export type ChartProps = {
  readonly series: readonly Series[];
  readonly view: View;
  readonly change: (view: View) => void;
  readonly cursors: readonly (number | undefined)[];
  readonly setCursor: (number: number, at_us: number) => void;
  readonly point: (at_us: number | undefined) => void;
  readonly events: readonly EventMark[];
  /** The signal that is shown before the others. */
  readonly lit: number | undefined;
  /** Told with each new canvas, for pictures. */
  readonly drawn: (canvas: HTMLCanvasElement) => void;
};

const SYNC = "history";
/** The band between least and largest. */
const BAND_ALPHA = 0.25;
/** Of lines that stand back for another. */
const BACK_ALPHA = 0.15;
const WIDTH = { usual: 1.3, lit: 2.6 } as const;
/** So many points of a line at most are marked: where they are few, it is seen which ticks or rows there are. */
const MOST_DOTS = 40;
const DOT_px = 5;
/** Room for half a label above and at the right, of the size of text; fixed, so that nothing moves when numbers come. */
const padding = (): uPlot.Padding => [textSize_px(), (TIME_SPACE / 2) * textSize_px(), 0, 0];

export const Chart = (props: ChartProps): JSX.Element => {
  let host!: HTMLDivElement;
  let plot: uPlot | undefined;
  const seconds = (): { min: number; max: number } => ({ min: props.view.from_us / 1e6, max: props.view.to_us / 1e6 });
  const names = createMemo(() => props.series.map(({ name }) => name).join());
  const build = (): void => {
    plot?.destroy();
    plot = new uPlot(optionsOf(host, props), chartData(props.series) as uPlot.AlignedData, host);
    plot.setScale("x", seconds());
    host.dataset["drawn"] = String(performance.now());
    props.drawn(plot.ctx.canvas);
  };
  onMount(() => {
    const observer = new ResizeObserver(() => plot?.setSize(sizeOf(host)));
    observer.observe(host);
    const forget = listenToPointer(host, () => plot, props);
    onCleanup(() => {
      observer.disconnect();
      forget();
      plot?.destroy();
    });
  });
  createEffect(
    on([names, currentTheme], () => {
      queueMicrotask(build); // the element stands after this
    }),
  );
  createEffect(
    on(
      () => props.series,
      (series) => {
        if (plot === undefined || plot.series.length !== 1 + 2 * series.length) return;
        plot.setData(chartData(series) as uPlot.AlignedData, false);
        plot.setScale("x", seconds());
        host.dataset["drawn"] = String(performance.now()); // for whoever measures
      },
      { defer: true },
    ),
  );
  createEffect(
    on(
      () => props.lit,
      (lit) => light(plot, lit),
      { defer: true },
    ),
  );
  createEffect(on([() => props.view], () => plot?.setScale("x", seconds()), { defer: true }));
  createEffect(on([() => [...props.cursors], () => props.events], () => plot?.redraw(false), { defer: true }));
  return <div class="chart-canvas" ref={host} aria-hidden="true" />;
};

/** Draws one signal before the others, or all alike. */
function light(plot: uPlot | undefined, lit: number | undefined): void {
  plot?.series.slice(1).forEach((line, i) => {
    const isLit = Math.floor(i / 2) === lit;
    line.alpha = lit === undefined || isLit ? 1 : BACK_ALPHA;
    line.width = isLit ? WIDTH.lit : WIDTH.usual;
  });
  plot?.redraw(false);
}

/** The axis of values: none is invented where there are none. */
function knownValuesOf(host: HTMLElement): uPlot.Axis {
  const axis = valueAxisOf(host);
  const filter: uPlot.Axis.Filter = (plot, splits) =>
    plot.scales["y"]?.min === EMPTY_RANGE[0] ? splits.map(() => null) : splits;
  return { ...axis, filter, grid: { ...axis.grid, filter }, ticks: { ...axis.ticks, filter } };
}

/** Stands for no values at all; no signal is so near to 0 and to nothing else. */
const EMPTY_RANGE: uPlot.Range.MinMax = [-1e-9, 1e-9];
/** Above and below what does not change. */
const FLAT_PART = 0.1;

/** Of what is seen: a line may lead through a view that has no point of its own. */
function rangeOf(data: ChartData, { from_us, to_us }: View): uPlot.Range.MinMax {
  const range = drawnRange(data, from_us / 1e6, to_us / 1e6);
  if (range === undefined) return EMPTY_RANGE;
  const [least, most] = range;
  if (least < most) return uPlot.rangeNum(least, most, FLAT_PART, true);
  const room = Math.max(Math.abs(least) * FLAT_PART, 1);
  return [least - room, most + room];
}

function optionsOf(host: HTMLElement, props: ChartProps): uPlot.Options {
  const line = (i: number): uPlot.Series => ({
    ...{ stroke: strokeOf(host, lineLook(i)), width: WIDTH.usual },
    dash: [...lineLook(i).dash],
    points: {
      show: (_plot, _series, first, last) => last - first < MOST_DOTS,
      ...{ size: DOT_px, fill: strokeOf(host, lineLook(i)) },
    },
  });
  return {
    ...sizeOf(host),
    legend: { show: false },
    cursor: { sync: { key: SYNC }, drag: { x: false, y: false, setScale: false }, points: { show: false } },
    padding: padding(),
    tzDate: wholeMilliseconds,
    scales: {
      x: { time: true, auto: false },
      y: { range: ({ data }) => rangeOf(data as unknown as ChartData, props.view) },
    },
    axes: [timeAxisOf(host), knownValuesOf(host)],
    series: [{}, ...props.series.flatMap((_, i) => [line(i), line(i)])],
    bands: props.series.map((_, i) => ({
      series: [2 * i + 1, 2 * i + 2],
      fill: strokeOf(host, lineLook(i), BAND_ALPHA),
    })),
    hooks: {
      draw: [(plot) => drawMarks(plot, host, props)],
      setCursor: [
        ({ cursor, posToVal }) => {
          const { left = -1 } = cursor;
          props.point(left < 0 ? undefined : posToVal(left, "x") * 1e6);
        },
      ],
    },
  };
}

/** Events as marks at the upper edge, cursors as lines over all of it. */
function drawMarks(plot: uPlot, host: HTMLElement, { events, cursors, view }: ChartProps): void {
  const { ctx, bbox } = plot;
  const at = (time_us: number): number => plot.valToPos(time_us / 1e6, "x", true);
  const mark = Math.max(3, bbox.height / 40);
  ctx.save();
  for (const { time_us, severity } of events) {
    if (time_us < view.from_us || time_us > view.to_us) continue;
    ctx.fillStyle = themed(host, COLOUR_OF[severity] ?? "--ink-soft");
    ctx.beginPath();
    ctx.moveTo(at(time_us) - mark, bbox.top);
    ctx.lineTo(at(time_us) + mark, bbox.top);
    ctx.lineTo(at(time_us), bbox.top + 2 * mark);
    ctx.fill();
  }
  cursors.forEach((time_us, i) => {
    if (time_us === undefined || time_us < view.from_us || time_us > view.to_us) return;
    ctx.strokeStyle = themed(host, "--ink");
    ctx.setLineDash(i === 0 ? [] : [6, 4]);
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    ctx.moveTo(at(time_us), bbox.top);
    ctx.lineTo(at(time_us), bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillStyle = themed(host, "--ink");
    ctx.font = `${textSize_px() * devicePixelRatio}px system-ui, sans-serif`;
    ctx.fillText(String(i + 1), at(time_us) + 4, bbox.top + bbox.height - 4);
  });
  ctx.restore();
}

const COLOUR_OF: Readonly<Record<string, string>> = {
  critical: "--bad",
  error: "--bad",
  warning: "--warn",
  notice: "--plot-2",
  info: "--ink-soft",
};
