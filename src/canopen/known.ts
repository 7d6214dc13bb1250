// Numbers that may be not known, as bytes. A real is then not a number; an unsigned integer has all bits set, a signed one only its
// highest, as on Modbus. A known value never looks like that: it is held one step away.

import { type NumberType, numberBytes, rangeOf } from "./data-types.ts";

const isReal = (type: NumberType): boolean => type === "real32" || type === "real64";

/** What stands for "not known". */
export function notKnown(type: NumberType): number {
  if (isReal(type)) return Number.NaN;
  const [low, high] = rangeOf(type);
  return low < 0 ? low : high;
}

/** Whether the value stands for "not known". */
export const isNotKnown = (type: NumberType, value: number): boolean => Object.is(value, notKnown(type));

/** A value as bytes; NaN: not known. */
export function knownBytes(type: NumberType, value: number): Uint8Array {
  if (isReal(type)) return numberBytes(type, value);
  const [low, high] = rangeOf(type);
  if (Number.isNaN(value)) return numberBytes(type, low < 0 ? low : high);
  const held = low < 0 ? Math.max(low + 1, value) : Math.min(high - 1, value);
  return numberBytes(type, held);
}
