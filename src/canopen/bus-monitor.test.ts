// What an onlooker learns of other nodes from the bus alone.

import { expect, test } from "vitest";
import { frameOf } from "../../tools/fuzz/canopen-rig.ts";
import { createBusMonitor, nmtFrame, observe } from "./bus-monitor.ts";

test("boot-up, heartbeats and their period, emergencies", () => {
  const monitor = createBusMonitor();
  const see = (text: string, now_ms: number) => observe(monitor, frameOf(text), now_ms * 1000);
  expect(see("720: 00", 0)).toMatchObject({ nodeId: 32, state: "initialising", boots: 1, period_us: undefined });
  expect(see("720: 7F", 100)).toMatchObject({ state: "preOperational", period_us: undefined });
  expect(see("720: 05", 1100)).toMatchObject({ state: "operational", period_us: 1_000_000, boots: 1 });
  expect(see("0A0: 30 81 11 05 00 00 00 00", 1200)).toMatchObject({ emergency: 0x8130, emergencies: 1 });
  expect(see("720: 85", 4000)).toMatchObject({ state: "operational" });
});

test.each(["080:", "700: 05", "720: 05 00", "0A0: 01", "5A0: 43 00 10 00 00 00 00 00", "7E4: 4F"])(
  "%s tells nothing",
  (text) => {
    const monitor = createBusMonitor();
    expect(observe(monitor, frameOf(text), 0)).toBeUndefined();
    expect(monitor.size).toBe(0);
  },
);

test("a remote frame and one of 29 bits tell nothing", () => {
  expect(observe(createBusMonitor(), { ...frameOf("720: 05"), remote: true }, 0)).toBeUndefined();
  expect(observe(createBusMonitor(), { ...frameOf("720: 05"), extended: true }, 0)).toBeUndefined();
});

test("what a master says", () => {
  expect(nmtFrame("start", 32)).toEqual(frameOf("000: 01 20"));
  expect(nmtFrame("resetCommunication", 0)).toEqual(frameOf("000: 82 00"));
});
