// What a device writes down while a pack on the bench is overcharged: rows, events, recorder and freeze-frame of the real flight
// recorder, in memory, and as a data folder with log and journal. A charger without manners lifts the cells over their limit.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { EMPTY_HEAD } from "../src/device/journal-chain.ts";
import { JournalStore } from "../src/device/store-journal.ts";
import type { NamedLog } from "../src/log/chunk-columns.ts";
import { openLog } from "../src/log/log-file.ts";
import type { LogMessage } from "../src/log/topics.ts";
import { readScenario } from "../src/sim/scenario/scenario.ts";
import { createVirtualPack, tickPack, type VirtualPack } from "../src/virtual/virtual-pack.ts";
import { deviceLog, writeDeviceLog } from "./device-logs.ts";
import { fileOf, unzstd } from "./fixed-logs.ts";

/** 2026-06-01T00:00:00Z. */
export const PACK_BEGAN_us = 1_780_272_000_000_000;

/** The overvoltage is judged at 3.6 V, with a delay of a second. */
function overcharge() {
  const read = readScenario({
    name: "overcharge",
    hours: 0.2,
    tick_ms: 10,
    world: {
      pack: { model: "LFP", cells: 16, capacity_Ah: 100, startSoc: 0.985, temperature_degC: 25 },
      charger: { voltage_V: 60, current_A: 45, obeysPermission: false, obeysLimits: false },
    },
    settings: {
      "protections.chargeCurrentLimit.enable": false,
      "protections.unallowableCharging.enable": false,
      "protections.overvoltage.limit_V": 3.6,
      "protections.voltageTooHigh.limit_V": 3.58,
      "chargingStatus.clearReady_V": 3.59,
    },
  });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.scenario;
}

/** The pack after so many seconds of its time; it trips in the second minute. */
export function overchargedPack(seconds: number): VirtualPack {
  const scenario = overcharge();
  const began_ms = PACK_BEGAN_us / 1000;
  const pack = createVirtualPack({ scenario, settings: scenario.settings, seed: 1, program: "test", began_ms });
  for (let tick = 0; tick < seconds * 100; tick++) tickPack(pack, 10_000);
  pack.recorder.end();
  return pack;
}

/** Messages in chunks of ten minutes. */
export function chunksOf(messages: readonly LogMessage[], length_us = 600_000_000): LogMessage[][] {
  const parts: LogMessage[][] = [];
  for (const message of messages) {
    const at = Math.floor((message.time_us - PACK_BEGAN_us) / length_us);
    parts[at] ??= [];
    parts[at].push(message);
  }
  return parts.filter((part) => part !== undefined);
}

/** The log as a file that is read from memory. `onRead` is told of each read. */
export function packLog(messages: readonly LogMessage[], onRead?: (offset: number) => void): NamedLog {
  const { log } = deviceLog({ chunks: chunksOf(messages), identity: { began_us: PACK_BEGAN_us } });
  const opened = openLog(...fileOf(new Uint8Array(log), onRead), unzstd);
  if ("problem" in opened) throw new Error(opened.problem);
  return { name: "pack.mcap", log: opened, tail: [] };
}

/**
 * A data folder as the device leaves it: journal with freeze-frames, and the log; what is after `tail_us` of the log waits in
 * its tail, and the file has no end.
 */
export function writePackFolder(folder: string, pack: VirtualPack, tail_us = Infinity): void {
  const store = new JournalStore(folder, EMPTY_HEAD);
  store.append(pack.entries, "");
  for (const [sequence, bytes] of pack.frames) store.keepFrame(sequence, bytes);
  store.close();
  mkdirSync(join(folder, "log"), { recursive: true });
  const inTail = ({ time_us }: LogMessage): boolean => time_us - PACK_BEGAN_us >= tail_us;
  writeDeviceLog(join(folder, "log"), "2026-06-01T00-00-00Z", {
    chunks: chunksOf(pack.log.filter((message) => !inTail(message))),
    identity: { began_us: PACK_BEGAN_us },
    ...(tail_us === Infinity ? {} : { tail: pack.log.filter(inTail) }),
  });
}
