// UTF-8 as the platform's own encoder and decoder have it.

import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

test.each(["", "plain", "Grüße", "°C", "Ω", "電池", "🔋", "a".repeat(10_000), "€".repeat(5000)])("%s", (text) => {
  expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
  expect(decodeUtf8(encodeUtf8(text))).toBe(text);
});

test("every text, even with half a letter, is encoded as the platform does", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
      expect(decodeUtf8(encodeUtf8(text))).toBe(new TextDecoder("utf-8", { ignoreBOM: true }).decode(encodeUtf8(text)));
    }),
  );
});

test("any bytes become some text, and good text among bad bytes stays", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void decodeUtf8(bytes)));
  expect(decodeUtf8(Uint8Array.of(0x61, 0xff, 0xc3, 0x62, 0xe2, 0x82, 0xac))).toBe("a\ufffd\ufffdb€");
  // Overlong, a surrogate, and beyond the last letter.
  for (const bytes of [
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
  ]) {
    expect(decodeUtf8(Uint8Array.from(bytes))).toMatch(/^\ufffd+$/);
  }
});
