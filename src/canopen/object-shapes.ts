// Makers of the objects most of the dictionary is made of: one value, values side by side, values that belong together.

import { numberBytes } from "./data-types.ts";
import type { DictionaryObject, Entry, ReadResult, WriteResult } from "./object.ts";

/** How an entry is read, and written where it can be. */
export type Cell = {
  readonly entry: Entry;
  readonly read: () => ReadResult;
  readonly write?: (data: Uint8Array) => WriteResult;
};

/** An object without sub-indexes but 0 (CiA 301, 7.4.1.1): VAR, or DOMAIN by its type. */
export const variable = (index: number, name: string, { entry, read, write }: Cell): DictionaryObject => ({
  ...{ index, name, kind: entry.type === "domain" ? "domain" : "variable", entries: [entry], read },
  ...(write === undefined ? {} : { write: (_: number, data: Uint8Array) => write(data) }),
});

const HIGHEST = "Highest sub-index supported";

/** Sub-index 0 of arrays and records (CiA 301, 7.4.1.2). */
export const highestEntry = (highest: number): Entry => ({
  ...{ name: HIGHEST, type: "u8", access: "const", preset: highest },
});

/** Equal values from sub-index 1 on. */
export function array(index: number, name: string, cells: readonly Cell[]): DictionaryObject {
  return { ...record(index, name, cells), kind: "array" };
}

/** Values that belong together; a hole is a sub-index that does not exist. Cell 0 stands at sub-index 1. */
export function record(index: number, name: string, cells: readonly (Cell | undefined)[]): DictionaryObject {
  const highest = numberBytes("u8", cells.length);
  const isWritable = cells.some((cell) => cell?.write !== undefined);
  return {
    ...{ index, name, kind: "record", entries: [highestEntry(cells.length), ...cells.map((cell) => cell?.entry)] },
    read: (subIndex) => (subIndex === 0 ? highest.slice() : cells[subIndex - 1]!.read()),
    ...(isWritable ? { write: (subIndex: number, data: Uint8Array) => cells[subIndex - 1]!.write!(data) } : {}),
  };
}

/** Cells by their sub-index, from 1, with holes between. */
export function placed(cells: readonly (readonly [subIndex: number, cell: Cell])[]): (Cell | undefined)[] {
  const list = new Array<Cell | undefined>(Math.max(0, ...cells.map(([subIndex]) => subIndex))).fill(undefined);
  for (const [subIndex, cell] of cells) list[subIndex - 1] = cell;
  return list;
}
