// The device's state as bytes, with a version. Two uses: the whole state, to be exactly there again (replay), and the
// part that survives a power cycle (charge, learned values, counters).
// Format: "BMSS", format version u16, schema version u16, body length u32, CRC-32 of the body u32, body. The body is a
// list of named entries (name length u8, name, type u8, count u16, values), so that an older state can be migrated by
// name, and a value nobody knows any more is skipped. All numbers little endian.

import { crc32 } from "../base/crc.ts";
import type { Bms } from "./bms.ts";
import { MIGRATIONS, migrate, SCHEMA_VERSION } from "./migrations.ts";
import { makeProbes } from "./probes.ts";
import { ALL, type Entries, eachEntry, KEPT, type Selection, scatter } from "./state-entries.ts";

const MAGIC = 0x53534d42; // "BMSS"
const FORMAT = 1;
const HEADER = 16;

export type Restored =
  | { readonly ok: true; readonly migratedFrom: number; readonly ignored: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** Everything, bit for bit, but settings and what follows from them. */
export const saveState = (bms: Bms): Uint8Array => encodeEach((visit) => eachEntry(bms, ALL, visit));

/** What survives a power cycle. */
export const saveKept = (bms: Bms): Uint8Array => encodeEach((visit) => eachEntry(bms, KEPT, visit));

/** Brings a whole saved state back into a device made with the same settings. A damaged one changes nothing. */
export function restoreState(bms: Bms, bytes: Uint8Array): Restored {
  return restore(bms, bytes, ALL);
}

/** Brings the kept part back into a device that has just been made. A damaged one is refused, and reported as a fault. */
export function restoreKept(bms: Bms, bytes: Uint8Array): Restored {
  const restored = restore(bms, bytes, KEPT);
  if (!restored.ok) bms.stateLost = 1;
  return restored;
}

function restore(bms: Bms, bytes: Uint8Array, chosen: Selection): Restored {
  const decoded = decode(bytes);
  if (!decoded.ok) return decoded;
  const { version, entries } = decoded;
  migrate(entries, version, SCHEMA_VERSION, MIGRATIONS);
  const restored = scatter(bms, entries, chosen, version);
  bms.probes = makeProbes(bms);
  return restored;
}

export const encode = (entries: Entries): Uint8Array =>
  encodeEach((visit) => {
    for (const [name, values] of entries) visit(name, values);
  });

/** @param each visits the entries: once for the length, once for the bytes */
function encodeEach(each: (visit: (name: string, values: ArrayLike<number>) => void) => void): Uint8Array {
  let length = 0;
  each((name, values) => {
    length += 4 + name.length + values.length * 8;
  });
  const bytes = new Uint8Array(HEADER + length);
  const view = new DataView(bytes.buffer);
  let at = HEADER;
  each((name, values) => {
    at = writeEntry(view, at, name, values);
  });
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, FORMAT, true);
  view.setUint16(6, SCHEMA_VERSION, true);
  view.setUint32(8, length, true);
  view.setUint32(12, crc32(bytes.subarray(HEADER)), true);
  return bytes;
}

function writeEntry(view: DataView, start: number, name: string, values: ArrayLike<number>): number {
  let at = start;
  view.setUint8(at++, name.length);
  for (let i = 0; i < name.length; i++) view.setUint8(at++, name.charCodeAt(i));
  view.setUint8(at++, 0); // type 0: float64
  view.setUint16(at, values.length, true);
  at += 2;
  for (let i = 0; i < values.length; i++, at += 8) view.setFloat64(at, values[i], true);
  return at;
}

type Decoded =
  | { readonly ok: true; readonly version: number; readonly entries: Entries }
  | { readonly ok: false; readonly reason: string };
const refuse = (reason: string): Decoded => ({ ok: false, reason });

export function decode(bytes: Uint8Array): Decoded {
  if (bytes.length < HEADER) return refuse("the saved state is cut off");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) return refuse("this is not a saved state");
  if (view.getUint16(4, true) !== FORMAT)
    return refuse(`the saved state has format ${view.getUint16(4, true)}, this program reads ${FORMAT}`);
  const version = view.getUint16(6, true);
  if (version < 1) return refuse("the saved state has no version: it is damaged");
  if (version > SCHEMA_VERSION)
    return refuse(
      `the saved state is from a newer program (version ${version}, this one reads up to ${SCHEMA_VERSION})`,
    );
  if (view.getUint32(8, true) !== bytes.length - HEADER) return refuse("the saved state is cut off");
  if (view.getUint32(12, true) !== crc32(bytes.subarray(HEADER)))
    return refuse("the saved state is damaged: its checksum differs");
  const entries = readEntries(view, HEADER);
  return entries === undefined
    ? refuse("the saved state is damaged: its entries do not fit")
    : { ok: true, version, entries };
}

function readEntries(view: DataView, start: number): Entries | undefined {
  const entries: Entries = new Map();
  let at = start;
  while (at < view.byteLength) {
    const nameLength = view.getUint8(at++);
    if (at + nameLength + 3 > view.byteLength) return undefined;
    let name = "";
    for (let i = 0; i < nameLength; i++) name += String.fromCharCode(view.getUint8(at++));
    const type = view.getUint8(at++);
    const count = view.getUint16(at, true);
    at += 2;
    if (type !== 0 || at + count * 8 > view.byteLength) return undefined;
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++, at += 8) values[i] = view.getFloat64(at, true);
    entries.set(name, values);
  }
  return entries;
}
