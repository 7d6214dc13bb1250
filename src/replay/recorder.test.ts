// When the recorder writes what: a start at the beginning, for each new device, each half hour and on demand; a block each
// second of device time, and before a sleep.

import { expect, test } from "vitest";
import { type Bms, createBms } from "../core/bms.ts";
import { createSensors } from "../core/sensors.ts";
import { createSettings } from "../model/settings.ts";
import { unpackBlock } from "./input-player.ts";
import {
  createRecorder,
  demandStart,
  endBlock,
  type Recorder,
  recordAfter,
  recordBefore,
  takeMessages,
} from "./recorder.ts";

const sensors = createSensors();

/** Ticks in which the device does nothing but grow older. Returns the messages as "start" or "ticks of the block". */
function live(recorder: Recorder, bms: Bms, ticks: number, dt_us: number): string[] {
  for (let i = 0; i < ticks; i++) {
    recordBefore(recorder, bms, sensors, [], dt_us, bms.time_us);
    bms.time_us += dt_us;
    recordAfter(recorder, bms, bms.time_us);
  }
  return told(recorder);
}

function told(recorder: Recorder): string[] {
  return takeMessages(recorder).map(({ topic, data }) => {
    if (topic === "/recorder/start") return "start";
    const read = unpackBlock(data);
    return read.ok ? `${read.block.ticks}` : read.reason;
  });
}

function awake(): Bms {
  const bms = createBms(createSettings());
  bms.decide.mode = "running";
  return bms;
}

test("a start stands first, then a block for each second, whatever the ticks", () => {
  const [recorder, bms] = [createRecorder("x"), awake()];
  expect(live(recorder, bms, 250, 10_000)).toEqual(["start", "100", "100"]);
  expect(live(recorder, bms, 3, 400_000)).toEqual(["52"]);
  expect(live(recorder, bms, 2, 1_000_000)).toEqual(["2", "1"]);
});

test("a keyframe comes after half an hour of device time, and not before", () => {
  const [recorder, bms] = [createRecorder("x"), awake()];
  expect(live(recorder, bms, 1799, 1_000_000).filter((what) => what === "start")).toHaveLength(1);
  expect(live(recorder, bms, 1, 1_000_000)).toEqual(["1", "start"]);
});

test("a start on demand comes at the end of the block under way", () => {
  const [recorder, bms] = [createRecorder("x"), awake()];
  live(recorder, bms, 50, 10_000);
  demandStart(recorder);
  expect(live(recorder, bms, 49, 10_000)).toEqual([]);
  expect(live(recorder, bms, 1, 10_000)).toEqual(["100", "start"]);
});

test("another device gets a start of its own, behind the last ticks of the one before", () => {
  const recorder = createRecorder("x");
  live(recorder, awake(), 30, 10_000);
  expect(live(recorder, awake(), 100, 10_000)).toEqual(["30", "start", "100"]);
});

test("a block ends with the tick that goes to standby, and when the recorder is told to", () => {
  const [recorder, bms] = [createRecorder("x"), awake()];
  live(recorder, bms, 30, 10_000);
  bms.decide.mode = "standby";
  expect(live(recorder, bms, 100, 10_000)).toEqual(["31", "69"]); // a button that is held keeps it ticking
  bms.decide.mode = "running";
  expect(live(recorder, bms, 5, 10_000)).toEqual([]);
  endBlock(recorder);
  expect(told(recorder)).toEqual(["35"]);
  endBlock(recorder);
  expect(told(recorder)).toEqual([]);
});

test("log times are those of the ends, as they were handed in", () => {
  const [recorder, bms] = [createRecorder("x"), awake()];
  for (let i = 1; i <= 100; i++) {
    recordBefore(recorder, bms, sensors, [], 10_000, 1000 + i);
    bms.time_us += 10_000;
    recordAfter(recorder, bms, 2000 + i);
  }
  expect(takeMessages(recorder).map(({ time_us }) => time_us)).toEqual([1001, 2100]);
});
