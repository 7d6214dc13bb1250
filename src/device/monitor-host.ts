// What the desk for monitors needs of the running device: its parts, who it is, how fast it runs, and the way to the next tick,
// which it shares with all buses and their bound.

import type { Service } from "../core/record-entry.ts";
import type { KeptChanges } from "../model/kept-settings.ts";
import { createBusRing } from "../monitor/bus-ring.ts";
import type { DeskHost } from "../monitor/desk-host.ts";
import type { Device } from "../virtual/device.ts";
import type { Journal } from "../virtual/journal.ts";
import type { Loop } from "../virtual/loop.ts";
import { setSpeed } from "../virtual/pace.ts";
import { batteryIdentity } from "./battery-identity.ts";
import type { BusDesk } from "./bus-desk.ts";
import { packIdentity } from "./pack-memory.ts";
import { listScenarios } from "./shipped-scenarios.ts";
import type { StoreThread } from "./store-thread.ts";
import { programOf } from "./version.ts";

/** The parts of a running session that its monitor sees. */
export type MonitorOf = {
  readonly device: Device;
  readonly journal: Journal;
  readonly desk: BusDesk;
  readonly store: Pick<StoreThread, "firstUse">;
  readonly setup: string;
  readonly made: KeptChanges;
  readonly loop: () => Loop | undefined;
  /** Log time at the device's start, microseconds since 1970. */
  readonly base_us: () => number;
  readonly now_us: () => number;
  /** Ends the device in order, to begin anew in the world of a scenario. False where nobody would start it. */
  readonly restartIn: (scenario: string) => boolean;
};

const MODEL = "BMS Mini 2.1";
/** The name of the world without a scenario. */
const BENCH = "bench";
/** Over so long the speed that is reached is measured. */
const REACHED_us = 1_000_000;

export function createHost(of: MonitorOf): DeskHost {
  const { device, journal, desk, setup, made } = of;
  let listed: ReturnType<typeof listScenarios> | undefined;
  const scenarios = () => (listed ??= listScenarios());
  return {
    ...{ device, journal, setup, made, bus: createBusRing() },
    ...{ model: MODEL, program: programOf(), base_us: of.base_us },
    service: serviceOf(of),
    hand: (asking, actor, answered) => {
      let isTaken = true;
      desk.hand({ kind: "ask", asks: [asking] }, { actor, source: "http" }, (outcome) => {
        if (outcome.kind === "answers") answered(outcome.answers[0]!);
        else isTaken = false;
      });
      return isTaken;
    },
    speed: speedometer(of),
    setSpeed: (speed) => {
      const loop = of.loop();
      if (loop !== undefined) setSpeed(loop.pace, speed);
    },
    scenarios,
    startScenario: (name) => {
      const isKnown = name === BENCH || scenarios().some((scenario) => scenario.name === name);
      return isKnown && of.restartIn(name);
    },
  };
}

/** The first use is noted once and never changes: the store is asked until it knows, and what it said last is told. */
function serviceOf({ device, store }: MonitorOf): () => Service {
  let firstUsed_ms: number | undefined;
  const look = async (): Promise<void> => {
    const pack = batteryIdentity(packIdentity(device.world), device.bms.settings.user.serialNumber);
    firstUsed_ms = await store.firstUse(pack);
  };
  void look();
  return () => {
    if (firstUsed_ms === undefined) void look();
    return { firstUsed_ms };
  };
}

function speedometer({ device, loop, now_us }: MonitorOf): DeskHost["speed"] {
  let before = { run_us: device.run.time_us, now_us: now_us() };
  let reached = 1;
  return () => {
    const passed_us = now_us() - before.now_us;
    if (passed_us >= REACHED_us) {
      reached = (device.run.time_us - before.run_us) / passed_us;
      before = { run_us: device.run.time_us, now_us: now_us() };
    }
    return { wanted: loop()?.pace.speed ?? 1, reached };
  };
}
