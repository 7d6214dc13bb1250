// What a plot of one unit draws: all its signals over common times, the largest and the least value of each, nothing across a gap.

import type { Unit } from "../../model/rows.ts";
import { SIGNALS } from "../../model/signals.ts";
import type { AnswerTo } from "../../monitor/schemas.ts";
import { symbolOf } from "../parts/format.ts";
import { labelOf } from "./signal-list.ts";
import type { View } from "./view.ts";

export type Series = AnswerTo<"history">["series"][number];

/** Times in seconds since 1970, then for each signal its largest and its least values; null: nothing there. */
export type ChartData = readonly [readonly number[], ...(readonly (readonly (number | null)[])[])];

/** Times further apart than so many usual ones have nothing between them. */
const GAP = 6;
/** Rows may be ten seconds apart (setting sdCard.period_s): twice that alone is no gap, and a line leads so far to a neighbour. */
export const NO_GAP_us = 20_000_000;

/** "cells_V[3]" → "cells_V". */
export const signalOf = (name: string): string => name.replace(/\[\d+\]$/, "");
export const unitOf = (name: string): Unit => SIGNALS[signalOf(name)]?.unit ?? "none";
/** Fractions are drawn in percent. */
export const scaleOf = (name: string): number => (unitOf(name) === "ratio" ? 100 : 1);

export function chartData(series: readonly Series[]): ChartData {
  const times = commonTimes(series);
  const columns = series.flatMap(({ name, time_us, min, max }) => {
    const places = new Map(time_us.map((at_us, i) => [at_us, i]));
    const scale = scaleOf(name);
    const column = (values: readonly number[]): (number | null)[] =>
      times.map((at_us) => {
        const place = places.get(at_us);
        return place === undefined ? null : scale * values[place]!;
      });
    return [column(max), column(min)];
  });
  return [times.map((at_us) => at_us / 1e6), ...columns];
}

/** Times further apart have a gap between them. */
const longestStep = (usual_us: number): number => Math.max(GAP * usual_us, NO_GAP_us);

/** All times of all signals, in order, with one more in each gap. */
function commonTimes(series: readonly Series[]): number[] {
  const times = [...new Set(series.flatMap(({ time_us }) => time_us))].sort((a, b) => a - b);
  const steps = times.slice(1).map((at_us, i) => at_us - times[i]!);
  const most_us = longestStep(usualStep(steps));
  return times.flatMap((at_us, i) => (i > 0 && steps[i - 1]! > most_us ? [at_us - steps[i - 1]! / 2, at_us] : [at_us]));
}

/** So many points on either side tell how far apart points are there. */
const AROUND = 4;
/** A point stands for its bucket: half of one to the next point, and one that has no point at its edge. */
const REACH = 1.5;

/**
 * Least and largest value at the point nearest to a time; undefined where none is nearer than points are apart there.
 * @param width_us how long a time each point stands for
 */
export function valueAt(
  { time_us, min, max }: Series,
  at_us: number,
  width_us: number,
): { readonly time_us: number; readonly min: number; readonly max: number } | undefined {
  const after = firstFrom(time_us, at_us);
  const isAfter =
    after < time_us.length && !(at_us - (time_us[after - 1] ?? Number.NEGATIVE_INFINITY) < time_us[after]! - at_us);
  const place = isAfter ? after : after - 1;
  const found_us = time_us[place];
  if (found_us === undefined) return undefined;
  const near_us = Math.max(stepAround(time_us, place), REACH * width_us);
  return Math.abs(found_us - at_us) > near_us ? undefined : { time_us: found_us, min: min[place]!, max: max[place]! };
}

/** Place of the first time that is not before. */
function firstFrom(time_us: readonly number[], at_us: number): number {
  let [low, high] = [0, time_us.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time_us[middle]! < at_us) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The usual distance of points about a place: ticks and rows stand in one signal. */
function stepAround(time_us: readonly number[], place: number): number {
  const near = time_us.slice(Math.max(0, place - AROUND), place + AROUND + 1);
  return usualStep(near.slice(1).map((at_us, i) => at_us - near[i]!));
}

const usualStep = (steps: readonly number[]): number => [...steps].sort((a, b) => a - b)[steps.length >> 1] ?? 0;

/** Whether anything of it is drawn in a stretch: a point, or the line between two. */
export function isDrawnIn({ time_us }: Series, { from_us, to_us }: View): boolean {
  const place = firstFrom(time_us, from_us);
  const [before_us, after_us] = [time_us[place - 1], time_us[place]];
  if (after_us === undefined) return false;
  return (
    after_us < to_us || (before_us !== undefined && after_us - before_us <= longestStep(stepAround(time_us, place)))
  );
}

/** Least and largest of what is drawn in a stretch, in seconds: its points, and lines where they cross its edges; undefined: nothing. */
export function drawnRange(
  [times, ...columns]: ChartData,
  from_s: number,
  to_s: number,
): readonly [least: number, most: number] | undefined {
  const [first, end] = [firstFrom(times, from_s), firstFrom(times, to_s)];
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const take = (value: number | null | undefined): void => {
    if (value == null) return;
    if (value < least) least = value;
    if (value > most) most = value;
  };
  for (const column of columns) {
    for (let i = first; i < end; i++) take(column[i]);
    take(crossing(times, column, first, from_s));
    take(crossing(times, column, end, to_s));
  }
  return least <= most ? [least, most] : undefined;
}

/** Where the line that leads to a point passes a time. */
function crossing(times: readonly number[], column: ChartData[number], to: number, at_s: number): number | undefined {
  const [one, other] = [column[to - 1], column[to]];
  if (one == null || other == null) return undefined;
  return one + ((other - one) * (at_s - times[to - 1]!)) / (times[to]! - times[to - 1]!);
}

/** Times of all signals in a stretch, and the nearest on either side of it, in order. */
export function timesAround(series: readonly Series[], { from_us, to_us }: View): readonly number[] {
  const times = [...new Set(series.flatMap(({ time_us }) => time_us))].sort((a, b) => a - b);
  return times.slice(Math.max(0, firstFrom(times, from_us) - 1), firstFrom(times, to_us) + 1);
}

/** "cells_V 4 min (V)": counted as on the page. Fractions are given as such. */
const columnOf = (name: string, end: string): string => {
  const unit = unitOf(name) === "ratio" ? "0 to 1" : symbolOf(unitOf(name));
  return `${labelOf(name)} ${end}${unit === "" ? "" : ` (${unit})`}`;
};

/** A table for a spreadsheet: a line for each time of a view and for the nearest on either side of it, least and largest value of each signal, in the units of the tables. */
export function csvOf(series: readonly Series[], view: View): string {
  const times = timesAround(series, view);
  const places = series.map(({ time_us }) => new Map(time_us.map((at_us, i) => [at_us, i])));
  const head = ["time", ...series.flatMap(({ name }) => [columnOf(name, "min"), columnOf(name, "max")])];
  const lines = times.map((at_us) => {
    const values = series.flatMap(({ min, max }, s) => {
      const place = places[s]!.get(at_us);
      return place === undefined ? ["", ""] : [String(min[place]), String(max[place])];
    });
    return [isoOf(at_us), ...values].join(",");
  });
  return `${[head.join(","), ...lines].join("\r\n")}\r\n`;
}

/** To the microsecond, UTC. */
const isoOf = (time_us: number): string => {
  const whole_us = Math.round(time_us);
  const seconds = new Date(Math.floor(whole_us / 1e6) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(whole_us % 1e6).padStart(6, "0")}Z`;
};
