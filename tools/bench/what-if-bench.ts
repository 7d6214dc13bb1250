// How fast the question "what if" is answered: the command itself, on a day of a quiet pack of 18 cells in 10 ms ticks.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogMessage } from "../../src/log/topics.ts";
import { atLeast, type Figure } from "./measurement.ts";
import { fileOf, halfHour } from "./recorder-bench.ts";

const HALF_HOURS = 48;
const HALF_HOUR_us = 1_800_000_000;
/** Best of so many: on a shared machine others only ever take. */
const ROUNDS = 4;

/** Device time for each second of the whole command but its own start: reading, both devices, comparing. */
export function benchWhatIf(root: string): Figure[] {
  const folder = mkdtempSync(join(tmpdir(), "bms-bench-"));
  try {
    const log = join(folder, "day.mcap");
    writeFileSync(log, fileOf(day()));
    let best = 0;
    for (let round = 0; round < ROUNDS; round++) best = Math.max(best, factorOf(root, log));
    return [atLeast("replay.whatIf", best, "x", 5000)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The half hour again and again, each with a start of its own. */
function day(): LogMessage[] {
  return Array.from({ length: HALF_HOURS }, (_, k) =>
    halfHour().map((message) => ({ ...message, time_us: message.time_us + k * (HALF_HOUR_us + 1_000_000) })),
  ).flat();
}

function factorOf(root: string, log: string): number {
  const words = ["replay", log, "--set", "protections.overvoltage.setDelay_ms=1500", "--json"];
  const said = execFileSync(join(root, "bms"), words, { encoding: "utf8", maxBuffer: 1e8 });
  return (JSON.parse(said) as { readonly realtimeFactor: number }).realtimeFactor;
}
