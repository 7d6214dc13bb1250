// Our map of settings: one row of holding registers for each, by its row and its address; how a value becomes words and
// words a value. What is read is the setting in force, or what the session has staged.

import type { FaultName } from "../model/faults.ts";
import { FAULT_NUMBERS } from "../model/frozen-numbers.ts";
import type { Curve, Grid, SettingRow } from "../model/rows.ts";
import { SECRET_SETTINGS } from "../model/secrets.ts";
import { getSetting, type NamedSetting, SETTING_LIST, type SettingValue } from "../model/settings.ts";
import { MOST_X, MOST_Y } from "../model/values.ts";
import type { Register } from "./register.ts";
import { fieldOf, protectionAddress, SETTING_ADDRESSES } from "./setting-addresses.ts";
import { getNumber, getText, putNumber, putText, type WireType } from "./words.ts";

/** Offsets inside a curve and a table: counts first, then the axes, then the values, a row of MOST_X for each y. */
export const CURVE = { x: 2, y: 2 + 2 * MOST_X, words: 2 + 4 * MOST_X } as const;
export const TABLE = {
  x: 2,
  y: 2 + 2 * MOST_X,
  z: 2 + 2 * MOST_X + 2 * MOST_Y,
  words: 2 + 2 * MOST_X + 2 * MOST_Y + 2 * MOST_X * MOST_Y,
} as const;

/** A letter takes three bytes of UTF-8 at most. */
const textWords = (maxLength: number): number => Math.ceil((maxLength * 3) / 2);

export function settingType(row: SettingRow): WireType {
  switch (row.kind) {
    case "number":
      return "REAL32";
    case "integer":
      return row.min < 0 ? "S32" : "U32";
    case "flag":
    case "choice":
      return "U16";
    case "text":
      return "TEXT";
    case "curve":
      return "CURVE";
    case "grid":
      return "TABLE";
  }
}

export function settingWords(row: SettingRow): number {
  switch (row.kind) {
    case "number":
    case "integer":
      return 2;
    case "flag":
    case "choice":
      return 1;
    case "text":
      return textWords(row.maxLength);
    case "curve":
      return CURVE.words;
    case "grid":
      return TABLE.words;
  }
}

/** Writes the words of a value that fits its row. */
export function encodeSetting(row: SettingRow, value: SettingValue, out: Uint16Array, isLowFirst: boolean): void {
  out.fill(0, 0, settingWords(row));
  switch (row.kind) {
    case "number":
    case "integer":
      putNumber(out, 0, settingType(row), value as number, isLowFirst);
      break;
    case "flag":
      out[0] = value === true ? 1 : 0;
      break;
    case "choice":
      out[0] = row.choices.indexOf(value as string);
      break;
    case "text":
      putText(out, 0, settingWords(row), value as string);
      break;
    case "curve":
      putCurve(out, value as Curve, isLowFirst);
      break;
    case "grid":
      putGrid(out, value as Grid, isLowFirst);
  }
}

function putReals(out: Uint16Array, at: number, values: readonly number[], isLowFirst: boolean): void {
  for (let i = 0; i < values.length; i++) putNumber(out, at + 2 * i, "REAL32", values[i], isLowFirst);
}

function putCurve(out: Uint16Array, { x, y }: Curve, isLowFirst: boolean): void {
  out[0] = x.length;
  putReals(out, CURVE.x, x, isLowFirst);
  putReals(out, CURVE.y, y, isLowFirst);
}

function putGrid(out: Uint16Array, { x, y, z }: Grid, isLowFirst: boolean): void {
  out[0] = x.length;
  out[1] = y.length;
  putReals(out, TABLE.x, x, isLowFirst);
  putReals(out, TABLE.y, y, isLowFirst);
  for (let row = 0; row < y.length; row++)
    putReals(out, TABLE.z + 2 * MOST_X * row, z.slice(row * x.length, (row + 1) * x.length), isLowFirst);
}

/** The value that words make, whether or not it is in range; undefined where they make none. */
export function decodeSetting(row: SettingRow, words: Uint16Array, isLowFirst: boolean): SettingValue | undefined {
  switch (row.kind) {
    case "number":
    case "integer":
      return finite(getNumber(words, 0, settingType(row), isLowFirst));
    case "flag":
      return words[0] > 1 ? undefined : words[0] === 1;
    case "choice":
      return row.choices[words[0]];
    case "text":
      return decodedText(getText(words, 0, settingWords(row)));
    case "curve":
      return decodedCurve(words, isLowFirst);
    case "grid":
      return decodedGrid(words, isLowFirst);
  }
}

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);
/** Bytes that are no UTF-8 make no text. */
const decodedText = (text: string): string | undefined => (text.includes("\ufffd") ? undefined : text);

function reals(words: Uint16Array, at: number, count: number, isLowFirst: boolean): number[] {
  return Array.from({ length: count }, (_, i) => getNumber(words, at + 2 * i, "REAL32", isLowFirst));
}

function decodedCurve(words: Uint16Array, isLowFirst: boolean): Curve | undefined {
  const count = words[0];
  if (count < 1 || count > MOST_X) return undefined;
  return { x: reals(words, CURVE.x, count, isLowFirst), y: reals(words, CURVE.y, count, isLowFirst) };
}

function decodedGrid(words: Uint16Array, isLowFirst: boolean): Grid | undefined {
  const [columns, rows] = words;
  if (columns < 1 || columns > MOST_X || rows < 1 || rows > MOST_Y) return undefined;
  const z = Array.from({ length: rows }, (_, row) => reals(words, TABLE.z + 2 * MOST_X * row, columns, isLowFirst));
  return { x: reals(words, TABLE.x, columns, isLowFirst), y: reals(words, TABLE.y, rows, isLowFirst), z: z.flat() };
}

export type SettingRegister = Register & { readonly setting: NamedSetting };

/** The first register of a setting. */
export function settingAddress(name: string): number {
  const [group, fault, field] = name.split(".");
  if (group !== "protections") return SETTING_ADDRESSES[name as keyof typeof SETTING_ADDRESSES];
  return protectionAddress(FAULT_NUMBERS, fault as FaultName) + fieldOf(field);
}

/** Staged words stand above those in force; a password is never told. */
function registerOf(setting: NamedSetting): SettingRegister {
  const { name, row, group } = setting;
  const address = settingAddress(name);
  const words = settingWords(row);
  const isSecret = SECRET_SETTINGS.includes(name);
  return {
    ...{ table: "holding", map: "ours", address, type: settingType(row), words, count: 1, name },
    ...{ unit: "unit" in row ? row.unit : "none", help: helpOf(row), source: row.source ?? "O", setting },
    ...(group.access === "owner" ? {} : { written: "setting" as const }),
    read: ({ shown, isLowFirst, session }, _, out) => {
      if (isSecret) out.fill(0, 0, words);
      else encodeSetting(row, getSetting(shown.settings, name)!, out, isLowFirst);
      if (session.staged.size > 0 && !isSecret) overlay(session.staged, address, words, out);
    },
  };
}

/** Words that were staged in place of those that stand. */
export function overlay(staged: ReadonlyMap<number, number>, address: number, words: number, out: Uint16Array): void {
  for (let i = 0; i < words; i++) out[i] = staged.get(address + i) ?? out[i];
}

function helpOf(row: SettingRow): string {
  if (row.kind === "choice") return `${row.help} ${row.choices.map((choice, i) => `${i}: ${choice}`).join(", ")}.`;
  return row.help;
}

export const SETTING_REGISTERS: readonly SettingRegister[] = SETTING_LIST.map(registerOf);
