// Frames out of the bytes of a serial line: silence of 3.5 characters ends a frame (Modbus over serial line V1.02, 2.5.1.1).
// Bytes come with the time at which they were received; whoever owns the port calls again at the deadline.

import { hasGoodCrc } from "./crc16.ts";
import { RTU_MAX } from "./protocol.ts";
import type { RtuTiming } from "./rtu-timing.ts";

export type RtuReceiver = {
  readonly bytes: Uint8Array;
  length: number;
  /** When the last byte came. */
  last_us: number;
  /** More bytes came than a frame may have. */
  isTooLong: boolean;
  /** A pause inside was longer than the standard allows. */
  hasGap: boolean;
};

/** `frame`: good. `noise`: wrong checksum, too short, or a pause inside. `overrun`: longer than a frame may be. */
export type Received =
  | { readonly kind: "frame"; readonly unit: number; readonly pdu: Uint8Array }
  | { readonly kind: "noise" | "overrun" };

export const createRtuReceiver = (): RtuReceiver => ({
  bytes: new Uint8Array(RTU_MAX),
  length: 0,
  last_us: 0,
  isTooLong: false,
  hasGap: false,
});

/** When the frame under way ends if nothing more comes; undefined between frames. */
export const frameEnd_us = ({ length, last_us }: RtuReceiver, { between_us }: RtuTiming): number | undefined =>
  length === 0 ? undefined : last_us + between_us;

/**
 * Takes bytes that were read at once.
 * @returns the frame before them, if silence has ended it
 */
export function receive(
  receiver: RtuReceiver,
  chunk: Uint8Array,
  now_us: number,
  timing: RtuTiming,
): Received | undefined {
  const ended = endFrame(receiver, now_us, timing);
  if (chunk.length === 0) return ended;
  if (receiver.length > 0 && pauseBefore_us(receiver, chunk, now_us, timing) > timing.inside_us) receiver.hasGap = true;
  const room = RTU_MAX - receiver.length;
  receiver.bytes.set(chunk.length > room ? chunk.subarray(0, room) : chunk, receiver.length);
  receiver.length += Math.min(room, chunk.length);
  if (chunk.length > room) receiver.isTooLong = true;
  receiver.last_us = now_us;
  return ended;
}

/** Bytes that came together are taken for sent without pause, up to now. */
const pauseBefore_us = (
  { last_us }: RtuReceiver,
  { length }: Uint8Array,
  now_us: number,
  { character_us }: RtuTiming,
) => now_us - last_us - length * character_us;

/** The frame that silence has ended by now, if any. */
export function endFrame(receiver: RtuReceiver, now_us: number, timing: RtuTiming): Received | undefined {
  if (receiver.length === 0 || now_us - receiver.last_us < timing.between_us) return undefined;
  const received = judge(receiver, timing.isStrict);
  forgetFrame(receiver);
  return received;
}

/** Drops what has come of a frame. */
export function forgetFrame(receiver: RtuReceiver): void {
  receiver.length = 0;
  receiver.isTooLong = false;
  receiver.hasGap = false;
}

function judge({ bytes, length, isTooLong, hasGap }: RtuReceiver, isStrict: boolean): Received {
  if (isTooLong) return { kind: "overrun" };
  if ((hasGap && isStrict) || !hasGoodCrc(bytes, length)) return { kind: "noise" };
  return { kind: "frame", unit: bytes[0], pdu: bytes.slice(1, length - 2) };
}
