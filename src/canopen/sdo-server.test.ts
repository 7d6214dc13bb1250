// The server of the SDO protocol, byte for byte, on a clock that the test holds. The rows that any device can be held against
// are in conformance-rows.ts; here is what they cannot reach: time-outs, answers that come later, memory.

import { describe, expect, test } from "vitest";
import { type Dictionary, type DictionaryObject, DONE, type Entry } from "./object.ts";
import { takeSdoRequest } from "./sdo-server.ts";
import { createSdoServer } from "./sdo-server-state.ts";

const hex = (frames: readonly Uint8Array[]): string[] =>
  frames.map((frame) => Array.from(frame, (byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" "));
const bytes = (text: string): Uint8Array => Uint8Array.from(text.split(" "), (word) => Number.parseInt(word, 16));

function u32(index: number, access: Entry["access"], value: number): DictionaryObject {
  let held = Uint8Array.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, value >>> 24);
  return {
    ...{ index, name: "x", kind: "variable", entries: [{ name: "x", type: "u32", access }] },
    read: () => held,
    write: (_, data) => {
      held = Uint8Array.from(data);
      return DONE;
    },
  };
}

const dictionaryOf = (...objects: readonly DictionaryObject[]): Dictionary =>
  new Map(objects.map((object) => [object.index, object]));

describe("golden frames", () => {
  const server = createSdoServer(dictionaryOf(u32(0x1000, "ro", 0x1a2)));
  test.each([
    ["40 00 10 00 00 00 00 00", ["43 00 10 00 A2 01 00 00"]],
    ["40 FF 2F 00 00 00 00 00", ["80 FF 2F 00 00 00 02 06"]],
    ["23 00 10 00 00 00 00 00", ["80 00 10 00 02 00 01 06"]],
  ])("%s is answered with %j", (request, answers) => {
    expect(hex(takeSdoRequest(server, bytes(request), 0).send)).toEqual(answers);
  });
});
