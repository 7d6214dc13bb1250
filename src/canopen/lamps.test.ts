// RUN and ERROR lamps: patterns by state and trouble, and their beats (CiA 303-3, 4.2 to 4.4).

import { describe, expect, test } from "vitest";
import { bus, pass, start, startRig, take, write } from "../../tools/fuzz/canopen-rig.ts";
import { isLit, type LampPattern, lamps } from "./lamps.ts";
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

/** The beats of one cycle: 1 where the lamp is lit. */
const beats = (pattern: LampPattern, lamp: "run" | "error", beat_ms: number, count: number): string =>
  Array.from({ length: count }, (_, i) => (isLit(pattern, lamp, (i + 0.5) * beat_ms * 1000) ? "1" : "0")).join("");

describe("beats", () => {
  test.each([
    ["on", 200, "1111111111"],
    ["off", 200, "0000000000"],
    ["flickering", 50, "1010101010"],
    ["blinking", 200, "1010101010"],
    ["singleFlash", 200, "100000100000"],
    ["doubleFlash", 200, "1010000010100000"],
    ["tripleFlash", 200, "10101000001010100000"],
    ["quadrupleFlash", 200, "101010100000101010100000"],
  ] as const)("%s, in beats of %d ms: %s", (pattern, beat_ms, expected) => {
    expect(beats(pattern, "run", beat_ms, expected.length)).toBe(expected);
  });

  test.each(["flickering", "blinking", "singleFlash", "tripleFlash"] as const)(
    "%s: both lamps are never lit together",
    (pattern) => {
      for (let now_ms = 0; now_ms < 6000; now_ms += 10) {
        const now_us = now_ms * 1000;
        expect(isLit(pattern, "run", now_us) && isLit(pattern, "error", now_us)).toBe(false);
      }
    },
  );
});
