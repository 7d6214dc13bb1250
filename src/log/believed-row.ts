// A logged row as people read it in a table: what the device did not believe is not there, and cells and thermistors are
// numbered from 1 as their headers are. Which flag vouches for a signal, and which signals are such numbers, stands in the
// signal tables. The log itself keeps every number, and counts from 0.

import { SIGNAL_NAMES, SIGNALS } from "../model/signals.ts";
import type { LogRow } from "./table.ts";

type Rule = {
  readonly signal: string;
  /** Signal whose flag vouches for all of it, and whose flags vouch for each element. */
  readonly flag: string | undefined;
  readonly flags: string | undefined;
  /** Added to the number: 1 where people count from 1. */
  readonly first: number;
  /** The value that stands for none; NaN: no value does. */
  readonly none: number;
};

const NAME_OF: ReadonlyMap<string, string> = new Map(SIGNAL_NAMES.map((name) => [SIGNALS[name]!.from, name]));

const nameOf = (path: string | undefined): string | undefined => (path === undefined ? undefined : NAME_OF.get(path));

const FIRST = { cell: 1, thermistor: 1, wire: 0 } as const;

const RULES: readonly Rule[] = SIGNAL_NAMES.flatMap((signal) => {
  const { validFrom, validEach, counts, none = counts === undefined ? Number.NaN : -1 } = SIGNALS[signal]!;
  if (validFrom === undefined && validEach === undefined && Number.isNaN(none)) return [];
  const first = counts === undefined ? 0 : FIRST[counts];
  return [{ signal, flag: nameOf(validFrom), flags: nameOf(validEach), first, none }];
});

/** The row without what was not believed (null), indexes as printed on the headers; null for the index of none. */
export function believedRow(row: LogRow): LogRow {
  const told: Record<string, unknown> = { ...row };
  for (const rule of RULES) if (rule.signal in row) told[rule.signal] = believed(rule, row);
  return told;
}

function believed(rule: Rule, row: LogRow): unknown {
  const { signal, flag, flags } = rule;
  const value = row[signal];
  const each = flags === undefined ? undefined : row[flags];
  const isDoubted = each === undefined && flag !== undefined && isOff(row[flag]);
  if (!Array.isArray(value)) return isDoubted ? null : numbered(value, rule);
  return value.map((element: unknown, i) =>
    isDoubted || (Array.isArray(each) && isOff(each[i])) ? null : numbered(element, rule),
  );
}

/** A log of another program may not have the flag: then the value stands. */
const isOff = (flag: unknown): boolean => flag === 0 || flag === false;

function numbered(value: unknown, { first, none }: Rule): unknown {
  if (value === none) return null;
  return typeof value === "number" ? value + first : value;
}
