// Bits and counts come back as they were written, wherever a word begins.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  alignReader,
  alignWriter,
  createBitReader,
  createBitWriter,
  isWithin,
  readBits,
  readBytes,
  readCount,
  readDouble,
  restartBits,
  windowAt,
  writeBits,
  writeBytes,
  writeCount,
  writeDouble,
  writtenBytes,
} from "./bits.ts";

const word = fc
  .integer({ min: 0, max: 32 })
  .chain((count) => fc.record({ count: fc.constant(count), value: fc.integer({ min: 0, max: 2 ** count - 1 }) }));

test("words of any width come back", () => {
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const writer = createBitWriter(1);
      for (const { value, count } of words) writeBits(writer, value, count);
      const reader = createBitReader(writtenBytes(writer));
      for (const { value, count } of words) expect(readBits(reader, count)).toBe(value);
      expect(isWithin(reader)).toBe(true);
    }),
  );
});

test("the highest bit of a byte comes first", () => {
  const writer = createBitWriter();
  writeBits(writer, 1, 1);
  writeBits(writer, 0b0101, 4);
  writeBits(writer, 0b1_0000_0001, 9);
  expect([...writtenBytes(writer)]).toEqual([0b1010_1100, 0b0000_0100]);
  expect(windowAt(createBitReader(writtenBytes(writer)).words, 1)).toBe(0b0101_1000_0000_1000_0000_0000_0000_0000);
});

test("counts to 2^53 - 1 and every double come back, also behind bits that end within a byte", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 7 }), fc.maxSafeNat(), fc.double(), (skip, count, double) => {
      const writer = createBitWriter(1);
      writeBits(writer, 0, skip);
      writeCount(writer, count);
      writeDouble(writer, double);
      alignWriter(writer);
      writeBits(writer, 7, 3);
      const reader = createBitReader(writtenBytes(writer));
      readBits(reader, skip);
      expect(readCount(reader)).toBe(count);
      expect(Object.is(readDouble(reader), double)).toBe(true);
      alignReader(reader);
      expect(readBits(reader, 3)).toBe(7);
    }),
  );
});

test.each([
  [0, [0]],
  [127, [127]],
  [128, [128, 1]],
  [300, [0xac, 0x02]], // the example of the encoding in the documentation of protocol buffers
  [16_383, [255, 127]],
  [16_384, [128, 128, 1]],
])("the count %d is %j", (value, bytes) => {
  const writer = createBitWriter();
  writeCount(writer, value);
  expect([...writtenBytes(writer)]).toEqual(bytes);
});

test("any counts and bytes come back in their order", () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeNat()), fc.uint8Array(), (values, bytes) => {
      const writer = createBitWriter(1);
      for (const value of values) writeCount(writer, value);
      writeBytes(writer, bytes);
      const reader = createBitReader(writtenBytes(writer));
      expect(values.map(() => readCount(reader))).toEqual(values);
      expect(readBytes(reader, bytes.length)).toEqual(bytes);
      expect(isWithin(reader)).toBe(true);
    }),
  );
});

test("counts and bytes that are cut off show, and so does a count that does not end", () => {
  const writer = createBitWriter();
  for (const value of [1, 300, 70_000]) writeCount(writer, value);
  const bytes = writtenBytes(writer);
  for (let cut = 0; cut < bytes.length; cut++) {
    const reader = createBitReader(bytes.subarray(0, cut));
    for (let i = 0; i < 3; i++) readCount(reader);
    expect(isWithin(reader)).toBe(false);
  }
  const short = createBitReader(Uint8Array.of(1, 2));
  expect([readBytes(short, 3).length, isWithin(short)]).toEqual([0, false]);
  const endless = createBitReader(new Uint8Array(20).fill(255));
  expect([readCount(endless), isWithin(endless)]).toEqual([0, false]);
});

test("a writer that starts again has forgotten what it wrote", () => {
  const writer = createBitWriter();
  for (let i = 0; i < 100; i++) writeBits(writer, 0xffffffff, 32);
  restartBits(writer);
  writeBits(writer, 0, 20);
  writeBits(writer, 1, 1);
  expect([...writtenBytes(writer)]).toEqual([0, 0, 8]);
});

test("reading behind the end gives zeros and is told", () => {
  const reader = createBitReader(Uint8Array.of(255));
  expect(readBits(reader, 8)).toBe(255);
  expect(isWithin(reader)).toBe(true);
  expect(readBits(reader, 32)).toBe(0);
  expect(readCount(reader)).toBe(0);
  expect(isWithin(reader)).toBe(false);
});
