// The clocks of the machine that a device runs on: the steady one with its timers, and that on the wall, and whether anybody has
// set it.

import { existsSync } from "node:fs";
import type { Clock } from "../virtual/loop.ts";
import type { WallClock } from "../virtual/wall-clock.ts";

/** systemd-timesyncd makes this file when it has set the clock (systemd-timesyncd.service(8)). */
const SYNCHRONISED = "/run/systemd/timesync/synchronized";
/** No clock that was ever set shows a time before this program was written. */
const WRITTEN_ms = Date.UTC(2025, 0, 1);

/** This machine's clock. Set by another server than systemd's it counts as running freely: nothing tells from outside. */
export const createWallClock = (
  wall_ms: () => number = Date.now,
  isSynchronised: () => boolean = () => existsSync(SYNCHRONISED),
): WallClock => ({
  wall_ms,
  quality: () => (wall_ms() < WRITTEN_ms ? "unset" : isSynchronised() ? "synchronised" : "free-running"),
});

/** This machine's steady clock and timers. */
export const MACHINE_CLOCK: Clock = {
  now_us: () => Math.round(performance.now() * 1000),
  at: (time_us, act) => {
    setTimeout(act, Math.max(0, (time_us - performance.now() * 1000) / 1000));
  },
};
