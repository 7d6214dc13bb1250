// A logged row as people read it in a table: what the device did not believe is not there, and cells and thermistors are
// numbered from 1 as their headers are. Which flags vouch for a signal, and which signals are such numbers, stands in the
// signal tables. The log itself keeps every number, and counts from 0.

import { BELIEFS, type Belief } from "../model/signal-image.ts";
import type { LogRow } from "./table.ts";

type Rule = Belief & { readonly signal: string };

const RULES: readonly Rule[] = [...BELIEFS].flatMap(([signal, belief]) => {
  const { flags, each, none } = belief;
  return flags.length === 0 && each === undefined && Number.isNaN(none) ? [] : [{ signal, ...belief }];
});

/** The row without what was not believed (null), indexes as printed on the headers; null for the index of none. */
export function believedRow(row: LogRow): LogRow {
  const told: Record<string, unknown> = { ...row };
  for (const rule of RULES) if (rule.signal in row) told[rule.signal] = believed(rule, row);
  return told;
}

function believed(rule: Rule, row: LogRow): unknown {
  const { signal, flags } = rule;
  const value = row[signal];
  const each = rule.each === undefined ? undefined : row[rule.each];
  const isDoubted = each === undefined && flags.some((flag) => isOff(row[flag]));
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
