// Numbers and texts as registers: bit patterns from IEEE 754 and the vendor's rule of words, both orders, both edges.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shortest } from "../base/shortest.ts";
import { getNumber, getText, putNumber, putText, type WireType } from "./words.ts";

const wordsOf = (type: WireType, value: number, isLowFirst: boolean): number[] => {
  const out = new Uint16Array(2);
  putNumber(out, 0, type, value, isLowFirst);
  return [...out];
};

test.each([
  ["REAL32", 1, [0x0000, 0x3f80]],
  ["REAL32", -32.5, [0x0000, 0xc202]],
  ["REAL32", Number.NaN, [0x0000, 0x7fc0]],
  ["U32", 0x12345678, [0x5678, 0x1234]],
  ["U32", -5, [0, 0]],
  ["U32", 5e9, [0xffff, 0xffff]],
  ["U32", Number.NaN, [0xffff, 0xffff]],
  ["S32", -1, [0xffff, 0xffff]],
  ["S32", Number.NaN, [0x0000, 0x8000]],
  ["BITS32", 0x8000_0001, [0x0001, 0x8000]],
] as const)("%s %d is low word first by the vendor's rule", (type, value, words) => {
  expect(wordsOf(type, value, true)).toEqual(words);
  expect(wordsOf(type, value, false)).toEqual([...words].reverse());
});

test.each([
  ["U16", 65_535, 65_535],
  ["U16", 65_536, 65_535],
  ["U16", -1, 0],
  ["U16", Number.NaN, 0xffff],
  ["S16", -1, 0xffff],
  ["S16", -40_000, 0x8001],
  ["S16", Number.NaN, 0x8000],
] as const)("%s %d is the register %d", (type, value, word) => {
  expect(wordsOf(type, value, true)[0]).toBe(word);
});

describe("what is written reads back", () => {
  test.each(["REAL32", "U32", "S32", "U16", "S16"] as const)("as %s (seed 7)", (type) => {
    const least = type.startsWith("U") ? 0 : -32_000;
    fc.assert(
      fc.property(fc.integer({ min: least, max: 32_000 }), fc.boolean(), (value, isLowFirst) => {
        const out = new Uint16Array(2);
        putNumber(out, 0, type, value, isLowFirst);
        expect(getNumber(out, 0, type, isLowFirst)).toBe(value);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  test("the shortest decimal of a single-precision number is what a person typed (seed 8)", () => {
    fc.assert(
      fc.property(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: 0, max: 5 }), (digits, point) => {
        const typed = Number(`${digits}e-${point}`);
        expect(shortest(Math.fround(typed))).toBe(typed);
      }),
      { seed: 8, numRuns: 1000 },
    );
    expect(shortest(Math.fround(3.65))).toBe(3.65);
  });

  test.each(["", "A", "AB", "Köln", "電池", "🔋🔋"])('the text "%s"', (text) => {
    const out = new Uint16Array(8);
    putText(out, 0, 8, text);
    expect(getText(out, 0, 8)).toBe(text);
  });

  test("a text that is too long is cut at a letter", () => {
    const out = new Uint16Array(2);
    putText(out, 0, 2, "abcé");
    expect(getText(out, 0, 2)).toBe("abc");
  });
});

test("a text stands with its first letter in the high byte", () => {
  const out = new Uint16Array(2);
  putText(out, 0, 2, "ABC");
  expect([...out]).toEqual([0x4142, 0x4300]);
});
