// The whole dictionary of the device: every signal, setting and command is there, every entry can be read with the length its type has,
// and no index ever moves: the golden file lists them all, and a reviewer reads what changes in it.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDictionaryRig, holdSignal, readObject, writeObject } from "../../tools/fuzz/dictionary-rig.ts";
import { COMMANDS } from "../model/commands.ts";
import { FAULT_NAMES } from "../model/faults.ts";
import { SETTING_LIST } from "../model/settings.ts";
import { SIGNAL_NAMES } from "../model/signals.ts";
import { validateSettings } from "../model/validation.ts";
import { ABORT } from "./abort-codes.ts";
import { RECEIVE_PDOS, TRANSMIT_PDOS } from "./communication-parameters.ts";
import { DATA_TYPES, sizeOf } from "./data-types.ts";
import type { DictionaryObject, Entry } from "./object.ts";
import { receivePdos, transmitPdos } from "./pdo-defaults.ts";

const RIG = createDictionaryRig();
const OBJECTS = [...RIG.dictionary.values()];

type Placed = { readonly object: DictionaryObject; readonly subIndex: number; readonly entry: Entry };
const ENTRIES: readonly Placed[] = OBJECTS.flatMap((object) =>
  object.entries.flatMap((entry, subIndex) => (entry === undefined ? [] : [{ object, subIndex, entry }])),
);
const placeOf = ({ object, subIndex }: Placed): string =>
  `${object.index.toString(16).toUpperCase().padStart(4, "0")}:${subIndex.toString(16).toUpperCase().padStart(2, "0")}`;

test("no index has moved", async () => {
  const lines = ENTRIES.map((each) => {
    const { name, type, access, mapping = "" } = each.entry;
    return `${placeOf(each)} ${name} ${type} ${access} ${mapping}`.trimEnd();
  });
  await expect(`${lines.sort().join("\n")}\n`).toMatchFileSnapshot("../../tests/golden/canopen-indexes.txt");
});

test("every signal, setting and command stands in it once, and no two objects at one index", () => {
  const count = new Map<string, number>();
  for (const { entry, object } of ENTRIES) {
    const name = object.kind === "array" ? entry.name.replace(/\[\d+\]$/, "") : entry.name;
    const isFirst = object.kind !== "array" || entry.name.endsWith("[1]");
    if (isFirst) count.set(name, (count.get(name) ?? 0) + 1);
  }
  const wanted = [
    ...SIGNAL_NAMES,
    ...SETTING_LIST.map(({ name }) => name),
    ...Object.keys(COMMANDS).map((name) => `command.${name}`),
  ];
  for (const name of wanted) expect([name, count.get(name)]).toEqual([name, 1]);
  expect(RIG.dictionary.size).toBe(new Set(OBJECTS.map(({ index }) => index)).size);
  const indexes = OBJECTS.map(({ index }) => index);
  expect(Math.min(...indexes)).toBeGreaterThanOrEqual(0x2000); // 1000h to 1FFFh are the node's
});

