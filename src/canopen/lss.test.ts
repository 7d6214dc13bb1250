// LSS (CiA 305), slave and master: selecting, identifying, fastscan over several nodes, node-ID, bit rate, store.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  answerAll,
  bus,
  createRig,
  frameOf,
  happened,
  pass,
  type Rig,
  read,
  startRig,
  take,
} from "../../tools/fuzz/canopen-rig.ts";
import { standardFrame } from "../base/can-frame.ts";
import {
  beginLss,
  configureBitRate,
  configureNodeId,
  createLssMaster,
  fastscan,
  hasUnconfigured,
  inquireIdentity,
  inquireNodeId,
  type LssTask,
  pollLssMaster,
  select,
  storeConfiguration,
  switchAll,
  takeLssAnswer,
} from "./lss-master.ts";
import { changeSettings, takeFrame } from "./node.ts";
import type { NodeIdentity } from "./node-state.ts";

const IDENTITY: NodeIdentity = { vendorId: 0x11, productCode: 0x22, revision: 0x10003, serial: 0x4455_6677 };
const SELECT = [
  "7E5: 40 11 00 00 00 00 00 00",
  "7E5: 41 22 00 00 00 00 00 00",
  "7E5: 42 03 00 01 00 00 00 00",
  "7E5: 43 77 66 55 44 00 00 00",
];

const configured = (rig = startRig()): Rig => {
  bus(rig, "7E5: 04 01 00 00 00 00 00 00");
  return rig;
};

describe("selecting", () => {
  test("the last of four parts is answered, and only where all match", () => {
    const rig = startRig();
    const answers = SELECT.map((frame) => bus(rig, frame));
    expect(answers).toEqual([[], [], [], ["7E4: 44 00 00 00 00 00 00 00"]]);
    expect(bus(rig, "7E5: 5E 00 00 00 00 00 00 00")).toEqual(["7E4: 5E 20 00 00 00 00 00 00"]);
  });

  test.each([0, 1, 2, 3])("a difference in part %d is silence", (part) => {
    const rig = startRig();
    const answers = SELECT.map((frame, i) =>
      bus(rig, i === part ? frame.replace(/00 00 00$/, "00 00 00").replace(/: (..) ../, ": $1 EE") : frame),
    );
    expect(answers.flat()).toEqual([]);
    expect(bus(rig, "7E5: 5E 00 00 00 00 00 00 00")).toEqual([]);
  });

  test("parts out of order do not add up", () => {
    const rig = startRig();
    expect([3, 2, 1, 0, 3].flatMap((part) => bus(rig, SELECT[part]!))).toEqual([]);
  });

  test("a frame that has not eight bytes is ignored", () => {
    const rig = startRig();
    expect(bus(rig, "7E5: 04 01")).toEqual([]);
    expect(bus(rig, "7E5: 5E 00 00 00 00 00 00 00")).toEqual([]);
  });
});

test("in waiting nothing but finding is answered", () => {
  const rig = startRig();
  for (const command of ["11 05", "13 00 03", "15 00 00", "17 00", "5A 00", "5B 00", "5C 00", "5D 00", "5E 00"])
    expect(bus(rig, `7E5: ${command.padEnd(23, " 00")}`.slice(0, 28))).toEqual([]);
});

