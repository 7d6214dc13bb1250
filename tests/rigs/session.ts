// A session on a clock as fast as the machine can be, for tests: a day passes in seconds, and wall time with it.

import type { SessionOptions } from "../../src/device/session.ts";
import { createSettings } from "../../src/model/settings.ts";
import { benchWorld } from "../../src/virtual/bench.ts";
import { plainScenario } from "../../src/virtual/device.ts";
import type { Clock } from "../../src/virtual/loop.ts";

export const START_ms = 1_700_000_000_000;

/** A machine as fast as it can be: each deadline comes at once, and other work gets its turn in between. */
export function fastClock(): Clock & { wall_ms: () => number } {
  let now_us = 0;
  return {
    now_us: () => now_us,
    wall_ms: () => START_ms + now_us / 1000,
    at: (time_us, act) => {
      setImmediate(() => {
        now_us = Math.max(now_us, time_us);
        act();
      });
    },
  };
}

/** Options of a session on the bench in a folder. */
export function sessionOptions(folder: string, more: Partial<SessionOptions> = {}): SessionOptions {
  const clock = fastClock();
  return {
    folder,
    setup: "default",
    base: createSettings(),
    changes: undefined,
    seed: 1,
    tick_us: 10_000,
    speed: 1,
    duration_s: 1e9,
    clock,
    wall_ms: clock.wall_ms,
    scenario: (settings) => plainScenario(benchWorld(settings), settings),
    ...more,
  };
}

/** Returns when the device has come to where a condition holds; the session goes on meanwhile. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
