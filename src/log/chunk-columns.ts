// Numbers of single signals out of the rows of one chunk, kept for the next time somebody looks at the same hours. A chunk of
// ten minutes is six megabytes of text and takes milliseconds to unpack; four columns of it are twenty kilobytes.

import { BELIEFS, decidingFlags } from "../model/signal-image.ts";
import { SUMMARY_NAME } from "./container.ts";
import { attachmentData } from "./log-chunk.ts";
import { readMessages } from "./log-file.ts";
import type { ChunkPlace } from "./records.ts";
import { createValueReader, type ValueReader, valueIn } from "./row-value.ts";
import { type Extremes, extremesOf, extremesOfSection } from "./summary-code.ts";
import { summarySections } from "./summary-records.ts";
import type { TailedLog } from "./tailed-log.ts";

/** A log with a name that no other log has; a log that grows keeps its name. */
export type NamedLog = TailedLog & {
  readonly name: string;
  /** A tail lies beside it, be there nothing in it just now; where it is not said, one lies there that has something in it. */
  readonly hasTail?: boolean;
};

/** One number of a signal: "current_A", "cells_V[3]". */
export type SignalPlace = { readonly signal: string; readonly name: string; readonly place: number };

export type Columns = { readonly time_us: Float64Array; readonly values: Map<string, Float64Array> };

export type ChartCache = {
  /** By log and offset of the chunk; the least recently used first. */
  readonly chunks: Map<string, Columns>;
  bytes: number;
  readonly limit_bytes: number;
  /** By log, its size, and signal. */
  readonly extremes: Map<string, readonly Extremes[]>;
};

const KEPT_bytes = 64 << 20;
const KEPT_EXTREMES = 4000;

export const createChartCache = (limit_bytes = KEPT_bytes): ChartCache => ({
  chunks: new Map(),
  bytes: 0,
  limit_bytes,
  extremes: new Map(),
});

/** Columns that are in the cache; undefined where one of them is not. */
export function cachedColumns(cache: ChartCache, log: NamedLog, place: ChunkPlace, signals: readonly SignalPlace[]) {
  const columns = cache.chunks.get(keyOf(log, place));
  return columns !== undefined && signals.every(({ signal }) => columns.values.has(signal)) ? columns : undefined;
}

/** Columns of some signals of the rows of a chunk, in one pass for all of them; a damaged chunk has none. */
export function columnsOf(
  cache: ChartCache,
  named: NamedLog,
  place: ChunkPlace,
  signals: readonly SignalPlace[],
): Columns {
  const key = keyOf(named, place);
  const kept = cache.chunks.get(key);
  const missing = signals.filter(({ signal }) => kept?.values.has(signal) !== true);
  if (kept !== undefined) {
    cache.chunks.delete(key); // the most recently used stands last
    cache.chunks.set(key, kept);
    if (missing.length === 0) return kept;
  }
  const read = readColumns(named, place, missing);
  const columns = { time_us: read.time_us, values: new Map([...(kept?.values ?? []), ...read.values]) };
  cache.bytes += bytesOf(columns) - (kept === undefined ? 0 : bytesOf(kept));
  cache.chunks.set(key, columns);
  forget(cache);
  return columns;
}

const keyOf = ({ name }: NamedLog, { offset }: ChunkPlace): string => `${name}@${offset}`;
const bytesOf = ({ time_us, values }: Columns): number => 8 * time_us.length * (1 + values.size);

function forget(cache: ChartCache): void {
  for (const [key, columns] of cache.chunks) {
    if (cache.bytes <= cache.limit_bytes || cache.chunks.size === 1) return;
    cache.chunks.delete(key);
    cache.bytes -= bytesOf(columns);
  }
}

function readColumns({ log }: NamedLog, place: ChunkPlace, signals: readonly SignalPlace[]): Columns {
  const readers = readersOf(signals);
  const time_us: number[] = [];
  const values = signals.map((): number[] => []);
  for (const message of readMessages({ ...log, chunks: [place] }, ["/state"])) {
    time_us.push(message.time_us);
    for (let i = 0; i < readers.length; i++) values[i]!.push(believedIn(readers[i]!, message.data));
  }
  return {
    time_us: Float64Array.from(time_us),
    values: new Map(signals.map(({ signal }, i) => [signal, Float64Array.from(values[i]!)])),
  };
}

/** A number of a row, the flags that vouch for it, and the number that stands for none. */
export type BelievedReader = {
  readonly value: ValueReader;
  readonly flags: readonly ValueReader[];
  readonly none: number;
};

export const readersOf = (signals: readonly SignalPlace[]): readonly BelievedReader[] =>
  signals.map(({ name, place }) => ({
    value: createValueReader(name, place),
    flags: flagsOf(name, place).map((flag) => createValueReader(flag.name, flag.place)),
    none: BELIEFS.get(name)!.none,
  }));

/** The flags that vouch for a number; none where nobody does. */
export function flagsOf(name: string, place: number): readonly SignalPlace[] {
  const belief = BELIEFS.get(name)!;
  return decidingFlags(belief).map((flag) =>
    belief.each === undefined
      ? { signal: flag, name: flag, place: -1 }
      : { signal: `${flag}[${place}]`, name: flag, place },
  );
}

/** NaN where it was not believed, or stood for none. A log of another program may not have the flag: then the value stands. */
export function believedIn({ value, flags, none }: BelievedReader, row: Uint8Array): number {
  for (let i = 0; i < flags.length; i++) if (valueIn(flags[i]!, row) === 0) return Number.NaN;
  const number = valueIn(value, row);
  return number === none ? Number.NaN : number;
}

/** The extremes of all chunks of a log, signal by signal; none where it has no summary. */
export function extremesIn(
  cache: ChartCache,
  named: NamedLog,
  signals: readonly SignalPlace[],
): readonly (readonly Extremes[])[] {
  const keyOfSignal = ({ signal }: SignalPlace): string => `${named.name}:${named.log.size} ${signal}`;
  if (cache.extremes.size + signals.length > KEPT_EXTREMES) cache.extremes.clear();
  const missing = signals.filter((place) => !cache.extremes.has(keyOfSignal(place)));
  const found = missing.length === 0 ? [] : readExtremes(named, missing);
  for (const [i, place] of missing.entries()) cache.extremes.set(keyOfSignal(place), found[i]!);
  return signals.map((place) => cache.extremes.get(keyOfSignal(place)) ?? []);
}

function readExtremes({ log }: NamedLog, signals: readonly SignalPlace[]): readonly Extremes[][] {
  const attachments = log.attachments.filter((each) => each.name === SUMMARY_NAME);
  const packed = attachments.flatMap((each) => attachmentData(log.read, each) ?? []);
  const loose = attachments.length > 0 ? [] : summarySections(log.read, log.summaries, log.decompress);
  return signals.map(({ name, place }) => {
    const element = Math.max(0, place);
    return [
      ...packed.map((bytes) => extremesOf(bytes, name, element)),
      ...loose.map((section) => extremesOfSection(section, name, element)),
    ].filter((each) => each !== undefined);
  });
}