describe("in configuration", () => {
  test.each([
    ["5A", "7E4: 5A 11 00 00 00 00 00 00"],
    ["5B", "7E4: 5B 22 00 00 00 00 00 00"],
    ["5C", "7E4: 5C 03 00 01 00 00 00 00"],
    ["5D", "7E4: 5D 77 66 55 44 00 00 00"],
    ["5E", "7E4: 5E 20 00 00 00 00 00 00"],
  ])("%s is answered %s", (command, answer) => {
    expect(bus(configured(), `7E5: ${command} 00 00 00 00 00 00 00`)).toEqual([answer]);
  });

  test.each([
    ["01", "00"],
    ["7F", "00"],
    ["FF", "00"],
    ["00", "01"],
    ["80", "01"],
    ["FE", "01"],
  ])("node-ID %s gets code %s", (nodeId, code) => {
    expect(bus(configured(), `7E5: 11 ${nodeId} 00 00 00 00 00 00`)).toEqual([`7E4: 11 ${code} 00 00 00 00 00 00`]);
  });

  test("a node-ID of a running node is in force with the next reset of communication", () => {
    const rig = configured();
    bus(rig, "7E5: 11 21 00 00 00 00 00 00");
    bus(rig, "7E5: 04 00 00 00 00 00 00 00");
    expect(rig.node.nodeId).toBe(0x20);
    expect(bus(rig, "000: 82 20")).toEqual(["721: 00"]);
    expect(happened(rig)).toContainEqual({ kind: "nodeId", nodeId: 0x21 });
  });

  // Index of the bit rate table: 1000, 800, 500, 250, 125, reserved, 50, 20, 10, automatic.
  test.each([
    ["00 00", "00"],
    ["00 01", "01"],
    ["00 02", "00"],
    ["00 03", "00"],
    ["00 04", "00"],
    ["00 05", "01"],
    ["00 06", "01"],
    ["00 09", "01"],
    ["01 03", "01"],
  ])("bit rate %s gets code %s", (rate, code) => {
    expect(bus(configured(), `7E5: 13 ${rate} 00 00 00 00 00`)).toEqual([`7E4: 13 ${code} 00 00 00 00 00 00`]);
  });

  test("a bit rate is switched after the delay, and nothing is sent until another is over", () => {
    const rig = configured(startRig({ presets: { heartbeat_ms: 10 } }));
    bus(rig, "7E5: 13 00 02 00 00 00 00 00");
    bus(rig, "7E5: 15 64 00 00 00 00 00 00");
    expect(pass(rig, 99)).toEqual([]);
    expect(happened(rig).filter(({ kind }) => kind === "bitRate")).toEqual([]);
    expect(pass(rig, 1)).toEqual([]);
    expect(happened(rig).filter(({ kind }) => kind === "bitRate")).toEqual([{ kind: "bitRate", bitRate_kbit: 500 }]);
    expect(pass(rig, 99)).toEqual([]);
    expect(pass(rig, 1).length).toBe(1);
  });

  test("activating without a bit rate does nothing", () => {
    const rig = configured();
    bus(rig, "7E5: 15 64 00 00 00 00 00 00");
    pass(rig, 1000);
    expect(happened(rig).filter(({ kind }) => kind === "bitRate")).toEqual([]);
  });

  test("store makes settings of node-ID and bit rate, and answers as the device does", () => {
    const rig = configured();
    bus(rig, "7E5: 11 21 00 00 00 00 00 00");
    bus(rig, "7E5: 13 00 02 00 00 00 00 00");
    expect(bus(rig, "7E5: 17 00 00 00 00 00 00 00")).toEqual([]);
    const changes = { "can.nodeId": 0x21, "can.bitRate": "500" };
    expect(rig.asked.map(({ asked }) => asked)).toEqual([
      { kind: "ask", asks: [{ kind: "set", changes, actor: "LSS master" }] },
    ]);
    expect(answerAll(rig, { kind: "answers", answers: [{ ok: true }] })).toEqual(["7E4: 17 00 00 00 00 00 00 00"]);
    bus(rig, "7E5: 17 00 00 00 00 00 00 00");
    expect(answerAll(rig, { kind: "answers", answers: [{ ok: false, reason: "x" }] })).toEqual([
      "7E4: 17 02 00 00 00 00 00 00",
    ]);
  });
});

test("a node-ID that LSS has stored waits for the master's reset, also where the settings tell of it", () => {
  const rig = configured();
  bus(rig, "7E5: 11 21 00 00 00 00 00 00");
  bus(rig, "7E5: 17 00 00 00 00 00 00 00");
  take(rig, changeSettings(rig.node, { nodeId: 0x21, heartbeat_ms: 0, sync_ms: 0 }, rig.now_us));
  answerAll(rig, { kind: "answers", answers: [{ ok: true }] });
  expect(pass(rig, 10_000)).toEqual([]);
  expect(bus(rig, "000: 82 20")).toEqual(["721: 00"]);
});

test("other settings leave a node-ID alone that LSS has configured and not stored", () => {
  const rig = configured();
  bus(rig, "7E5: 11 21 00 00 00 00 00 00");
  take(rig, changeSettings(rig.node, { nodeId: 0x20, heartbeat_ms: 500, sync_ms: 0 }, rig.now_us));
  expect(bus(rig, "000: 82 20")).toEqual(["721: 00"]);
});

