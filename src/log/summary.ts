// The smallest and largest value of every signal in every chunk of /state, so that a month is drawn without unpacking it.
// Behind each chunk stands a record of its own kind (opcodes 0x80 and above are free for that; every reader steps over
// them); a finished file has them all once more, in one attachment with the entries of each signal together.
// Numbers are multiples of the signal's step in the log. A program of another version reads them by the names beside them.

import { SIGNALS } from "../model/signals.ts";
import { resolutionOf } from "./resolution.ts";
import { changesIn, layoutOf, type RowLayout } from "./row-layout.ts";
import { type LogRow, rowOf } from "./table.ts";
import type { LogMessage } from "./topics.ts";

/** Signals of the rows: name, how many numbers (0: one plain number), and the step of the numbers; 0 counts as 1. */
export type SummaryColumn = readonly [name: string, length: number, step: number];

/** Chunks with the same columns. */
export type SummarySection = { readonly columns: readonly SummaryColumn[]; readonly entries: SummaryEntry[] };

/** One chunk: its times and, for each number of the columns in order, the extremes in steps; NaN where it had none. */
export type SummaryEntry = {
  readonly from_us: number;
  readonly to_us: number;
  readonly min: Float64Array;
  readonly max: Float64Array;
};

export const widthOf = (columns: readonly SummaryColumn[]): number =>
  columns.reduce((sum, [, length]) => sum + Math.max(1, length), 0);

export const sameColumns = (a: readonly SummaryColumn[], b: readonly SummaryColumn[]): boolean =>
  a.length === b.length &&
  a.every(([name, length, step], i) => b[i]![0] === name && b[i]![1] === length && b[i]![2] === step);

/** Columns and extremes of the rows of /state among some messages, all of one chunk; undefined where there is no row. */
export function summarise(
  messages: readonly LogMessage[],
): { readonly columns: readonly SummaryColumn[]; readonly entry: SummaryEntry } | undefined {
  const states = messages.filter(({ topic }) => topic === "/state");
  const first = states[0];
  if (first === undefined) return undefined;
  const columns = columnsOf(signalsOf(first));
  if (columns.length === 0) return undefined;
  const width = widthOf(columns);
  const min = new Float64Array(width).fill(Infinity);
  const max = new Float64Array(width).fill(-Infinity);
  let [from_us, to_us] = [first.time_us, first.time_us];
  let layout: RowLayout | undefined;
  const slots: number[] = [];
  const values: number[] = [];
  for (const message of states) {
    from_us = Math.min(from_us, message.time_us);
    to_us = Math.max(to_us, message.time_us);
    if (layout !== undefined && changesIn(layout, message.data, slots, values)) {
      for (let i = 0; i < slots.length; i++) takeNumber(values[i], slots[i]!, min, max);
      continue;
    }
    const row = signalsOf(message);
    takeRow(columns, row, min, max);
    layout = sameColumns(columnsOf(row), columns) ? layoutOf(message.data, width) : undefined;
  }
  toSteps(columns, min, max);
  return { columns, entry: { from_us, to_us, min, max } };
}

/** A message that is no row has no signals. */
const signalsOf = ({ data }: LogMessage): LogRow => rowOf(data) ?? {};

function columnsOf(row: LogRow): SummaryColumn[] {
  const names = Object.keys(row).filter((name) => Object.hasOwn(SIGNALS, name));
  return names.map((name) => [
    name,
    Array.isArray(row[name]) ? (row[name] as unknown[]).length : 0,
    resolutionOf(name),
  ]);
}

function takeRow(columns: readonly SummaryColumn[], row: LogRow, min: Float64Array, max: Float64Array): void {
  let at = 0;
  for (const [name, length] of columns) {
    const value = row[name];
    if (length === 0) takeNumber(value, at++, min, max);
    else for (let i = 0; i < length; i++) takeNumber(Array.isArray(value) ? value[i] : undefined, at++, min, max);
  }
}

function takeNumber(value: unknown, at: number, min: Float64Array, max: Float64Array): void {
  if (typeof value !== "number" || Number.isNaN(value)) return;
  if (value < min[at]!) min[at] = value;
  if (value > max[at]!) max[at] = value;
}

function toSteps(columns: readonly SummaryColumn[], min: Float64Array, max: Float64Array): void {
  let at = 0;
  for (const [, length, step] of columns) {
    for (let i = 0; i < Math.max(1, length); i++, at++) {
      const isThere = min[at]! <= max[at]!;
      min[at] = isThere ? Math.round(min[at]! / (step || 1)) : Number.NaN;
      max[at] = isThere ? Math.round(max[at]! / (step || 1)) : Number.NaN;
    }
  }
}
