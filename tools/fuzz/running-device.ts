// A real `bms run` for fuzzing from outside: its lines, its memory, what its settings and its journal say.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DEVICE_ENGINE } from "../../src/cli/supervisor.ts";

export type Line = {
  readonly overruns: number;
  readonly time_s: number;
  readonly contactors: Readonly<Record<string, boolean>>;
  readonly signals: Readonly<Record<string, number>>;
};

export type RunningDevice = {
  /** The data folder. */
  readonly data: string;
  /** The first line at or after a time of the device; each line on the way is shown to `look`. */
  readonly after: (time_s: number, look?: (line: Line) => void) => Promise<Line>;
  readonly memory_MB: () => number;
  /** All settings in force, as text. */
  readonly settings: () => string;
  /** Entries of the journal about mistakes of our own; "": none. */
  readonly mistakes: () => string;
  /** Where its debugger listens, with --inspect among the options of node. */
  readonly debugger: () => string;
  readonly end: () => void;
};

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).pathname;

/**
 * @param settings groups of settings, as in a file
 * @param options of node
 */
export function startDevice(
  settings: Readonly<Record<string, object>>,
  options: readonly string[] = [],
): RunningDevice {
  const folder = mkdtempSync(join(tmpdir(), "bms-fuzz-"));
  const [data, file] = [join(folder, "d"), join(folder, "s.yaml")];
  writeFileSync(file, JSON.stringify(settings));
  const run = [MAIN, "run", "--json", "--all", "--data", data, "--settings", file];
  const child = spawn(process.execPath, [...DEVICE_ENGINE, ...options, ...run], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (words) => {
    said += words;
  });
  return {
    ...{ data, after: follow(child, () => said), memory_MB: () => memoryOf(child) },
    settings: () => printed("settings", "print", data, "--json"),
    mistakes: () => printed("journal", data, "--code", "failed", "--json").trim(),
    debugger: () => /ws:\S+/.exec(said)?.[0] ?? "",
    end: () => {
      child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function follow(child: ChildProcess, said: () => string): RunningDevice["after"] {
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return async (time_s, look) => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`the device ended: ${said()}`);
      const line = JSON.parse(value) as Line;
      look?.(line);
      if (line.time_s >= time_s) return line;
    }
  };
}

const printed = (...words: readonly string[]): string =>
  spawnSync(process.execPath, [MAIN, ...words], { encoding: "utf8" }).stdout;

const memoryOf = ({ pid }: ChildProcess): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;

/** A port that nobody listens at. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
