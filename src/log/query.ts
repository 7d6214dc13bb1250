// Signals over any time, out of any number of logs, as at most so many points of least and largest value: what a chart draws. Long
// spans come from the chunks' extremes (summary.ts), short ones from the rows, all signals in one pass. Overlapping and unfinished
// logs are welcome; damaged chunks are left out. It is done in steps, so that whoever waits can be served in between.

import { assert } from "../base/assert.ts";
import { SIGNALS } from "../model/signals.ts";
import { addAlong, addAt, type Buckets, createBuckets, type Decimated, pointsOf } from "./buckets.ts";
import {
  believedIn,
  type ChartCache,
  cachedColumns,
  columnsOf,
  createChartCache,
  type NamedLog,
  readersOf,
  type SignalPlace,
} from "./chunk-columns.ts";
import { type ChunkExtremes, chunkExtremes, type LogExtremes, logExtremes } from "./chunk-extremes.ts";
import type { LogFile } from "./log-file.ts";
import { type ChunkPlace, messageCount } from "./records.ts";

/** As many rows are read one by one, a day at 1 Hz in about a second; of more, the chunks' extremes are taken. */
const MOST_ROWS = 100_000;
/** So much of packed rows is unpacked even where an answer is wanted at once: two chunks of ten minutes. */
const GLANCE_bytes = 12_000_000;
/** Of so many chunks in which not all was believed (a device began, a sensor failed) the rows are read all the same. */
const MOST_DOUBTFUL = 100;

export type ChartAsk = {
  readonly signals: readonly SignalPlace[];
  /** Inclusive; `to_us` exclusive; microseconds since 1970. */
  readonly from_us: number;
  readonly to_us: number;
  /** At least 1; fewer come back where the logs have nothing. */
  readonly points: number;
  /** Also the nearest value before and behind the time, at most so far away; 0 for neither. */
  readonly reach_us?: number;
  /** False: at once, from what is at hand (extremes, and rows that were read before). */
  readonly isThorough: boolean;
  /** Times of which the caller knows more than the rows do: rows in them are left out. */
  readonly except?: (time_us: number) => boolean;
};

/** In the order of the signals. `isFine`: a thorough one would show no more. */
export type Chart = { readonly buckets: readonly Buckets[]; readonly isFine: boolean };

type Query = ChartAsk & {
  readonly cache: ChartCache;
  readonly buckets: readonly Buckets[];
  /** All rows are read; else, thoroughly, those of chunks that reach over an end, and of doubtful ones. */
  readonly readsRows: boolean;
  /** Chunks so far of which not all was believed. */
  doubtful: number;
  isFine: boolean;
};

/** The chart in steps of at most one chunk. */
export function* chartSteps(cache: ChartCache, logs: readonly NamedLog[], ask: ChartAsk): Generator<undefined, Chart> {
  assert(Number.isInteger(ask.points) && ask.points >= 1, "there is at least one point");
  const { from_us, to_us, points, signals, isThorough, reach_us = 0 } = ask;
  const wide = { from_us: from_us - reach_us, to_us: to_us + reach_us };
  const within = logs.filter(({ log, tail }) => tail.length > 0 || overlaps(spanOf(log), wide));
  const rows = within.reduce((sum, log) => sum + rowsWithin(log, wide), 0);
  const readsRows =
    rows <= MOST_ROWS && (isThorough || bytesWithin(cache, within, { ...ask, ...wide }) <= GLANCE_bytes);
  const buckets = signals.map(() => createBuckets(from_us, to_us, points, reach_us));
  const isFine = isThorough || readsRows || rows > MOST_ROWS;
  const query: Query = { ...ask, cache, buckets, readsRows, doubtful: 0, isFine };
  for (const log of within) {
    const channel = stateChannel(log.log);
    const found = logExtremes(cache, log, rows === 0 ? [] : signals);
    for (const place of log.log.chunks) {
      if (!overlaps(place, wide) || !hasRows(place, channel)) continue;
      if (takeChunk(query, log, place, found)) yield undefined;
    }
    takeTail(query, log);
    yield undefined;
  }
  return { buckets, isFine: query.isFine };
}

/** One signal, thoroughly, without steps; undefined where there is no such signal. */
export function decimate(
  logs: readonly LogFile[],
  signal: string,
  from_us: number,
  to_us: number,
  points: number,
): Decimated | undefined {
  const place = parseSignal(signal);
  if (place === undefined) return undefined;
  const named = logs.map((log, i) => ({ log, tail: [], name: String(i) }));
  const ask = { signals: [place], from_us, to_us, points, isThorough: true };
  const steps = chartSteps(createChartCache(), named, ask);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return pointsOf(value.buckets[0]!);
  }
}

