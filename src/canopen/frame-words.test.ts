// Frames of CANopen in words, over the node and the objects that a device has.

import { describe, expect, test } from "vitest";
import { createRig, frameOf, pass } from "../../tools/fuzz/canopen-rig.ts";
import { createDictionaryRig, holdSignal } from "../../tools/fuzz/dictionary-rig.ts";
import { turnTo } from "./application.ts";
import { applicationObjects } from "./application-objects.ts";
import { createListener, frameWords, type Said } from "./frame-words.ts";
import { nodePresets } from "./node-presets.ts";

const device = createDictionaryRig((settings) => {
  settings.canopen.pdoSet = "vendor";
});
holdSignal(device, "soc", 0.8);
holdSignal(device, "socStarted", 1);
const rig = createRig({
  ...{ deviceType: 418, objects: applicationObjects(device.application), presets: nodePresets(device.bms.settings) },
  turn: (now_us) => turnTo(device.application, now_us),
});
pass(rig, 0);
const listener = createListener();
const words = (text: string): Said | undefined => frameWords(listener, rig.node, frameOf(text));

describe("services of any node", () => {
  test.each([
    ["000: 01 20", "NMT", "start, node 32"],
    ["000: 82 00", "NMT", "resetCommunication, all nodes"],
    ["080:", "SYNC", ""],
    ["0A0: 10 32 01 00 00 00 00 00", "EMCY of node 32", "0x3210 overvoltage"],
    ["0A0: 00 00 00 00 00 00 00 00", "EMCY of node 32", "error reset or no error"],
    ["720: 05", "heartbeat of node 32", "operational"],
    ["705: 00", "heartbeat of node 5", "boot-up"],
    ["185: 01", "TPDO 1 of node 5", ""],
    ["7E5: 04 01 00 00 00 00 00 00", "LSS request", "switchGlobal"],
  ])("%s is %s: %s", (frame, name, text) => {
    expect(words(frame)).toEqual({ name, text });
  });

  test("an id that nobody has given a meaning is none of CANopen's", () => {
    expect(words("6F0: 01")).toBeUndefined();
  });
});

describe("SDO", () => {
  test.each([
    ["620: 40 18 10 04 00 00 00 00", "SDO to node 32", /^read /],
    ["620: 80 18 10 04 00 00 02 06", "SDO to node 32", /^abort .*: object does not exist/],
    ["605: 40 18 10 04 00 00 00 00", "SDO to node 5", /^read 1018:04$/], // not our dictionary
  ])("%s is %s that says %s", (frame, name, text) => {
    expect(words(frame)).toMatchObject({ name, text: expect.stringMatching(text) });
  });

  test("a login is named, and neither it nor what follows of it is shown", () => {
    expect(words("620: 21 00 58 00 0C 00 00 00")).toEqual({ name: "SDO to node 32", text: "write session.login" });
    expect(words("620: 00 73 65 63 72 65 74 21")).toMatchObject({ text: "segment", isSecret: true });
    expect(words("620: 23 00 58 00 61 62 63 64")).toEqual({
      ...{ name: "SDO to node 32", text: "write session.login", isSecret: true },
    });
    expect(words("620: 23 10 10 01 73 61 76 65")).not.toHaveProperty("isSecret");
    expect(words("620: 00 73 65 63 72 65 74 21")).not.toHaveProperty("isSecret");
  });
});

test("the node's own PDOs are told by what they carry", () => {
  expect(words("1A0: 01 85 FF 14 19 50 00 02")).toEqual({
    name: "TPDO 1",
    text: "vendor.inputs8 1, vendor.current -12.3 A, vendor.minTemperature 20 degC, vendor.maxTemperature 25 degC, vendor.soc 80 %, vendor.voltage 51.2 V",
  });
});

test("no frame of any length makes it throw", () => {
  for (let id = 0; id < 0x800; id++)
    for (const length of [0, 1, 8]) {
      const data = new Uint8Array(length).fill(0xff);
      const frame = { id, extended: false, remote: false, length, data };
      expect(typeof frameWords(listener, rig.node, frame)?.name).not.toBe("number");
      frameWords(createListener(), undefined, { ...frame, remote: true, data: new Uint8Array(0) });
    }
});
