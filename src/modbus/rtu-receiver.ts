// Frames out of the bytes of a serial line: silence of 3.5 characters ends a frame (Modbus over serial line V1.02, 2.5.1.1).
// Bytes come with the time at which they were received; whoever owns the port calls again at the deadline. Ports hand on
// bytes in pieces, up to a FIFO or a USB packet late: so a whole frame counts at once, a piece of one waits a little longer.
// And who looks late does not know whether there was a silence: then the checksum tells where the frame is.

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
  /** Where a frame may begin anew: after a pause that may only have been a late look. */
  anew: number;
  /** Silence has come, but what there is is not whole: the port may hold the rest. */
  isAwaited: boolean;
};

/**
 * `frame`: good, perhaps with noise before it that nobody looked at in time. `noise`: wrong checksum, too short, or a pause inside.
 * `overrun`: longer than a frame may be.
 */
export type Received =
  | { readonly kind: "frame"; readonly unit: number; readonly pdu: Uint8Array; readonly isBehindNoise: boolean }
  | { readonly kind: "noise" | "overrun" };

export const createRtuReceiver = (): RtuReceiver => ({
  bytes: new Uint8Array(RTU_MAX),
  length: 0,
  last_us: 0,
  isTooLong: false,
  hasGap: false,
  anew: 0,
  isAwaited: false,
});

/** When to look again if nothing more comes: at the frame's end, or when what is not whole is given up. */
export function frameEnd_us(receiver: RtuReceiver, timing: RtuTiming): number | undefined {
  if (receiver.length === 0) return undefined;
  return receiver.last_us + (receiver.isAwaited ? timing.patience_us : timing.between_us);
}

/**
 * Takes bytes that were read at once; they are taken for sent without pause, up to now.
 * @param isLate nobody looked when silence would have ended what came before: these bytes may have come at any time since
 * @returns the frame before them, if silence has ended it
 */
export function receive(
  receiver: RtuReceiver,
  chunk: Uint8Array,
  now_us: number,
  timing: RtuTiming,
  isLate = false,
): Received | undefined {
  if (chunk.length === 0) return endFrame(receiver, now_us, timing);
  const pause_us = now_us - receiver.last_us - chunk.length * timing.travel_us;
  const isPause = receiver.length > 0 && pause_us >= timing.between_us;
  const ended = isPause && (!isLate || isComplete(receiver)) ? close(receiver, timing) : undefined;
  if (isPause) receiver.anew = receiver.length;
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

const isComplete = (receiver: RtuReceiver): boolean => receiver.isTooLong || wholeOf(receiver) !== undefined;

/** The frame in what has come: all of it, or all since it may have begun anew. */
function wholeOf({ bytes, length, anew }: RtuReceiver): Uint8Array | undefined {
  if (hasGoodCrc(bytes, length)) return bytes.subarray(0, length);
  const rest = bytes.subarray(anew, length);
  return anew > 0 && hasGoodCrc(rest) ? rest : undefined;
}

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
  receiver.anew = 0;
  receiver.isAwaited = false;
}

function judge(receiver: RtuReceiver, isStrict: boolean): Received {
  if (receiver.isTooLong) return { kind: "overrun" };
  const frame = receiver.hasGap && isStrict ? undefined : wholeOf(receiver);
  if (frame === undefined) return { kind: "noise" };
  return { kind: "frame", unit: frame[0], pdu: frame.slice(1, -2), isBehindNoise: frame.length < receiver.length };
}
