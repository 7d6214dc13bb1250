// What is to be read over CANopen, from what was typed: a name of our dictionary, or an index of any device's, with a type where
// the value is to be understood; and how bytes become what a person or a program reads.

import { hexBytes } from "../base/hex.ts";
import { shortest } from "../base/shortest.ts";
import { type DataType, isNumber, numberOf, sizeOf } from "../canopen/data-types.ts";
import { addressOf, createNames, type Names } from "../canopen/names.ts";
import type { Entry } from "../canopen/object.ts";
import { NOT_KNOWN_TEXT, valueText } from "../canopen/value-text.ts";
import { deliveredNode } from "../device/delivered-node.ts";
import { suggestion } from "../sim/scenario/nearest.ts";
import { UsageError } from "./usage-error.ts";

export type CanopenItem = {
  readonly label: string;
  readonly index: number;
  readonly subIndex: number;
  /** Undefined: nothing is known of what stands there. */
  readonly entry: Entry | undefined;
};

export type ItemValue = number | string | null | object;

export const ITEM_HELP = `
An item is a name (soc, cells_V, cells_V[3], battery.cells, battery, "vendor.*"; docs/canopen.md lists them), or an index with its
sub-index, both hexadecimal: 1018:4, 0x5100:0A. An index alone is all of it. Of a foreign device say the type too:
6000:1:u16. Types are bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, text and bytes.`;

const TYPES: Readonly<Record<string, DataType>> = {
  ...{ bool: "boolean", i8: "i8", i16: "i16", i32: "i32", i64: "i64", u8: "u8", u16: "u16", u32: "u32", u64: "u64" },
  ...{ f32: "real32", f64: "real64", text: "visibleString", bytes: "octetString" },
};
export const TYPE_WORDS = Object.keys(TYPES).join(", ");

/** The data type of a word, if it is one. */
export const typeOf = (word: string): DataType | undefined =>
  Object.hasOwn(TYPES, word.toLowerCase()) ? TYPES[word.toLowerCase()] : undefined;

let made: Names | undefined;
/** Names of our device's dictionary; made when they are first needed. */
export function ownNames(): Names {
  made ??= createNames(deliveredNode().dictionary);
  return made;
}

/** An entry of somebody else's dictionary, of which the type is told. */
export const foreignEntry = (name: string, type: DataType): Entry => ({ name, type, access: "rw" });

/** Throws UsageError where there is no such thing. */
export function itemsOf(text: string): readonly CanopenItem[] {
  const typed = typedItem(text);
  if (typed !== undefined) return [typed];
  const names = ownNames();
  const places = names.find(text);
  if (places.length === 0)
    throw new UsageError(`there is no object "${text}"${suggestion(text, [...names.all.keys()])}`);
  const readable = places.filter(({ entry }) => entry?.access !== "wo");
  if (readable.length === 0) throw new UsageError(`${text} can only be written`);
  return readable.map((place) => ({ label: labelOf(text, place, places.length), ...place }));
}

/** As it was typed, or by its own name where several are meant. */
const labelOf = (text: string, { index, subIndex, entry }: Omit<CanopenItem, "label">, count: number): string =>
  count === 1 ? text : (entry?.name ?? `${index.toString(16)}:${subIndex.toString(16)}`);

/** "6000:1:u16"; undefined where it is none of these. */
function typedItem(text: string): CanopenItem | undefined {
  const [, place = "", word = ""] = /^([^=]+):([a-z]\w*)$/i.exec(text) ?? [];
  const address = addressOf(place);
  const type = typeOf(word);
  if (address === undefined || type === undefined) return undefined;
  return { label: place, index: address.index, subIndex: address.subIndex ?? 0, entry: foreignEntry(place, type) };
}

export const wordsOf = ({ entry }: CanopenItem, data: Uint8Array): string =>
  entry === undefined ? bytesText(data) : valueText(entry, data);

/** Bytes nobody knows the meaning of, and the number that they may be. */
function bytesText(data: Uint8Array): string {
  const bytes = hexBytes(data, " ");
  const number = [...data].reduce((sum, byte, i) => sum + byte * 256 ** i, 0);
  return data.length > 0 && data.length <= 4 ? `${bytes} (${number})` : bytes;
}

/** null: the device does not know it now. */
export function jsonOf({ entry }: CanopenItem, data: Uint8Array): ItemValue {
  if (entry === undefined) return bytesText(data);
  const text = valueText(entry, data);
  if (text === NOT_KNOWN_TEXT) return null;
  const { type, words, form } = entry;
  if (form !== undefined && text.startsWith("{")) return JSON.parse(text) as object;
  if (!isNumber(type) || data.length !== sizeOf(type)) return text;
  const number = numberOf(type, data);
  return words?.[number] ?? (type === "real32" ? shortest(number) : number);
}
