// A log replayed in two threads says what one thread says, wherever it differs or is damaged.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { writeDeviceLog } from "../../tests/device-logs.ts";
import { recordScenario } from "../../tests/scenario-recording.ts";
import type { LogMessage } from "../log/topics.ts";
import { checksumOf } from "../replay/inputs.ts";
import { findLogs } from "./log-source.ts";
import { openAll } from "./open-log.ts";
import { replayPlaces } from "./replay.ts";
import { splitOf } from "./replay-part.ts";
import { loadScenario } from "./scenario-file.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "bms-mini-replay-part-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));

/** Three hours in long ticks, with a start each half hour. */
const { messages: day } = recordScenario({ scenario: loadScenario("daily-solar"), duration_s: 10_800 }, 1.78e15);
const CHUNKS = 20;

function logOf(name: string, messages: readonly LogMessage[]): string {
  const length = Math.ceil(messages.length / CHUNKS);
  const chunks = Array.from({ length: CHUNKS }, (_, i) => messages.slice(i * length, (i + 1) * length));
  return writeDeviceLog(FOLDER, name, { chunks: chunks.filter((chunk) => chunk.length > 0) });
}

/** In one block another state is recorded: what is played differs there. */
function odd(part: number): LogMessage[] {
  const at = Math.floor(day.length * part);
  const block = day.find(({ topic }, i) => i >= at && topic === "/recorder/inputs");
  return day.map((message) => (message === block ? { ...message, data: otherState(message.data) } : message));
}

function otherState(block: Uint8Array): Uint8Array {
  const data = block.slice();
  data[3]! ^= 1;
  new DataView(data.buffer).setUint16(1, checksumOf(data), true);
  return data;
}

function damaged(name: string, chunk: number): string {
  const path = logOf(name, day);
  const [log] = openAll(findLogs([path]));
  const { offset, length } = log!.log.chunks[chunk]!;
  log!.close();
  const bytes = readFileSync(path);
  bytes[offset + length - 20]! ^= 1;
  writeFileSync(path, bytes);
  return path;
}

describe("two threads say what one says", () => {
  test.each([
    ["of a whole log", () => logOf("whole", day), { identical: true, gaps: 0 }],
    ["of one that differs early", () => logOf("early", odd(0.2)), { identical: false }],
    ["of one that differs late", () => logOf("late", odd(0.9)), { identical: false }],
    ["of one with a damaged chunk early", () => damaged("damaged-early", 3), { identical: true, gaps: 1 }],
    ["of one with a damaged chunk late", () => damaged("damaged-late", 17), { identical: true, gaps: 1 }],
  ])("%s", async (_, write, expected) => {
    const places = findLogs([write()]);
    const logs = openAll(places);
    expect(splitOf(logs, 0)).toBeDefined();
    for (const log of logs) log.close();
    const alone = await replayPlaces(places, Infinity);
    expect(alone.replayed).toMatchObject(expected);
    expect(alone.replayed.ticks).toBeGreaterThan(100);
    expect(await replayPlaces(places, 0)).toEqual({ ...alone, looking_ms: expect.any(Number) });
  });

  test("and a short log is played in one", () => {
    const logs = openAll(findLogs([logOf("short", day.slice(0, day.length / 2))]));
    expect(splitOf(logs, 0)).toBeDefined();
    expect(splitOf(logs, 1e9)).toBeUndefined();
    for (const log of logs) log.close();
  });
});
