// How a saved state of an older program becomes one of this program: one step for each version, from it to the next.
// A step renames, converts or drops entries by name. Entries that are new need no step: they keep the value of a new
// device; entries nobody knows any more are ignored and named in the answer.

import type { Entries } from "./state-entries.ts";

export type Migrations = { readonly [from: number]: (entries: Entries) => void };

/** Raise when a kept value changes its name, unit or meaning, and add the step from the version before. */
export const SCHEMA_VERSION = 1;
export const MIGRATIONS: Migrations = {};

/** Takes entries of version `from` to version `to`, in place. */
export function migrate(entries: Entries, from: number, to: number, steps: Migrations): void {
  for (let version = from; version < to; version++) steps[version]?.(entries);
}

/** For steps: gives an entry another name and its values another unit. */
export function renameEntry(entries: Entries, from: string, to: string, factor = 1): void {
  const values = entries.get(from);
  if (values === undefined) return;
  entries.set(
    to,
    values.map((value) => value * factor),
  );
  entries.delete(from);
}
