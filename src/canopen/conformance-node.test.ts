// The conformance suite against the device's own node, with all its objects: what the standard says of the protocol, and what
// the dictionary says of each entry.

import { expect, test } from "vitest";
import { NODE_ID, type Rig, startRig } from "../../tools/fuzz/canopen-rig.ts";
import { createDictionaryRig } from "../../tools/fuzz/dictionary-rig.ts";
import { standardFrame } from "../base/can-frame.ts";
import type { Asked, Outcome } from "../model/asking.ts";
import { turnTo } from "./application.ts";
import { applies, hexOf, runRow, type Targets } from "./conformance.ts";
import { rowsOfDictionary } from "./conformance-entries.ts";
import { CONFORMANCE_ROWS, type ConformanceRow } from "./conformance-rows.ts";
import { finish, takeFrame } from "./node.ts";
import type { FileAsked, FileOutcome } from "./object.ts";

const TARGETS: Targets = {
  word: { index: 0x1017, subIndex: 0 },
  text: { index: 0x1008, subIndex: 0 },
  gap: { index: 0x0fff, subIndex: 0 },
};

function createDevice(): Rig {
  const { application, dictionary } = createDictionaryRig();
  return startRig({
    ...{ deviceName: "a device with a name", objects: [...dictionary.values()] },
    turn: (now_us) => turnTo(application, now_us),
    presets: { transmit: [], receive: [] },
  });
}

/** No log, no password, no order is taken. */
function outcomeOf(asked: Asked | FileAsked): Outcome | FileOutcome {
  if (asked.kind === "files") return { kind: "files", files: [] };
  return asked.kind === "file" ? { kind: "noFile" } : { kind: "busy" };
}

/** The data of the answers to a request. */
function exchange(rig: Rig, request: Uint8Array): readonly Uint8Array[] {
  const { node } = rig;
  const step = takeFrame(node, standardFrame(0x600 + NODE_ID, request), rig.now_us);
  const later = step.asked.flatMap(({ asked, ticket }) => finish(node, ticket, outcomeOf(asked), rig.now_us).send);
  return [...step.send, ...later].filter(({ id }) => id === 0x580 + NODE_ID).map(({ data }) => data);
}

function failuresOf(rig: Rig, rows: readonly ConformanceRow[]): readonly string[] {
  return rows.flatMap((row) => {
    const running = runRow(row, TARGETS);
    let next = running.next();
    while (next.done !== true) next = running.next(exchange(rig, next.value.request));
    return next.value === undefined ? [] : [`${row.name}: ${next.value}`];
  });
}

test("the node answers as the standard says", () => {
  const rows = CONFORMANCE_ROWS.filter((row) => applies(row, TARGETS));
  expect(rows.length).toBeGreaterThan(25);
  expect(failuresOf(createDevice(), rows)).toEqual([]);
});

test("each entry of its dictionary is read and refused as its description says", () => {
  const rig = createDevice();
  const rows = rowsOfDictionary([...rig.node.dictionary.values()]);
  expect(rows.length).toBeGreaterThan(1000);
  expect(failuresOf(rig, rows)).toEqual([]);
});

test("only errors that have not been, and a log that nobody has chosen, have no data", () => {
  const rig = createDevice();
  const without = new Set<number>();
  for (const { index, entries } of rig.node.dictionary.values())
    for (const [subIndex, entry] of entries.entries()) {
      if (entry === undefined || entry.access === "wo") continue;
      const [answer] = exchange(rig, Uint8Array.of(0x40, index & 0xff, index >> 8, subIndex, 0, 0, 0, 0));
      if (hexOf(answer).startsWith("80")) without.add(index);
    }
  expect([...without].map((index) => index.toString(16))).toEqual(["1003", "5831"]);
});
