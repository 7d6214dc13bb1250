// A dictionary with entries of every kind, kept in memory, behind an SDO server on a clock that the caller holds; for tests, the
// fuzzer and the bench. It keeps account of what was written.

import { ABORT, type AbortCode } from "../../src/canopen/abort-codes.ts";
import { type DataType, numberBytes, textBytes } from "../../src/canopen/data-types.ts";
import {
  type Access,
  type Dictionary,
  type DictionaryObject,
  DONE,
  type Entry,
  type ReadResult,
  type WriteResult,
} from "../../src/canopen/object.ts";
import { takeSdoRequest } from "../../src/canopen/sdo-server.ts";
import { createSdoServer, type SdoServer, type SdoServerOptions } from "../../src/canopen/sdo-server-state.ts";

export type Written = { readonly index: number; readonly subIndex: number; readonly data: Uint8Array };
export type SdoRig = {
  readonly server: SdoServer;
  /** Values by index * 256 + sub-index. */
  readonly values: Map<number, Uint8Array>;
  readonly written: Written[];
};

/** Where the dictionary has what tests look for. */
export const AT = {
  word: { index: 0x1017, subIndex: 0 },
  text: { index: 0x1008, subIndex: 0 },
  free: { index: 0x2001, subIndex: 0 },
  gap: { index: 0x2fff, subIndex: 0 },
} as const;
export const REFUSING = 0x2020;
export const ABORT_CODES: readonly AbortCode[] = Object.values(ABORT);

type Row = readonly [name: string, type: DataType, access: Access, value: Uint8Array, more?: Partial<Entry>];

const u8 = (value: number): Uint8Array => numberBytes("u8", value);
const u16 = (value: number): Uint8Array => numberBytes("u16", value);
const u32 = (value: number): Uint8Array => numberBytes("u32", value);

const ROWS: Readonly<Record<number, readonly (Row | undefined)[]>> = {
  4096: [["Device type", "u32", "const", u32(0x1a2)]],
  4097: [["Error register", "u8", "ro", u8(0)]],
  4104: [["Device name", "visibleString", "const", textBytes("Battery management system")]],
  4112: [
    ["Highest sub-index", "u8", "const", u8(1)],
    ["Store all", "u32", "rw", u32(1)],
  ],
  4113: [
    ["Highest sub-index", "u8", "const", u8(1)],
    ["Restore all", "u32", "rw", u32(1)],
  ],
  4119: [["Producer heartbeat time", "u16", "rw", u16(0)]],
  4120: [
    ["Highest sub-index", "u8", "const", u8(4)],
    ["Vendor", "u32", "ro", u32(0)],
    ["Product", "u32", "ro", u32(1)],
    ["Revision", "u32", "ro", u32(2)],
    ["Serial number", "u32", "ro", u32(3)],
  ],
  8193: [["Free", "domain", "rw", new Uint8Array(0)]],
  8194: [["Short text", "visibleString", "rw", textBytes("short"), { maxLength: 20 }]],
  8195: [["Limited", "u8", "rw", u8(15), { low: 10, high: 20 }]],
  8196: [["Limited real", "real32", "rw", numberBytes("real32", 0.05), { low: -0.1, high: 0.1 }]],
  8197: [["Wide", "u64", "rw", numberBytes("u64", 5), { high: 1e12 }]],
  8198: [["Password", "visibleString", "wo", new Uint8Array(0), { maxLength: 64 }]],
  8199: [
    ["Highest sub-index", "u8", "const", u8(3)],
    ["First", "i8", "rw", u8(1)],
    undefined,
    ["Third", "boolean", "rw", u8(1)],
  ],
  8200: [["Signed", "i16", "rw", numberBytes("i16", -5), { low: -100, high: 100 }]],
  8201: [["Time", "timeOfDay", "rw", new Uint8Array(6)]],
  8202: [["Wide real", "real64", "rw", new Uint8Array(8), { low: -2, high: 2 }]],
  8203: [["Order", "u16", "wo", u16(0)]],
  8204: [["Full", "i64", "ro", numberBytes("i64", -7)]],
};

export function createSdoRig(options: Partial<SdoServerOptions> = {}, more: readonly DictionaryObject[] = []): SdoRig {
  const values = new Map<number, Uint8Array>();
  const written: Written[] = [];
  const objects = Object.entries(ROWS).map(([index, rows]) => objectOf(Number(index), rows, values, written));
  const dictionary: Dictionary = new Map([...objects, refusing(), ...more].map((object) => [object.index, object]));
  return { server: createSdoServer(dictionary, options), values, written };
}

function objectOf(
  index: number,
  rows: readonly (Row | undefined)[],
  values: Map<number, Uint8Array>,
  written: Written[],
): DictionaryObject {
  for (const [subIndex, row] of rows.entries()) if (row !== undefined) values.set(index * 256 + subIndex, row[3]);
  return {
    ...{ index, name: rows[0]?.[0] ?? "", kind: rows.length > 1 ? "record" : "variable" },
    entries: rows.map((row) =>
      row === undefined ? undefined : { name: row[0], type: row[1], access: row[2], ...row[4] },
    ),
    read: (subIndex): ReadResult => values.get(index * 256 + subIndex) ?? ABORT.noData,
    write: (subIndex, data): WriteResult => {
      if (!isSignature(index, data)) return ABORT.store;
      written.push({ index, subIndex, data });
      if (index !== 0x1010 && index !== 0x1011) values.set(index * 256 + subIndex, data);
      return DONE;
    },
  };
}

/** "save" and "load" (CiA 301 v4.2, 7.5.2.13 and 14). */
function isSignature(index: number, data: Uint8Array): boolean {
  if (index !== 0x1010 && index !== 0x1011) return true;
  const wanted = textBytes(index === 0x1010 ? "save" : "load");
  return data.every((byte, i) => byte === wanted[i]);
}

/** Each sub-index refuses to be read and to be written with another abort code. */
const refusing = (): DictionaryObject => ({
  ...{ index: REFUSING, name: "Refusing", kind: "array" },
  entries: ABORT_CODES.map((_, i) => ({ name: `Refusing ${i}`, type: "u8", access: "rw" })),
  read: (subIndex) => ABORT_CODES[subIndex]!,
  write: (subIndex) => ABORT_CODES[subIndex]!,
});

/** What the server answers. */
export const answersTo = ({ server }: SdoRig, request: Uint8Array, now_us = 0): readonly Uint8Array[] =>
  takeSdoRequest(server, request, now_us).send;
