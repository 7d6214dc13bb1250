// What counts as saved: only what the store has said is on the disk.
import { expect, test } from "vitest";
import { createSettings } from "../model/settings.ts";
import { benchWorld } from "../virtual/bench.ts";
import { createDevice, plainScenario, tickDevice } from "../virtual/device.ts";
import { createKeeper, keepUp } from "./keeper.ts";
import type { StoreThread } from "./store-thread.ts";

test("a state counts as saved when the store has answered, not when it was handed over", async () => {
  const settings = createSettings();
  const device = createDevice(plainScenario(benchWorld(settings), settings), settings, 1);
  let answer: (written: boolean) => void = () => {};
  const save = (): Promise<boolean> => new Promise((resolve) => (answer = resolve));
  let now_us = 0;
  const keeper = createKeeper({ save } as unknown as StoreThread, settings, device, () => now_us, () => 0); // biome-ignore format: one line
  const pass = (seconds: number): void => {
    for (let tick = 0; tick < seconds * 100; tick++) {
      now_us += 10_000;
      tickDevice(device, 10_000);
      keepUp(keeper, device);
    }
  };
  pass(1.5);
  expect([keeper.handed_us, keeper.saved_us]).toEqual([1_000_000, 0]);
  answer(false);
  await Promise.resolve();
  expect(keeper.saved_us).toBe(0);
  pass(1);
  expect([keeper.handed_us, keeper.saved_us]).toEqual([2_000_000, 0]);
  answer(true);
  await Promise.resolve();
  expect(keeper.saved_us).toBe(2_000_000);
});