test("who may not change settings cannot store them by LSS either: code FF 01", () => {
  let isLoggedIn = false;
  const rig = configured(startRig({ mayStoreSettings: () => isLoggedIn }));
  bus(rig, "7E5: 11 21 00 00 00 00 00 00");
  expect(bus(rig, "7E5: 17 00 00 00 00 00 00 00")).toEqual(["7E4: 17 FF 01 00 00 00 00 00"]);
  expect(rig.asked).toEqual([]);
  isLoggedIn = true;
  expect(bus(rig, "7E5: 17 00 00 00 00 00 00 00")).toEqual([]);
  expect(rig.asked.length).toBe(1);
});

test("no node-ID cannot be stored: code 1", () => {
  const rig = configured();
  bus(rig, "7E5: 11 FF 00 00 00 00 00 00");
  expect(bus(rig, "7E5: 17 00 00 00 00 00 00 00")).toEqual(["7E4: 17 01 00 00 00 00 00 00"]);
  expect(rig.asked).toEqual([]);
});

describe("a node without node-ID", () => {
  test("does not boot, answers no SDO and no NMT, and says that it is there", () => {
    const rig = createRig({ nodeId: 0xff });
    expect(pass(rig, 10_000)).toEqual([]);
    expect(bus(rig, "000: 01 00")).toEqual([]);
    expect(bus(rig, "67F: 40 00 10 00 00 00 00 00")).toEqual([]);
    expect(bus(rig, "7E5: 4C 00 00 00 00 00 00 00")).toEqual(["7E4: 50 00 00 00 00 00 00 00"]);
    expect(bus(startRig(), "7E5: 4C 00 00 00 00 00 00 00")).toEqual([]);
  });

  test("falls silent when LSS takes a running node's id away: no heartbeat, no SYNC, no PDO", () => {
    const rig = startRig({ presets: { heartbeat_ms: 100, sync_ms: 50 } });
    for (const frame of [
      "7E5: 04 01 00 00 00 00 00 00",
      "7E5: 11 FF 00 00 00 00 00 00",
      "7E5: 04 00 00 00 00 00 00 00",
    ])
      bus(rig, frame);
    bus(rig, "000: 82 00");
    expect(pass(rig, 5000)).toEqual([]);
  });

  test("boots by itself when it leaves configuration with a node-ID", () => {
    const rig = configured(startRig({ nodeId: 0xff }));
    bus(rig, "7E5: 11 20 00 00 00 00 00 00");
    expect(bus(rig, "7E5: 04 00 00 00 00 00 00 00")).toEqual(["720: 00"]);
    expect(read(rig, 0x1800, 1)).toBe(0x4000_01a0);
  });
});

test("identifying: a node in the range of revisions and serial numbers answers, at both edges", () => {
  const asks = (low: number, high: number): readonly string[] => {
    const rig = startRig();
    const hex = (value: number) =>
      [0, 8, 16, 24].map((shift) => ((value >>> shift) & 0xff).toString(16).padStart(2, "0")).join(" ");
    const rows = [
      [0x46, 0x11],
      [0x47, 0x22],
      [0x48, 0x10003],
      [0x49, 0x10003],
      [0x4a, low],
      [0x4b, high],
    ] as const;
    return rows.flatMap(([command, value]) => bus(rig, `7E5: ${command.toString(16)} ${hex(value)} 00 00 00`));
  };
  const answer = ["7E4: 4F 00 00 00 00 00 00 00"];
  expect(asks(0x4455_6677, 0x4455_6677)).toEqual(answer);
  expect(asks(0, 0xffff_ffff)).toEqual(answer);
  expect(asks(0x4455_6678, 0xffff_ffff)).toEqual([]);
  expect(asks(0, 0x4455_6676)).toEqual([]);
});

/** A bus of slaves and a master: answers reach it at once, silence takes its time-out. */
function carryOut<T>(rigs: readonly Rig[], task: LssTask<T>): { value: T; frames: number } {
  const master = createLssMaster<T>();
  let now_us = 0;
  let step = beginLss(master, task, now_us);
  for (let frames = 1; frames < 10_000; frames++) {
    if (step.send === undefined) return { value: step.done as T, frames };
    const request = standardFrame(0x7e5, step.send);
    const answers: string[] = [];
    for (const rig of rigs) {
      rig.frames = [];
      take(rig, takeFrame(rig.node, request, rig.now_us));
      answers.push(...rig.frames);
    }
    // Equal frames of several slaves are one on the bus.
    step = {};
    for (const answer of new Set(answers)) step = takeLssAnswer(master, frameOf(answer).data, now_us);
    if (step.send !== undefined || "done" in step) continue;
    now_us = master.deadline_us!;
    step = pollLssMaster(master, now_us);
  }
  throw new Error("the task does not end");
}

