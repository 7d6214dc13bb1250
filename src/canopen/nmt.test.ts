// NMT: every command in every state, and which service works in which (CiA 301, 7.3.2, tables 36 and 37).

import { describe, expect, test } from "vitest";
import { bus, happened, pass, type Rig, remote, start, startRig, write } from "../../tools/fuzz/canopen-rig.ts";
import { afterCommand, allows, commandOf, NMT_COMMAND_NAMES, type NmtState, stateOf } from "./nmt-state.ts";
import { raise } from "./node.ts";

const INTO: Readonly<Record<"preOperational" | "operational" | "stopped", string>> = {
  preOperational: "000: 80 20",
  operational: "000: 01 20",
  stopped: "000: 02 20",
};
type Settled = keyof typeof INTO;

function rigIn(state: Settled, heartbeat_ms = 0): Rig {
  const rig = startRig({ presets: { heartbeat_ms } });
  bus(rig, INTO[state]);
  expect(rig.node.state).toBe(state);
  happened(rig);
  return rig;
}

// Rows of CiA 301 figure 50: state, command byte, state after it, boot-up message or none.
const TRANSITIONS: readonly (readonly [Settled, string, string, readonly string[]])[] = [
  ["preOperational", "01", "operational", []],
  ["preOperational", "02", "stopped", []],
  ["preOperational", "80", "preOperational", []],
  ["preOperational", "81", "preOperational", ["720: 00"]],
  ["preOperational", "82", "preOperational", ["720: 00"]],
  ["operational", "01", "operational", []],
  ["operational", "02", "stopped", []],
  ["operational", "80", "preOperational", []],
  ["operational", "81", "preOperational", ["720: 00"]],
  ["operational", "82", "preOperational", ["720: 00"]],
  ["stopped", "01", "operational", []],
  ["stopped", "02", "stopped", []],
  ["stopped", "80", "preOperational", []],
  ["stopped", "81", "preOperational", ["720: 00"]],
  ["stopped", "82", "preOperational", ["720: 00"]],
];

describe.each([
  ["its own node-ID", "20"],
  ["all nodes", "00"],
])("a command for %s", (_, node) => {
  test.each(TRANSITIONS)("in %s, %s leads to %s", (from, command, to, frames) => {
    const rig = rigIn(from);
    // Entering Operational sends no PDO here: both are synchronous.
    expect(bus(rig, `000: ${command} ${node}`)).toEqual(frames);
    expect(rig.node.state).toBe(to);
  });
});

test.each([
  ["for another node", "000: 02 21"],
  ["of one byte", "000: 02"],
  ["of three bytes", "000: 02 20 00"],
  ["of no bytes", "000:"],
  ["unknown: 0", "000: 00 20"],
  ["unknown: 3", "000: 03 20"],
  ["unknown: 7F", "000: 7F 20"],
  ["unknown: 83", "000: 83 20"],
  ["unknown: FF", "000: FF 00"],
])("a command %s changes nothing", (_, frame) => {
  const rig = rigIn("operational");
  expect(bus(rig, frame)).toEqual([]);
  expect(rig.node.state).toBe("operational");
  expect(happened(rig)).toEqual([]);
});

test("all 256 command bytes: five mean something", () => {
  const known = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => commandOf(byte) !== undefined);
  expect(known).toEqual([0x01, 0x02, 0x80, 0x81, 0x82]);
  expect([0, 4, 5, 127].map(stateOf)).toEqual(["initialising", "stopped", "operational", "preOperational"]);
  expect(stateOf(1)).toBeUndefined();
});

test("no command is heard before the boot-up message", () => {
  for (const command of NMT_COMMAND_NAMES) expect(afterCommand("initialising", command)).toBe("initialising");
  const rig = startRig({ nodeId: 0xff });
  expect(bus(rig, "000: 01 00")).toEqual([]);
  expect(bus(rig, "000: 81 00")).toEqual([]);
  expect(rig.node.state).toBe("initialising");
});

describe("1F80h", () => {
  test.each([
    [0, "operational"],
    [4, "preOperational"],
  ])("%d: the node is %s after its boot", (startup, state) => {
    expect(startRig({ presets: { startup } }).node.state).toBe(state);
  });

  test("bits of a master are refused (0609 0030h)", () => {
    expect(write(startRig(), 0x1f80, 0, 1, 4)).toBe("0609 0030");
  });
});

