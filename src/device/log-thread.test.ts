// The log's thread seen from the loop: handing over never waits, whatever the disk does, memory stays bounded, and what was
// lost is marked when the disk is back. The disk of these tests stands still until the test lets it go.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { afterAll, expect, test } from "vitest";
import { BEGINNING, block, keyframe, LIMITS, row, START_us, texts } from "../../tests/rigs/log-run.ts";
import { openBytes } from "../../tests/rigs/open-bytes.ts";
import { readMessages } from "../log/log-file.ts";
import { type LogMessage, TOPIC_NAMES } from "../log/topics.ts";
import { LogThread, type LogThreadOptions } from "./log-thread.ts";
import { within } from "./patience.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-log-thread-"));
afterAll(() => rmSync(ROOT, { recursive: true }));

const STALLING: LogThreadOptions = {
  worker: new URL("../../tests/rigs/stalling-log-worker.ts", import.meta.url),
  patience_ms: 30,
};
const TOO_SLOW = 4;

function open(options: LogThreadOptions = {}): { readonly data: string; readonly log: LogThread } {
  const data = mkdtempSync(join(ROOT, "data-"));
  return { data, log: LogThread.open(join(data, "log"), LIMITS, BEGINNING, options) };
}

function readAll(data: string): LogMessage[] {
  const folder = join(data, "log");
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const bytes = readFileSync(join(folder, name));
      const log = openBytes(bytes);
      expect(log).toMatchObject({ isFinished: true });
      return "problem" in log ? [] : [...readMessages(log, TOPIC_NAMES)];
    });
}

/** Resolves at a report that fits. */
const told = (log: LogThread, trouble: number): Promise<void> =>
  new Promise((resolve) => {
    log.onReport = (report) => {
      if (report.trouble === trouble) resolve();
    };
  });

test("what was written is acknowledged, flushed, and there after the end", async () => {
  const { data, log } = open();
  const rows = Array.from({ length: 500 }, (_, i) => row(i));
  for (const each of rows) log.write([each]);
  expect(await log.flush()).toBe(true);
  expect(log.acknowledged()).toBe(rows.at(-1)!.time_us);
  expect(log.report).toMatchObject({ state: 1, trouble: 0, gaps: 0 });
  expect(await log.close()).toBe(true);
  expect(texts(readAll(data), "/state")).toEqual(texts(rows, "/state"));
});

test("an urgent record is acknowledged without anyone asking", async () => {
  const { log } = open();
  log.limit({ ...LIMITS, sync_s: 600 });
  log.write([row(0)], true);
  await new Promise<void>((resolve) => {
    log.onReport = () => log.acknowledged() === START_us && resolve();
  });
  await log.close();
});

test("a view into a larger buffer is handed over alone", async () => {
  const { data, log } = open();
  const shared = new TextEncoder().encode(`${"x".repeat(100)}mine${"y".repeat(100)}`);
  log.write([{ ...row(0), data: shared.subarray(100, 104) }]);
  await log.close();
  expect(texts(readAll(data), "/state")).toEqual(["mine"]);
});

test("while the disk stands still for 5 s of ticks, handing over takes microseconds, the trouble is told, nothing is lost", async () => {
  const { data, log } = open(STALLING);
  log.write([keyframe(0), row(0)]);
  await log.flush();
  const slow = told(log, TOO_SLOW);
  writeFileSync(join(data, "stall"), "");
  const durations_ms: number[] = [];
  for (let tick = 1; tick <= 500; tick++) {
    const before_ms = performance.now();
    log.write([row(tick / 100), block(tick / 100)], tick % 100 === 0);
    durations_ms.push(performance.now() - before_ms);
  }
  await slow;
  expect(log.report).toMatchObject({ state: 2, trouble: TOO_SLOW });
  expect(log.acknowledged()).toBe(START_us);
  rmSync(join(data, "stall"));
  expect(await log.flush()).toBe(true);
  expect(log.acknowledged()).toBe(START_us + 5e6);
  expect(await log.close()).toBe(true);
  const messages = readAll(data);
  expect(texts(messages, "/state")).toHaveLength(501);
  expect(texts(messages, "/recorder/inputs")).toHaveLength(500);
  expect(texts(messages, "/gap")).toEqual([]);
  durations_ms.sort((a, b) => a - b);
  expect(durations_ms[250]).toBeLessThan(0.5);
  expect(durations_ms[490]).toBeLessThan(10); // a tick is 10 ms; another process may take the core now and then
});

