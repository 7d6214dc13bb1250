// The tail gives back what was put into it, up to the byte at which it was torn or damaged.

import { deflateRawSync, inflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { BEGAN_us, blockAt, joined, rowAt } from "../../tests/fixed-logs.ts";
import { crc32 } from "../base/crc.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import { createTail, frameOf, readTail, type TailCodec } from "./tail-frames.ts";
import type { LogMessage } from "./topics.ts";

const CODEC: TailCodec = {
  pack: (bytes, dictionary) => new Uint8Array(deflateRawSync(bytes, { dictionary })),
  unpack: (bytes, dictionary, limit) => new Uint8Array(inflateRawSync(bytes, { dictionary, maxOutputLength: limit })),
};
const long = (i: number): LogMessage => ({
  topic: "/state",
  time_us: BEGAN_us + i,
  data: encodeUtf8(JSON.stringify(Array.from({ length: 300 }, (_, k) => (k === 7 ? i : (k * 7919) % 10_007)))),
});
const MESSAGES = [rowAt(0), long(1), blockAt(0), long(2), rowAt(1), long(3)];

function written(codec?: TailCodec): Uint8Array[] {
  const tail = createTail(codec);
  return MESSAGES.map((message, i) => frameOf(tail, message, 100 + i));
}

test.each([
  ["plain", undefined],
  ["packed", CODEC],
])("what is written %s is read", (_, codec) => {
  const { messages, goodBytes } = readTail(joined(written(codec)), codec);
  expect(messages).toEqual(MESSAGES.map((message, i) => ({ ...message, sequence: 100 + i })));
  expect(goodBytes).toBe(joined(written(codec)).length);
});

test("a frame packed with the one before it is a fraction of a first one", () => {
  const frames = written(CODEC);
  expect(frames[3]!.length).toBeLessThan(frames[1]!.length / 2);
});

test("cut at any byte, all whole frames are read", () => {
  const frames = written(CODEC);
  const ends = frames.map((_, i) => joined(frames.slice(0, i + 1)).length);
  const bytes = joined(frames);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const whole = ends.filter((end) => end <= cut);
    const { messages, goodBytes } = readTail(bytes.subarray(0, cut), CODEC);
    expect([messages.length, goodBytes]).toEqual([whole.length, whole.at(-1) ?? 0]);
  }
});

test("a flipped bit ends the tail at its frame, and nothing wrong is read", () => {
  const frames = written(CODEC);
  const bytes = joined(frames);
  const ends = frames.map((_, i) => joined(frames.slice(0, i + 1)).length);
  for (let bit = 0; bit < bytes.length * 8; bit += 5) {
    const damaged = bytes.slice();
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    const good = ends.findIndex((end) => bit >> 3 < end);
    const { messages } = readTail(damaged, CODEC);
    expect(messages).toHaveLength(good);
    expect(messages).toEqual(MESSAGES.slice(0, good).map((message, i) => ({ ...message, sequence: 100 + i })));
  }
});

test("a length that cannot be is not believed", () => {
  const bytes = new Uint8Array(64);
  new DataView(bytes.buffer).setUint32(0, 0xffff_fff0, true);
  expect(readTail(bytes)).toEqual({ messages: [], goodBytes: 0 });
});

test("a frame of a topic that this program does not know ends the tail", () => {
  const frame = frameOf(createTail(), rowAt(0), 0);
  frame[8] = 200;
  new DataView(frame.buffer).setUint32(4, crc32(frame.subarray(8)), true);
  expect(readTail(frame).messages).toEqual([]);
});
