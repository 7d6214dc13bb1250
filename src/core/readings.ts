// Values that table rows name by path, read together in every tick. Each path works through the general lookup; those of
// the rows we ship are read by name in one function, because a lookup by key costs ten times as much. A row may be added to
// a table without touching such a function.

import type { Bms } from "./bms.ts";
import { numberAt, type Place, resolve } from "./path.ts";

/** The paths of a table, each once, those read by name first. A value's place here is its place in the readings. */
export const orderPaths = (named: readonly string[], table: readonly string[]): readonly string[] => [
  ...new Set([...named, ...table]),
];

/** The values as last read, and where those stand that no function reads by name. No part of the device's state. */
export type Readings = { readonly values: Float64Array; readonly others: readonly Place[] };

/** For one device. Asserts at once that every path exists. @param named how many of the paths are read by name */
export function createReadings(bms: Bms, paths: readonly string[], named: number): Readings {
  const places = paths.map((path) => resolve(bms, path));
  return { values: new Float64Array(paths.length), others: places.slice(named) };
}

/** Reads what is not read by name. @returns all values, in the order of the paths */
export function readOthers({ values, others }: Readings): Float64Array {
  const named = values.length - others.length;
  for (let i = 0; i < others.length; i++) values[named + i] = numberAt(others[i]);
  return values;
}
