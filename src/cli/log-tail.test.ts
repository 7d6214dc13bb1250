// bms log tail: what it shows at first, and how it follows a log that a device writes.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, test } from "vitest";
import { bms, startProcess } from "../../tests/command-line.ts";
import { type deviceLog, gap, stateRows, TRIP_SENTENCE, trip, writeDeviceLog } from "../../tests/device-logs.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-tail-"));
const children = new Set<ReturnType<typeof startProcess>>();
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(ROOT, { recursive: true });
});

const FIRST = "2026-03-01T12-00-00Z";
const SECOND = "2026-03-01T13-00-00Z";

/** A data folder with one log in it. */
function dataFolder(...content: Parameters<typeof deviceLog>): string {
  const folder = mkdtempSync(join(ROOT, "data-"));
  mkdirSync(join(folder, "log"));
  writeDeviceLog(join(folder, "log"), FIRST, ...content);
  return folder;
}

const seconds = (lines: readonly { topic: string; time: string }[]): string[] =>
  lines.map(({ topic, time }) => `${topic} ${time.slice(14, 19)}`);

test("shows the last rows, events and gaps of the newest log and its tail", async () => {
  const folder = dataFolder({
    chunks: [stateRows(20), [...stateRows(10, 20), gap(29)]],
    tail: [...stateRows(2, 30), trip(31)],
  });
  const { status, stdout } = await bms("log", "tail", folder, "-n", "5");
  expect(status).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines).toHaveLength(5);
  expect(lines[0]).toMatch(/^2026-03-01T12:00:29\.000Z {2}off +0\.0 % +52\.29 V +0\.0 A {2}cells 0\.000 to 0\.000 V$/);
  expect(lines[1]).toBe("2026-03-01T12:00:29.000Z  gap       5 records of plain lost: full");
  expect(lines[4]).toBe(`2026-03-01T12:00:31.000Z  error     ${TRIP_SENTENCE}`);
});

test.each([
  ["0", 0],
  ["1", 1],
  ["7", 7],
  ["1000", 31], // the rows and the settings
])("with -n %s there are as many lines as wanted or as there are", async (count, shown) => {
  const folder = dataFolder({ chunks: [stateRows(20)], tail: stateRows(10, 20) });
  const { stdout } = await bms("log", "tail", folder, "--json", "-n", count);
  expect(stdout.split("\n").length - 1).toBe(shown);
});

/** Follows a log as a real process; `until` gives the lines up to one that is meant. */
function follow(folder: string, ...options: readonly string[]) {
  const child = startProcess("log", "tail", folder, "-f", "--json", ...options);
  children.add(child);
  let told = "";
  child.stderr.setEncoding("utf8").on("data", (words: string) => {
    told += words;
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const until = async (last: string): Promise<string[]> => {
    const seen: string[] = [];
    while (seen.at(-1) !== last) {
      const { done, value } = await lines.next();
      if (done === true) throw new Error(`it ended before ${last}: ${told} ${seen.join(", ")}`);
      seen.push(...seconds([JSON.parse(value)]));
    }
    return seen;
  };
  return { child, ended, until, told: () => told };
}

test("follows the tail, the chunk that replaces it, and the next file; each message once; a signal ends it quietly", {
  timeout: 30_000,
}, async () => {
  const folder = dataFolder({ chunks: [stateRows(20)], tail: stateRows(2, 20) });
  const log = join(folder, "log");
  const tail = follow(folder, "-n", "2");
  expect(await tail.until("/state 00:21")).toEqual(["/state 00:20", "/state 00:21"]);

  writeDeviceLog(log, FIRST, { chunks: [stateRows(20)], tail: [...stateRows(4, 20), trip(23)] });
  expect(await tail.until("/events 00:23")).toEqual(["/state 00:22", "/state 00:23", "/events 00:23"]);

  // The chunk holds what was in the tail and one row more; the tail begins anew.
  writeDeviceLog(log, FIRST, {
    chunks: [stateRows(20), [...stateRows(4, 20), trip(23), ...stateRows(1, 24)]],
    tail: stateRows(1, 25),
  });
  expect(await tail.until("/state 00:25")).toEqual(["/state 00:24", "/state 00:25"]);

  writeFileSync(join(log, `${SECOND}.mcap`), ""); // it has only just begun
  writeDeviceLog(log, SECOND, { chunks: [], tail: stateRows(1, 40) });
  expect(await tail.until("/state 00:40")).toEqual(["/settings 00:00", "/state 00:40"]);

  tail.child.kill("SIGINT");
  expect(await tail.ended).toBe(0);
  expect(tail.told()).toBe("");
});

test("ends when nobody reads any more", { timeout: 30_000 }, async () => {
  const folder = dataFolder({ chunks: [stateRows(20)], tail: stateRows(2, 20) });
  const tail = follow(folder);
  await tail.until("/state 00:21");
  tail.child.stdout.destroy();
  // Whether it notices shows with the next row.
  writeDeviceLog(join(folder, "log"), FIRST, { chunks: [stateRows(20)], tail: stateRows(9, 20) });
  expect(await tail.ended).toBe(0);
  expect(tail.told()).toBe("");
});
