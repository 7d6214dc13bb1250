// Numbers that may be not known: what stands for it, and that no known value ever looks like it.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numberOf } from "./data-types.ts";
import { isNotKnown, knownBytes } from "./known.ts";

test.each([
  ["u8", [0xff]],
  ["u16", [0xff, 0xff]],
  ["u32", [0xff, 0xff, 0xff, 0xff]],
  ["i8", [0x80]],
  ["i16", [0x00, 0x80]],
  ["i32", [0x00, 0x00, 0x00, 0x80]],
  ["real32", [0x00, 0x00, 0xc0, 0x7f]],
] as const)("not known as %s", (type, data) => {
  expect(knownBytes(type, Number.NaN)).toEqual(Uint8Array.from(data));
  expect(isNotKnown(type, numberOf(type, knownBytes(type, Number.NaN)))).toBe(true);
});

describe("a known value", () => {
  test.each([
    ["u8", 254, 254],
    ["u8", 255, 254],
    ["u8", -1, 0],
    ["i8", -127, -127],
    ["i8", -128, -127],
    ["i8", 128, 127],
    ["u16", 70_000, 65_534],
    ["i16", -40_000, -32_767],
    ["i16", 0.5, 1],
    ["u32", 5e9, 4_294_967_294],
  ] as const)("%s of %d is %d", (type, value, told) => {
    expect(numberOf(type, knownBytes(type, value))).toBe(told);
  });

  test("of any size is never taken for not known (seed 22)", () => {
    const types = fc.constantFrom("u8", "u16", "u32", "i8", "i16", "i32", "real32");
    fc.assert(
      fc.property(types, fc.double({ noNaN: true }), (type, value) => {
        expect(isNotKnown(type, numberOf(type, knownBytes(type, value)))).toBe(false);
      }),
      { seed: 22, numRuns: 2000 },
    );
  });
});
