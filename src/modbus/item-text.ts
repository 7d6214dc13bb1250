// What words of Modbus say to a person: values of our map, of the vendor's and of SunSpec with their units and words, and those
// of plain addresses by their type.

import { SETTING_BY_NAME, type SettingValue } from "../model/settings.ts";
import { SIGNALS } from "../model/signals.ts";
import type { NamedValue } from "./names.ts";
import type { Table } from "./register.ts";
import { decodeSetting } from "./setting-registers.ts";
import { getNumber, getText, type WireType } from "./words.ts";

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
