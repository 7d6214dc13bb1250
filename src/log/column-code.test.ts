// Columns come back bit for bit, whatever is in them; and what a converter gives takes about as few bits as its noise has.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBitReader, createBitWriter, writtenBytes } from "../base/bits.ts";
import { createRandom, gaussian, uniform } from "../base/random.ts";
import { createColumnCoder, createColumnMemory, packColumn } from "./column-code.ts";
import { createColumnReader, unpackColumn } from "./column-reading.ts";

/** Packs columns one after the other with one memory, as blocks of a recording do, and reads them back. */
function thereAndBack(columns: readonly Float64Array[], perUnit: number): { back: Float64Array[]; bytes: number[] } {
  const [there, here] = [createColumnMemory(), createColumnMemory()];
  const [coder, decoder] = [createColumnCoder(), createColumnReader()];
  const bytes: number[] = [];
  const back = columns.map((column) => {
    const writer = createBitWriter();
    packColumn(writer, coder, there, perUnit, column, 0, 1, column.length);
    const packed = writtenBytes(writer);
    bytes.push(packed.length);
    const values = new Float64Array(column.length);
    expect(unpackColumn(createBitReader(packed), decoder, here, perUnit, values, 0, 1, column.length)).toBe(true);
    expect(here).toEqual(there);
    return values;
  });
  return { back, bytes };
}

const bits = (columns: readonly Float64Array[]): bigint[][] =>
  columns.map((column) => [...new BigUint64Array(Float64Array.from(column).buffer)]);

const step = fc.oneof(
  fc.integer({ min: -200, max: 200 }),
  fc.maxSafeInteger(),
  fc.constantFrom(0, 1, 2 ** 31, -(2 ** 31)),
);
const column = fc.oneof(
  fc.array(step, { minLength: 1 }).map((steps) => Float64Array.from(steps, (value) => value / 640)),
  fc
    .array(fc.integer({ min: -9, max: 9 }), { minLength: 1 })
    .map((steps) => Float64Array.from(steps, (n) => 3 + n / 640)),
  fc.array(fc.double(), { minLength: 1 }).map((values) => Float64Array.from(values)),
  fc
    .record({ from: fc.integer(), by: fc.integer(), n: fc.integer({ min: 1, max: 60 }) })
    .map(({ from, by, n }) => Float64Array.from({ length: n }, (_, i) => (from + by * i) / 640)),
);

describe("a column", () => {
  test("comes back bit for bit, block after block", () => {
    fc.assert(
      fc.property(fc.array(column, { minLength: 1, maxLength: 6 }), (columns) => {
        expect(bits(thereAndBack(columns, 640).back)).toEqual(bits(columns));
      }),
      { numRuns: 400 },
    );
  });

  test.each([Number.NaN, -0, 5e-324, Number.MAX_VALUE, Infinity, -Infinity, 0.1])("may hold %d among steps", (odd) => {
    const columns = [Float64Array.of(1, 2, odd, 2), Float64Array.of(1, 2, 2)];
    expect(bits(thereAndBack(columns, 4).back)).toEqual(bits(columns));
  });

  test("that stands still, or counts on evenly, takes a byte", () => {
    const still = new Float64Array(100).fill(2.5);
    const count = (from: number): Float64Array => Float64Array.from({ length: 100 }, (_, i) => from + i);
    expect(thereAndBack([still, still, still], 12_800).bytes.slice(1)).toEqual([1, 1]);
    expect(thereAndBack([count(0), count(100), count(200)], 1).bytes.slice(1)).toEqual([1, 1]);
  });

  test("of normal noise takes at most 5.5 % more than the noise has, once it is under way (seed 2)", () => {
    const random = createRandom(2);
    const columns = Array.from({ length: 200 }, () =>
      Float64Array.from({ length: 100 }, () => (32_000 + Math.round(6.4 * gaussian(random))) / 12_800),
    );
    const later = thereAndBack(columns, 12_800).bytes.slice(10);
    const perValue = (later.reduce((sum, bytes) => sum + bytes, 0) * 8) / later.length / 100;
    const entropy = Math.log2(6.4 * Math.sqrt(2 * Math.PI * Math.E));
    expect(perValue).toBeLessThan(entropy * 1.055);
  });

  test("of even noise takes its width (seed 3)", () => {
    const random = createRandom(3);
    const columns = Array.from({ length: 100 }, () =>
      Float64Array.from({ length: 100 }, () => Math.floor(uniform(random) * 101)),
    );
    const later = thereAndBack(columns, 1).bytes.slice(10);
    expect(later.reduce((sum, bytes) => sum + bytes, 0) / later.length).toBeLessThan(92); // 7 bits: 87.5 bytes
  });
});

test("the bytes of a column are those its header comment tells", () => {
  const writer = createBitWriter();
  packColumn(writer, createColumnCoder(), createColumnMemory(), 1, Float64Array.of(1, -1, 2, 0, 1, 0), 0, 1, 6);
  // 0, Rice 01, mean 10, k = 0 0000; u = 2 1 4 0 2 0, as all means are near 0: 110 10 11110 0 110 0; a zero to the byte
  expect([...writtenBytes(writer)]).toEqual([0b0011_0000, 0b0110_1011, 0b1100_1100]);
});

test("bits that end too early are refused", () => {
  const writer = createBitWriter();
  packColumn(writer, createColumnCoder(), createColumnMemory(), 1, Float64Array.of(900, 3, 70_000), 0, 1, 3);
  const packed = writtenBytes(writer);
  for (let length = 0; length < packed.length; length++) {
    const reader = createBitReader(packed.subarray(0, length));
    const good = unpackColumn(reader, createColumnReader(), createColumnMemory(), 1, new Float64Array(3), 0, 1, 3);
    expect(good).toBe(false);
  }
});
