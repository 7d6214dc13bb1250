// What a log's summary says of one chunk and some signals: least and largest value, and whether all of it was believed. The summary
// knows numbers and not belief; that is said by the extremes of the flags that vouch for them.

import { BELIEFS } from "../model/signal-image.ts";
import { type ChartCache, extremesIn, flagsOf, type NamedLog, type SignalPlace } from "./chunk-columns.ts";
import type { ChunkPlace } from "./records.ts";
import type { Extremes } from "./summary-code.ts";

/** Extremes of a log, signal by signal, and of the flags that vouch for them. */
export type LogExtremes = {
  readonly none: readonly number[];
  readonly values: readonly (readonly Extremes[])[];
  readonly flags: readonly (readonly (readonly Extremes[])[])[];
};

export type ChunkExtremes = {
  readonly from_us: number;
  readonly to_us: number;
  readonly min: number;
  readonly max: number;
  /** Some of it was not believed, so that an extreme may be a number that was none. */
  readonly isDoubtful: boolean;
};

export function logExtremes(cache: ChartCache, log: NamedLog, signals: readonly SignalPlace[]): LogExtremes {
  const flags = signals.map(({ name, place }) => flagsOf(name, place));
  const found = extremesIn(cache, log, [...signals, ...flags.flat()]);
  let at = signals.length;
  return {
    none: signals.map(({ name }) => BELIEFS.get(name)!.none),
    values: found.slice(0, signals.length),
    flags: flags.map((vouching) => vouching.map(() => found[at++]!)),
  };
}

/** Signal by signal; undefined where nothing of it was believed. No list at all: the summary does not have this chunk. */
export function chunkExtremes(
  { none, values, flags }: LogExtremes,
  place: ChunkPlace,
): readonly (ChunkExtremes | undefined)[] | undefined {
  const entries = values.map((sections) => entryOf(sections, place));
  if (entries.every((entry) => entry === undefined)) return undefined;
  return entries.map((entry, s) => {
    if (entry === undefined) return undefined;
    const vouching = flags[s]!.map((sections) => entryOf(sections, place));
    const isNothing = vouching.some((flag) => flag?.max === 0) || (entry.min === none[s] && entry.max === none[s]);
    const isDoubtful = vouching.some((flag) => flag?.min === 0) || entry.min === none[s] || entry.max === none[s];
    return isNothing ? undefined : { ...entry, isDoubtful };
  });
}

type Entry = Omit<ChunkExtremes, "isDoubtful">;

function entryOf(sections: readonly Extremes[], { from_us, to_us }: ChunkPlace): Entry | undefined {
  for (const extremes of sections) {
    const at = placeIn(extremes.from_us, from_us);
    if (at < 0 || extremes.from_us[at]! < from_us || extremes.to_us[at]! > to_us) continue;
    return {
      ...{ from_us: extremes.from_us[at]!, to_us: extremes.to_us[at]! },
      ...{ min: extremes.min[at]!, max: extremes.max[at]! },
    };
  }
  return undefined;
}

/** Chunks are this long at most. */
const LONGEST_us = 1_000_000_000;

/** The first entry at or after a time; the clock may have been set back between chunks, then they are looked through. */
function placeIn(times_us: Float64Array, from_us: number): number {
  let [low, high] = [0, times_us.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times_us[middle]! < from_us) low = middle + 1;
    else high = middle;
  }
  return low < times_us.length && times_us[low]! - from_us < LONGEST_us ? low : times_us.indexOf(from_us);
}
