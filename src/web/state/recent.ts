// The last ten minutes of a few quantities, for the plots beside the state: one point each half second of device time, in rings
// that are made once.

import { IMAGE_PLACES, isBelieved } from "../../model/signal-image.ts";

export const RECENT_SIGNALS = [
  "current_A",
  "minCell_V",
  "maxCell_V",
  "soc",
  "battery_V",
  "maxTemperature_degC",
] as const;
export type RecentSignal = (typeof RECENT_SIGNALS)[number];

export const RECENT_s = 600;
const STEP_us = 500_000;
const POINTS = (RECENT_s * 1_000_000) / STEP_us;

export type Recent = {
  /** Next place in the rings, and how many are filled. */
  at: number;
  count: number;
  due_us: number;
  readonly time_s: Float64Array;
  readonly values: Readonly<Record<RecentSignal, Float64Array>>;
};

export const createRecent = (): Recent => ({
  at: 0,
  count: 0,
  due_us: 0,
  time_s: new Float64Array(POINTS),
  values: Object.fromEntries(RECENT_SIGNALS.map((name) => [name, new Float64Array(POINTS)])) as Recent["values"],
});

/** Takes a frame where the next point is due; NaN where a value is not believed. Time that goes back begins anew. */
export function keepRecent(recent: Recent, image: Float64Array, time_us: number): void {
  if (time_us < recent.due_us - 10 * STEP_us) recent.count = 0;
  else if (time_us < recent.due_us) return;
  recent.due_us = time_us + STEP_us;
  const number = (name: string): number => (isBelieved(image, name) ? image[IMAGE_PLACES.get(name)!.at]! : Number.NaN);
  put(recent, {
    time_s: time_us / 1e6,
    values: Object.fromEntries(RECENT_SIGNALS.map((name) => [name, number(name)])),
  });
}

/** A stretch of history: least and largest value in the middle of each of its stretches. */
export type RecentHistory = readonly {
  readonly name: string;
  readonly time_us: readonly number[];
  readonly min: readonly number[];
  readonly max: readonly number[];
}[];

/** Puts what a log knows of the time before the page was opened in front of what has been seen since. */
export function prependRecent(recent: Recent, history: RecentHistory): void {
  const seen = copyOf(recent);
  const first_s = seen[0]?.time_s ?? Number.POSITIVE_INFINITY;
  const older = new Map<number, Point>();
  for (const { name, time_us, min, max } of history) {
    for (const [i, at_us] of time_us.entries()) {
      const time_s = at_us / 1e6;
      if (time_s >= first_s) continue;
      if (!older.has(time_s)) older.set(time_s, { time_s, values: {} });
      older.get(time_s)!.values[name] = (min[i]! + max[i]!) / 2;
    }
  }
  const points = [...[...older.values()].sort((a, b) => a.time_s - b.time_s), ...seen].slice(-POINTS);
  recent.at = 0;
  recent.count = 0;
  for (const point of points) put(recent, point);
}

type Point = { readonly time_s: number; readonly values: Record<string, number> };

function put(recent: Recent, { time_s, values }: Point): void {
  recent.time_s[recent.at] = time_s;
  for (const name of RECENT_SIGNALS) recent.values[name][recent.at] = values[name] ?? Number.NaN;
  recent.at = (recent.at + 1) % POINTS;
  recent.count = Math.min(POINTS, recent.count + 1);
}

function copyOf(recent: Recent): Point[] {
  return Array.from({ length: recent.count }, (_, i) => {
    const at = (recent.at - recent.count + i + POINTS) % POINTS;
    return {
      time_s: recent.time_s[at]!,
      values: Object.fromEntries(RECENT_SIGNALS.map((name) => [name, recent.values[name][at]!])),
    };
  });
}

/** Times and values of a signal in order, not older than ten minutes before the last. NaN becomes null, as plots want gaps. */
export function recentOf(recent: Recent, name: RecentSignal): readonly [number[], (number | null)[]] {
  const times: number[] = [];
  const values: (number | null)[] = [];
  const last_s = recent.time_s[(recent.at - 1 + POINTS) % POINTS]!;
  for (let i = 0; i < recent.count; i++) {
    const at = (recent.at - recent.count + i + POINTS) % POINTS;
    if (recent.time_s[at]! < last_s - RECENT_s) continue;
    times.push(recent.time_s[at]!);
    const value = recent.values[name][at]!;
    values.push(Number.isNaN(value) ? null : value);
  }
  return [times, values];
}
