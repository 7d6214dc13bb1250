// The log on real file systems: the ordinary one, one that is really full, one that is really read-only, and a folder that
// is really removed. A small disk needs the right to mount; where there is none, those two tests are skipped.

import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { BEGINNING, LIMITS, row, texts } from "../../tests/rigs/log-run.ts";
import { openBytes } from "../../tests/rigs/open-bytes.ts";
import { readMessages } from "../log/log-file.ts";
import { DISK } from "./log-files.ts";
import type { LogLimits } from "./log-rotation.ts";
import { LogWriter } from "./log-writer.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-log-disk-"));
const SMALL = join(ROOT, "small");
mkdirSync(SMALL);
const mayMount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", SMALL]).status === 0;
afterAll(() => {
  if (mayMount) spawnSync("umount", ["--lazy", SMALL]);
  rmSync(ROOT, { recursive: true });
});

type Run = {
  readonly writer: LogWriter;
  readonly folder: string;
  now_ms: number;
  trouble: number;
  state: number;
  gaps: number;
};

function createRun(data: string, limits: Partial<LogLimits> = {}): Run {
  const folder = join(data, "log");
  const run = { folder, now_ms: 0, trouble: 0, state: 0, gaps: 0 } as unknown as Run;
  const writer = new LogWriter({
    folder,
    files: DISK,
    limits: { ...LIMITS, ...limits },
    beginning: BEGINNING,
    now_ms: () => run.now_ms,
  });
  writer.onReport = ({ state, trouble, gaps }) => Object.assign(run, { state, trouble, gaps });
  Object.assign(run, { writer });
  writer.open();
  return run;
}

function writeRows(run: Run, from: number, to: number, length = 100): void {
  for (let second = from; second < to; second++) {
    run.writer.write([row(second, `row ${second} `.padEnd(length, noise(second)))], true);
    run.now_ms += 1000;
  }
}

/** Numbers of all rows in a folder, whose files must be finished. */
function rowsIn(folder: string): number[] {
  const messages = readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const bytes = readFileSync(join(folder, name));
      const log = openBytes(bytes);
      expect(log).toMatchObject({ isFinished: true });
      return "problem" in log ? [] : [...readMessages(log, ["/state"])];
    });
  return texts(messages, "/state").map((text) => Number(text.split(" ")[1]));
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

test("records are there after the end, and after an end that never came", () => {
  const data = mkdtempSync(join(ROOT, "data-"));
  const run = createRun(data);
  writeRows(run, 0, 400);
  run.writer.close();
  writeRows(createRun(data), 400, 700); // neither closed nor finished
  expect(readdirSync(run.folder).filter((name) => name.endsWith(".tail"))).toHaveLength(1);
  createRun(data).writer.close();
  expect(rowsIn(run.folder)).toEqual(numbers(0, 700));
});

test("a folder that is removed is made anew", () => {
  const run = createRun(mkdtempSync(join(ROOT, "data-")));
  writeRows(run, 0, 100);
  rmSync(run.folder, { recursive: true });
  writeRows(run, 100, 110);
  run.writer.close();
  expect(run.gaps).toBe(0);
  expect(rowsIn(run.folder)).toEqual(numbers(0, 110));
});

test("a data folder that is gone is not made up: another disk may lie below it", () => {
  const data = mkdtempSync(join(ROOT, "data-"));
  const run = createRun(data);
  writeRows(run, 0, 10);
  rmSync(data, { recursive: true });
  writeRows(run, 10, 20);
  expect(run).toMatchObject({ state: 2, trouble: 1 });
  expect(existsSync(data)).toBe(false);
  mkdirSync(data);
  writeRows(run, 20, 30);
  expect(run).toMatchObject({ state: 1, trouble: 0 });
  run.writer.close();
  expect(rowsIn(run.folder)).toEqual(numbers(0, 30));
});

test("a folder whose place is taken by a file is a trouble", () => {
  const data = mkdtempSync(join(ROOT, "data-"));
  writeFileSync(join(data, "log"), "");
  const run = createRun(data);
  writeRows(run, 0, 1);
  expect(run).toMatchObject({ state: 2, trouble: 1 });
});

test.skipIf(!mayMount)(
  "on a disk that is full in earnest the oldest files go first; then it waits, and goes on when there is room",
  () => {
    const run = createRun(SMALL, { space_MB: 100 });
    const day = 86_400;
    for (let count = 0; count < 20; count++) writeRows(run, count * day, count * day + 10, 40_000);
    expect(run).toMatchObject({ state: 1, trouble: 0, gaps: 0 });
    const kept = readdirSync(run.folder).sort();
    expect(kept.length).toBeLessThan(20);
    expect(kept.at(-1)).toMatch(/^2026-12-12/);
    for (let i = 0; i < 400 && run.trouble === 0; i++) {
      fill(join(SMALL, `others-${i}`));
      writeRows(run, 20 * day + i, 20 * day + i + 1, 40_000);
    }
    expect(run).toMatchObject({ state: 2, trouble: 2 });
    const left = readdirSync(run.folder).reduce((sum, name) => sum + statSync(join(run.folder, name)).size, 0);
    expect(left).toBeGreaterThan(0.9e6);
    for (const name of readdirSync(SMALL)) if (name !== "log") rmSync(join(SMALL, name));
    writeRows(run, 50 * day, 50 * day + 10, 40_000);
    expect(run).toMatchObject({ state: 1, trouble: 0, gaps: 0 });
    run.writer.close();
    expect(rowsIn(run.folder)).toEqual(expect.arrayContaining(numbers(50 * day, 50 * day + 10)));
  },
);

test.skipIf(!mayMount)("a disk that has become read-only is told, and written when it is not any more", () => {
  rmSync(join(SMALL, "log"), { recursive: true, force: true });
  const run = createRun(SMALL);
  writeRows(run, 0, 10);
  // Files that are open for writing keep a disk from becoming read-only; another one over it is.
  expect(spawnSync("mount", ["-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", SMALL]).status).toBe(0);
  writeRows(run, 10, 20);
  expect(run).toMatchObject({ state: 2, trouble: 3 });
  spawnSync("umount", [SMALL]);
  writeRows(run, 20, 30);
  expect(run).toMatchObject({ state: 1, trouble: 0, gaps: 0 });
  run.writer.close();
  expect(rowsIn(run.folder)).toEqual(numbers(0, 30));
});

/** Someone else takes all the room there is. */
function fill(path: string): void {
  const { free_bytes } = DISK.free(SMALL);
  if (free_bytes > 0) writeFileSync(path, new Uint8Array(free_bytes));
}

/** Text that hardly packs. */
function noise(seed: number): string {
  let state = seed * 2_654_435_761 + 1;
  let text = "";
  while (text.length < 40_000) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += state.toString(36);
  }
  return text;
}
