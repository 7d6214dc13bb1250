// Start and memory of the running device, measured on real child processes.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { readStream, startMonitor } from "../fuzz/running-monitor.ts";
import { atMost, type Figure, median } from "./measurement.ts";

const STARTS = 5;
const MEMORY_AFTER_LINES = 5;
const SERVED_PICTURES = 50;

/** `npm start` on an installed clone, from the call to the first status line of a protecting device. */
export async function benchRun(root: string): Promise<Figure[]> {
  const starts_s: number[] = [];
  for (let i = 0; i < STARTS; i++)
    starts_s.push((await startOnce(root, "npm", ["start", "--silent", "--"], 1)).start_s);
  const { memory_MB } = await startOnce(root, join(root, "bms"), ["run"], MEMORY_AFTER_LINES);
  return [
    atMost("run.start", median(starts_s), "s", 1.5),
    atMost("run.memory", memory_MB, "MB", 120),
    atMost("run.served", await memoryServed_MB(), "MB", 130),
  ];
}

/** Of the device alone, while a reader of its monitor is sent pictures. */
async function memoryServed_MB(): Promise<number> {
  const monitor = startMonitor();
  try {
    const headers = await monitor.owner();
    const reader = readStream(monitor.url(), headers, { rate_Hz: 10, world: true, bus: true });
    await monitor.until("pictures", () => reader.pictures.length >= SERVED_PICTURES, 60);
    return memoryOf({ pid: monitor.pid("run") });
  } finally {
    await monitor.end();
  }
}

async function startOnce(
  root: string,
  command: string,
  args: readonly string[],
  lines: number,
): Promise<{ start_s: number; memory_MB: number }> {
  const data = mkdtempSync(join(tmpdir(), "bms-bench-"));
  const began = process.hrtime.bigint();
  const child = spawn(command, [...args, "--json", "--data", data], {
    cwd: root,
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  try {
    const first = await nthLine(child, 1);
    const seconds = Number(process.hrtime.bigint() - began) / 1e9;
    // The first line comes with the first second; what the device says of its own first protected tick is exact.
    const told = (JSON.parse(first) as { start_ms?: number; time_s?: number }).time_s ?? 0;
    if (lines > 1) await nthLine(child, lines);
    const memory_MB = memoryOf(child);
    return { start_s: seconds - told, memory_MB };
  } finally {
    await end(child);
    rmSync(data, { recursive: true, force: true });
  }
}

function nthLine(child: ChildProcess, n: number): Promise<string> {
  const reader = createInterface({ input: child.stdout! });
  let seen = 0;
  return new Promise((resolve, reject) => {
    reader.on("line", (line) => {
      if (++seen === n) resolve(line);
    });
    child.once("exit", (code) => reject(new Error(`bms run ended with ${code}`)));
  });
}

const memoryOf = (child: Pick<ChildProcess, "pid">): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1] ?? 0) / 1024;

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve();
    child.removeAllListeners("exit");
    child.once("exit", () => resolve());
    process.kill(-child.pid!, "SIGTERM");
  });
}
