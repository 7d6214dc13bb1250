// A whole session writes down what happens: the log, the journal and the freeze-frame of a trip, on the real disk.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadScenario } from "../src/cli/scenario-file.ts";
import { logFolderOf } from "../src/device/log-names.ts";
import { Session } from "../src/device/session.ts";
import { readFrame, readJournal, verifyJournal } from "../src/device/store-reader.ts";
import { readMessages } from "../src/log/log-file.ts";
import type { LogMessage, TopicName } from "../src/log/topics.ts";
import { segmentsOf } from "../src/replay/recording.ts";
import { replay } from "../src/replay/replay.ts";
import { ask } from "../src/virtual/device.ts";
import { openBytes } from "./rigs/open-bytes.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-flight-"));
afterAll(() => rmSync(ROOT, { recursive: true }));

const BEGAN_ms = Date.UTC(2026, 10, 23, 12);
const EVERYTHING = [0, 1e18] as const;

/** The load-short-circuit scenario: it trips at a second of its own, and the device goes on after it. */
async function play(folder: string, duration_s: number): Promise<void> {
  const scenario = loadScenario("load-short-circuit");
  let now_us = 0;
  const session = await Session.open({
    ...{ folder, setup: "test", base: scenario.settings, changes: undefined, scenario: () => scenario },
    ...{ seed: 1, tick_us: 10_000, speed: 1, duration_s, wall_ms: () => BEGAN_ms + now_us / 1000 },
    clock: {
      now_us: () => now_us,
      at: (time_us, act) => {
        setImmediate(() => {
          now_us = Math.max(now_us, time_us);
          act();
        });
      },
    },
  });
  session.start();
  ask(session.device, { kind: "set", changes: { "user.serialNumber": "SN-7" } }, undefined, "anna");
  expect((await session.done).kind).toBe("stopped");
}

function read(folder: string, ...topics: TopicName[]): LogMessage[] {
  const messages = readdirSync(logFolderOf(folder))
    .sort()
    .flatMap((name) => {
      const bytes = readFileSync(join(logFolderOf(folder), name));
      const log = openBytes(bytes);
      if ("problem" in log) throw new Error(log.problem);
      expect(log.isFinished).toBe(true);
      return [...readMessages(log, topics, ...EVERYTHING)];
    });
  return messages;
}

const json = ({ data }: LogMessage): Record<string, unknown> => JSON.parse(new TextDecoder().decode(data));

describe("ninety seconds with a short circuit at the load", () => {
  const folder = join(ROOT, "short");
  beforeAll(() => play(folder, 90), 60_000);

  test("every trip has its freeze-frame in the journal and in the log, with a row for each tick around it", () => {
    const trips = readJournal(folder, { code: "tripped" });
    expect(trips.map(({ subject }) => subject)).toContain("shortCircuit");
    const trip = trips.find(({ subject }) => subject === "shortCircuit")!;
    const frames = read(folder, "/recorder/frame");
    expect(Buffer.from(readFrame(folder, trip.sequence)!)).toEqual(Buffer.from(frames[0]!.data));
    const rows = read(folder, "/frame");
    const trip_us = BEGAN_ms * 1000 + Math.round(trip.uptime_s * 1e6);
    const around = rows.filter(({ time_us }) => time_us >= trip_us - 10e6 && time_us <= trip_us + 5e6);
    expect(around.length).toBeGreaterThanOrEqual(1500);
    const at = around.findIndex(({ time_us }) => time_us === trip_us);
    expect(json(around[at - 1]!)["fault.shortCircuit"]).toBe(0);
    expect(json(around[at]!)["fault.shortCircuit"]).toBe(1);
  });

  test("the recording replays bit for bit", () => {
    const result = replay(segmentsOf(read(folder, "/recorder/start", "/recorder/inputs")));
    expect(result).toMatchObject({ identical: true, gaps: 0, unused: 0 });
    expect(result.seconds).toBeGreaterThan(89);
  });

  test("there is a row of the state for each second, with the battery's serial number in the file", () => {
    const rows = read(folder, "/state");
    expect(rows.length).toBeGreaterThanOrEqual(90);
    expect(json(rows[50]!)["uptime_s"]).toBeDefined();
  });

  test("events stand in the log as they stand in the journal, which is whole", () => {
    const entries = readJournal(folder);
    expect(read(folder, "/events").map(json)).toEqual(entries.map((entry) => ({ ...entry })));
    expect(verifyJournal(folder)).toMatchObject({ whole: true, entries: entries.length });
    expect(entries.at(0)?.code).toBe("started");
    expect(entries.at(-1)?.code).toBe("ended");
  });

  test("who changed a setting is in the journal and in the log", () => {
    const [entry] = readJournal(folder, { code: "settingsChanged" });
    expect(entry).toMatchObject({ actor: "anna", subject: "user.serialNumber" });
    expect(entry?.text).toContain('to "SN-7"');
    const change = read(folder, "/settings")
      .map(json)
      .find((message) => "changes" in message);
    expect(change).toMatchObject({ actor: "anna", changes: [{ name: "user.serialNumber", from: "", to: "SN-7" }] });
  });
});