test("a reset tells the device which it was, and both boot anew", () => {
  const rig = rigIn("operational");
  bus(rig, "000: 81 20");
  expect(happened(rig).filter(({ kind }) => kind === "reset")).toEqual([{ kind: "reset", scope: "node" }]);
  bus(rig, "000: 82 20");
  expect(happened(rig).filter(({ kind }) => kind === "reset")).toEqual([{ kind: "reset", scope: "communication" }]);
});

// CiA 301 table 37, row by row.
const SERVICES: readonly (readonly [NmtState, readonly boolean[]])[] = [
  ["initialising", [false, false, false, false, false, false]],
  ["preOperational", [false, true, true, true, true, true]],
  ["operational", [true, true, true, true, true, true]],
  ["stopped", [false, false, false, false, false, true]],
];
test.each(SERVICES)("in %s PDO, SDO, SYNC, TIME, EMCY and error control work: %j", (state, expected) => {
  const services = ["pdo", "sdo", "sync", "time", "emergency", "errorControl"] as const;
  expect(services.map((service) => allows(state, service))).toEqual(expected);
});

describe.each([
  ["preOperational", true, false, "7F"],
  ["operational", true, true, "05"],
  ["stopped", false, false, "04"],
] as const)("in %s", (state, hasSdo, hasPdo, code) => {
  test(`SDO is ${hasSdo ? "answered" : "silent"}`, () => {
    const answers = bus(rigIn(state), "620: 40 01 10 00 00 00 00 00");
    expect(answers).toEqual(hasSdo ? ["5A0: 4F 01 10 00 00 00 00 00"] : []);
  });

  test(`SYNC brings ${hasPdo ? "two PDOs" : "no PDO"}`, () => {
    expect(bus(rigIn(state), "080:")).toEqual(hasPdo ? ["1A0: 00 00 00", "2A0: 00 00 00 00"] : []);
  });

  test(`a received PDO is ${hasPdo ? "taken" : "not taken"}`, () => {
    const rig = rigIn(state);
    bus(rig, "220: 34 12 07");
    expect(rig.values.get(0x2010)).toBe(hasPdo ? 0x1234 : undefined);
  });

  test(`SYNC is ${hasSdo ? "noticed" : "not noticed"}, and so is TIME`, () => {
    const rig = startRig();
    expect(write(rig, 0x1012, 0, 0x8000_0100, 4)).toBe("ok");
    bus(rig, INTO[state]);
    happened(rig);
    bus(rig, "080:");
    bus(rig, "100: 01 00 00 00 02 00");
    expect(happened(rig).map(({ kind }) => kind)).toEqual(hasSdo ? ["sync", "time"] : []);
  });

  test(`an emergency is ${hasSdo ? "sent" : "kept until the node goes on"}`, () => {
    const rig = rigIn(state);
    const step = raise(rig.node, "x", { code: 0x3210, register: 4 }, Uint8Array.of(1), rig.now_us);
    expect(step.send.length).toBe(hasSdo ? 1 : 0);
    expect(bus(rig, "000: 80 20")).toEqual(hasSdo ? [] : ["0A0: 10 32 05 01 00 00 00 00"]);
  });

  test(`heartbeats say ${code}`, () => {
    expect(pass(rigIn(state, 100), 100)).toEqual([`720: ${code}`]);
  });

  test(`guarding is answered with state ${code}`, () => {
    expect(remote(rigIn(state), 0x720)).toEqual([`720: ${code}`]);
  });
});

test("a transfer under way ends without a word when the node stops", () => {
  const rig = startRig();
  expect(bus(rig, "620: 21 20 10 01 04 00 00 00")).toEqual(["5A0: 60 20 10 01 00 00 00 00"]);
  bus(rig, "000: 02 20");
  expect(pass(rig, 5000)).toEqual([]);
});

test("frames of 29 bits, remote frames and frames of nobody are no business of the node", () => {
  const rig = rigIn("operational");
  for (const id of [0x000, 0x080, 0x220, 0x620, 0x7e5]) expect(remote(rig, id, 8)).toEqual([]);
  expect(bus(rig, "123: 01 02")).toEqual([]);
  expect(start(rig)).toEqual([]);
});
