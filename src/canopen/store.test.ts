// Store and restore (CiA 301, 7.5.2.13, .14): what is kept, when it is in force, and what a damaged record does.

import { describe, expect, test } from "vitest";
import {
  answerAll,
  bus,
  createRig,
  happened,
  pass,
  type Rig,
  read,
  sent,
  start,
  startRig,
  take,
  write,
} from "../../tools/fuzz/canopen-rig.ts";
import { changeSettings, nextDeadline_us, noteController } from "./node.ts";

const SAVE = 0x6576_6173;
const LOAD = 0x6461_6f6c;
const OK = { kind: "stored", ok: true } as const;

/** Writes "save" or "load", and lets the device do it; what it was asked to keep, as JSON brings it back. */
function order(rig: Rig, index: number, subIndex: number, value: number): unknown {
  expect(write(rig, index, subIndex, value, 4)).toBe("");
  const [asked] = rig.asked;
  expect(asked?.asked.kind).toBe("store");
  const low = (index & 0xff).toString(16);
  expect(answerAll(rig, OK)).toContain(`5A0: 60 ${low} 10 0${subIndex} 00 00 00 00`);
  const kept = asked?.asked.kind === "store" ? asked.asked.parameters : undefined;
  return kept === undefined ? undefined : JSON.parse(JSON.stringify(kept));
}

test.each([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 2],
])("1010h sub %d reads %d: on command, or by itself", (subIndex, ability) => {
  expect(read(startRig(), 0x1010, subIndex)).toBe(ability);
});

test.each([3, 4])('1010h sub %d takes "save" at once: settings are stored when they change', (subIndex) => {
  expect(write(startRig(), 0x1010, subIndex, SAVE, 4)).toBe("ok");
});

test.each([
  [0x1010, LOAD],
  [0x1010, 0],
  [0x1011, SAVE],
])("%i refuses another signature (0800 0020h)", (index, value) => {
  for (const subIndex of [1, 2, 3, 4]) expect(write(startRig(), index, subIndex, value, 4)).toBe("0800 0020");
});

test("a medium that fails is 0606 0000h, one that is busy 0800 0020h", () => {
  const rig = startRig();
  write(rig, 0x1010, 1, SAVE, 4);
  expect(answerAll(rig, { kind: "stored", ok: false })).toEqual(["5A0: 80 10 10 01 00 00 06 06"]);
  write(rig, 0x1010, 1, SAVE, 4);
  expect(answerAll(rig, { kind: "busy" })).toEqual(["5A0: 80 10 10 01 20 00 00 08"]);
});

describe("parameters that were stored", () => {
  test("are in force after the next start, others are presets again", () => {
    const rig = startRig();
    write(rig, 0x1017, 0, 500, 2);
    const stored = order(rig, 0x1010, 1, SAVE);
    write(rig, 0x1015, 0, 7, 2);
    const again = startRig({ stored });
    expect([read(again, 0x1017, 0), read(again, 0x1015, 0)]).toEqual([500, 0]);
    expect(pass(again, 500)).toEqual(["720: 7F"]);
  });

  test("are in force after a reset of communication, and of the node", () => {
    for (const reset of ["000: 82 20", "000: 81 20"]) {
      const rig = startRig();
      write(rig, 0x1017, 0, 500, 2);
      order(rig, 0x1010, 2, SAVE);
      write(rig, 0x1017, 0, 900, 2);
      bus(rig, reset);
      expect(read(rig, 0x1017, 0)).toBe(500);
    }
  });

  test("hold a PDO that was mapped anew", () => {
    const rig = startRig();
    write(rig, 0x1800, 1, 0xc000_01a0, 4);
    write(rig, 0x1a00, 0, 0, 1);
    write(rig, 0x1a00, 1, 0x2002_0020, 4);
    write(rig, 0x1a00, 0, 1, 1);
    write(rig, 0x1800, 1, 0x4000_01a0, 4);
    const again = startRig({ stored: order(rig, 0x1010, 1, SAVE) });
    start(again);
    expect(bus(again, "080:")).toEqual(["1A0: 00 00 00 00", "2A0: 00 00 00 00"]);
  });

  test("that were not stored are gone with a reset of communication", () => {
    const rig = startRig();
    write(rig, 0x1017, 0, 500, 2);
    bus(rig, "000: 82 20");
    expect(read(rig, 0x1017, 0)).toBe(0);
  });

  test("go with the node to another node-ID: COB-IDs that were presets move, others stay", () => {
    const rig = startRig();
    write(rig, 0x1801, 1, 0xc000_02a0, 4);
    write(rig, 0x1801, 1, 0x4000_0333, 4);
    const moved = createRig({ nodeId: 0x21, stored: order(rig, 0x1010, 1, SAVE) });
    pass(moved, 0);
    const { transmit, receive, emergencyCobId } = moved.node.parameters;
    expect([transmit[0]?.cobId, transmit[1]?.cobId]).toEqual([0x4000_01a1, 0x4000_0333]);
    expect([receive[0]?.cobId, emergencyCobId]).toEqual([0x221, 0xa1]);
  });
});

