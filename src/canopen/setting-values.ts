// How a setting goes over the bus: its data type and limits by its row, its value as bytes and back. A curve or table is a domain:
// columns u16, rows u16 (0 for a curve), then the x axis, the y axis (not for a curve), and the values row by row, all REAL32, low
// byte first.

import { shortest } from "../base/shortest.ts";
import type { Curve, Grid, SettingRow } from "../model/rows.ts";
import type { SettingValue } from "../model/settings.ts";
import { judgeValue, MOST_X, MOST_Y } from "../model/values.ts";
import { ABORT, type AbortCode } from "./abort-codes.ts";
import { numberBytes, numberOf, textBytes, textOf } from "./data-types.ts";
import type { Entry } from "./object.ts";

const HEAD = 4;
const MOST_CURVE = HEAD + 8 * MOST_X;
const MOST_GRID = HEAD + 4 * (MOST_X + MOST_Y + MOST_X * MOST_Y);
/** A letter takes three bytes of UTF-8 at most. */
const LETTER = 3;

/** The part of an entry that follows from a setting's row. */
export function settingShape(row: SettingRow): Pick<Entry, "type"> & Partial<Entry> {
  switch (row.kind) {
    case "number":
      return { type: "real32", low: Math.fround(row.min), high: Math.fround(row.max), preset: row.default };
    case "integer":
      return { type: row.min < 0 ? "i32" : "u32", low: row.min, high: row.max, preset: row.default };
    case "flag":
      return { type: "boolean", low: 0, high: 1, preset: row.default ? 1 : 0, words: ["no", "yes"] };
    case "choice":
      return {
        ...{ type: "u8", low: 0, high: row.choices.length - 1, words: row.choices },
        preset: row.choices.indexOf(row.default),
      };
    case "text":
      return { type: "visibleString", maxLength: LETTER * row.maxLength, preset: row.default };
    case "curve":
      return { type: "domain", maxLength: MOST_CURVE, form: "curve" };
    case "grid":
      return { type: "domain", maxLength: MOST_GRID, form: "table" };
  }
}

/** A value that fits its row, as bytes. */
export function settingBytes(row: SettingRow, value: SettingValue): Uint8Array {
  switch (row.kind) {
    case "number":
      return numberBytes("real32", value as number);
    case "integer":
      return numberBytes(row.min < 0 ? "i32" : "u32", value as number);
    case "flag":
      return numberBytes("boolean", value === true ? 1 : 0);
    case "choice":
      return numberBytes("u8", row.choices.indexOf(value as string));
    case "text":
      return textBytes(value as string);
    case "curve":
      return curveBytes(value as Curve);
    case "grid":
      return gridBytes(value as Grid);
  }
}

/** A curve as a domain. */
export const curveBytes = ({ x, y }: Curve): Uint8Array => tableBytes(x.length, 0, [x, y]);
/** A table as a domain. */
export const gridBytes = ({ x, y, z }: Grid): Uint8Array => tableBytes(x.length, y.length, [x, y, z]);

function tableBytes(columns: number, rows: number, parts: readonly (readonly number[])[]): Uint8Array {
  const values = parts.flat();
  const bytes = new Uint8Array(HEAD + 4 * values.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, columns, true);
  view.setUint16(2, rows, true);
  for (let i = 0; i < values.length; i++) view.setFloat32(HEAD + 4 * i, values[i], true);
  return bytes;
}

export type Decoded = { readonly value: SettingValue } | AbortCode;

/** The value that bytes make, judged against its row. Numbers are the shortest decimals that are these REAL32. */
export function settingOf(row: SettingRow, bytes: Uint8Array): Decoded {
  const decoded = decode(row, bytes);
  if (typeof decoded === "number" || judgeValue(row, decoded.value) === undefined) return decoded;
  return row.kind === "text" ? ABORT.tooLong : ABORT.value;
}

/** Why bytes that were refused are no value, in words. */
export function whyNot(row: SettingRow, bytes: Uint8Array): string {
  const decoded = decode(row, bytes);
  return (
    (typeof decoded === "number" ? undefined : judgeValue(row, decoded.value)) ?? "is no value: the bytes make none"
  );
}

const made = (value: SettingValue | undefined): Decoded => (value === undefined ? ABORT.value : { value });

function decode(row: SettingRow, bytes: Uint8Array): Decoded {
  switch (row.kind) {
    case "number":
      return { value: shortest(numberOf("real32", bytes)) };
    case "integer":
      return { value: numberOf(row.min < 0 ? "i32" : "u32", bytes) };
    case "flag":
      return { value: bytes[0] === 1 };
    case "choice":
      return made(row.choices[bytes[0]]);
    case "text":
      return made(decodedText(bytes));
    case "curve":
      return decodedCurve(bytes);
    case "grid":
      return decodedGrid(bytes);
  }
}

/** Bytes that are no UTF-8 make no text. */
function decodedText(bytes: Uint8Array): string | undefined {
  const text = textOf(bytes);
  return text.includes("\ufffd") ? undefined : text;
}

type Head = {
  readonly columns: number;
  readonly rows: number;
  readonly at: (first: number, count: number) => number[];
};

/** Counts, and the numbers after them; or what is wrong with the length. */
function readTable(bytes: Uint8Array, numbersOf: (columns: number, rows: number) => number): Head | AbortCode {
  if (bytes.length < HEAD) return ABORT.tooShort;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [columns, rows] = [view.getUint16(0, true), view.getUint16(2, true)];
  const length = HEAD + 4 * numbersOf(columns, rows);
  if (bytes.length !== length) return bytes.length > length ? ABORT.tooLong : ABORT.tooShort;
  const at = (first: number, count: number): number[] =>
    Array.from({ length: count }, (_, i) => shortest(view.getFloat32(HEAD + 4 * (first + i), true)));
  return { columns, rows, at };
}

/** The curve in a domain, whatever its values. */
export function decodedCurve(bytes: Uint8Array): { readonly value: Curve } | AbortCode {
  const table = readTable(bytes, (columns) => 2 * columns);
  if (typeof table === "number") return table;
  const { columns, rows, at } = table;
  return rows === 0 ? { value: { x: at(0, columns), y: at(columns, columns) } } : ABORT.value;
}

/** The table in a domain, whatever its values. */
export function decodedGrid(bytes: Uint8Array): { readonly value: Grid } | AbortCode {
  const table = readTable(bytes, (columns, rows) => columns + rows + columns * rows);
  if (typeof table === "number") return table;
  const { columns, rows, at } = table;
  return { value: { x: at(0, columns), y: at(columns, rows), z: at(columns + rows, columns * rows) } };
}
