// Folders of logs for tests of the tools, removed with the test, and what `bms log verify` says of them.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createBms } from "../src/core/bms.ts";
import { createSettings } from "../src/model/settings.ts";
import { packStart } from "../src/replay/start.ts";
import { bms } from "./command-line.ts";
import { gap, stateRows, trip, writeDeviceLog } from "./device-logs.ts";
import { BEGAN_us } from "./fixed-logs.ts";

/** An empty folder for the test that runs. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "bms-mini-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

export const FIRST = "2026-03-01T12-00-00Z";
export const SECOND = "2026-03-01T12-05-00Z";

/** A day in two files: the first finished, the second cut off with ten rows and a trip in its tail. */
export function twoLogs(): string {
  const folder = newFolder();
  const start = {
    topic: "/recorder/start",
    time_us: BEGAN_us,
    data: packStart(createBms(createSettings()), { program: "test" }),
  } as const;
  const inputs = { topic: "/recorder/inputs", time_us: BEGAN_us + 1_000_000, data: Uint8Array.of(1) } as const;
  writeDeviceLog(folder, FIRST, {
    chunks: [[start, inputs], stateRows(100), [trip(99), gap(99), ...stateRows(50, 100)]],
  });
  const tail = [...stateRows(10, 400), trip(409)];
  writeDeviceLog(folder, SECOND, { identity: { began_us: BEGAN_us + 300e6 }, chunks: [stateRows(100, 300)], tail });
  return folder;
}

/** Turns over one bit of a file. */
export function flip(path: string, offset: number): void {
  const bytes = readFileSync(path);
  bytes[offset]! ^= 0x10;
  writeFileSync(path, bytes);
}

export type FileVerdict = { state: string; problems: string[]; messages: number; missing: number };

/** What `bms log verify` says of each file. */
export async function verified(...paths: readonly string[]): Promise<{ status: number | null; files: FileVerdict[] }> {
  const { status, stdout } = await bms("log", "verify", ...paths, "--json");
  return { status, files: JSON.parse(stdout).files };
}
