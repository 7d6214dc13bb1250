// The hash against the published check values of MurmurHash3_x86_32, and its promises as laws.

import fc from "fast-check";
import { expect, test } from "vitest";
import { finishHash, hashNumber, hashWord } from "./hash.ts";

/** Check values as published with the many ports of the algorithm; words are little endian. */
test.each([
  [[], 0x00000000, 0x00000000],
  [[], 0x00000001, 0x514e28b7],
  [[], 0xffffffff, 0x81f16f39],
  [[0xffffffff], 0x00000000, 0x76293b50],
  [[0x87654321], 0x00000000, 0xf55b516b],
  [[0x87654321], 0x5082edee, 0x2362f9de],
  [[0x00000000], 0x00000000, 0x2362f9de],
  [[0x61616161], 0x9747b28c, 0x5a97808a], // "aaaa"
])("words %j with seed %i give %i", (words, seed, expected) => {
  let hash: number = seed;
  for (const word of words) hash = hashWord(hash, word);
  expect(finishHash(hash, words.length * 4)).toBe(expected);
});

test("a number counts as its two words, the lower one first", () => {
  expect(hashNumber(0, 1)).toBe(hashWord(hashWord(0, 0), 0x3ff00000));
  expect(hashNumber(7, -Number.MIN_VALUE)).toBe(hashWord(hashWord(7, 1), 0x80000000));
});

test("another bit anywhere in a row of numbers gives another hash", () => {
  const hashOf = (numbers: Float64Array): number => finishHash(numbers.reduce(hashNumber, 0), 0);
  fc.assert(
    fc.property(fc.float64Array({ minLength: 1, maxLength: 20, noNaN: true }), fc.nat(), (numbers, n) => {
      const other = numbers.slice();
      const bits = new Uint32Array(other.buffer);
      bits[(n >> 5) % bits.length]! ^= 1 << (n & 31);
      if (!other.some(Number.isNaN)) expect(hashOf(other)).not.toBe(hashOf(numbers));
    }),
    { numRuns: 1000 },
  );
});

test("zeros of both signs differ, every NaN is the same, and the order counts", () => {
  expect(hashNumber(1, 0)).not.toBe(hashNumber(1, -0));
  const strange = new Float64Array(new Uint32Array([5, 0xfff80001]).buffer)[0]!;
  expect(hashNumber(1, strange)).toBe(hashNumber(1, Number.NaN));
  expect(hashNumber(hashNumber(0, 1), 2)).not.toBe(hashNumber(hashNumber(0, 2), 1));
});
