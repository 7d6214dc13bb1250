// Values that table rows name by path, read in one pass in every tick. Each path works through the general lookup; for the
// rows we ship there is a list read by name, because a lookup by key costs ten times as much. A row may be added to a table
// without touching such a list.

import type { Bms } from "./bms.ts";
import { numberAt, type Place, resolve } from "./path.ts";

/** Paths with a function that writes their values, in the same order, to the beginning of an array. */
export type NamedValues = {
  readonly paths: readonly string[];
  readonly read: (bms: Bms, values: Float64Array) => void;
};

/** The paths of a table: those read by name first. A value's place here is its place among the values. */
export const pathsOf = (named: NamedValues, table: readonly string[]): readonly string[] => [
  ...new Set([...named.paths, ...table]),
];

/** The values as last read; no part of the device's state. */
export type Readings = {
  readonly values: Float64Array;
  readonly named: NamedValues;
  readonly others: readonly Place[];
};

/** For one device. Asserts at once that every path exists. */
export function createReadings(bms: Bms, named: NamedValues, paths: readonly string[]): Readings {
  const others = paths.map((path) => resolve(bms, path)).slice(named.paths.length);
  return { values: new Float64Array(paths.length), named, others };
}

/** Reads all of them. @returns the values in the order of the paths */
export function readAll(bms: Bms, { values, named, others }: Readings): Float64Array {
  named.read(bms, values);
  for (let i = 0; i < others.length; i++) values[named.paths.length + i] = numberAt(others[i]);
  return values;
}
