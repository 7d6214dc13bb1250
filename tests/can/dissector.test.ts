// tshark's CANopen dissector on frames of the standards' own examples: it knows each, and complains of broken ones alone. The
// recording of a device goes through the same eyes (rigs/dissector.ts).

import { expect, test } from "vitest";
import { isPresent } from "../../tools/debian-packages.ts";
import { dissect } from "../rigs/dissector.ts";

/** Of a node 32, as CiA 301 and CiA 305 have them. */
const FRAMES: readonly (readonly [text: string, kind: RegExp])[] = [
  ["720#00", /NMT Error Control/], // boot-up
  ["000#0120", /NMT/],
  ["720#05", /NMT Error Control/], // operational
  ["080#", /SYNC/],
  ["0A0#0010010000000000", /EMCY/],
  ["100#010203040506", /TIME STAMP/i],
  ["1A0#0102030405060708", /PDO/],
  ["620#4000100000000000", /SDO/], // upload of 1000h
  ["5A0#4300100091010000", /SDO/],
  ["5A0#8000100000000206", /SDO/], // abort 0602 0000h
  ["620#2F17100002000000", /SDO/],
  ["7E5#0401000000000000", /LSS/],
];

test.skipIf(!isPresent("tshark"))("tshark, where it is installed, knows each of a node's frames", async () => {
  const log = FRAMES.map(([text], i) => `(1700000000.${`${i * 1000}`.padStart(6, "0")}) can0 ${text}\n`).join("");
  const found = await dissect(log);
  expect(found).toHaveLength(FRAMES.length);
  for (const [i, [text, kind]] of FRAMES.entries()) {
    expect(found[i], text).toMatchObject({ number: i + 1, id: Number.parseInt(text, 16), complaints: [] });
    expect(found[i]?.kind, text).toMatch(kind);
  }
});

test.skipIf(!isPresent("tshark")).each([
  ["an SDO answer that is cut off", "5A0#4300"],
  ["an emergency without its register", "0A0#0010"],
])("tshark, where it is installed, calls %s malformed", async (_, text) => {
  const [found] = await dissect(`(1700000000.000000) can0 ${text}\n`);
  expect(found?.complaints).not.toEqual([]);
});
