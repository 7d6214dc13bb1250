// How many bit times a frame occupies the bus, with the stuff bits that its content needs: what bus load, pacing and the
// timed bus count in. ISO 11898-1:2015, clauses 10.4 (formats) and 10.5 (stuffing); CAN 2.0 B, chapters 3 and 5.

import type { CanFrame } from "../base/can-frame.ts";

/** CRC delimiter, acknowledge slot and delimiter, end of frame: never stuffed. */
export const TAIL_BITS = 1 + 2 + 7;
/** Between two frames. */
export const INTERMISSION_BITS = 3;
const CRC_POLYNOMIAL = 0x4599;
const CRC_BITS = 15;
/** So many bits alike are followed by one of the other kind. */
const ALIKE = 5;

/** What the walk over a frame's bits has come to. */
type Walk = { crc: number; bits: number; last: number; alike: number };

function put(walk: Walk, bit: number): void {
  walk.bits++;
  walk.alike = bit === walk.last ? walk.alike + 1 : 1;
  walk.last = bit;
  if (walk.alike < ALIKE) return;
  walk.bits++; // the stuff bit, which counts as the first of its kind
  walk.last = 1 - bit;
  walk.alike = 1;
}

/** A field of a frame, most significant bit first, and in the CRC. */
function putField(walk: Walk, value: number, width: number): void {
  for (let i = width - 1; i >= 0; i--) {
    const bit = (value >>> i) & 1;
    const isOdd = bit !== ((walk.crc >>> (CRC_BITS - 1)) & 1);
    walk.crc = (walk.crc << 1) & 0x7fff;
    if (isOdd) walk.crc ^= CRC_POLYNOMIAL;
    put(walk, bit);
  }
}

/** Start of frame, identifier and control bits. */
function putHead(walk: Walk, { id, extended, remote, length }: CanFrame): void {
  const isRemote = remote ? 1 : 0;
  putField(walk, 0, 1);
  if (extended) {
    putField(walk, id >>> 18, 11);
    putField(walk, 0b11, 2); // substitute remote request, identifier extension
    putField(walk, id & 0x3ffff, 18);
    putField(walk, isRemote << 2, 3); // and two reserved bits
  } else {
    putField(walk, id, 11);
    putField(walk, isRemote << 2, 3); // identifier extension and a reserved bit are dominant
  }
  putField(walk, length, 4);
}

function walkOf(frame: CanFrame): Walk {
  const walk: Walk = { crc: 0, bits: 0, last: -1, alike: 0 };
  putHead(walk, frame);
  for (const byte of frame.data) putField(walk, byte, 8);
  const { crc } = walk;
  for (let i = CRC_BITS - 1; i >= 0; i--) put(walk, (crc >>> i) & 1);
  return walk;
}

/** Bit times from the start of frame to the end of the intermission, stuff bits included: 47 to 135 and 67 to 160. */
export const frameBits = (frame: CanFrame): number => walkOf(frame).bits + TAIL_BITS + INTERMISSION_BITS;

/** Where two frames with the same identifier first differ, in bits from the start of frame, stuff bits left out; undefined: nowhere. */
export function firstDifference(a: CanFrame, b: CanFrame): number | undefined {
  const head = 1 + (a.extended ? 11 + 2 + 18 + 3 : 11 + 3);
  const differsAt = (x: number, y: number, width: number): number => width - 32 + Math.clz32(x ^ y);
  if (a.length !== b.length) return head + differsAt(a.length, b.length, 4);
  const at = a.data.findIndex((byte, i) => byte !== b.data[i]);
  return at < 0 ? undefined : head + 4 + 8 * at + differsAt(a.data[at]!, b.data[at]!, 8);
}