describe("every entry", () => {
  test("is read with the length of its type, and a wo one is not (0601 0001)", () => {
    const rig = createDictionaryRig();
    rig.logs.set("a.bmslog", Uint8Array.of(1));
    writeObject(rig, 0x5831, 1, new TextEncoder().encode("a.bmslog"));
    for (const each of ENTRIES) {
      const { object, subIndex, entry } = each;
      const data = readObject(rig, object.index, subIndex);
      if (entry.access === "wo") expect([placeOf(each), data]).toEqual([placeOf(each), 0x0601_0001]);
      else if (sizeOf(entry.type) > 0)
        expect([placeOf(each), (data as Uint8Array).length]).toEqual([placeOf(each), sizeOf(entry.type)]);
      else expect(data, placeOf(each)).toBeInstanceOf(Uint8Array);
    }
  });

  test("that is ro or const refuses writing (0601 0002)", () => {
    for (const each of ENTRIES) {
      const { object, subIndex, entry } = each;
      if (entry.access !== "ro" && entry.access !== "const") continue;
      const data = new Uint8Array(sizeOf(entry.type) || 1);
      expect([placeOf(each), writeObject(RIG, object.index, subIndex, data)]).toEqual([placeOf(each), 0x0601_0002]);
    }
  });

  test("of a fixed length refuses one byte less or more (0607 0013, 0607 0012), a text or domain one over its most", () => {
    for (const each of ENTRIES) {
      const { object, subIndex, entry } = each;
      if (entry.access !== "rw" && entry.access !== "wo") continue;
      const size = sizeOf(entry.type);
      const long = new Uint8Array((size || entry.maxLength!) + 1).fill(0x20);
      expect([placeOf(each), writeObject(RIG, object.index, subIndex, long)]).toEqual([placeOf(each), 0x0607_0012]);
      if (size === 0) continue;
      const short = new Uint8Array(size - 1);
      expect([placeOf(each), writeObject(RIG, object.index, subIndex, short)]).toEqual([placeOf(each), 0x0607_0013]);
    }
  });

  test("behind the last sub-index, in a gap and beside the dictionary there is none (0609 0011, 0602 0000)", () => {
    for (const { index, entries } of OBJECTS) {
      expect(readObject(RIG, index, entries.length)).toBe(0x0609_0011);
      expect(writeObject(RIG, index, entries.length, Uint8Array.of(0))).toBe(0x0609_0011);
      entries.forEach((entry, subIndex) => {
        if (entry === undefined) expect(readObject(RIG, index, subIndex)).toBe(0x0609_0011);
      });
    }
    expect(readObject(RIG, 0x2fff)).toBe(0x0602_0000);
  });

  test("tells what it is in words, with its unit", () => {
    for (const each of ENTRIES) {
      const { entry, object, subIndex } = each;
      if (subIndex === 0 && object.kind !== "variable" && object.kind !== "domain") continue;
      expect([placeOf(each), (entry.help ?? "").length > 3, entry.unit !== undefined]).toEqual([
        placeOf(each),
        true,
        true,
      ]);
      expect(entry.name.length).toBeLessThanOrEqual(241);
    }
  });

  test("that is a PDO's is one of the lengths PDOs carry whole, and can be read or written", () => {
    for (const each of ENTRIES) {
      if (each.entry.mapping === undefined) continue;
      expect([placeOf(each), [8, 16, 32].includes(DATA_TYPES[each.entry.type].bits)]).toEqual([placeOf(each), true]);
    }
  });
});

describe("signals", () => {
  test("a value that is not believed is not a number, and a code not known 255", () => {
    const rig = createDictionaryRig();
    holdSignal(rig, "cells_V", 3.5, 4);
    holdSignal(rig, "cellValid", 1, 4);
    expect(readObject(rig, 0x2020, 5)).toEqual(Uint8Array.of(0, 0, 0x60, 0x40));
    holdSignal(rig, "cellValid", 0, 4);
    expect(readObject(rig, 0x2020, 5)).toEqual(Uint8Array.of(0, 0, 0xc0, 0x7f));
  });

  test("cells are numbered as on the headers, none is not known", () => {
    const rig = createDictionaryRig();
    const { object } = ENTRIES.find(({ entry }) => entry.name === "cellLostIndex")!;
    holdSignal(rig, "cellLostIndex", 4);
    expect(readObject(rig, object.index)).toEqual(Uint8Array.of(5));
    holdSignal(rig, "cellLostIndex", -1);
    expect(readObject(rig, object.index)).toEqual(Uint8Array.of(0xff));
  });

  test("faults stand at their number, internal signals at their bit, one above", () => {
    const rig = createDictionaryRig();
    for (const name of FAULT_NAMES) holdSignal(rig, `fault.${name}`, 0);
    holdSignal(rig, "fault.overvoltage", 1); // number 4
    holdSignal(rig, "signal.heater", 1); // bit 8
    expect([readObject(rig, 0x2e00, 5), readObject(rig, 0x2e02, 9)]).toEqual([Uint8Array.of(1), Uint8Array.of(1)]);
    expect(readObject(rig, 0x2e00, 4)).toEqual(Uint8Array.of(0));
  });

  test("times of microseconds are seconds", () => {
    const rig = createDictionaryRig();
    const { object } = ENTRIES.find(({ entry }) => entry.name === "batteryStateTime_us")!;
    holdSignal(rig, "batteryStateTime_us", 70_000 * 1e6);
    const data = readObject(rig, object.index) as Uint8Array;
    expect(new DataView(data.buffer).getFloat32(0, true)).toBe(70_000);
  });
});

