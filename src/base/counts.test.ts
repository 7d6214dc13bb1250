// Counts come back as they were written, and nothing is read that is not there.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  createByteReader,
  createByteWriter,
  readBytes,
  readCount,
  writeBytes,
  writeCount,
  writtenBytes,
} from "./counts.ts";

function written(values: readonly number[]): Uint8Array {
  const writer = createByteWriter();
  for (const value of values) writeCount(writer, value);
  return writtenBytes(writer);
}

test.each([
  [0, [0]],
  [127, [127]],
  [128, [128, 1]],
  [300, [0xac, 0x02]], // the example of the encoding in the documentation of protocol buffers
  [16_383, [255, 127]],
  [16_384, [128, 128, 1]],
])("%d is %j", (value, bytes) => {
  expect([...written([value])]).toEqual(bytes);
});

test("any counts and bytes come back in their order", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: Number.MAX_SAFE_INTEGER })), fc.uint8Array(), (values, bytes) => {
      const writer = createByteWriter();
      for (const value of values) writeCount(writer, value);
      writeBytes(writer, bytes);
      const reader = createByteReader(writtenBytes(writer));
      expect(values.map(() => readCount(reader))).toEqual(values);
      expect(readBytes(reader, bytes.length)).toEqual(bytes);
      expect(reader.ok).toBe(true);
    }),
  );
});

test("behind the end there is nothing, and that shows", () => {
  const values = [1, 300, 70_000];
  const bytes = written(values);
  for (let cut = 0; cut < bytes.length; cut++) {
    const reader = createByteReader(bytes.subarray(0, cut));
    for (const _ of values) readCount(reader);
    expect(reader.ok).toBe(false);
  }
  const reader = createByteReader(Uint8Array.of(1, 2));
  expect([readBytes(reader, 3).length, reader.ok]).toEqual([0, false]);
});

test("a number that does not end is none", () => {
  const reader = createByteReader(new Uint8Array(20).fill(255));
  expect([readCount(reader), reader.ok]).toEqual([0, false]);
});
