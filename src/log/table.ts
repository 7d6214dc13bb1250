// The rows of a log as a table: which columns a channel's rows have, and the values of one row in their order. The
// exporters (CSV, Parquet) and the replay's comparison write from it. Names, kinds and words come from the signal
// tables; a name this program does not know keeps the kind of its first value, so that old and newer logs export too.

import { decodeUtf8 } from "../base/utf8.ts";
import type { SignalRow, Unit } from "../model/rows.ts";
import { SIGNAL_NAMES, SIGNALS } from "../model/signals.ts";

export type ColumnKind = "real" | "integer" | "flag" | "word";

export type Column = {
  /** As it stands over the column: "battery_V", or "cells_V.cell1" for an element; elements count from 1. */
  readonly name: string;
  /** The signal, and which element of it; -1 for the value itself. */
  readonly signal: string;
  readonly element: number;
  readonly kind: ColumnKind;
  readonly unit: Unit | "";
  /** The word of each code from 0, where the signal is a code. */
  readonly words: readonly string[];
  /** What an index is one of (model/rows.ts). */
  readonly counts?: SignalRow["counts"];
};

export type RowValue = number | string | boolean | null;
export type LogRow = Readonly<Record<string, unknown>>;

const ELEMENT_NAMES: Readonly<Record<NonNullable<SignalRow["per"]>, string>> = {
  cell: "cell",
  thermistor: "thermistor",
  output: "output",
  input: "input",
  inputSignal: "inputSignal",
  point: "point",
  "temperature class": "class",
  "charge class": "class",
  horizon: "horizon",
  measurement: "measurement",
};
const NO_WORDS: readonly string[] = [];
const ORDER: ReadonlyMap<string, number> = new Map(SIGNAL_NAMES.map((name, i) => [name, i]));

/** The columns of rows like this one: the signals in the order of the tables, then what they do not know by name. */
export function columnsOf(row: LogRow): readonly Column[] {
  return Object.keys(row)
    .sort(byTable)
    .flatMap((name) => columnsOfSignal(name, row[name]));
}

/** Whether a column belongs to a single cell: the vendor's second log holds these. */
export const isOfCell = ({ signal }: Column): boolean => SIGNALS[signal]?.per === "cell";

/** Whether a column is meant by a name: that of its signal or its own, where "*" stands for anything. */
export function isMeant({ signal, name }: Column, wish: string): boolean {
  if (!wish.includes("*")) return signal === wish || name === wish;
  const pattern = new RegExp(`^${wish.replaceAll(/[^\w*]/g, "\\$&").replaceAll("*", ".*")}$`);
  return pattern.test(signal) || pattern.test(name);
}

const plain = (name: string, kind: ColumnKind, unit: Unit | "" = ""): Column => ({
  name,
  signal: name,
  element: -1,
  kind,
  unit,
  words: NO_WORDS,
});

/** The columns of the channel /events (model/events.ts); hashes stay in the log. */
export const EVENT_COLUMNS: readonly Column[] = [
  plain("sequence", "integer"),
  plain("severity", "word"),
  plain("code", "word"),
  plain("subject", "word"),
  plain("value", "real"),
  plain("limit", "real"),
  plain("actor", "word"),
  plain("source", "word"),
  plain("clock", "word"),
  plain("uptime_s", "real", "s"),
  plain("text", "word"),
];

function byTable(a: string, b: string): number {
  const difference = (ORDER.get(a) ?? ORDER.size) - (ORDER.get(b) ?? ORDER.size);
  if (difference !== 0) return difference;
  return a < b ? -1 : 1;
}

function columnsOfSignal(signal: string, value: unknown): readonly Column[] {
  const row = SIGNALS[signal];
  const words = row?.codes ?? NO_WORDS;
  const kind = kindOf(row, Array.isArray(value) ? value[0] : value);
  const counted = row?.counts === undefined ? {} : { counts: row.counts };
  const common = { signal, kind, unit: row?.unit ?? "", words, ...counted } as const;
  if (!Array.isArray(value)) return [{ ...common, name: signal, element: -1 }];
  const element = row?.per === undefined ? "" : ELEMENT_NAMES[row.per];
  return value.map((_, i) => ({ ...common, name: `${signal}.${element}${i + 1}`, element: i }));
}

function kindOf(row: SignalRow | undefined, value: unknown): ColumnKind {
  if (row !== undefined) return row.type === "code" ? "word" : row.type;
  if (typeof value === "boolean") return "flag";
  return typeof value === "number" || value === null ? "real" : "word";
}

/** The value of a column in a row: null where it has none, or one of another kind; an unknown code is told by its number. */
export function columnValue(column: Column, row: LogRow): RowValue {
  const whole = row[column.signal];
  const value: unknown = column.element < 0 ? whole : (whole as readonly unknown[] | undefined)?.[column.element];
  if (value === undefined || value === null) return null;
  switch (column.kind) {
    case "word":
      return typeof value === "number" ? (column.words[value] ?? String(value)) : wordOf(value);
    case "flag":
      return value === true || value === 1;
    case "real":
    case "integer":
      return typeof value === "number" ? value : null;
  }
}

const wordOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The object a message on a JSON channel holds; undefined where its bytes are no such text. */
export function rowOf(data: Uint8Array): LogRow | undefined {
  try {
    const value: unknown = JSON.parse(decodeUtf8(data));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as LogRow) : undefined;
  } catch {
    return undefined;
  }
}
