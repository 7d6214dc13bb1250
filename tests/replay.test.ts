// Every shipped scenario, recorded and replayed, gives the same device: its state has the same bits each second. What was
// tampered with, or runs otherwise, is found in the second in which it happened.

import { describe, expect, test } from "vitest";
import { loadScenario, shippedScenarios } from "../src/cli/scenario-file.ts";
import type { Bms } from "../src/core/bms.ts";
import { createSensors } from "../src/core/sensors.ts";
import { createSnapshotReader, takeSnapshot } from "../src/core/snapshot.ts";
import { createStateRows, stateMessage } from "../src/log/state-row.ts";
import { rowOf } from "../src/log/table.ts";
import type { LogMessage } from "../src/log/topics.ts";
import { recallSensors } from "../src/replay/input-memory.ts";
import { createInputPlayer, loadBlock, nextTick, requestsNow, unpackBlock } from "../src/replay/input-player.ts";
import { addTick, createInputEncoder, packBlock } from "../src/replay/inputs.ts";
import {
  createRecorder,
  demandStart,
  endBlock,
  type Recorder,
  recordAfter,
  recordBefore,
  takeMessages,
} from "../src/replay/recorder.ts";
import { segmentsOf } from "../src/replay/recording.ts";
import { replay } from "../src/replay/replay.ts";
import type { RowLookup, TimedRow } from "../src/replay/signal-difference.ts";
import { unpackStart } from "../src/replay/start.ts";
import { advance, createRun, type Run, type RunOptions } from "../src/sim/scenario/run.ts";

const WALL_us = 1_780_000_000_000_000;
/** A scenario is recorded up to so many ticks or messages: some have long ticks, and a block for each of them. */
const TICKS = 20_000;
const MESSAGES = 5000;

/** Told after each tick. */
type Look = (bms: Bms, time_us: number, recorder: Recorder) => void;
type Recorded = { readonly messages: LogMessage[]; readonly run: Run };

function record(options: RunOptions, look: Look = () => {}): Recorded {
  const recorder = createRecorder("bms-mini test");
  const messages: LogMessage[] = [];
  const run: Run = createRun({
    ...options,
    tap: {
      before: (bms, sensors, requests, dt_us) =>
        recordBefore(recorder, bms, sensors, requests, dt_us, WALL_us + run.time_us),
      after: (bms) => {
        recordAfter(recorder, bms, WALL_us + run.time_us);
        look(bms, run.time_us, recorder);
      },
    },
  });
  for (let tick = 0; tick < TICKS && messages.length < MESSAGES && advance(run); tick++)
    messages.push(...takeMessages(recorder));
  endBlock(recorder);
  messages.push(...takeMessages(recorder));
  return { messages, run };
}

describe("a shipped scenario", () => {
  test.each(shippedScenarios())("%s is replayed bit for bit", { timeout: 60_000 }, (name) => {
    const { messages, run } = record({ scenario: loadScenario(name) });
    const replayed = replay(segmentsOf(messages));
    expect(replayed).toMatchObject({ identical: true, gaps: 0, unused: 0, reasons: [] });
    expect(replayed.ticks).toBeGreaterThan(100);
    expect(replayed.seconds).toBeLessThanOrEqual(run.time_us / 1e6);
  });
});

test("a device that slept and woke goes on in its recording as another one", () => {
  const { messages } = record({ scenario: loadScenario("button-and-charger-day") });
  const segments = [...segmentsOf(messages)];
  const began_us = segments.map(({ start }) => {
    const read = unpackStart(start!.data);
    return read.ok ? read.start.time_us : -1;
  });
  expect(began_us.filter((time_us) => time_us === 0)).toHaveLength(3);
  expect(replay(segments)).toMatchObject({ identical: true, gaps: 0 });
});

const scenario = loadScenario("daily-solar");
const minute = record({ scenario, duration_s: 60, tick_us: 10_000 });

