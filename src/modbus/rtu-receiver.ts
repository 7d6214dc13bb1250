// Frames out of the bytes of a serial line: silence of 3.5 characters ends a frame (Modbus over serial line V1.02, 2.5.1.1).
// Bytes come with the time at which they were received; whoever owns the port calls again at the deadline. Ports hand on
// bytes in pieces, up to a FIFO or a USB packet late: so a whole frame counts at once, a piece of one waits a little longer.

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
  /** Silence has come, but what there is is not whole: the port may hold the rest. */
  isAwaited: boolean;
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
  isAwaited: false,
});

/** When to look again if nothing more comes: at the frame's end, or when what is not whole is given up. */
export function frameEnd_us(receiver: RtuReceiver, timing: RtuTiming): number | undefined {
  if (receiver.length === 0) return undefined;
  return receiver.last_us + (receiver.isAwaited ? timing.patience_us : timing.between_us);
}

/**
 * Takes bytes that were read at once; they are taken for sent without pause, up to now.
 * @returns the frame before them, if silence has ended it
 */
export function receive(
  receiver: RtuReceiver,
  chunk: Uint8Array,
  now_us: number,
  timing: RtuTiming,
): Received | undefined {
  if (chunk.length === 0) return endFrame(receiver, now_us, timing);
  const pause_us = now_us - receiver.last_us - chunk.length * timing.travel_us;
  const ended = receiver.length > 0 && pause_us >= timing.between_us ? close(receiver, timing) : undefined;
  if (receiver.length > 0 && pause_us > timing.inside_us) receiver.hasGap = true;
  append(receiver, chunk);
  receiver.isAwaited = false;
  receiver.last_us = now_us;
  return ended;
}

function append(receiver: RtuReceiver, chunk: Uint8Array): void {
  const room = RTU_MAX - receiver.length;
  receiver.bytes.set(chunk.length > room ? chunk.subarray(0, room) : chunk, receiver.length);
  receiver.length += Math.min(room, chunk.length);
  if (chunk.length > room) receiver.isTooLong = true;
}

/** The frame that silence has ended by now, if any. */
export function endFrame(receiver: RtuReceiver, now_us: number, timing: RtuTiming): Received | undefined {
  const silence_us = now_us - receiver.last_us;
  if (receiver.length === 0 || silence_us < timing.between_us) return undefined;
  receiver.isAwaited = silence_us < timing.patience_us && !isComplete(receiver);
  return receiver.isAwaited ? undefined : close(receiver, timing);
}

const isComplete = ({ bytes, length, isTooLong }: RtuReceiver): boolean => isTooLong || hasGoodCrc(bytes, length);

function close(receiver: RtuReceiver, timing: RtuTiming): Received {
  const received = judge(receiver, timing.isStrict);
  forgetFrame(receiver);
  return received;
}

/** Drops what has come of a frame. */
function forgetFrame(receiver: RtuReceiver): void {
  receiver.length = 0;
  receiver.isTooLong = false;
  receiver.hasGap = false;
  receiver.isAwaited = false;
}

function judge({ bytes, length, isTooLong, hasGap }: RtuReceiver, isStrict: boolean): Received {
  if (isTooLong) return { kind: "overrun" };
  if ((hasGap && isStrict) || !hasGoodCrc(bytes, length)) return { kind: "noise" };
  return { kind: "frame", unit: bytes[0], pdu: bytes.slice(1, length - 2) };
}
