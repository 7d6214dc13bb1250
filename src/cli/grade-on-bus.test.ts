// Grading on a bus that does what a test says.

import { expect, test } from "vitest";
import { type CanFrame, standardFrame } from "../base/can-frame.ts";
import { gradeSettings, gradeTimes } from "../equipment/grade-settings.ts";
import type { CanConnection } from "./can-target.ts";
import { gradeOnBus } from "./grade-on-bus.ts";

const ASKED = standardFrame(0x301, Uint8Array.of(0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88));

test("a frame that comes while the bus is being opened is dropped, and one that comes later is answered", async () => {
  const made = gradeSettings("inverter", "growatt", {});
  if (!made.ok) throw new Error("the profile is refused");
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
    {
      ...{ of: "inverter", settings: made.settings, times: gradeTimes("inverter", "growatt"), battery_V: 52.8 },
      ...{ settle_ms: 0, patience_ms: 1000, hold_ms: 1000 },
      normal: {
        ...{ charge_V: 56.8, charge_A: 20, discharge_A: 20, mayCharge: true, mayDischarge: true },
        ...{ soc: 0.5, hasOvervoltage: false, speaks: true },
      },
    },
    async (received) => {
      receive = received;
      received(ASKED);
      expect(sent).toEqual([]);
      return bus;
    },
  );
  expect(sent.map(({ id }) => id)).toEqual([0x311, 0x312, 0x313, 0x314, 0x315, 0x316, 0x317, 0x318, 0x319, 0x320]);
  expect(grade.equipment.inverter?.link.isOnline).toBe(true);
});