test("the vendor's journal of errors: newest, Errors 1, Errors 2 and packed time of 32 records", () => {
  const rig = createDictionaryRig();
  const records = Array.from({ length: 32 }, (_, i) => ({ errors1: i + 1, errors2: 0x100 + i, stamp: 0x8765_4321 }));
  rig.journal = { records, last: 7 };
  expect(readObject(rig, 0x5840)).toEqual(Uint8Array.of(7));
  expect(readObject(rig, 0x5841, 32)).toEqual(Uint8Array.of(32, 0, 0, 0));
  expect(readObject(rig, 0x5842, 1)).toEqual(Uint8Array.of(0, 1, 0, 0));
  expect(readObject(rig, 0x5843, 9)).toEqual(Uint8Array.of(0x21, 0x43, 0x65, 0x87));
});

test("whatever bytes are written anywhere, the answer is done or a code of the standard, and settings stay valid (seed 23)", () => {
  const rig = createDictionaryRig((settings) => {
    settings.canopen.settingsAccess = "open";
  });
  const codes = new Set<number>([0, ...Object.values(ABORT)]);
  const writable = ENTRIES.filter(({ entry }) => entry.access === "rw" || entry.access === "wo");
  const commit = writable.findIndex(({ object }) => object.index === 0x5802);
  const anywhere = fc.oneof(fc.nat(writable.length - 1), fc.constant(commit));
  const bytes = fc.uint8Array({ maxLength: 24 });
  const answers = new Set<number>();
  fc.assert(
    fc.property(anywhere, bytes, fc.boolean(), (n, given, isFitting) => {
      const { object, subIndex, entry } = writable[n]!;
      const size = sizeOf(entry.type);
      const data = isFitting && size > 0 ? Uint8Array.from({ length: size }, (_, i) => given[i] ?? 1) : given;
      const answer = writeObject(rig, object.index, subIndex, data);
      answers.add(answer);
      expect(codes.has(answer)).toBe(true);
    }),
    { seed: 23, numRuns: 3000 },
  );
  expect(validateSettings(rig.bms.settings)).toEqual([]);
  expect(answers.size).toBeGreaterThan(6);
});

describe("PDOs to start with", () => {
  test.each(["vendor", "cia418", "both"] as const)(
    "%s: every object may be mapped that way, at most 64 bits, no id twice",
    (set) => {
      for (const [pdos, way] of [
        [transmitPdos(set), "transmit"],
        [receivePdos(set), "receive"],
      ] as const) {
        expect(new Set(pdos.map(({ suggested }) => suggested)).size).toBe(pdos.length);
        expect(pdos.length).toBeLessThanOrEqual(way === "transmit" ? TRANSMIT_PDOS : RECEIVE_PDOS);
        for (const { mapping, title } of pdos) {
          let bits = 0;
          for (const each of mapping) {
            const entry = RIG.dictionary.get(each >>> 16)!.entries[(each >>> 8) & 0xff]!;
            expect([title, entry.mapping === way || entry.mapping === "both"]).toEqual([title, true]);
            expect([title, DATA_TYPES[entry.type].bits]).toEqual([title, each & 0xff]);
            bits += each & 0xff;
          }
          expect(bits).toBeLessThanOrEqual(64);
        }
      }
    },
  );
});
