// The last ten minutes of a few quantities, for the plots beside the state: one point each half second of device time, in rings
// that are made once. What a log knows of the time before comes as its least and its largest value, never as something between.

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
/** No shorter than half a second each: so the log's rows are asked for, and no ticks. */
export const RECENT_POINTS = (RECENT_s * 1_000_000) / STEP_us;
/** A point of a log may be two: its least and its largest value. */
const POINTS = 2 * RECENT_POINTS;
/** Rows may be ten seconds apart: nothing is drawn over more than twice that. */
const NO_GAP_s = 20;

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

/** Puts what a log knows of the time before the page was opened in front of what has been seen since; nothing stands in a gap. */
export function prependRecent(recent: Recent, history: RecentHistory): void {
  const seen = copyOf(recent);
  const first_s = seen[0]?.time_s ?? Number.POSITIVE_INFINITY;
  const older = pointsOf(history).filter(({ time_s }) => time_s < first_s);
  const last_s = older.at(-1)?.time_s ?? Number.NaN;
  if (first_s - last_s > NO_GAP_s) older.push({ time_s: (last_s + first_s) / 2, values: {} });
  recent.at = 0;
  recent.count = 0;
  for (const point of [...older, ...seen].slice(-POINTS)) put(recent, point);
}

/** In order of time, with an empty point in each gap. */
function pointsOf(history: RecentHistory): Point[] {
  const twofold = new Set(history.flatMap(({ time_us, min, max }) => time_us.filter((_, i) => min[i] !== max[i])));
  const points = new Map<number, Point>();
  const add = (time_s: number, name: string, value: number): void => {
    if (!points.has(time_s)) points.set(time_s, { time_s, values: {} });
    points.get(time_s)!.values[name] = value;
  };
  for (const { name, time_us, min, max } of history) {
    for (const [i, at_us] of time_us.entries()) {
      add(at_us / 1e6, name, min[i]!);
      if (twofold.has(at_us)) add((at_us + STEP_us / 2) / 1e6, name, max[i]!);
    }
  }
  const inOrder = [...points.values()].sort((a, b) => a.time_s - b.time_s);
  return inOrder.flatMap((point, i) => {
    const before_s = inOrder[i - 1]?.time_s ?? point.time_s;
    return point.time_s - before_s > NO_GAP_s
      ? [{ time_s: (before_s + point.time_s) / 2, values: {} }, point]
      : [point];
  });
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
