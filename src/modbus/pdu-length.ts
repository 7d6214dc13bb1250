// How long a PDU is, from its first bytes: over a stream without silences (RTU over TCP) and for answers on a serial line,
// whose end a client need not wait for.

import { DEVICE_IDENTIFICATION, FUNCTIONS } from "./protocol.ts";

/** "more": too few bytes to tell. "unknown": no function whose length is known; diagnostics echo what they get. */
export type Length = number | "more" | "unknown";

// biome-ignore format: a table in one line
const FIXED_REQUEST: Readonly<Record<number, number>> = {
  1: 5, 2: 5, 3: 5, 4: 5, 5: 5, 6: 5, 7: 1, 11: 1, 12: 1, 17: 1, 22: 7, 43: 4,
};
/** Where the count of the following bytes stands. */
const COUNTED_REQUEST: Readonly<Record<number, number>> = { 15: 5, 16: 5, 23: 9 };

const FIXED_ANSWER: Readonly<Record<number, number>> = { 5: 5, 6: 5, 7: 2, 11: 5, 15: 5, 16: 5, 22: 7 };
const COUNTED_ANSWER: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 1, 4: 1, 12: 1, 17: 1, 23: 1 };

/** Length of the request that begins at `at`. */
export const requestLength = (bytes: Uint8Array, at: number, end: number): Length =>
  lengthBy(bytes, at, end, FIXED_REQUEST, COUNTED_REQUEST);

/** Length of the answer that begins at `at`. */
export function answerLength(bytes: Uint8Array, at: number, end: number): Length {
  if (at >= end) return "more";
  if (bytes[at] & 0x80) return 2;
  if (bytes[at] === FUNCTIONS.encapsulated) return identificationLength(bytes, at, end);
  return lengthBy(bytes, at, end, FIXED_ANSWER, COUNTED_ANSWER);
}

function lengthBy(
  bytes: Uint8Array,
  at: number,
  end: number,
  fixed: Readonly<Record<number, number>>,
  counted: Readonly<Record<number, number>>,
): Length {
  if (at >= end) return "more";
  const code = bytes[at];
  if (fixed[code] !== undefined) return fixed[code];
  const place = counted[code];
  if (place === undefined) return "unknown";
  return at + place < end ? place + 1 + bytes[at + place] : "more";
}

/** Objects one after the other, each with its length. */
function identificationLength(bytes: Uint8Array, at: number, end: number): Length {
  if (at + 7 > end) return "more";
  if (bytes[at + 1] !== DEVICE_IDENTIFICATION) return "unknown";
  let length = 7;
  for (let object = 0; object < bytes[at + 6]; object++) {
    if (at + length + 2 > end) return "more";
    length += 2 + bytes[at + length + 1];
  }
  return length;
}