describe('"load"', () => {
  test.each([1, 2])("in sub %d changes nothing before a reset; then presets are in force", (subIndex) => {
    const rig = startRig();
    write(rig, 0x1017, 0, 500, 2);
    order(rig, 0x1010, 1, SAVE);
    expect(order(rig, 0x1011, subIndex, LOAD)).toBeUndefined();
    expect(read(rig, 0x1017, 0)).toBe(500);
    bus(rig, "000: 82 20");
    expect(read(rig, 0x1017, 0)).toBe(0);
  });

  test.each([3, 4])("sub %d, of settings, reads 0 and refuses (0800 0020h): sub 1 and 2 alone confirm", (subIndex) => {
    const rig = startRig();
    expect(read(rig, 0x1011, subIndex)).toBe(0);
    expect(write(rig, 0x1011, subIndex, LOAD, 4)).toBe("0800 0020");
    expect([1, 2].map((each) => read(rig, 0x1011, each))).toEqual([1, 1]);
  });
});

describe("a record that is none of this node", () => {
  const valid = (): { nodeId: number; parameters: Record<string, unknown> } =>
    order(startRig(), 0x1010, 1, SAVE) as never;

  test.each([
    ["null", null],
    ["a text", "stored"],
    ["an empty record", {}],
    ["a list", []],
    ["one without parameters", { nodeId: 32 }],
    ["one with a missing parameter", { ...valid(), parameters: { ...valid().parameters, heartbeat_ms: undefined } }],
    ["one with a text for a number", { ...valid(), parameters: { ...valid().parameters, heartbeat_ms: "500" } }],
    ["one with a fraction", { ...valid(), parameters: { ...valid().parameters, heartbeat_ms: 0.5 } }],
    ["one with a negative number", { ...valid(), parameters: { ...valid().parameters, heartbeat_ms: -1 } }],
    ["one with a shorter list", { ...valid(), parameters: { ...valid().parameters, heartbeatConsumers: [0] } }],
  ])("%s leaves presets in force and is 6310h", (_, stored) => {
    const rig = createRig({ stored });
    expect(pass(rig, 0)).toEqual(["720: 00", "0A0: 10 63 01 00 00 00 00 00"]);
    expect(read(rig, 0x1017, 0)).toBe(0);
    order(rig, 0x1010, 1, SAVE);
    expect(read(rig, 0x1001, 0)).toBe(0);
  });

  test("numbers no write would have brought do no harm: a PDO with them does not exist", () => {
    const stored = valid();
    const spoilt = JSON.parse(JSON.stringify(stored), (key, value) =>
      key === "mapping" ? value.map(() => 0xdead_beef) : key === "type" ? 252 : value,
    );
    const rig = startRig({ stored: spoilt });
    start(rig);
    expect(bus(rig, "080:")).toEqual([]);
    expect(bus(rig, "220: 01 02 03 04 05 06 07 08")).toEqual([]);
  });
});

