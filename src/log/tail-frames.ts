// The write-ahead tail beside an unfinished log: one frame for each message that waits for its chunk, so that a power cut
// loses only what was not yet reported as written. A frame may be packed with the one before it of the same topic as
// dictionary. Frame: length u32, CRC-32 u32, topic u8, flags u8, sequence u32, time f64, payload; little-endian.

import { assert } from "../base/assert.ts";
import { crc32 } from "../base/crc.ts";
import { channelOf } from "./container.ts";
import { type LogMessage, TOPIC_NAMES } from "./topics.ts";

/** Packs bytes against a dictionary of earlier ones (empty: without), and back; unpacking throws on damage or over `limit` bytes. */
export type TailCodec = {
  readonly pack: (bytes: Uint8Array, dictionary: Uint8Array) => Uint8Array;
  readonly unpack: (bytes: Uint8Array, dictionary: Uint8Array, limit: number) => Uint8Array;
};

/** The last payload of each channel of one tail. Make a new one when the tail is emptied. */
export type Tail = { readonly codec: TailCodec | undefined; readonly last: (Uint8Array | undefined)[] };

/** A message with the number it has, or will have, in its channel of the file. */
export type TailMessage = LogMessage & { readonly sequence: number };

const HEAD_BYTES = 22;
/** Length and CRC stand outside of what the CRC covers. */
const COVERED_FROM = 8;
const PACKED = 1;
/** No message is longer; a length above it is damage and is not believed. */
export const LONGEST_FRAME_BYTES = 16 * 1024 * 1024;
const NONE = new Uint8Array(0);

export const createTail = (codec?: TailCodec): Tail => ({ codec, last: [] });

/** The frame of the next message. `sequence`: what UnfinishedLog.sequences will give it when it is put into its chunk. */
export function frameOf(tail: Tail, { topic, time_us, data }: LogMessage, sequence: number): Uint8Array {
  assert(data.length <= LONGEST_FRAME_BYTES, "a message fits a frame");
  const channel = channelOf(topic);
  const packed = tail.codec?.pack(data, tail.last[channel] ?? NONE);
  const isPacked = packed !== undefined && packed.length < data.length;
  tail.last[channel] = data;
  const payload = isPacked ? packed : data;
  const frame = new Uint8Array(HEAD_BYTES + payload.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, frame.length, true);
  frame[8] = channel;
  frame[9] = isPacked ? PACKED : 0;
  view.setUint32(10, sequence, true);
  view.setFloat64(14, time_us, true);
  frame.set(payload, HEAD_BYTES);
  view.setUint32(4, crc32(frame.subarray(COVERED_FROM)), true);
  return frame;
}

export type ReadTail = {
  readonly messages: readonly TailMessage[];
  /** Bytes of whole frames; what follows, if anything, is torn or damaged. */
  readonly goodBytes: number;
};

/** All frames up to the first that is torn or damaged. Never throws. */
export function readTail(bytes: Uint8Array, codec?: TailCodec): ReadTail {
  const messages: TailMessage[] = [];
  const tail = createTail(codec);
  let at = 0;
  while (at < bytes.length) {
    const length = frameLength(bytes, at);
    const message = length === 0 ? undefined : messageOf(tail, bytes.subarray(at, at + length));
    if (message === undefined) break;
    messages.push(message);
    at += length;
  }
  return { messages, goodBytes: at };
}

/** Length of the frame at an offset if it is there whole and unharmed, else 0. */
function frameLength(bytes: Uint8Array, at: number): number {
  if (bytes.length - at < HEAD_BYTES) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const length = view.getUint32(0, true);
  if (length < HEAD_BYTES || length > HEAD_BYTES + LONGEST_FRAME_BYTES || length > bytes.length - at) return 0;
  const covered = bytes.subarray(at + COVERED_FROM, at + length);
  return crc32(covered) === view.getUint32(4, true) ? length : 0;
}

function messageOf(tail: Tail, frame: Uint8Array): TailMessage | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const channel = frame[8]!;
  const topic = TOPIC_NAMES[channel - 1];
  const time_us = view.getFloat64(14, true);
  const payload = frame.slice(HEAD_BYTES);
  const data = frame[9] === PACKED ? unpacked(tail, channel, payload) : payload;
  if (topic === undefined || data === undefined || !Number.isSafeInteger(time_us) || time_us < 0) return undefined;
  tail.last[channel] = data;
  return { topic, time_us, data, sequence: view.getUint32(10, true) };
}

function unpacked({ codec, last }: Tail, channel: number, payload: Uint8Array): Uint8Array | undefined {
  try {
    return codec?.unpack(payload, last[channel] ?? NONE, LONGEST_FRAME_BYTES);
  } catch {
    return undefined;
  }
}