/** "cells_V[3]" as name and place; undefined where there is no such signal. */
export function parseSignal(signal: string): SignalPlace | undefined {
  const [, name = "", place] = /^([^[\]]+)(?:\[(\d{1,3})\])?$/.exec(signal) ?? [];
  const row = Object.hasOwn(SIGNALS, name) ? SIGNALS[name] : undefined;
  if (row === undefined || (row.per === undefined) !== (place === undefined)) return undefined;
  return { signal, name, place: place === undefined ? -1 : Number(place) };
}

type Stretch = { readonly from_us: number; readonly to_us: number };

/** `place` with its last time, the other without. */
const overlaps = (place: Stretch, { from_us, to_us }: Stretch): boolean =>
  place.from_us < to_us && place.to_us >= from_us;
const spanOf = ({ first_us, last_us }: LogFile): Stretch => ({ from_us: first_us, to_us: last_us });

const stateChannel = ({ topics }: LogFile): number => [...topics].find(([, topic]) => topic === "/state")?.[0] ?? 0;

/** A chunk whose indexes are lost may have rows. */
const hasRows = ({ indexes }: ChunkPlace, channel: number): boolean => indexes.size === 0 || indexes.has(channel);

function rowsWithin({ log }: NamedLog, stretch: Stretch): number {
  const channel = stateChannel(log);
  return log.chunks.reduce((sum, place) => sum + (overlaps(place, stretch) ? messageCount(place, channel) : 0), 0);
}

/** What would have to be unpacked for the rows. */
function bytesWithin(cache: ChartCache, logs: readonly NamedLog[], ask: ChartAsk): number {
  let bytes = 0;
  for (const log of logs)
    for (const place of log.log.chunks)
      if (
        overlaps(place, ask) &&
        hasRows(place, stateChannel(log.log)) &&
        !cachedColumns(cache, log, place, ask.signals)
      )
        bytes += place.plain_bytes;
  return bytes;
}

/** True where the chunk had to be unpacked. */
function takeChunk(query: Query, log: NamedLog, place: ChunkPlace, found: LogExtremes): boolean {
  const { cache, signals, from_us, to_us, isThorough } = query;
  const isCached = cachedColumns(cache, log, place, signals) !== undefined;
  const isInside = place.from_us >= from_us && place.to_us < to_us;
  const extremes = query.readsRows || (isThorough && !isInside) ? undefined : chunkExtremes(found, place);
  const isDoubtful = extremes?.some((each) => each?.isDoubtful === true) === true;
  if (isDoubtful) query.doubtful++;
  const isMeant = isDoubtful && query.doubtful <= MOST_DOUBTFUL;
  if (extremes === undefined || (isCached ? isDoubtful || rowsShow(query, place) : isMeant && isThorough)) {
    takeRows(query, log, place);
    return !isCached;
  }
  // What will be read for its belief is left out until then: an extreme may be a number that was none.
  if (isMeant) query.isFine = false;
  takeExtremes(query, extremes, isMeant);
  return false;
}

/** Rows show more than the extremes of their chunk where a point is shorter than it. */
const rowsShow = ({ buckets }: Query, { from_us, to_us }: ChunkPlace): boolean =>
  (buckets[0]?.width_us ?? 0) < to_us - from_us;

function takeRows(query: Query, log: NamedLog, place: ChunkPlace): void {
  const { time_us, values } = columnsOf(query.cache, log, place, query.signals);
  query.signals.forEach(({ signal }, s) => {
    const column = values.get(signal)!;
    const buckets = query.buckets[s]!;
    for (let i = 0; i < column.length; i++)
      if (query.except?.(time_us[i]!) !== true) addAt(buckets, time_us[i]!, column[i]!, column[i]!);
  });
}

/** What reaches beyond the ends of the time stands for the part inside. */
function takeExtremes(
  { buckets, from_us, to_us }: Query,
  extremes: readonly (ChunkExtremes | undefined)[],
  withoutDoubtful: boolean,
): void {
  extremes.forEach((each, s) => {
    if (each === undefined || (withoutDoubtful && each.isDoubtful)) return;
    const first_us = Math.max(from_us, each.from_us);
    const last_us = Math.min(to_us - 1, each.to_us);
    if (first_us <= last_us) addAlong(buckets[s]!, first_us, last_us, each.min, each.max);
  });
}

/** Rows that wait in the tail. */
function takeTail({ signals, buckets, from_us, to_us, reach_us = 0, except }: Query, { tail }: NamedLog): void {
  const readers = readersOf(signals);
  const [first_us, end_us] = [from_us - reach_us, to_us + reach_us];
  for (const { topic, time_us, data } of tail) {
    if (topic !== "/state" || time_us < first_us || time_us >= end_us || except?.(time_us) === true) continue;
    for (let s = 0; s < readers.length; s++) {
      const value = believedIn(readers[s]!, data);
      addAt(buckets[s]!, time_us, value, value);
    }
  }
}
