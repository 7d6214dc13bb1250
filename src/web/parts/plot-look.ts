// How all plots look: ink, grid and colours of the theme in force, as uPlot wants them.

import type uPlot from "uplot";
import { dayText, timeText } from "./format.ts";

const COLOURS = ["--plot-1", "--plot-2", "--plot-3", "--plot-4"] as const;

/** A variable of the theme where an element stands. */
export const themed = (host: HTMLElement, name: string): string => getComputedStyle(host).getPropertyValue(name).trim();

/** The colour of the line with a number; they come again after the fourth. */
export const colourOf = (host: HTMLElement, line: number): string => themed(host, COLOURS[line % COLOURS.length]!);

/** The page's text grows with the screen: how many times as large it is as on a desk. */
export const grownBy = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / DESK_px;
const DESK_px = 15;

/** Of the text of plots. */
export const textSize_px = (): number => Math.round(TEXT_px * grownBy());
const TEXT_px = 11;

/** A line among many: its hue in degrees, and its dashes in pixels. */
export type LineLook = { readonly hue: number; readonly dash: readonly number[] };

const HUES = 8;
/** Hues that follow each other lie far apart. */
const HUE_STEP = 3 * (360 / HUES);
const FIRST_HUE = 165;
const DASHES = [[], [9, 4], [3, 3]] as const;
const SATURATION = "70%";

/** No two of the first 24 are alike. */
export const lineLook = (line: number): LineLook => ({
  hue: (FIRST_HUE + HUE_STEP * line) % 360,
  dash: DASHES[Math.floor(line / HUES) % DASHES.length]!,
});

/** The colour of a look in the theme in force, opaque or not. */
export const strokeOf = (host: HTMLElement, { hue }: LineLook, alpha = 1): string =>
  `hsl(${hue} ${SATURATION} ${themed(host, "--plot-light")} / ${alpha})`;

/** A plot is as large as the style makes its place. */
export const sizeOf = (host: HTMLElement): { width: number; height: number } => ({
  width: host.clientWidth,
  height: host.clientHeight,
});

/** An axis of values, with room for "1000.5" in the size of text. */
export const valueAxisOf = (host: HTMLElement): uPlot.Axis => ({ ...axisOf(host), size: VALUE_SIZE * textSize_px() });
const VALUE_SIZE = 5.4;

/** An axis of time, of 24 hours, with the day where it begins. */
export function timeAxisOf(host: HTMLElement): uPlot.Axis {
  const axis = axisOf(host);
  return {
    ...axis,
    incrs: STEPS_s,
    filter: withinScale,
    grid: { ...axis.grid, filter: withinScale },
    ticks: { ...axis.ticks, filter: withinScale },
    space: TIME_SPACE * textSize_px(),
    size: TIME_SIZE * textSize_px(),
    values: (_plot, splits, _axis, _space, step_s) => timeTicks(splits, step_s),
  };
}

/** A plot that goes down to milliseconds needs it as `tzDate`: uPlot rounds, and a tick then falls a second before its place. */
export const wholeMilliseconds = (time_s: number): Date => new Date(Math.floor(1000 * time_s + WHOLE));
/** What is a whole millisecond is one, though it is no number of two. */
const WHOLE = 1e-3;

/** uPlot puts the first tick up to a millisecond before the scale. */
const withinScale: uPlot.Axis.Filter = (plot, splits) => {
  const first_s = plot.scales["x"]?.min ?? Number.NEGATIVE_INFINITY;
  return splits.map((at_s) => (at_s < first_s ? null : at_s));
};

const MINUTE_s = 60;
const HOUR_s = 3600;
const DAY_s = 86_400;
const MONTH_s = 30 * DAY_s;
const YEAR_s = 365 * DAY_s;
/** Distances of ticks: whole milliseconds, and what divides minutes, hours, days, years. */
const STEPS_s = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_s),
  ...[1, 2, 3, 4, 6, 8, 12].map((hours) => hours * HOUR_s),
  ...[1, 2, 3, 4, 5, 7, 10, 15].map((days) => days * DAY_s),
  ...[1, 2, 3, 4, 6].map((months) => months * MONTH_s),
  ...[1, 2, 5, 10, 20].map((years) => years * YEAR_s),
];

/** Of the size of text: room for "23:29:17.120", and for two lines. */
export const TIME_SPACE = 7.6;
const TIME_SIZE = 4.6;

/** What stands at each tick of a time axis, seconds since 1970: as fine as its step, the day below the first of each; null: nothing. */
export function timeTicks(splits: readonly (number | null)[], step_s: number): (string | null)[] {
  const days = splits.map((at_s) => (at_s === null ? null : dayText(Math.round(1000 * at_s))));
  if (step_s >= DAY_s) return days;
  const digits = step_s >= 1 ? 0 : 3;
  return splits.map((at_s, i) => {
    if (at_s === null) return null;
    const whole = timeText(Math.round(1000 * at_s), digits);
    const time = step_s >= 60 ? whole.slice(0, 5) : whole;
    return days[i] === days[i - 1] ? time : `${time}\n${days[i]}`;
  });
}

export function axisOf(host: HTMLElement): uPlot.Axis {
  const grid = { stroke: themed(host, "--line"), width: 1 };
  return { stroke: themed(host, "--ink-soft"), grid, ticks: grid, font: `${textSize_px()}px system-ui, sans-serif` };
}

/** Hours and minutes of a time axis in seconds since 1970. */
export const hoursAndMinutes = (_: uPlot, splits: readonly number[]): string[] =>
  splits.map((time_s) => new Date(1000 * time_s).toTimeString().slice(0, 5));
