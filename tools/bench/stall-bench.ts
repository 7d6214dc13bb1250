// A log whose disk stands still for five seconds, on a running device in real time: what it costs the ticks. Ticks that
// come late because the machine is busy with others are not ours; how long our own work in a tick takes is.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MACHINE_CLOCK } from "../../src/device/machine-clock.ts";
import { Session } from "../../src/device/session.ts";
import { createSettings } from "../../src/model/settings.ts";
import { benchWorld } from "../../src/virtual/bench.ts";
import { plainScenario } from "../../src/virtual/device.ts";
import type { Clock } from "../../src/virtual/loop.ts";
import { atMost, type Figure } from "./measurement.ts";

const WORKER = new URL("../../tests/rigs/stalling-log-worker.ts", import.meta.url);
const BEFORE_s = 4;
const STALL_s = 5;
const AFTER_s = 2;
const TICK_ms = 10;

/** The machine's clock, which notes how long each turn of the loop has worked. */
function timedClock(worked_ms: number[]): Clock {
  const at: Clock["at"] = (time_us, act) =>
    MACHINE_CLOCK.at(time_us, () => {
      const began_ms = performance.now();
      act();
      worked_ms.push(performance.now() - began_ms);
    });
  return { now_us: MACHINE_CLOCK.now_us, at };
}

export async function benchStall(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "bms-bench-stall-"));
  const worked_ms: number[] = [];
  const session = await Session.open({
    ...{ folder, setup: "default", base: createSettings(), changes: undefined, seed: 1, tick_us: TICK_ms * 1000 },
    ...{ speed: 1, duration_s: 1e9, clock: timedClock(worked_ms), wall_ms: () => Date.now(), logWorker: WORKER },
    scenario: (settings) => plainScenario(benchWorld(settings), settings),
  });
  try {
    session.start();
    await passed(BEFORE_s);
    const from = worked_ms.length;
    writeFileSync(join(folder, "stall"), "");
    await passed(STALL_s);
    rmSync(join(folder, "stall"));
    await passed(AFTER_s);
    const delayed = worked_ms.slice(from).filter((work_ms) => work_ms > TICK_ms).length;
    const longest_ms = Math.max(...worked_ms.slice(from));
    return [
      atMost("log.stall.delayedTicks", delayed, "", 0),
      atMost("log.stall.longestTick", longest_ms, "ms", TICK_ms),
      atMost("log.stall.overruns", session.loop?.pace.overruns ?? 0, ""),
    ];
  } finally {
    session.stop();
    await session.done;
    rmSync(folder, { recursive: true });
  }
}

const passed = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