describe("what is not as it was", () => {
  /** The recording of a minute with one number changed in one tick, packed anew. */
  function tamper(second: number, change: (sensors: ReturnType<typeof createSensors>) => void): LogMessage[] {
    const start = unpackStart(minute.messages[0]!.data);
    if (!start.ok) throw new Error(start.reason);
    const again = unpackStart(minute.messages[0]!.data);
    if (!again.ok) throw new Error(again.reason);
    const player = createInputPlayer(start.start.memory);
    const encoder = createInputEncoder();
    const sensors = createSensors();
    recallSensors(again.start.memory, sensors);
    return minute.messages.map((message) => {
      if (message.topic === "/recorder/start") return message;
      const unpacked = unpackBlock(message.data);
      if (!unpacked.ok || !loadBlock(player, unpacked.block).ok) throw new Error("unreadable");
      const { block } = unpacked;
      for (let tick = 0; tick < block.ticks; tick++) {
        const dt_us = nextTick(player, sensors);
        if (block.end_us === (second + 1) * 1e6 && tick === 50) change(sensors);
        addTick(encoder, sensors, requestsNow(player), dt_us);
      }
      const hashes = Uint32Array.from(block.sections);
      const data = packBlock(encoder, block.end_us, hashes);
      data.set(message.data.subarray(3, 13), 3);
      return seal({ ...message, data });
    });
  }

  test("a recording packed anew is the same recording", () => {
    expect(replay(segmentsOf(tamper(99, () => {})))).toMatchObject({ identical: true, seconds: 60, ticks: 6000 });
  });

  test.each([5, 30, 59])("one step of the current sensor's converter in one tick is found in second %d", (second) => {
    const tampered = tamper(second, (sensors) => {
      sensors.hall_V += 1 / 12_800;
    });
    const { identical, firstDifference } = replay(segmentsOf(tampered));
    expect(identical).toBe(false);
    expect(firstDifference).toEqual({ second, wall_us: WALL_us + (second + 1) * 1e6, section: "estimate" });
  });

  /** A minute with its rows as the log rounds them. */
  function withRows(meddle: Look): { messages: LogMessage[]; lookup: RowLookup } {
    const rows: TimedRow[] = [];
    const columns = createStateRows(16);
    const { messages } = record({ scenario, duration_s: 60, tick_us: 10_000 }, (bms, time_us, recorder) => {
      meddle(bms, time_us, recorder);
      if (time_us % 1e6 !== 0) return;
      const message = stateMessage(columns, takeSnapshot(createSnapshotReader(bms)), WALL_us + time_us);
      rows.push({ time_us: message.time_us, row: rowOf(message.data)! });
    });
    return { messages, lookup: (from_us) => rows.filter(({ time_us }) => time_us > from_us) };
  }

  test("settings changed behind the device's back are found in their second, and the signal is named", () => {
    const { messages, lookup } = withRows((bms, time_us) => {
      if (time_us === 30_500_000) Object.assign(bms.plan.measure.cells, { firstDrop_V: 0.01 });
    });
    const replayed = replay(segmentsOf(messages), { lookup });
    expect(replayed.firstDifference).toMatchObject({
      second: 30,
      section: "measure",
      signal: "cells_V.1",
      signalSecond: 30,
    });
  });

  test("a signal that leaves its rounding only later is named with its own second", () => {
    const { messages, lookup } = withRows(({ plan, estimate }, time_us, recorder) => {
      if (time_us === 10_500_000) estimate.observer.clock_s *= 1 + 1e-12;
      if (time_us === 12_500_000) demandStart(recorder);
      if (time_us === 20_500_000) Object.assign(plan.measure.cells, { firstDrop_V: 0.01 });
    });
    const { firstDifference: found } = replay(segmentsOf(messages), { lookup });
    expect(found).toMatchObject({ second: 10, section: "estimate", signal: "maxRest_V", signalSecond: 20 });
    expect(found?.entry).toMatchObject({ second: 12, name: expect.stringMatching(/^estimate\./) });
  });

  test("a difference that no row shows is told as one", () => {
    const { lookup } = withRows(() => {});
    const tampered = tamper(5, (sensors) => {
      sensors.hall_V += 1 / 12_800;
    });
    expect(replay(segmentsOf(tampered), { lookup }).firstDifference).toEqual({
      second: 5,
      wall_us: WALL_us + 6e6,
      section: "estimate",
      unnamed: "no logged signal shows it within 55.0 s: the difference is below what the log shows",
    });
  });

  test("where the log has no rows no signal can be named", () => {
    const tampered = tamper(5, (sensors) => {
      sensors.hall_V += 1;
    });
    const { firstDifference } = replay(segmentsOf(tampered), { lookup: () => [] });
    expect(firstDifference?.unnamed).toBe("no signal can be named: the log has no rows of the state there");
  });
});

