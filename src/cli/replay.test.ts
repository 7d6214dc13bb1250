// bms replay on log files: identical, different, and what cannot be replayed.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bms } from "../../tests/command-line.ts";
import { writeDeviceLog } from "../../tests/device-logs.ts";
import { BEGAN_us } from "../../tests/fixed-logs.ts";
import type { Bms } from "../core/bms.ts";
import { createSnapshotReader, takeSnapshot } from "../core/snapshot.ts";
import { createStateRows, stateMessage } from "../log/state-row.ts";
import type { LogMessage } from "../log/topics.ts";
import { createRecorder, recordAfter, recordBefore, takeMessages } from "../replay/recorder.ts";
import { advance, createRun, type Run } from "../sim/scenario/run.ts";
import { loadScenario } from "./scenario-file.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "bms-mini-replay-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

/** Twenty seconds of a device, with its rows; something may be done to it after each tick. */
function record(meddle: (bms: Bms, time_us: number) => void = () => {}): LogMessage[] {
  const recorder = createRecorder("bms-mini test");
  const messages: LogMessage[] = [];
  const rows = createStateRows(16);
  const run: Run = createRun({
    scenario: loadScenario("daily-solar"),
    duration_s: 20,
    tick_us: 10_000,
    tap: {
      before: (bms, sensors, requests, dt_us) =>
        recordBefore(recorder, bms, sensors, requests, dt_us, BEGAN_us + run.time_us),
      after: (bms) => {
        recordAfter(recorder, bms, BEGAN_us + run.time_us);
        messages.push(...takeMessages(recorder));
        meddle(bms, run.time_us);
        if (run.time_us % 1e6 !== 0) return;
        messages.push(stateMessage(rows, takeSnapshot(createSnapshotReader(bms)), BEGAN_us + run.time_us));
      },
    },
  });
  while (advance(run));
  return messages;
}

function fileOf(name: string, messages: readonly LogMessage[]): string {
  return writeDeviceLog(FOLDER, name, { chunks: [messages.slice(0, 20), messages.slice(20)] });
}

test("a recording is identical, and the object says how far and how fast", async () => {
  const { status, stdout, stderr } = await bms("replay", fileOf("good", record()), "--json");
  expect([status, stderr]).toEqual([0, ""]);
  const said = JSON.parse(stdout) as Record<string, unknown>;
  expect(said).toEqual({
    identical: true,
    seconds: 20,
    ticks: 2000,
    gaps: 0,
    unusedSeconds: 0,
    reasons: [],
    realtimeFactor: expect.any(Number),
  });
  expect(said["realtimeFactor"]).toBeGreaterThan(1);
});

test("a device that did not do what its recording says is told with its second, time and signal", async () => {
  const messages = record((bms, time_us) => {
    if (time_us === 12_500_000) Object.assign(bms.plan.measure.cells, { firstDrop_V: 0.01 });
  });
  const file = fileOf("odd", messages);
  const { status, stdout } = await bms("replay", file, "--json");
  expect(status).toBe(1);
  const { identical, firstDifference } = JSON.parse(stdout) as { identical: boolean; firstDifference: object };
  expect(identical).toBe(false);
  expect(firstDifference).toEqual({
    second: 12,
    section: "measure",
    signal: "cells_V.1",
    recorded: expect.closeTo(3.34, 0.1),
    replayed: expect.closeTo(3.33, 0.1),
    signalSecond: 12,
    time: "2026-03-01T12:00:13.000Z",
  });
  expect((await bms("replay", file)).stdout).toMatch(
    /^DIFFERENT: 13.0 s .*\n {2}first differs in second 12 of the device, until 2026-03-01T12:00:13.000Z, in "measure": cells_V.1 recorded 3\.\d+, replayed 3\.\d+\n$/,
  );
});

test("seconds that are missing are told, and what is there is replayed", async () => {
  const messages = record().filter(({ topic, time_us }) => topic === "/state" || time_us !== BEGAN_us + 5_000_000);
  const { status, stdout } = await bms("replay", fileOf("holes", messages));
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^identical: 4.00 s .*\n {2}the recording has a gap\n {2}15 s could not be replayed: inputs are missing\n$/,
  );
});

test.each([
  ["rows only", (messages: LogMessage[]) => messages.filter(({ topic }) => topic === "/state"), /no flight recorder/],
  ["no start", (messages: LogMessage[]) => messages.slice(1), /nothing to replay: inputs without a start/],
])("with %s there is nothing to replay", async (name, keep, told) => {
  const { status, stdout, stderr } = await bms("replay", fileOf(name.replace(" ", "-"), keep(record())));
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(told);
});

test("what is no log is refused in one line", async () => {
  const file = join(FOLDER, "text.mcap");
  writeFileSync(file, "this is no log");
  const { status, stderr } = await bms("replay", file);
  expect(status).toBe(2);
  expect(stderr.split("\n")).toHaveLength(2);
  expect((await bms("replay", "--from", "2026-03-01", file)).stderr).toMatch(/--from goes with --set/);
});
