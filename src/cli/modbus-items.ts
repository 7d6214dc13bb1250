// What is to be read or written over Modbus, from what was typed: a name of our map, of the vendor's or of SunSpec, or a
// plain address with a type; and how words become what a person reads.

import { type NamedValue, named, REGISTER_NAMES } from "../modbus/names.ts";
import type { Table } from "../modbus/register.ts";
import { decodeSetting } from "../modbus/setting-registers.ts";
import { getNumber, getText, type WireType, widthOf } from "../modbus/words.ts";
import { SETTING_BY_NAME, type SettingValue } from "../model/settings.ts";
import { SIGNALS } from "../model/signals.ts";
import { suggestion } from "../sim/scenario/nearest.ts";
import { UsageError } from "./usage-error.ts";

export type Item = {
  /** As it was typed. */
  readonly label: string;
  readonly table: Table;
  readonly address: number;
  readonly type: WireType;
  /** Registers, or bits, of one value, and how many values. */
  readonly words: number;
  readonly count: number;
  readonly unit: string;
  readonly named: NamedValue | undefined;
};

/** null: not known to the device now. */
export type ItemValue = number | string | boolean | SettingValue | null | readonly (number | string | null)[];

const TABLES: Readonly<Record<string, Table>> = {
  ...{ i: "input", input: "input", h: "holding", holding: "holding", r: "holding" },
  ...{ c: "coil", coil: "coil", d: "discrete", discrete: "discrete" },
};
const TYPES: Readonly<Record<string, WireType>> = {
  ...{ u16: "U16", s16: "S16", u32: "U32", s32: "S32", f32: "REAL32", text: "TEXT", hex: "BITS16", hex32: "BITS32" },
};

export const ITEM_HELP = `
Registers are named (soc, cells_V, cells_V[3], battery.cells, vendor.current_A, 802.SoC; docs/modbus.md lists them) or
given as TABLE:ADDRESS[:TYPE[:COUNT]]: TABLE is i (input), h (holding), d (discrete) or c (coil), TYPE is u16, s16, u32,
s32, f32, hex, hex32 or text. i:0x2007:hex32 is the vendor's word of errors.`;

/** Throws UsageError where there is no such register. */
export function itemOf(text: string): Item {
  const plain = /^([a-z]+):(0x[0-9a-f]+|\d+)(?::([a-z][a-z0-9]*))?(?::(\d+))?$/i.exec(text);
  return plain === null ? namedItem(text) : plainItem(text, plain.slice(1));
}

function namedItem(text: string): Item {
  const found = named(text);
  const several = named(text.replace(/\[\d+\]$/, ""));
  if (found === undefined && several !== undefined && text.endsWith("]"))
    throw new UsageError(
      `"${text}": ${several.register.name} has ${several.register.count === 1 ? "one value" : `values 1 to ${several.register.count}`}`,
    );
  if (found === undefined)
    throw new UsageError(`there is no register "${text}"${suggestion(text.replace(/\[.*$/, ""), REGISTER_NAMES)}`);
  const { register, element } = found;
  const { table, type, words, unit } = register;
  const address = register.address + (element ?? 0) * words;
  return {
    label: text,
    table,
    address,
    type,
    words,
    count: element === undefined ? register.count : 1,
    unit,
    named: found,
  };
}

function plainItem(
  label: string,
  [tableText = "", addressText = "", typeText, countText]: readonly (string | undefined)[],
): Item {
  const table = TABLES[tableText.toLowerCase()];
  if (table === undefined) throw new UsageError(`"${tableText}" in "${label}" is no table: i, h, d or c`);
  const address = Number(addressText);
  const type = TYPES[(typeText ?? "u16").toLowerCase()];
  if (type === undefined)
    throw new UsageError(`"${typeText}" in "${label}" is no type: ${Object.keys(TYPES).join(", ")}`);
  const isBits = table === "coil" || table === "discrete";
  if (isBits && typeText !== undefined && typeText !== "u16")
    throw new UsageError(`a ${table} has no type: "${label}"`);
  const count = Number(countText ?? 1);
  const words = type === "TEXT" ? count : widthOf(type);
  const values = type === "TEXT" ? 1 : count;
  if (count < 1) throw new UsageError(`the count in "${label}" must be 1 or more`);
  if (address + words * values > 0x1_0000) throw new UsageError(`"${label}" goes beyond the last address, 0xFFFF`);
  return { label, table, address, type, words, count: values, unit: "none", named: undefined };
}

/** What the words of an item say. */
export function itemValue(item: Item, words: Uint16Array, isLowFirst: boolean): ItemValue {
  const { name = "", map } = item.named?.register ?? {};
  const setting = map === "ours" ? SETTING_BY_NAME.get(name) : undefined;
  if (setting !== undefined) return decodeSetting(setting.row, words, isLowFirst) ?? null;
  if (item.type === "TEXT") return getText(words, 0, item.words);
  const codes = map === "ours" ? SIGNALS[name]?.codes : undefined;
  const isFlag = map === "ours" && SIGNALS[name]?.type === "flag";
  const isHighFirst = map === "sunspec";
  const values = Array.from({ length: item.count }, (_, i) => {
    const value = getNumber(words, i * item.words, item.type, isLowFirst && !isHighFirst);
    if (Number.isNaN(value)) return null;
    return codes?.[value] ?? value * (item.named?.register.scale ?? 1);
  });
  if (item.table === "coil" || item.table === "discrete" || isFlag)
    return plain(values.map((value) => (value === 1 ? 1 : value)));
  return plain(values);
}

const plain = (values: readonly (number | string | null)[]): ItemValue => (values.length === 1 ? values[0]! : values);

const HEX: ReadonlySet<WireType> = new Set(["BITS16", "BITS32"]);
const UNITS_LEFT_OUT: ReadonlySet<string> = new Set(["none", "count", "ratio"]);

/** The same as words for a person. */
export function wordsOf({ type, unit, words }: Item, value: ItemValue): string {
  const one = (each: number | string | null): string => {
    if (each === null) return "not known";
    if (typeof each === "string") return each;
    if (HEX.has(type))
      return `0x${each
        .toString(16)
        .toUpperCase()
        .padStart(4 * words, "0")}`;
    return String(Number(each.toPrecision(7)));
  };
  const unitWord = UNITS_LEFT_OUT.has(unit) ? "" : ` ${unit}`;
  if (Array.isArray(value)) return `${value.map(one).join(" ")}${unitWord}`;
  if (value === null || typeof value === "number") return `${one(value)}${value === null ? "" : unitWord}`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
