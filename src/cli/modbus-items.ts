// What is to be read or written over Modbus, from what was typed: a name of our map, of the vendor's or of SunSpec, or a
// plain address with a type. What its words say: modbus/item-text.ts.

import type { Item } from "../modbus/item-text.ts";
import { named, REGISTER_NAMES } from "../modbus/names.ts";
import type { Table } from "../modbus/register.ts";
import { type WireType, widthOf } from "../modbus/words.ts";
import { suggestion } from "../sim/scenario/nearest.ts";
import { UsageError } from "./usage-error.ts";

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
