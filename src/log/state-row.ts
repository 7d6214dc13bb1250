// A row of /state or /frame: all signals of a snapshot as one line of JSON, rounded as the log keeps them. Rows are made to
// pack well: what changes often stands first, numbers keep their width, and a number that has not moved by more than three
// quarters of its step stays as it was written. So a row differs from the one before in a few digits at the same places.

import { assert } from "../base/assert.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import { SIGNAL_NAMES, SIGNALS } from "../model/signals.ts";
import { digitsOf, resolutionOf } from "./resolution.ts";
import type { LogMessage } from "./topics.ts";

/** A snapshot of the device (core/snapshot.ts): a number, or one per cell, thermistor, output or input. */
export type Signals = { readonly [name: string]: number | readonly number[] };

/** Rows of one file and topic; remembers what the last row said. */
export type StateRows = { readonly columns: readonly Column[]; readonly cells: number };

type Column = {
  readonly name: string;
  readonly step: number;
  readonly digits: number;
  readonly isCell: boolean;
  /** A value below zero that means "none" (its row's minimum is -1): kept exactly. */
  readonly hasNone: boolean;
  /** Values as they were rounded for the text; one for a plain number. */
  readonly held: number[];
  readonly texts: string[];
  readonly isList: boolean;
  /** Characters of the widest number so far. */
  width: number;
  text: string;
};

const NONE = -1;
/** Part of a step by which a signal must have left the value written last before a new one is written. */
const STILL = 0.75;

/** Signals that change in nearly every row, in the order in which they change least together. */
export const VOLATILE: readonly string[] = `
  current_A dischargeCurrent_A chargeCurrent_A power_W averageCurrent_A supply_V battery_V cells_V cellSoc maxCell
  minCell hall_V spread_V minCell_V maxCell_V averageCell_V minRest_V maxRest_V remaining_Ah dod_Ah charged_Ah
  discharged_Ah remaining_Wh received_Wh delivered_Wh soc internalSoc dod timeToEmpty_s timeToFull_s cellOcv_V
  cellSocBound cellResistance_Ohm board_degC heatSink_degC
`
  .trim()
  .split(/\s+/);

/**
 * Rows of all signals.
 * @param cells of the signals that are one per cell, how many are written: 0 leaves these signals out
 */
export function createStateRows(cells: number): StateRows {
  assert(Number.isInteger(cells) && cells >= 0 && cells <= 18, "cells are 0 to 18");
  const names = SIGNAL_NAMES.filter((name) => cells > 0 || SIGNALS[name]!.per !== "cell");
  const real = names.filter((name) => !VOLATILE.includes(name) && resolutionOf(name) > 0);
  const fast = VOLATILE.filter((name) => names.includes(name));
  const rest = names.filter((name) => !fast.includes(name) && !real.includes(name));
  return { columns: [...fast, ...real, ...rest].map(createColumn), cells };
}

function createColumn(name: string): Column {
  const { per, min } = SIGNALS[name]!;
  const step = resolutionOf(name);
  return {
    name,
    step,
    digits: digitsOf(step),
    isCell: per === "cell",
    hasNone: min === NONE,
    held: [],
    texts: [],
    isList: per !== undefined,
    width: 0,
    text: "",
  };
}

/** One row: a JSON object of numbers and lists of numbers by signal name; what is no number (NaN, infinite) is null. */
export function stateRow({ columns, cells }: StateRows, signals: Signals): string {
  let row = "";
  for (const column of columns) {
    const value = signals[column.name];
    if (value === undefined) continue;
    if (typeof value === "number") takeNumber(column, value);
    else takeList(column, value, column.isCell ? Math.min(cells, value.length) : value.length);
    row += row === "" ? column.text : `,${column.text}`;
  }
  return `{${row}}`;
}

/** The row as a message of /state. `time_us` since 1970. */
export const stateMessage = (rows: StateRows, signals: Signals, time_us: number): LogMessage => ({
  topic: "/state",
  time_us,
  data: encodeUtf8(stateRow(rows, signals)),
});

function takeNumber(column: Column, value: number): void {
  if (isStill(column, 0, value)) return;
  write(column, 0, value);
  column.text = `"${column.name}":${padded(column, 0)}`;
}

function takeList(column: Column, values: readonly number[], length: number): void {
  let changed = column.texts.length !== length;
  column.texts.length = length;
  for (let i = 0; i < length; i++) {
    if (isStill(column, i, values[i]!)) continue;
    write(column, i, values[i]!);
    changed = true;
  }
  if (!changed) return;
  column.text = `"${column.name}":[${column.texts.map((_, i) => padded(column, i)).join(",")}]`;
}

/** NaN is still NaN: only what was written and has hardly moved stays. */
function isStill({ held, step, texts, hasNone }: Column, i: number, value: number): boolean {
  if (texts[i] === undefined) return false;
  const last = held[i]!;
  if (hasNone && value === NONE) return last === NONE;
  if (hasNone && last === NONE) return false;
  return (
    last === value || Math.abs(value - last) <= STILL * step || (!Number.isFinite(value) && !Number.isFinite(last))
  );
}

function write(column: Column, i: number, value: number): void {
  const { step, digits } = column;
  const isExact = step === 0 || (column.hasNone && value === NONE);
  const rounded = isExact ? value : Math.round(value / step) * step;
  column.held[i] = rounded;
  column.texts[i] = Number.isFinite(rounded) ? (isExact ? String(value) : rounded.toFixed(digits)) : "null";
  column.width = Math.max(column.width, column.texts[i]!.length);
}

const padded = (column: Column, i: number): string => column.texts[i]!.padStart(column.width);
