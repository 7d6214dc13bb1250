// What it costs to record a device, and how fast a recording is replayed: a quiet pack of 18 cells in 10 ms ticks, each up
// to 1 ms late as on a machine with other things to do.

import { createRandom, uniform } from "../../src/base/random.ts";
import { type Bms, createBms, step } from "../../src/core/bms.ts";
import type { Sensors } from "../../src/core/sensors.ts";
import { compressRecorder, decompress } from "../../src/device/log-compression.ts";
import { beginLog, chunkOf, endLog } from "../../src/log/container.ts";
import { openLog, readMessages } from "../../src/log/log-file.ts";
import type { LogIdentity, LogMessage } from "../../src/log/topics.ts";
import { createSettings } from "../../src/model/settings.ts";
import { changeSettings } from "../../src/model/validation.ts";
import {
  createRecorder,
  endBlock,
  type Recorder,
  recordAfter,
  recordBefore,
  takeMessages,
} from "../../src/replay/recorder.ts";
import { segmentsOf } from "../../src/replay/recording.ts";
import { replay } from "../../src/replay/replay.ts";
import { createWorld, stepWorld, type World } from "../../src/sim/world.ts";
import { type WorldConfig, worldConfig } from "../../src/sim/world-config.ts";
import { createPace, type Pace, takeDue } from "../../src/virtual/pace.ts";
import { atLeast, atMost, type Figure } from "./measurement.ts";

const BEGAN_us = 1_780_000_000_000_000;
const HALF_HOUR_ticks = 180_000;
const CHUNK_s = 300;
const TICK_us = 10_000;
const LATE_us = 1000;

const IDENTITY: LogIdentity = {
  serialNumber: "1",
  manufacturer: "bms-mini",
  program: "bms-mini",
  pack: "modelled",
  setup: "default",
  began_us: BEGAN_us,
  clock: "synchronised",
  speed: 1,
};

type Rig = {
  readonly bms: Bms;
  readonly world: World;
  readonly random: ReturnType<typeof createRandom>;
  readonly pace: Pace;
};

const NOTHING: Partial<WorldConfig> = {};
const DRIVING: Partial<WorldConfig> = {
  load: {
    kind: "drive",
    peak_A: 90,
    regeneration: 0.3,
    charge_V: 60,
    cutoff_V: 40,
    startDelay_ms: 500,
    obeysLimits: false,
  },
};

/** @param connected what stands at the terminals */
function rigOf(connected: Partial<WorldConfig>): Rig {
  const changed = changeSettings(createSettings(), { "battery.chemistry": "LFP", "battery.cells": 18 });
  if (!changed.ok) throw new Error("the bench's settings are valid");
  const config = worldConfig({ pack: { cells: 18, startSoc: 0.6 }, ...connected });
  return {
    bms: createBms(changed.settings),
    world: createWorld(config, 7),
    random: createRandom(3),
    pace: createPace(TICK_us, 1, 0),
  };
}

/** Lets the world go on to the next tick and returns how long that was. */
function stride(rig: Rig): number {
  const { bms, world, random, pace } = rig;
  const { dt_us } = takeDue(pace, pace.deadline_us + Math.floor(uniform(random) * (LATE_us + 1)));
  stepWorld(world, bms.commands, dt_us);
  return dt_us;
}

let recording: readonly LogMessage[] | undefined;

/** Half an hour of a quiet pack, made once. */
export function halfHour(): readonly LogMessage[] {
  recording ??= record(rigOf(NOTHING), HALF_HOUR_ticks);
  return recording;
}

/** With the first start and, after half an hour, the keyframe. */
function record(rig: Rig, ticks: number): readonly LogMessage[] {
  const { bms, world } = rig;
  const recorder = createRecorder("bms-mini");
  for (let tick = 0; tick < ticks; tick++) {
    const dt_us = stride(rig);
    recordBefore(recorder, bms, world.sensors, world.requests, dt_us, BEGAN_us + bms.time_us);
    step(bms, world.sensors, world.requests, dt_us);
    world.requests.length = 0;
    recordAfter(recorder, bms, BEGAN_us + bms.time_us);
  }
  endBlock(recorder);
  return takeMessages(recorder);
}

