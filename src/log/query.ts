// One signal over any time, out of any number of logs, as at most so many points of least and largest value: what a chart
// draws. Long spans come from the chunks' extremes (summary.ts), short ones from the rows. Overlapping and unfinished logs
// are welcome; damaged chunks are left out.

import { assert } from "../base/assert.ts";
import { SIGNALS } from "../model/signals.ts";
import { SUMMARY_NAME } from "./container.ts";
import { attachmentData } from "./log-chunk.ts";
import { type LogFile, readMessages } from "./log-file.ts";
import { type ChunkPlace, messageCount } from "./records.ts";
import { createValueReader, type ValueReader, valueIn } from "./row-value.ts";
import { type Extremes, extremesOf, extremesOfSection } from "./summary-code.ts";
import { summarySections } from "./summary-records.ts";

/** Points in order of time: the middle of each stretch that has values, its least and its largest value. */
export type Decimated = { readonly time_us: Float64Array; readonly min: Float64Array; readonly max: Float64Array };

/** As many rows are read one by one, a day at 1 Hz in about a second; of more, the chunks' extremes are taken. */
const MOST_ROWS = 100_000;

type Buckets = {
  readonly from_us: number;
  readonly to_us: number;
  readonly width_us: number;
  readonly min: Float64Array;
  readonly max: Float64Array;
};

/**
 * @param signal name in the table, with the place for one of many, from 0: "current_A", "cells_V[3]"
 * @param from_us inclusive; `to_us` exclusive; microseconds since 1970
 * @param points at least 1; fewer come back where the logs have nothing
 * @returns undefined where there is no such signal
 */
export function decimate(
  logs: readonly LogFile[],
  signal: string,
  from_us: number,
  to_us: number,
  points: number,
): Decimated | undefined {
  assert(Number.isInteger(points) && points >= 1, "there is at least one point");
  const reader = parseSignal(signal);
  if (reader === undefined) return undefined;
  const buckets = createBuckets(from_us, to_us, points);
  const within = logs.filter((log) => log.first_us < to_us && log.last_us >= from_us);
  const rows = within.reduce((sum, log) => sum + rowsWithin(log, from_us, to_us), 0);
  for (const log of within) {
    if (rows <= MOST_ROWS || !fromSummary(log, reader, buckets)) fromRows(log, reader, buckets, from_us, to_us);
  }
  return pointsOf(buckets);
}

/** "cells_V[3]" as name and place; undefined where there is no such signal. */
function parseSignal(signal: string): ValueReader | undefined {
  const [, name = "", place] = /^([^[\]]+)(?:\[(\d{1,3})\])?$/.exec(signal) ?? [];
  const row = Object.hasOwn(SIGNALS, name) ? SIGNALS[name] : undefined;
  if (row === undefined || (row.per === undefined) !== (place === undefined)) return undefined;
  return createValueReader(name, place === undefined ? -1 : Number(place));
}

function createBuckets(from_us: number, to_us: number, points: number): Buckets {
  const width_us = Math.max(1, (to_us - from_us) / points);
  return {
    from_us,
    to_us,
    width_us,
    min: new Float64Array(points).fill(Number.NaN),
    max: new Float64Array(points).fill(Number.NaN),
  };
}

function add({ from_us, to_us, width_us, min, max }: Buckets, time_us: number, least: number, most: number): void {
  if (time_us < from_us || time_us >= to_us || Number.isNaN(least)) return;
  const at = Math.min(min.length - 1, Math.floor((time_us - from_us) / width_us));
  if (!(min[at]! <= least)) min[at] = least;
  if (!(max[at]! >= most)) max[at] = most;
}

function pointsOf({ from_us, width_us, min, max }: Buckets): Decimated {
  const full = [...min.keys()].filter((at) => !Number.isNaN(min[at]!));
  return {
    time_us: Float64Array.from(full, (at) => Math.round(from_us + (at + 0.5) * width_us)),
    min: Float64Array.from(full, (at) => min[at]!),
    max: Float64Array.from(full, (at) => max[at]!),
  };
}

const overlaps = (place: ChunkPlace, from_us: number, to_us: number): boolean =>
  place.from_us < to_us && place.to_us >= from_us;

function rowsWithin(log: LogFile, from_us: number, to_us: number): number {
  const channel = [...log.topics].find(([, topic]) => topic === "/state")?.[0] ?? 0;
  return log.chunks.reduce(
    (sum, place) => sum + (overlaps(place, from_us, to_us) ? messageCount(place, channel) : 0),
    0,
  );
}

function fromRows(log: LogFile, reader: ValueReader, buckets: Buckets, from_us: number, to_us: number): void {
  for (const { time_us, data } of readMessages(log, ["/state"], from_us, to_us)) {
    const value = valueIn(reader, data);
    add(buckets, time_us, value, value);
  }
}

/** From the chunks' extremes; the chunks at both ends of the time from their rows. False where the log has no extremes. */
function fromSummary(log: LogFile, reader: ValueReader, buckets: Buckets): boolean {
  const found = extremesIn(log, reader);
  if (found.length === 0) return false;
  for (const extremes of found) {
    for (let i = 0; i < extremes.min.length; i++) takeExtreme(log, reader, buckets, extremes, i);
  }
  return true;
}

function takeExtreme(log: LogFile, reader: ValueReader, buckets: Buckets, extremes: Extremes, i: number): void {
  const from_us = extremes.from_us[i]!;
  const to_us = extremes.to_us[i]!;
  if (to_us < buckets.from_us || from_us >= buckets.to_us) return;
  const isInside = from_us >= buckets.from_us && to_us < buckets.to_us;
  if (isInside) add(buckets, (from_us + to_us) / 2, extremes.min[i]!, extremes.max[i]!);
  else fromRows(log, reader, buckets, Math.max(from_us, buckets.from_us), Math.min(to_us + 1, buckets.to_us));
}

function extremesIn(log: LogFile, { name, place }: ValueReader): Extremes[] {
  const element = Math.max(0, place);
  const attachments = log.attachments.filter((each) => each.name === SUMMARY_NAME);
  const packed = attachments.flatMap((each) => {
    const bytes = attachmentData(log.read, each);
    return bytes === undefined ? [] : [extremesOf(bytes, name, element)];
  });
  const loose = attachments.length > 0 ? [] : summarySections(log.read, log.summaries, log.decompress);
  return [...packed, ...loose.map((section) => extremesOfSection(section, name, element))].filter(
    (each) => each !== undefined,
  );
}