test("over what may be held the oldest records are dropped, and marked when the disk is back", async () => {
  const { data, log } = open({ ...STALLING, held_bytes: 1e6 });
  log.write([keyframe(0), row(0)]);
  await log.flush();
  let asked = 0;
  log.onNewFile = () => {
    asked++;
    log.write([keyframe(1000), block(1001)]);
  };
  const slow = told(log, TOO_SLOW);
  writeFileSync(join(data, "stall"), "");
  for (let i = 1; i <= 400; i++) log.write([row(i, "r".repeat(10_000)), block(i)]);
  await slow;
  rmSync(join(data, "stall"));
  while (asked === 0 || log.acknowledged() < START_us + 1001e6) await log.flush();
  await log.close();
  const messages = readAll(data);
  const gaps = texts(messages, "/gap").map((text) => JSON.parse(text));
  const rows = texts(messages, "/state").length;
  expect(rows).toBeGreaterThan(80);
  expect(rows).toBeLessThan(110);
  expect(gaps).toHaveLength(1);
  expect(gaps[0]).toMatchObject({ reason: "too slow", stream: "plain", lost: 401 - rows });
  expect(log.report.gaps).toBe(1);
}, 30_000);

test("a medium that refuses is told, and resumed on when it is back at the end", async () => {
  const { data, log } = open(STALLING);
  const readOnly = told(log, 3);
  writeFileSync(join(data, "read-only"), "");
  log.write([row(0)]);
  await readOnly;
  expect(await log.flush()).toBe(false);
  rmSync(join(data, "read-only"));
  await log.close();
  expect(texts(readAll(data), "/state")).toHaveLength(1);
});

test("a disk that never answers does not keep the device from ending", async () => {
  const { data, log } = open(STALLING);
  log.write([row(0)]);
  await log.flush();
  writeFileSync(join(data, "stall"), "");
  log.write([row(1)]);
  expect(await log.close(20)).toBe(false);
  rmSync(join(data, "stall"));
});

test("a thread that does not come to open its folder is told, and does not keep the device from ending", async () => {
  const before = new Promise<void>(() => {}); // the one before it is held by the disk
  const { log } = open({ ...STALLING, after: before });
  log.write([row(0)]);
  await told(log, TOO_SLOW);
  expect(log.report).toMatchObject({ state: 2, trouble: TOO_SLOW });
  expect(await log.close(20)).toBe(false);
  expect(await within(1, log.gone)).toBe(undefined); // who comes next waits too
});

test("the folder is let go of when the thread has ended", async () => {
  const { log } = open();
  log.write([row(0)]);
  expect(await log.close()).toBe(true);
  await log.gone;
});

test("a folder that cannot be made is a trouble, not a throw", async () => {
  const log = LogThread.open(join(ROOT, "not", "there"), LIMITS, BEGINNING);
  await told(log, 1);
  await log.close();
});

test("a thread that follows another on the same folder waits for its end, and loses nothing", async () => {
  const { data, log } = open(STALLING);
  log.write([row(0)]);
  await log.flush();
  writeFileSync(join(data, "stall"), "");
  log.write([row(1)]);
  const ended = log.close();
  const next = LogThread.open(join(data, "log"), LIMITS, BEGINNING, { ...STALLING, after: ended });
  next.write([row(2)]);
  rmSync(join(data, "stall"));
  expect(await ended).toBe(true);
  expect(await next.flush()).toBe(true);
  await next.close();
  expect(readAll(data).filter(({ topic }) => topic === "/settings")).toHaveLength(2);
  expect(texts(readAll(data), "/state")).toHaveLength(3);
});

test("a thread that dies by a bug of ours is told and started again; what it was handed last counts as lost", async () => {
  const { data, log } = open({ ...STALLING, restart_ms: 10 });
  const remarks: string[] = [];
  log.onRemark = (remark) => remarks.push(remark);
  log.write([row(0)]);
  await log.flush();
  const failed = told(log, 5);
  writeFileSync(join(data, "bug"), "");
  log.write([row(1)]);
  await failed;
  rmSync(join(data, "bug"));
  expect(remarks).toEqual(["the log's thread ended: a bug of our own"]);
  log.write([row(2)]);
  expect(await log.flush()).toBe(true);
  await log.close();
  const messages = readAll(data);
  expect(texts(messages, "/state")).toEqual(texts([row(0), row(2)], "/state"));
  expect(texts(messages, "/gap").map((text) => JSON.parse(text))).toMatchObject([
    { lost: 1, stream: "plain", reason: "failed" },
  ]);
});
