// The SDO conformance suite against our server in this process: the rows from the standard, and those that follow from the
// description of a dictionary with entries of every kind.

import { describe, expect, test } from "vitest";
import { AT, answersTo, createSdoRig, type SdoRig } from "../../tools/fuzz/sdo-rig.ts";
import { applies, hexOf, isExpected, runRow } from "./conformance.ts";
import { rowsOfDictionary } from "./conformance-entries.ts";
import { CONFORMANCE_ROWS, type ConformanceRow } from "./conformance-rows.ts";

type Server = (request: Uint8Array) => readonly Uint8Array[];

function carryOut(row: ConformanceRow, server: Server): string | undefined {
  const running = runRow(row, AT);
  let next = running.next();
  while (next.done !== true) next = running.next(server(next.value.request));
  return next.value;
}

const serverOf =
  (rig: SdoRig): Server =>
  (request) =>
    answersTo(rig, request);

const named = (rows: readonly ConformanceRow[]) => rows.map((row) => [row.name, row] as const);
const ENTRY_ROWS = rowsOfDictionary(
  [...createSdoRig().server.dictionary.values()].filter(({ index }) => index !== 0x2020),
);

describe("what the standard says", () => {
  const rig = createSdoRig();
  test.each(named(CONFORMANCE_ROWS))("%s", (_, row) => {
    expect(carryOut(row, serverOf(rig))).toBeUndefined();
    expect(rig.server.transfer.kind).toBe("idle");
  });
});

describe("what a dictionary says of its entries", () => {
  const rig = createSdoRig();
  test.each(named(ENTRY_ROWS))("%s", (_, row) => {
    expect(carryOut(row, serverOf(rig))).toBeUndefined();
  });

  test("no row about entries writes anything", () => {
    expect(rig.written).toEqual([]);
  });

  test("each entry, each hole and each end has its rows", () => {
    expect(ENTRY_ROWS.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "2003h:00, Limited: is read with its length, or has no data",
        "2003h:00, Limited: is refused where it is too long or too short",
        "2003h:00, Limited: is refused beyond its limits",
        "2006h:00, Password: cannot be read",
        "2007h:02 is not there",
        "2007h:04 is not there",
        "2009h:00, Time: is read with its length, or has no data",
        "200Ch:00, Full: cannot be written",
        "200Dh:00 is not there",
      ]),
    );
  });
});

describe("the suite can fail", () => {
  test("a server that never answers is found out in every row but those about silence", () => {
    const passing = [...CONFORMANCE_ROWS, ...ENTRY_ROWS].filter((row) => carryOut(row, () => []) === undefined);
    expect(passing.map(({ name }) => name)).toEqual([
      "an abort without a transfer is not answered",
      "frames of fewer than eight bytes are none",
    ]);
  });

  test("a server that refuses everything with another code is found out in every row", () => {
    const refuse: Server = (request) => [
      Uint8Array.of(0x80, request[1] ?? 0, request[2] ?? 0, request[3] ?? 0, 0, 0, 0, 8),
    ];
    for (const row of [...CONFORMANCE_ROWS, ...ENTRY_ROWS]) expect(carryOut(row, refuse), row.name).toBeDefined();
  });

  test("a server that leaves old bytes in its answers is found out", () => {
    const rig = createSdoRig();
    const dirty: Server = (request) =>
      answersTo(rig, request).map((answer) => (answer[0] === 0x60 ? answer.with(7, 1) : answer));
    expect(CONFORMANCE_ROWS.filter((row) => carryOut(row, dirty) !== undefined).length).toBeGreaterThan(10);
  });

  test.each([
    ["60 17 10 00", "60 17 10 00 00 00 00 00", true],
    ["60 17 10 00", "60 17 10 00 00 00 00 01", false],
    ["4F 01 10 00 ..", "4F 01 10 00 FF 00 00 00", true],
    ["4F 01 10 00 0.", "4F 01 10 00 1F 00 00 00", false],
    ["41 {word} ...", "41 17 10 00 01 02 03 04", true],
    ["41 {word} ...", "41 17 10 01 01 02 03 04", false],
    ["A1", "A1 00 00 00 00 00 00", false],
  ])("expected %s, given %s: %s", (expected, given, holds) => {
    const answer = Uint8Array.from(given.split(" "), (word) => Number.parseInt(word, 16));
    expect(hexOf(answer)).toBe(given);
    expect(isExpected(expected, answer, AT)).toBe(holds);
  });

  test("a row applies where the node has its objects", () => {
    expect(CONFORMANCE_ROWS.filter((row) => applies(row, {})).length).toBeGreaterThan(8);
    expect(CONFORMANCE_ROWS.every((row) => applies(row, AT))).toBe(true);
  });
});
