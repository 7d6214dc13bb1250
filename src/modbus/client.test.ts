// The client's side: requests as the standard's examples have them, and answers cut out of what has come.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ClientFraming,
  coilRequest,
  frameOf,
  hear,
  identifyRequest,
  objectsOf,
  readRequest,
  valuesOf,
  writeRequest,
} from "./client.ts";
import { rtuFrame, tcpFrame } from "./framing.ts";

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
const bytes = (text: string): Uint8Array => Uint8Array.from(text.split(" "), (word) => Number.parseInt(word, 16));

// Examples of the application protocol V1.1b3, section 6.
test.each([
  ["coils 20 to 38", readRequest("coil", 0x13, 0x13), "01 00 13 00 13"],
  ["discrete inputs 197 to 218", readRequest("discrete", 0xc4, 0x16), "02 00 c4 00 16"],
  ["registers 108 to 110", readRequest("holding", 0x6b, 3), "03 00 6b 00 03"],
  ["input register 9", readRequest("input", 8, 1), "04 00 08 00 01"],
  ["coil 173 on", coilRequest(0xac, true), "05 00 ac ff 00"],
  ["register 2 to 3", writeRequest(1, [3]), "06 00 01 00 03"],
  ["two registers from 2", writeRequest(1, [0x0a, 0x102]), "10 00 01 00 02 04 00 0a 01 02"],
  ["basic identification", identifyRequest(1, 0), "2b 0e 01 00"],
])("the request for %s", (_, request, expected) => {
  expect(hex(request)).toBe(expected);
});

test.each([
  ["coil", 19, "01 03 cd 6b 05", [1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1]],
  ["holding", 3, "03 06 02 2b 00 00 00 64", [555, 0, 100]],
  ["input", 1, "04 02 00 0a", [10]],
] as const)("values of an answer from a %s table", (table, count, pdu, values) => {
  const read = valuesOf(table, count, bytes(pdu));
  expect(read.ok && [...read.words]).toEqual(values);
});

test.each([
  ["83 02", 2],
  ["03 04 00 00 00 00", 0],
  ["03 02 00", 0],
])("the answer %s is none: exception %d", (pdu, exception) => {
  expect(valuesOf("holding", 1, bytes(pdu))).toEqual({ ok: false, exception });
});

describe.each(["serial", "rtu", "tcp"] as const satisfies readonly ClientFraming[])("framing %s", (framing) => {
  const request = readRequest("holding", 0, 2);
  const pdu = bytes("03 04 00 01 00 02");
  const whole = frameOf(framing, 9, 32, pdu);

  test("every beginning of an answer wants more, the whole is the answer", () => {
    for (let length = 0; length < whole.length; length++)
      expect(hear(framing, 9, 32, request, whole.slice(0, length), false).kind, `${length}`).toBe("more");
    expect(hear(framing, 9, 32, request, whole, false)).toEqual({ kind: "answer", pdu });
  });

  test("an exception is an answer", () => {
    const refused = frameOf(framing, 9, 32, bytes("83 02"));
    expect(hear(framing, 9, 32, request, refused, false)).toEqual({ kind: "answer", pdu: bytes("83 02") });
  });

  test.each([
    ["another unit's", 31, "03 04 00 01 00 02"],
    ["to another function", 32, "04 04 00 01 00 02"],
    ["to an earlier request, of another size", 32, "03 02 00 01"],
  ])("an answer that is %s is not taken, and on a line the right one may follow", (_, unit, given) => {
    const other = frameOf(framing, 9, unit, bytes(given));
    expect(hear(framing, 9, 32, request, other, false).kind).toBe(framing === "tcp" ? "strange" : "others");
    if (framing !== "tcp")
      expect(hear(framing, 9, 32, request, Uint8Array.from([...other, ...whole]), false)).toEqual({
        kind: "answer",
        pdu,
      });
  });

  test("random bytes never throw (seed 31)", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (given, isComplete) => {
        hear(framing, 9, 32, request, given, isComplete);
        objectsOf(given);
        valuesOf("holding", 2, given);
      }),
      { seed: 31, numRuns: 500 },
    );
  });
});

test("over TCP an answer that came too late is passed over", () => {
  const late = tcpFrame(8, 32, bytes("03 02 00 07"));
  const right = tcpFrame(9, 32, bytes("03 02 00 08"));
  const heard = hear("tcp", 9, 32, readRequest("holding", 0, 1), Uint8Array.from([...late, ...right]), false);
  expect(heard).toEqual({ kind: "answer", pdu: bytes("03 02 00 08") });
});

test("a wrong checksum is told once the line is silent", () => {
  const wrong = rtuFrame(32, bytes("03 02 00 08")).map((byte, i) => (i === 4 ? byte ^ 1 : byte));
  expect(hear("serial", 0, 32, readRequest("holding", 0, 1), wrong, false).kind).toBe("more");
  expect(hear("serial", 0, 32, readRequest("holding", 0, 1), wrong, true)).toEqual({
    kind: "strange",
    why: "the answer's checksum is wrong",
  });
});

test("identification is read piece by piece", () => {
  const piece = bytes("2b 0e 03 83 ff 02 02 00 02 41 42 01 01 43");
  expect(objectsOf(piece)).toEqual({
    objects: [
      { id: 0, bytes: bytes("41 42") },
      { id: 1, bytes: bytes("43") },
    ],
    next: 2,
  });
  expect(objectsOf(piece.slice(0, 10))).toBeUndefined();
});
