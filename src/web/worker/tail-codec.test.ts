// Frames that the device packs, against dictionaries of all lengths, are what they were in a browser, too; damage is refused.

import fc from "fast-check";
import { expect, test } from "vitest";
import { overchargedPack } from "../../../tests/pack-logs.ts";
import { TAIL_CODEC } from "../../device/log-compression.ts";
import { LONGEST_FRAME_BYTES } from "../../log/tail-frames.ts";
import { WEB_TAIL_CODEC } from "./tail-codec.ts";

const rows = overchargedPack(20).log.map(({ data }) => data);
const NONE = new Uint8Array(0);
const back = (packed: Uint8Array, dictionary: Uint8Array): Uint8Array =>
  WEB_TAIL_CODEC.unpack(packed, dictionary, LONGEST_FRAME_BYTES);

test("rows of a pack, each packed with the one before", () => {
  let before: Uint8Array = NONE;
  for (const row of rows) {
    expect(back(TAIL_CODEC.pack(row, before), before)).toEqual(row);
    before = row;
  }
});

test("a dictionary of more than one block", () => {
  const long = new Uint8Array(300_000).map((_, i) => (i * 7919) >> 5);
  const next = Uint8Array.from([...long.subarray(1000, 200_000), 1, 2, 3]);
  expect(back(TAIL_CODEC.pack(next, long), long)).toEqual(next);
});

test("any bytes after any bytes", () => {
  const bytes = fc.uint8Array({ maxLength: 3000 });
  fc.assert(
    fc.property(bytes, bytes, fc.boolean(), (before, own, isAlike) => {
      const dictionary = Uint8Array.from(before);
      const next = Uint8Array.from(isAlike ? [...before.subarray(0, 1000), ...own, ...before] : own);
      expect(back(TAIL_CODEC.pack(next, dictionary), dictionary)).toEqual(next);
    }),
  );
});

test("what is no frame, or longer than it may be, is refused", () => {
  expect(() => back(new Uint8Array(100), NONE)).toThrow("no Zstandard frame");
  expect(() => back(NONE, NONE)).toThrow("no Zstandard frame");
  expect(() => WEB_TAIL_CODEC.unpack(TAIL_CODEC.pack(rows[0]!, NONE), NONE, 10)).toThrow("too long");
});
