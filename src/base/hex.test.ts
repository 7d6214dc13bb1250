// Hexadecimal digits: what is written reads back, and what is none is refused.

import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOfHex, hexBytes, hexDigits } from "./hex.ts";

test("bytes and numbers have capital digits, zeros before", () => {
  expect(hexBytes(Uint8Array.of(0, 10, 255))).toBe("000AFF");
  expect(hexBytes(Uint8Array.of(0, 10, 255), " ")).toBe("00 0A FF");
  expect([hexDigits(0, 4), hexDigits(0xbeef, 2), hexDigits(0xffff_ffff, 8)]).toEqual(["0000", "BEEF", "FFFFFFFF"]);
});

test("bytes read back as they were (seed 16)", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(bytesOfHex(hexBytes(bytes))).toEqual(Uint8Array.from(bytes));
    }),
    { seed: 16 },
  );
});

test.each(["0", "0G", "0x10", "12 34", " 1"])("%j is none", (text) => {
  expect(bytesOfHex(text)).toBeUndefined();
});
