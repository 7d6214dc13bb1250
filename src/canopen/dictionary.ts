// Reading and writing entries of an object dictionary, for whoever comes by: SDO server, PDOs, console. The checks are in the
// order in which CiA 301 distinguishes them: object, sub-index, access, length, range; then the object's own opinion.

import { ABORT, type AbortCode } from "./abort-codes.ts";
import { isNumber, numberOf, sizeOf } from "./data-types.ts";
import type { Dictionary, DictionaryObject, Entry, ReadResult, WriteResult } from "./object.ts";

/**
 * The bytes of an entry, low byte first, what the device has to be asked for them, or why there are none (an abort
 * code).
 */
export function readEntry(dictionary: Dictionary, index: number, subIndex: number): ReadResult {
  const object = dictionary.get(index);
  if (object === undefined) return ABORT.noObject;
  const entry = object.entries[subIndex];
  if (entry === undefined) return ABORT.noSubIndex;
  return entry.access === "wo" ? ABORT.writeOnly : object.read(subIndex);
}

/** Whether the entry may be written at all: what a server can say before the data has come. */
export function mayWrite(dictionary: Dictionary, index: number, subIndex: number): AbortCode | undefined {
  const object = dictionary.get(index);
  if (object === undefined) return ABORT.noObject;
  const entry = object.entries[subIndex];
  if (entry === undefined) return ABORT.noSubIndex;
  return isWritable(object, entry) ? undefined : ABORT.readOnly;
}

/**
 * DONE, what the device has to be asked first, or why the bytes were refused (an abort code); nothing has changed
 * then.
 */
export function writeEntry(dictionary: Dictionary, index: number, subIndex: number, data: Uint8Array): WriteResult {
  const refusal = mayWrite(dictionary, index, subIndex);
  if (refusal !== undefined) return refusal;
  const object = dictionary.get(index) as DictionaryObject;
  const wrong = wrongValue(object.entries[subIndex] as Entry, data);
  return wrong ?? object.write!(subIndex, data);
}

const isWritable = ({ write }: DictionaryObject, { access }: Entry): boolean =>
  write !== undefined && (access === "rw" || access === "wo");

/** Why the bytes are no value of the entry. */
export function wrongValue(entry: Entry, data: Uint8Array): AbortCode | undefined {
  const size = sizeOf(entry.type);
  if (size > 0 && data.length !== size) return data.length > size ? ABORT.tooLong : ABORT.tooShort;
  if (entry.maxLength !== undefined && data.length > entry.maxLength) return ABORT.tooLong;
  if (!isNumber(entry.type)) return undefined;
  const value = numberOf(entry.type, data);
  if (Number.isNaN(value)) return ABORT.value;
  if (entry.type === "boolean" && value > 1) return ABORT.value;
  if (entry.high !== undefined && value > asHeld(entry, entry.high)) return ABORT.tooHigh;
  return entry.low !== undefined && value < asHeld(entry, entry.low) ? ABORT.tooLow : undefined;
}

/** A limit as a value of the entry can hold it: 0.1 in four bytes is a little more than 0.1, and no more than the limit. */
const asHeld = ({ type }: Entry, limit: number): number => (type === "real32" ? Math.fround(limit) : limit);