/** A whole log file of the half hour, in chunks as the device makes them. */
export function fileOf(messages: readonly LogMessage[]): Buffer {
  const { file, bytes } = beginLog(IDENTITY, "{}");
  const parts = [bytes];
  for (let from = 0; from < messages.length; from += CHUNK_s)
    parts.push(chunkOf(file, messages.slice(from, from + CHUNK_s), compressRecorder));
  parts.push(endLog(file));
  return Buffer.concat(parts);
}

/** What the recording adds to the files of a day, and what it costs in each tick. */
export function benchRecorder(): Figure[] {
  const messages = halfHour();
  const driving = record(rigOf(DRIVING), HALF_HOUR_ticks / 6);
  const bare = fileOf(messages.slice(0, 1)).length;
  const starts_bytes = fileOf(messages.filter(({ topic }) => topic === "/recorder/start")).length - bare;
  const keyframes = messages.filter(({ topic }) => topic === "/recorder/start").length - 1;
  const perHalfHour = fileOf(messages).length - bare;
  return [
    atMost("recorder.bytesPerDay", (perHalfHour * 48) / 1e6, "MB", 40),
    atMost("recorder.bytesPerDay.driving", ((fileOf(driving).length - bare) * 48 * 6) / 1e6, "MB"),
    atMost("recorder.start", keyframes === 0 ? 0 : starts_bytes / keyframes / 1000, "kB"),
    atMost("recorder.tickCost", tickCost_us(), "us"),
  ];
}

const ROUNDS = 30;
const ROUND_ticks = 3000;

/** Best of many rounds, blocks and hashes included: on a shared machine others only ever add. */
function tickCost_us(): number {
  const rig = rigOf(NOTHING);
  for (let tick = 0; tick < 2000; tick++) step(rig.bms, rig.world.sensors, [], stride(rig));
  const seen: Sensors[] = [];
  for (let tick = 0; tick < ROUND_ticks; tick++) {
    stride(rig);
    seen.push(structuredClone(rig.world.sensors));
  }
  const recorder = createRecorder("bms-mini");
  let best_us = Infinity;
  for (let round = 0; round < ROUNDS; round++) best_us = Math.min(best_us, roundCost_us(recorder, rig.bms, seen));
  return best_us;
}

function roundCost_us(recorder: Recorder, bms: Bms, seen: readonly Sensors[]): number {
  const began = process.hrtime.bigint();
  for (const sensors of seen) {
    recordBefore(recorder, bms, sensors, [], TICK_us, BEGAN_us);
    bms.time_us += TICK_us;
    recordAfter(recorder, bms, BEGAN_us);
  }
  const cost_us = Number(process.hrtime.bigint() - began) / 1000 / seen.length;
  takeMessages(recorder);
  return cost_us;
}

/** Best of so many: on a shared machine others only ever take. */
const REPLAYS = 12;

/** Device time for each second of replaying a file: read, unpacked, stepped and compared. */
export function benchReplay(): Figure[] {
  const file = fileOf(halfHour());
  const read = (offset: number, length: number): Uint8Array => file.subarray(offset, offset + length);
  let best = 0;
  for (let round = 0; round < REPLAYS; round++) {
    const began = process.hrtime.bigint();
    const log = openLog(read, file.length, decompress);
    if ("problem" in log) throw new Error(log.problem);
    const { identical, seconds } = replay(segmentsOf(readMessages(log, ["/recorder/start", "/recorder/inputs"])));
    if (!identical) throw new Error("the replay differs from the recording");
    best = Math.max(best, seconds / (Number(process.hrtime.bigint() - began) / 1e9));
  }
  return [atLeast("replay.factor", best, "x", 5000)];
}
