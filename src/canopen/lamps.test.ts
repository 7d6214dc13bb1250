// RUN and ERROR lamps: patterns by state and trouble (CiA 303-3).

import { describe, expect, test } from "vitest";
import { bus, pass, start, startRig, take, write } from "../../tools/fuzz/canopen-rig.ts";
import { type LampPattern, lamps } from "./lamps.ts";
import { noteController } from "./node.ts";

describe("the RUN lamp", () => {
  test.each([
    ["000: 80 20", "blinking"],
    ["000: 01 20", "on"],
    ["000: 02 20", "singleFlash"],
  ])("after %s is %s", (frame, pattern) => {
    const rig = startRig();
    bus(rig, frame);
    expect(lamps(rig.node)).toEqual({ run: pattern, error: "off" });
  });

  test("flickers with the other while LSS is at work, and while there is no node-ID", () => {
    expect(lamps(startRig({ nodeId: 0xff }).node)).toEqual({ run: "flickering", error: "flickering" });
    const rig = startRig();
    bus(rig, "7E5: 04 01 00 00 00 00 00 00");
    expect(lamps(rig.node)).toEqual({ run: "flickering", error: "flickering" });
  });
});

test("the ERROR lamp shows the worst: each trouble on top of those before it", () => {
  const rig = startRig({
    stored: "damaged",
    presets: { receive: [{ base: 0x200, type: 255, event_ms: 10, mapping: [0x2011_0008] }] },
  });
  const error = (): LampPattern => lamps(rig.node).error;
  expect(error()).toBe("blinking");
  take(rig, noteController(rig.node, "warning", false, rig.now_us));
  expect(error()).toBe("singleFlash");
  write(rig, 0x1029, 1, 1, 1);
  write(rig, 0x1016, 1, 0x0005_000a, 4);
  start(rig);
  bus(rig, "705: 05");
  pass(rig, 10);
  expect(error()).toBe("doubleFlash");
  write(rig, 0x1006, 0, 10_000, 4);
  bus(rig, "080:");
  pass(rig, 15);
  expect(error()).toBe("tripleFlash");
  bus(rig, "220: 01");
  pass(rig, 10);
  expect(error()).toBe("quadrupleFlash");
  take(rig, noteController(rig.node, "busOff", false, rig.now_us));
  expect(error()).toBe("on");
});

test("a PDO that carries what does not exist blinks as a wrong configuration", () => {
  const rig = startRig({ presets: { transmit: [{ base: 0x180, type: 1, mapping: [0x2fff_0008] }] } });
  expect(lamps(rig.node).error).toBe("blinking");
});
