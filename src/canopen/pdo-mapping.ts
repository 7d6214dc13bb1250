// What a PDO carries (CiA 301, 7.5.2.36 and .38): mapping entries judged against the dictionary, values packed bit after bit,
// low bits first, and taken apart again.

import { ABORT, type AbortCode } from "./abort-codes.ts";
import { DATA_TYPES } from "./data-types.ts";
import type { Dictionary, Entry } from "./object.ts";

export type Direction = "transmit" | "receive";

/** One object in a PDO. */
export type Mapped = {
  readonly index: number;
  readonly subIndex: number;
  readonly bits: number;
  /** A gap in a received PDO: data nobody takes. */
  readonly isDummy: boolean;
  /** Gives the bytes of the object; of a received one unused. */
  readonly read: () => Uint8Array | undefined;
};

export type Mapping = { readonly objects: readonly Mapped[]; readonly bits: number };

export const PDO_BITS = 64;

/** Data types 0001h-0007h may stand in a received PDO for as many bits that are left out. */
const DUMMY_BITS: Readonly<Record<number, number>> = { 1: 1, 2: 8, 3: 16, 4: 32, 5: 8, 6: 16, 7: 32 };

/** An entry of 1600h ff. or 1A00h ff., or why it cannot be one. */
export function mappedObject(dictionary: Dictionary, direction: Direction, entry: number): Mapped | AbortCode {
  const [index, subIndex, bits] = [Math.floor(entry / 0x1_0000), (entry >>> 8) & 0xff, entry & 0xff];
  if (DUMMY_BITS[index] !== undefined) return dummy(direction, index, subIndex, bits);
  const object = dictionary.get(index);
  if (object === undefined) return ABORT.noObject;
  const described = object.entries[subIndex];
  if (described === undefined) return ABORT.noSubIndex;
  if (!isMappable(described, direction) || !fits(described, direction, bits)) return ABORT.notMappable;
  const read = () => bytesOf(object.read(subIndex));
  return { index, subIndex, bits, isDummy: false, read };
}

const bytesOf = (result: ReturnType<NonNullable<ReturnType<Dictionary["get"]>>["read"]>): Uint8Array | undefined =>
  result instanceof Uint8Array ? result : undefined;

function dummy(direction: Direction, index: number, subIndex: number, bits: number): Mapped | AbortCode {
  if (direction !== "receive" || subIndex !== 0 || bits !== DUMMY_BITS[index]) return ABORT.notMappable;
  return { index, subIndex, bits, isDummy: true, read: () => undefined };
}

const isMappable = ({ mapping }: Entry, direction: Direction): boolean => mapping === direction || mapping === "both";

/**
 * A value goes whole; a flag as one bit or as a byte. Of a value sent, the low bytes may go alone: so the vendor packs the
 * first eight discrete inputs.
 */
function fits({ type }: Entry, direction: Direction, bits: number): boolean {
  const whole = DATA_TYPES[type].bits;
  if (type === "boolean") return bits === 1 || bits === 8;
  return bits === whole || (direction === "transmit" && bits > 0 && bits % 8 === 0 && bits < whole);
}

/** The first `count` entries together, or why they make no PDO. */
export function mappingOf(
  dictionary: Dictionary,
  direction: Direction,
  entries: readonly number[],
  count: number,
): Mapping | AbortCode {
  const objects: Mapped[] = [];
  let bits = 0;
  for (const entry of entries.slice(0, count)) {
    const mapped = mappedObject(dictionary, direction, entry);
    if (typeof mapped === "number") return mapped;
    objects.push(mapped);
    bits += mapped.bits;
  }
  return bits > PDO_BITS ? ABORT.pdoLength : { objects, bits };
}

/** Bytes of the PDO's frame, 0..8: bits are filled up with zeros. */
export const bytesIn = ({ bits }: Mapping): number => (bits + 7) >> 3;

/** Puts the values of all objects into `into`, as long as the PDO; a value that cannot be had is 0. */
export function pack({ objects }: Mapping, into: Uint8Array): void {
  into.fill(0);
  let at = 0;
  for (const object of objects) {
    const value = object.read();
    if (value !== undefined) putBits(into, at, object.bits, value);
    at += object.bits;
  }
}

function putBits(into: Uint8Array, at: number, bits: number, value: Uint8Array): void {
  const shift = at & 7;
  for (let done = 0; done < bits; done += 8) {
    const left = bits - done;
    const byte = (value[done >> 3] ?? 0) & (left < 8 ? (1 << left) - 1 : 0xff);
    const place = (at + done) >> 3;
    into[place] |= byte << shift;
    if (shift + Math.min(left, 8) > 8) into[place + 1] |= byte >> (8 - shift);
  }
}

/** The bytes of an object of `bits` bits that begin with bit `at`; as many as are needed for them. */
export function getBits(from: Uint8Array, at: number, bits: number): Uint8Array {
  const value = new Uint8Array((bits + 7) >> 3);
  const shift = at & 7;
  for (let done = 0; done < bits; done += 8) {
    const place = (at + done) >> 3;
    const two = from[place] | ((from[place + 1] ?? 0) << 8);
    const left = bits - done;
    value[done >> 3] = (two >> shift) & (left < 8 ? (1 << left) - 1 : 0xff);
  }
  return value;
}
