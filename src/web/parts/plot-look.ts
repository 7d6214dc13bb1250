// How all plots look: ink, grid and colours of the theme in force, as uPlot wants them.

import type uPlot from "uplot";
import { dayText, timeText } from "./format.ts";

const COLOURS = ["--plot-1", "--plot-2", "--plot-3", "--plot-4"] as const;

/** A variable of the theme where an element stands. */
export const themed = (host: HTMLElement, name: string): string => getComputedStyle(host).getPropertyValue(name).trim();

/** The colour of the line with a number; they come again after the fourth. */
export const colourOf = (host: HTMLElement, line: number): string => themed(host, COLOURS[line % COLOURS.length]!);

/** Of the page's own size of text, which grows with the screen. */
const TEXT = 0.75;
const textSize_px = (): number =>
  Math.round(TEXT * Number.parseFloat(getComputedStyle(document.documentElement).fontSize));

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

/** An axis of time, of 24 hours, with the day where it begins. */
export function timeAxisOf(host: HTMLElement): uPlot.Axis {
  return {
    ...axisOf(host),
    space: TIME_SPACE * textSize_px(),
    size: TIME_SIZE * textSize_px(),
    values: (_plot, splits, _axis, _space, step_s) => timeTicks(splits, step_s),
  };
}

/** Of the size of text: room for "23:29:17.120", and for two lines. */
const TIME_SPACE = 7.6;
const TIME_SIZE = 4.6;
const DAY_s = 86_400;

/** What stands at each tick of a time axis, seconds since 1970: as fine as its step, the day below the first of each. */
export function timeTicks(splits: readonly number[], step_s: number): string[] {
  const days = splits.map((at_s) => dayText(1000 * at_s));
  if (step_s >= DAY_s) return days;
  const digits = step_s >= 1 ? 0 : 3;
  return splits.map((at_s, i) => {
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
