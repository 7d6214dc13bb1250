// Grading on a bus that does what a test says.

import { expect, test } from "vitest";
import { type CanFrame, extendedFrame, standardFrame } from "../base/can-frame.ts";
import type { GradeOptions } from "../equipment/grade.ts";
import { gradeSettings, gradeTimes } from "../equipment/grade-settings.ts";
import type { CanConnection } from "./can-target.ts";
import { gradeOnBus } from "./grade-on-bus.ts";
import { UsageError } from "./usage-error.ts";

const ASKED = standardFrame(0x301, Uint8Array.of(0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88));

function optionsOf(profile: string): GradeOptions {
  const made = gradeSettings("inverter", profile, {});
  if (!made.ok) throw new Error("the profile is refused");
  return {
    ...{ of: "inverter", settings: made.settings, times: gradeTimes("inverter", profile), battery_V: 52.8 },
    ...{ settle_ms: 0, patience_ms: 1000, hold_ms: 1000 },
    normal: {
      ...{ charge_V: 56.8, charge_A: 20, discharge_A: 20, mayCharge: true, mayDischarge: true },
      ...{ soc: 0.5, hasOvervoltage: false, speaks: true },
    },
  };
}

test("a frame that comes while the bus is being opened is dropped, and one that comes later is answered", async () => {
  const sent: CanFrame[] = [];
  let receive = (_: CanFrame): void => {};
  let looks = 0;
  const bus: CanConnection = {
    place: "a test",
    send: async (frame) => sent.push(frame) > 0,
    trouble: () => {
      if (++looks === 1) receive(ASKED);
      return looks === 1 ? undefined : "unplugged";
    },
    gone: new Promise(() => {}),
    close: async () => {},
  };
  const grade = await gradeOnBus(
    optionsOf("growatt"),
    async (received) => {
      receive = received;
      received(ASKED);
      expect(sent).toEqual([]);
      return bus;
    },
    0,
  );
  expect(sent.map(({ id }) => id)).toEqual([0x311, 0x312, 0x313, 0x314, 0x315, 0x316, 0x317, 0x318, 0x319, 0x320]);
  expect(grade.equipment.inverter?.link.isOnline).toBe(true);
});

/** A bus on which one frame is heard before anything is played, and which goes away at the second look. */
async function hear(frame: CanFrame, profile: string): Promise<{ sent: number; closed: number; error: unknown }> {
  let [sent, closed, looks] = [0, 0, 0];
  const connect = async (received: (frame: CanFrame) => void): Promise<CanConnection> => {
    received(frame);
    return {
      place: "a test",
      send: async () => ++sent > 0,
      trouble: () => (++looks === 1 ? undefined : "unplugged"),
      gone: new Promise(() => {}),
      close: async () => void closed++,
    };
  };
  const error = await gradeOnBus(optionsOf(profile), connect, 0).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { sent, closed, error };
}

test("another battery on the bus is noticed, and nothing is played beside it", async () => {
  const { sent, closed, error } = await hear(standardFrame(0x355, new Uint8Array(8)), "pylontech");
  expect(error).toBeInstanceOf(UsageError);
  expect(String(error)).toMatch(/somebody else sends 0x355 on a test, as a battery does/);
  expect([sent, closed]).toEqual([0, 1]);
});

test.each([
  ["the inverter's own sign of life", standardFrame(0x305, new Uint8Array(8))],
  ["the same number with 29 bits", extendedFrame(0x355, new Uint8Array(8))],
])("%s is no other battery", async (_, frame) => {
  const { sent, error } = await hear(frame, "pylontech");
  expect(error).toBeUndefined();
  expect(sent).toBeGreaterThan(0);
});
