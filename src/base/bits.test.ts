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
  readCount,
  readDouble,
  restartBits,
  windowAt,
  writeBits,
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

test("a count takes one byte for each seven bits: 300 is AC 02", () => {
  const writer = createBitWriter();
  writeCount(writer, 300);
  expect([...writtenBytes(writer)]).toEqual([0xac, 0x02]);
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
