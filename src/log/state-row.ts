// A row of /state or /frame: all signals of a snapshot as one line of JSON, rounded as the log keeps them. Rows are made to
// pack well: what changes often stands first, numbers keep their width, and a number that has not moved by more than three
// quarters of its step stays as it was written. So a row differs from the one before in a few digits at the same places.

import { assert } from "../base/assert.ts";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import { SIGNAL_NAMES, SIGNALS } from "../model/signals.ts";
import { digitsOf, resolutionOf } from "./resolution.ts";
import type { LogMessage } from "./topics.ts";

/** A snapshot of the device (core/snapshot.ts): a number, or one per cell, thermistor, output or input. */
export type Signals = { readonly [name: string]: number | readonly number[] };

/** Rows of one topic; remembers what the last row said, and its bytes, in which a new row changes a few. */
export type StateRows = { readonly columns: readonly Column[]; readonly cells: number; bytes: Uint8Array };

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
  /** Key and value, and where they stand in the row's bytes. */
  text: string;
  at: number;
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
  return { columns: [...fast, ...real, ...rest].map(createColumn), cells, bytes: new Uint8Array(0) };
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
    at: 0,
  };
}

/** One row: a JSON object of numbers and lists of numbers by signal name; what is no number (NaN, infinite) is null. */
export const stateRow = (rows: StateRows, signals: Signals): string => decodeUtf8(rowBytes(rows, signals));

/** The row as a message of /state. `time_us` since 1970. */
export const stateMessage = (rows: StateRows, signals: Signals, time_us: number): LogMessage => ({
  topic: "/state",
  time_us,
  data: rowBytes(rows, signals).slice(),
});

/** The bytes of the last row with what is new written over them, or all anew where a number has become wider. */
function rowBytes(rows: StateRows, signals: Signals): Uint8Array {
  let isInPlace = rows.bytes.length > 0;
  for (const column of rows.columns) {
    const { text } = column;
    takeValue(column, signals[column.name], rows.cells);
    if (column.text === text) continue;
    if (column.text.length === text.length && isInPlace) overwrite(rows.bytes, column);
    else isInPlace = false;
  }
  if (!isInPlace) layOut(rows);
  return rows.bytes;
}

/** A signal that is not in the snapshot is not in the row. */
function takeValue(column: Column, value: number | readonly number[] | undefined, cells: number): void {
  if (typeof value === "number") takeNumber(column, value);
  else if (value !== undefined) takeList(column, value, column.isCell ? Math.min(cells, value.length) : value.length);
  else if (column.text !== "") {
    column.text = "";
    column.texts.length = 0;
  }
}

function overwrite(bytes: Uint8Array, { text, at }: Column): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
}

function layOut(rows: StateRows): void {
  const present = rows.columns.filter(({ text }) => text !== "");
  let at = 1;
  for (const column of present) {
    column.at = at;
    at += column.text.length + 1;
  }
  rows.bytes = encodeUtf8(`{${present.map(({ text }) => text).join(",")}}`);
}

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