/** The checksum of a block that was changed by hand. */
function seal(message: LogMessage): LogMessage {
  const data = message.data.slice();
  for (let checksum = 0; checksum < 65_536; checksum++) {
    new DataView(data.buffer).setUint16(1, checksum, true);
    if (unpackBlock(data).ok) break;
  }
  return { ...message, data };
}

describe("a recording with holes", () => {
  const long = record({ scenario, duration_s: 30, tick_us: 10_000 });

  test("says that inputs are missing, and goes on at the next start", () => {
    const recorder = createRecorder("bms-mini test");
    const messages: LogMessage[] = [];
    const run: Run = createRun({
      scenario,
      duration_s: 30,
      tick_us: 10_000,
      tap: {
        before: (bms, sensors, requests, dt_us) => recordBefore(recorder, bms, sensors, requests, dt_us, run.time_us),
        after: (bms) => {
          if (run.time_us === 19_500_000) demandStart(recorder);
          recordAfter(recorder, bms, run.time_us);
          messages.push(...takeMessages(recorder));
        },
      },
    });
    while (advance(run));
    const holed = messages.filter(({ time_us }) => time_us !== 10_000_000);
    expect(replay(segmentsOf(holed))).toEqual({
      identical: true,
      seconds: 19,
      ticks: 1900,
      gaps: 1,
      unused: 10,
      reasons: ["inputs are missing"],
    });
  });

  test("without any start cannot be replayed", () => {
    expect(replay(segmentsOf(long.messages.slice(1)))).toMatchObject({
      identical: false,
      ticks: 0,
      unused: 30,
      reasons: ["inputs without a start"],
    });
  });

  test.each([
    ["cut off", (data: Uint8Array) => data.subarray(0, 9), /cut off/],
    ["damaged", (data: Uint8Array) => data.map((byte, i) => (i === 40 ? byte ^ 1 : byte)), /damaged/],
    ["foreign", () => new TextEncoder().encode("something else altogether"), /no block of inputs/],
  ])("is played up to a block that is %s, which is told", (_, spoil, reason) => {
    const messages = long.messages.map((message, i) =>
      i === 12 ? { ...message, data: spoil(message.data) } : message,
    );
    const replayed = replay(segmentsOf(messages));
    expect(replayed).toMatchObject({ identical: true, seconds: 11, unused: 19, gaps: 1 });
    expect(replayed.reasons[0]).toMatch(reason);
  });

  test.each([
    ["cut off", (data: Uint8Array) => data.subarray(0, 300), /damaged|cut off/],
    ["damaged", (data: Uint8Array) => data.map((byte, i) => (i === 400 ? byte ^ 1 : byte)), /checksum/],
    ["newer", (data: Uint8Array) => data.map((byte, i) => (i === 4 ? 2 : byte)), /format 2, this program reads 1/],
    ["foreign", () => new TextEncoder().encode("something else altogether"), /not the start of a recording/],
  ])("whose start is %s says so", (_, spoil, reason) => {
    const messages = long.messages.map((message, i) => (i === 0 ? { ...message, data: spoil(message.data) } : message));
    const replayed = replay(segmentsOf(messages));
    expect(replayed).toMatchObject({ identical: false, ticks: 0 });
    expect(replayed.reasons[0]).toMatch(reason);
  });
});
