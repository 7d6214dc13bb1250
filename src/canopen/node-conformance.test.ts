// The node's whole communication area against what it says of itself, over the bus: rows as CiA's conformance test has them
// (lengths, access, limits, holes, the standard's exchanges), and presets as the EDS will have them.

import { expect, test } from "vitest";
import { bus, frameOf, frameText, NODE_ID, type Rig, startRig } from "../../tools/fuzz/canopen-rig.ts";
import { standardFrame } from "../base/can-frame.ts";
import { runRow } from "./conformance.ts";
import { rowsOfDictionary } from "./conformance-entries.ts";
import { isNumber, numberOf } from "./data-types.ts";
import { readEntry } from "./dictionary.ts";

/** The data of the answers to a request. */
const ask = (rig: Rig, request: Uint8Array): readonly Uint8Array[] =>
  bus(rig, frameText(standardFrame(0x600 + NODE_ID, request)))
    .filter((text) => text.startsWith("5A0:"))
    .map((text) => frameOf(text).data);

const communicationOf = ({ node }: Rig) => [...node.dictionary.values()].filter(({ index }) => index < 0x2000);

test("each entry of 1000h to 1FFFh answers as its description says, over the bus", () => {
  const rig = startRig();
  const rows = rowsOfDictionary(communicationOf(rig));
  expect(rows.length).toBeGreaterThan(1000);
  const wrong = rows.flatMap((row) => {
    const running = runRow(row, {});
    let next = running.next();
    while (next.done !== true) next = running.next(ask(rig, next.value.request));
    return next.value === undefined ? [] : [`${row.name}: ${next.value}`];
  });
  expect(wrong).toEqual([]);
});

test("reading everything and being refused everything leaves the parameters as they were", () => {
  const rig = startRig();
  const before = JSON.stringify(rig.node.parameters);
  for (const row of rowsOfDictionary(communicationOf(rig))) {
    const running = runRow(row, {});
    let next = running.next();
    while (next.done !== true) next = running.next(ask(rig, next.value.request));
  }
  expect(JSON.stringify(rig.node.parameters)).toBe(before);
});

/** A preset as CiA 306 has it: a number, or $NODEID and one. */
const presetOf = (preset: number | string): number =>
  typeof preset === "number" ? preset : NODE_ID + Number(preset.replace("$NODEID+", ""));

test("each entry with a preset has it after a start", () => {
  const rig = startRig();
  const wrong = communicationOf(rig).flatMap(({ index, entries }) =>
    [...entries.entries()].flatMap(([subIndex, entry]) => {
      if (entry?.preset === undefined || !isNumber(entry.type)) return [];
      const value = readEntry(rig.node.dictionary, index, subIndex);
      const isRight = value instanceof Uint8Array && numberOf(entry.type, value) === presetOf(entry.preset);
      return isRight ? [] : [`${index.toString(16)}:${subIndex}`];
    }),
  );
  expect(wrong).toEqual([]);
});

test("the objects that CiA 301 makes mandatory are there, and those its services need", () => {
  const rig = startRig();
  const mandatory = [0x1000, 0x1001, 0x1018];
  const services = [
    ...[0x1003, 0x1005, 0x1006, 0x1007, 0x100c, 0x100d, 0x1010, 0x1011, 0x1012, 0x1014, 0x1015, 0x1016, 0x1017],
    ...[0x1019, 0x1020, 0x1028, 0x1029, 0x1200, 0x1400, 0x1600, 0x1800, 0x1a00, 0x1f80],
  ];
  for (const index of [...mandatory, ...services])
    expect(rig.node.dictionary.has(index), index.toString(16)).toBe(true);
});