describe("settings that change", () => {
  const change = (rig: Rig, changes: Partial<Parameters<typeof changeSettings>[1]>): readonly string[] => {
    sent(rig);
    const settings = { nodeId: 32, heartbeat_ms: 0, sync_ms: 0, ...changes };
    take(rig, changeSettings(rig.node, settings, rig.now_us));
    return sent(rig);
  };

  test("a heartbeat period is in force at once, and stays after a reset", () => {
    const rig = startRig();
    change(rig, { heartbeat_ms: 200 });
    expect(pass(rig, 200)).toEqual(["720: 7F"]);
    bus(rig, "000: 82 20");
    expect(read(rig, 0x1017, 0)).toBe(200);
  });

  test("what was stored follows: the setting is the newer word", () => {
    const rig = startRig();
    write(rig, 0x1017, 0, 500, 2);
    order(rig, 0x1010, 1, SAVE);
    change(rig, { heartbeat_ms: 200 });
    expect(rig.asked.map(({ asked }) => asked.kind)).toEqual(["store"]);
    answerAll(rig, OK);
    bus(rig, "000: 82 20");
    expect(read(rig, 0x1017, 0)).toBe(200);
  });

  test("what was stored takes over nothing else: unsaved changes stay unsaved", () => {
    const rig = startRig();
    order(rig, 0x1010, 1, SAVE);
    write(rig, 0x1007, 0, 5000, 4);
    change(rig, { heartbeat_ms: 200 });
    answerAll(rig, OK);
    bus(rig, "000: 82 20");
    expect([read(rig, 0x1017, 0), read(rig, 0x1007, 0)]).toEqual([200, 0]);
  });

  test("a SYNC period makes the node its producer, 0 ends it", () => {
    const rig = startRig();
    change(rig, { sync_ms: 50 });
    expect(pass(rig, 50)).toEqual(["080:"]);
    change(rig, {});
    expect(pass(rig, 500)).toEqual([]);
  });

  test("a node-ID is in force after 100 ms, with a boot-up message under it", () => {
    const rig = startRig();
    expect(change(rig, { nodeId: 0x21 })).toEqual([]);
    expect(pass(rig, 99)).toEqual([]);
    expect(pass(rig, 1)).toEqual(["721: 00"]);
    expect(happened(rig)).toContainEqual({ kind: "nodeId", nodeId: 0x21 });
    expect(bus(rig, "620: 40 01 10 00 00 00 00 00")).toEqual([]);
    expect(bus(rig, "621: 40 01 10 00 00 00 00 00")).toEqual(["5A1: 4F 01 10 00 00 00 00 00"]);
  });

  test("a node-ID waits for the answer to who changed it", () => {
    const rig = startRig();
    write(rig, 0x1010, 1, SAVE, 4);
    change(rig, { nodeId: 0x21 });
    expect(pass(rig, 5000)).toEqual([]);
    expect(nextDeadline_us(rig.node)).toBeGreaterThan(rig.now_us);
    expect(answerAll(rig, OK)).toEqual(["5A0: 60 10 10 01 00 00 00 00", "721: 00"]);
  });

  test("a node-ID waits for a bus that hears its boot-up message", () => {
    const rig = startRig();
    take(rig, noteController(rig.node, "busOff", false, rig.now_us));
    change(rig, { nodeId: 0x21 });
    expect(pass(rig, 5000)).toEqual([]);
    take(rig, noteController(rig.node, "active", false, rig.now_us));
    expect(pass(rig, 0)).toEqual(["721: 00"]);
  });

  test("PDO presets are in force with the next reset of communication", () => {
    const rig = startRig();
    change(rig, { transmit: [{ base: 0x180, type: 255, mapping: [0x2001_0008] }] });
    expect(read(rig, 0x1800, 2)).toBe(1);
    bus(rig, "000: 82 20");
    expect([read(rig, 0x1800, 2), read(rig, 0x1a00, 1)]).toEqual([255, 0x2001_0008]);
  });

  test("a node-ID that goes back in time changes nothing", () => {
    const rig = startRig();
    change(rig, { nodeId: 0x21 });
    change(rig, {});
    expect(pass(rig, 1000)).toEqual([]);
  });
});

test("1020h is 0 again once a parameter has changed", () => {
  const rig = startRig();
  write(rig, 0x1020, 1, 15_673, 4);
  write(rig, 0x1020, 2, 1000, 4);
  expect([read(rig, 0x1020, 1), read(rig, 0x1020, 2)]).toEqual([15_673, 1000]);
  write(rig, 0x1017, 0, 99_999, 4); // too long: refused, nothing has changed
  expect(read(rig, 0x1020, 1)).toBe(15_673);
  write(rig, 0x1017, 0, 100, 2);
  expect([read(rig, 0x1020, 1), read(rig, 0x1020, 2)]).toEqual([0, 0]);
});
