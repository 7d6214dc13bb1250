// The CRC of CANopen block transfers against its published check value and against the polynomial bit by bit.

import { expect, test } from "vitest";
import { crcCcitt } from "./crc-ccitt.ts";

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

test.each([
  ["", 0x0000],
  ["123456789", 0x31c3], // catalogue of parametrised CRC algorithms, CRC-16/XMODEM
  ["A", 0x58e5],
])("the CRC of %j is %i", (text, crc) => {
  expect(crcCcitt(ascii(text))).toBe(crc);
});

test("a CRC goes on from what stands before, from any place to any end", () => {
  const bytes = ascii("--123456789--");
  expect(crcCcitt(bytes, 0, 2, 11)).toBe(0x31c3);
  expect(crcCcitt(bytes, crcCcitt(bytes, 0, 2, 6), 6, 11)).toBe(0x31c3);
});