describe("the master", () => {
  const slaves = (identities: readonly NodeIdentity[]): readonly Rig[] =>
    identities.map((identity) => startRig({ nodeId: 0xff, identity }));
  const u32 = fc.oneof(fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff), fc.nat(0xffff_ffff));
  const identity = fc.record({ vendorId: u32, productCode: u32, revision: u32, serial: u32 });
  const key = (one: NodeIdentity): string => [one.vendorId, one.productCode, one.revision, one.serial].join();

  test("fastscan finds each of several random identities, one after the other, and gives it a node-ID (seed 305)", () => {
    fc.assert(
      fc.property(fc.uniqueArray(identity, { minLength: 1, maxLength: 6, selector: key }), (identities) => {
        const rigs = slaves(identities);
        const found = identities.map((_, i) => {
          const { value, frames } = carryOut(rigs, fastscan());
          expect(frames).toBeLessThanOrEqual(134);
          expect(carryOut(rigs, configureNodeId(i + 1)).value).toEqual({ ok: true, value: undefined });
          carryOut(rigs, switchAll("waiting"));
          return key(value!);
        });
        expect(new Set(found)).toEqual(new Set(identities.map(key)));
        expect(carryOut(rigs, fastscan()).value).toBeUndefined();
        expect(rigs.map(({ node }) => node.nodeId).sort()).toEqual(identities.map((_, i) => i + 1));
      }),
      { seed: 305, numRuns: 40 },
    );
  });

  test("fastscan finds a neighbour that differs in the last bit alone", () => {
    const rigs = slaves([IDENTITY, { ...IDENTITY, serial: IDENTITY.serial ^ 1 }]);
    expect(carryOut(rigs, fastscan()).value?.serial).toBe(0x4455_6676);
    expect(rigs.filter(({ node }) => node.lss.mode === "configuration").length).toBe(1);
  });

  test("selects one of several, asks and configures it", () => {
    const other = { ...IDENTITY, serial: 1 };
    const rigs = [startRig({ nodeId: 5, identity: other }), startRig({ nodeId: 6, identity: IDENTITY })];
    expect(carryOut(rigs, select(IDENTITY)).value).toEqual({ ok: true, value: undefined });
    expect(carryOut(rigs, inquireNodeId()).value).toEqual({ ok: true, value: 6 });
    expect(carryOut(rigs, inquireIdentity()).value).toEqual({ ok: true, value: IDENTITY });
    expect(carryOut(rigs, configureNodeId(0)).value).toEqual({ ok: false, code: 1 });
    expect(carryOut(rigs, configureBitRate(500)).value).toEqual({ ok: true, value: undefined });
    expect(carryOut(rigs, configureBitRate(800)).value).toEqual({ ok: false, code: 1 });
    expect(carryOut(rigs, configureBitRate(333))).toEqual({ value: { ok: false, code: 1 }, frames: 1 });
  });

  test("hears silence where nobody is", () => {
    expect(carryOut([], select(IDENTITY)).value).toEqual({ ok: false, code: "silence" });
    expect(carryOut([], storeConfiguration()).value).toEqual({ ok: false, code: "silence" });
    expect(carryOut([startRig()], hasUnconfigured()).value).toBe(false);
    expect(carryOut(slaves([IDENTITY]), hasUnconfigured()).value).toBe(true);
  });

  test("listens to no answer it did not ask for", () => {
    const master = createLssMaster<unknown>();
    expect(takeLssAnswer(master, new Uint8Array(8), 0)).toEqual({});
    beginLss(master, inquireNodeId(), 0);
    expect(takeLssAnswer(master, Uint8Array.of(0x4f, 0, 0, 0, 0, 0, 0, 0), 0)).toEqual({});
    expect(takeLssAnswer(master, Uint8Array.of(0x5e, 7), 0)).toEqual({});
    expect(takeLssAnswer(master, Uint8Array.of(0x5e, 7, 0, 0, 0, 0, 0, 0), 0)).toEqual({
      done: { ok: true, value: 7 },
    });
  });
});
