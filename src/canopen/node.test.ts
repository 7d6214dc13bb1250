// The node as the bus sees it: golden frames, NMT states and what works in which.

import { describe, expect, test } from "vitest";
import {
  answerAll,
  bus,
  createRig,
  happened,
  pass,
  read,
  start,
  startRig,
  write,
} from "../../tools/fuzz/canopen-rig.ts";
import { nextDeadline_us } from "./node.ts";

describe("golden frames of a node with node-ID 32", () => {
  test("boots with 720: 00 and is Pre-operational", () => {
    const rig = createRig();
    expect(nextDeadline_us(rig.node)).toBe(0);
    expect(pass(rig, 0)).toEqual(["720: 00"]);
    expect(rig.node.state).toBe("preOperational");
  });

  test("sends 720: 05 as heartbeat in Operational", () => {
    const rig = startRig({ presets: { heartbeat_ms: 1000 } });
    start(rig);
    expect(pass(rig, 1000)).toEqual(["720: 05"]);
  });

  test("NMT start and reset of communication of all", () => {
    const rig = startRig();
    expect(bus(rig, "000: 01 20")).toEqual([]);
    expect(rig.node.state).toBe("operational");
    expect(bus(rig, "000: 82 00")).toEqual(["720: 00"]);
  });

  test.each([
    ["620: 40 00 10 00 00 00 00 00", "5A0: 43 00 10 00 A2 01 01 00"],
    ["620: 2B 17 10 00 E8 03 00 00", "5A0: 60 17 10 00 00 00 00 00"],
    ["620: 2F 01 10 00 01 00 00 00", "5A0: 80 01 10 00 02 00 01 06"],
    ["620: 40 FF 2F 00 00 00 00 00", "5A0: 80 FF 2F 00 00 00 02 06"],
  ])("%s is answered %s", (request, answer) => {
    expect(bus(startRig(), request)).toEqual([answer]);
  });

  test.each([
    ["620: 23 10 10 01 73 61 76 65", "5A0: 60 10 10 01 00 00 00 00"],
    ["620: 23 11 10 01 6C 6F 61 64", "5A0: 60 11 10 01 00 00 00 00"],
  ])("%s is answered %s once the device has stored", (request, answer) => {
    const rig = startRig();
    expect(bus(rig, request)).toEqual([]);
    expect(answerAll(rig, { kind: "stored", ok: true })).toEqual([answer]);
  });

  test("a lost heartbeat is 0A0: 30 81 11", () => {
    const rig = startRig();
    write(rig, 0x1016, 1, 0x0005_0064, 4);
    bus(rig, "705: 05");
    expect(pass(rig, 99)).toEqual([]);
    expect(pass(rig, 1)).toEqual(["0A0: 30 81 11 05 00 00 00 00"]);
  });

  test("a fastscan ping finds a node without node-ID", () => {
    const rig = startRig({ nodeId: 0xff });
    expect(bus(rig, "7E5: 51 00 00 00 00 80 00 00")).toEqual(["7E4: 4F 00 00 00 00 00 00 00"]);
  });
});

test("what a node says of itself", () => {
  const rig = startRig();
  expect(read(rig, 0x1018, 4)).toBe(0x4455_6677);
  expect(read(rig, 0x1200, 1)).toBe(0x620);
  expect(happened(rig)).toEqual([{ kind: "state", state: "preOperational" }]);
});
