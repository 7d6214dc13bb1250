// A plot of the last ten minutes: uPlot on a canvas, fed from the rings every five seconds. Loaded after the page stands.

import { createEffect, createSignal, For, type JSX, onCleanup, onMount } from "solid-js";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useMonitor } from "../state/monitor.ts";
import { RECENT_s, type RecentSignal, recentOf } from "../state/recent.ts";
import { currentTheme } from "../state/theme.ts";
import { texts } from "../texts/texts.ts";
import { number } from "./format.ts";
import { axisOf, colourOf, hoursAndMinutes, sizeOf, textSize_px, valueAxisOf } from "./plot-look.ts";

/** `colour`: which of the four of plots; `label`: where a plot has several lines. */
type Line = {
  readonly signal: RecentSignal;
  readonly scale?: number;
  readonly colour: number;
  readonly label?: string;
};

/** Of ten minutes: a pixel or two. Drawing is the dearest part of the page. */
const REDRAW_ms = 5000;
/** Between times, of the size of text. */
const TIME_SPACE = 5.2;

const RecentPlot = (props: { readonly title: string; readonly lines: readonly Line[] }): JSX.Element => {
  const monitor = useMonitor();
  let host!: HTMLDivElement;
  let plot: uPlot | undefined;
  let drawn_ms = 0;
  const [summary, setSummary] = createSignal("");
  const draw = (): void => {
    drawn_ms = performance.now();
    const data = dataOf(props.lines);
    plot?.setData(data, true);
    setSummary(summaryOf(data));
  };
  const dataOf = (lines: readonly Line[]): uPlot.AlignedData => {
    const series = lines.map(({ signal, scale = 1 }) => {
      const [, values] = recentOf(monitor.recent, signal);
      return scale === 1 ? values : values.map((value) => (value === null ? null : scale * value));
    });
    return [recentOf(monitor.recent, lines[0]!.signal)[0], ...series] as uPlot.AlignedData;
  };
  const build = (): void => {
    plot?.destroy();
    plot = new uPlot(optionsOf(props.lines, host), dataOf(props.lines), host);
  };
  onMount(() => {
    const observer = new ResizeObserver(() => plot?.setSize(sizeOf(host)));
    observer.observe(host);
    onCleanup(() => observer.disconnect());
  });
  createEffect(() => {
    currentTheme();
    queueMicrotask(build);
  });
  createEffect(() => {
    if (monitor.calm.frame() !== undefined && performance.now() - drawn_ms >= REDRAW_ms) draw();
  });
  onCleanup(() => plot?.destroy());
  return (
    <figure class="plot">
      <figcaption>
        {props.title}{" "}
        <For each={props.lines.filter(({ label }) => label !== undefined)}>
          {({ label, colour }) => <span class={`key key-${colour}`}>{label}</span>}
        </For>
      </figcaption>
      <p class="unseen">{summary()}</p>
      <div class="plot-canvas" ref={host} aria-hidden="true" />
    </figure>
  );
};

/** What the picture says, for whoever does not see it: from where to where it went, and where it ended. */
function summaryOf([, ...series]: uPlot.AlignedData): string {
  const values = series.flatMap((line) => [...line]).filter((value) => value !== null && value !== undefined);
  const last = series[0]?.[series[0].length - 1];
  if (values.length === 0) return texts.shell.noValue;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return texts.pack.plotSummary(number(low, 2), number(high, 2), number(last ?? undefined, 2));
}

function optionsOf(lines: readonly Line[], host: HTMLElement): uPlot.Options {
  return {
    ...sizeOf(host),
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { range: (_, __, max) => [max - RECENT_s, max] } },
    axes: [{ ...axisOf(host), space: TIME_SPACE * textSize_px(), values: hoursAndMinutes }, valueAxisOf(host)],
    series: [
      {},
      ...lines.map(({ colour }) => ({
        stroke: colourOf(host, colour),
        width: 1.5,
        points: { show: false },
      })),
    ],
  };
}

export default RecentPlot;
