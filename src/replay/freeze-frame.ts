// What the device was given from 10 s before a trip to 5 s after it: a start and blocks of inputs, from which every signal
// of every tick is computed again (frame-rows.ts). The ring holds the last seconds in memory; a trip takes them out.
// Bytes of a frame: "BMSF", version u8, log time at the device's start in microseconds since 1970 f64, time of the first trip
// since that start in microseconds f64, parts u16, then each part: kind u8 (0 start, 1 inputs), end of the part as time since
// the device's start in microseconds f64, length u32, bytes. All little endian.

import { assert } from "../base/assert.ts";

export const BEFORE_us = 10_000_000;
export const AFTER_us = 5_000_000;
/** Trips that follow one another share a frame, up to this length after the first. */
const LONGEST_us = 15_000_000;
/** A new start in the ring so often: the frame begins at most this much earlier than it must. */
export const START_PERIOD_us = 5_000_000;

export type FramePart = { readonly kind: "start" | "inputs"; readonly end_us: number; readonly bytes: Uint8Array };

export type FrameRing = {
  parts: FramePart[];
  /** Times of the first and last trip not yet taken out; -1: none. */
  firstTrip_us: number;
  lastTrip_us: number;
};

export const createFrameRing = (): FrameRing => ({ parts: [], firstTrip_us: -1, lastTrip_us: -1 });

/** Adds a start or a block of inputs. A start forgets what is older than any frame can want; a first one begins anew. */
export function keepPart(ring: FrameRing, part: FramePart): void {
  ring.parts.push(part);
  if (part.kind === "start") forgetOld(ring, part.end_us);
}

/** Begins anew: what comes does not go on from what was (the device slept and woke). */
export function breakRing(ring: FrameRing): void {
  ring.parts = [];
}

function forgetOld(ring: FrameRing, now_us: number): void {
  const wanted_us = (ring.firstTrip_us >= 0 ? ring.firstTrip_us : now_us) - BEFORE_us;
  let first = 0;
  ring.parts.forEach((part, i) => {
    if (part.kind === "start" && part.end_us <= wanted_us) first = i;
  });
  if (first > 0) ring.parts = ring.parts.slice(first);
}

/** A protection has tripped at this time since the device's start. */
export function markTrip(ring: FrameRing, time_us: number): void {
  if (ring.firstTrip_us < 0) ring.firstTrip_us = time_us;
  ring.lastTrip_us = time_us;
}

/** True once the seconds after the trip are in the ring. */
export function isFrameDue({ firstTrip_us, lastTrip_us }: FrameRing, time_us: number): boolean {
  return firstTrip_us >= 0 && time_us >= Math.min(lastTrip_us + AFTER_us, firstTrip_us + LONGEST_us);
}

export type Frame = {
  /** Log time at the start of the device, microseconds since 1970. */
  readonly base_us: number;
  /** When the first of its trips happened, since that start. */
  readonly trip_us: number;
  readonly parts: readonly FramePart[];
};

/** The frame of the trips marked so far; the ring goes on without them. Also before it is due, when the device ends. */
export function takeFrame(ring: FrameRing, base_us: number): Frame {
  const parts = ring.parts.filter(({ kind }, i) => i === 0 || kind === "inputs"); // one start is enough
  const frame = { base_us, trip_us: ring.firstTrip_us, parts };
  ring.firstTrip_us = -1;
  ring.lastTrip_us = -1;
  return frame;
}

const MAGIC = 0x46534d42; // "BMSF"
const VERSION = 1;
const HEAD = 23;
const PART_HEAD = 13;

export function packFrame({ base_us, trip_us, parts }: Frame): Uint8Array {
  const length = parts.reduce((sum, { bytes }) => sum + PART_HEAD + bytes.length, HEAD);
  const packed = new Uint8Array(length);
  const view = new DataView(packed.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, VERSION);
  view.setFloat64(5, base_us, true);
  view.setFloat64(13, trip_us, true);
  view.setUint16(21, parts.length, true);
  let at = HEAD;
  for (const { kind, end_us, bytes } of parts) {
    view.setUint8(at, kind === "start" ? 0 : 1);
    view.setFloat64(at + 1, end_us, true);
    view.setUint32(at + 9, bytes.length, true);
    packed.set(bytes, at + PART_HEAD);
    at += PART_HEAD + bytes.length;
  }
  assert(at === length, "a frame is as long as its parts");
  return packed;
}

/** A frame from its bytes; undefined when they are none, or are damaged. */
export function unpackFrame(bytes: Uint8Array): Frame | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEAD || view.getUint32(0, true) !== MAGIC || view.getUint8(4) !== VERSION) return undefined;
  const parts: FramePart[] = [];
  let at = HEAD;
  for (let left = view.getUint16(21, true); left > 0; left--) {
    if (at + PART_HEAD > bytes.length) return undefined;
    const end = at + PART_HEAD + view.getUint32(at + 9, true);
    if (end > bytes.length) return undefined;
    const kind = view.getUint8(at) === 0 ? "start" : "inputs";
    parts.push({ kind, end_us: view.getFloat64(at + 1, true), bytes: bytes.slice(at + PART_HEAD, end) });
    at = end;
  }
  if (at !== bytes.length) return undefined;
  return { base_us: view.getFloat64(5, true), trip_us: view.getFloat64(13, true), parts };
}
