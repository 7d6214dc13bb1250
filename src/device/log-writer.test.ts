// The log's writer on a medium and a clock of the test: what is acknowledged is there, and files end and begin where they
// must. What a failing medium does is in log-trouble.test.ts, a cut of power in log-recovery.test.ts.
import { expect, test } from "vitest";
import {
  BEGINNING,
  block,
  createRun,
  FOLDER,
  gapsOf,
  keyframe,
  type LogRun,
  MIDNIGHT_us,
  message,
  pass,
  readLogs,
  row,
  START_us,
  texts,
} from "../../tests/rigs/log-run.ts";
import type { Effect } from "../../tests/rigs/medium.ts";

const ROWS = Array.from({ length: 1000 }, (_, second) => row(second));

function writeRows(run: LogRun, rows = ROWS): void {
  for (const each of rows) {
    run.writer.write([each]);
    pass(run);
  }
}

test("a file is named by the UTC time of its first record and begins with all settings", () => {
  const run = createRun();
  run.writer.write([row(0)]);
  run.writer.close();
  const [log] = readLogs(run.medium);
  expect(log).toMatchObject({ name: "2026-11-23T05-10-00Z", problems: [], log: { isFinished: true } });
  expect(log?.log?.identity).toEqual(BEGINNING.identity);
  expect(log?.messages.map(({ topic }) => topic)).toEqual(["/settings", "/state"]);
  expect(texts(log!.messages, "/settings")).toEqual([BEGINNING.settings]);
});

test("everything handed over is there at any time and after the end, once and in order", () => {
  const run = createRun();
  for (const [second, each] of ROWS.entries()) {
    run.writer.write([each]);
    pass(run);
    if (second % 97 === 0) expect(texts(readLogs(run.medium)[0]!.messages, "/state")).toHaveLength(second + 1);
  }
  run.writer.close();
  const written = readLogs(run.medium)[0]!.messages.filter(({ topic }) => topic === "/state");
  expect(written.map(({ time_us }) => time_us)).toEqual(ROWS.map(({ time_us }) => time_us));
  expect(texts(written, "/state")).toEqual(texts(ROWS, "/state"));
  expect([...run.medium.content.keys()]).toEqual([`${FOLDER}/2026-11-23T05-10-00Z.mcap`]);
});

test.each([1, 5])("a record is synced %d s after it came, not earlier", (sync_s) => {
  const run = createRun({ sync_s });
  run.writer.write([row(0)]);
  expect(run.writer.acknowledged_us).toBe(0);
  expect(run.writer.dueIn_ms).toBe(1000);
  run.now_ms = sync_s * 1000 - 1;
  run.writer.tick();
  expect(run.writer.acknowledged_us).toBe(0);
  expect(run.writer.dueIn_ms).toBe(1);
  run.now_ms++;
  run.writer.tick();
  expect(run.writer.acknowledged_us).toBe(START_us);
  expect(run.medium.effects.at(-1)).toEqual({ kind: "sync", path: `${FOLDER}/2026-11-23T05-10-00Z.tail` });
});

test("an urgent record is on the medium when write returns, and with it all before", () => {
  const run = createRun({ sync_s: 600 });
  run.writer.write([row(0)]);
  run.writer.write([message("/events", START_us + 5, "trip")], true);
  expect(run.writer.acknowledged_us).toBe(START_us + 5);
  expect(run.medium.effects.at(-1)?.kind).toBe("sync");
});

test("flush brings everything to the medium", () => {
  const run = createRun({ sync_s: 600 });
  run.writer.write([row(0), row(1)]);
  expect(run.writer.flush()).toBe(true);
  expect(run.writer.acknowledged_us).toBe(START_us + 1e6);
});

test("after 600 s the tail becomes a chunk, and is emptied only when the chunk is on the medium", () => {
  const run = createRun();
  writeRows(run, ROWS.slice(0, 601));
  const before = run.medium.effects.length;
  writeRows(run, ROWS.slice(601, 602));
  const log = `${FOLDER}/2026-11-23T05-10-00Z.mcap`;
  const tail = `${FOLDER}/2026-11-23T05-10-00Z.tail`;
  const effects = run.medium.effects.slice(before).map(({ kind, path }) => [kind, path]);
  expect(effects.slice(0, 4)).toEqual([
    ["write", log],
    ["sync", log],
    ["truncate", tail],
    ["write", tail],
  ]);
});

test("7 MB of plain records, or 1 MB of the recorder's, become a chunk sooner", () => {
  const run = createRun();
  const isChunk = ({ kind, path }: Effect): boolean => kind === "sync" && path.endsWith(".mcap");
  const chunks = (): number => run.medium.effects.filter(isChunk).length - 1; // the beginning is synced too
  run.writer.write(Array.from({ length: 71 }, (_, i) => row(i, "x".repeat(1e5))));
  expect(chunks()).toBe(1);
  run.writer.write([keyframe(71)]);
  run.writer.write(Array.from({ length: 11 }, (_, i) => ({ ...block(i), data: new Uint8Array(1e5).fill(i) })));
  expect(chunks()).toBe(2);
});

test("more at once than may be held is written all the same", () => {
  const run = createRun();
  run.writer.write(Array.from({ length: 2000 }, (_, i) => row(i / 100, `${i} `.padEnd(10_000, "x"))));
  run.writer.close();
  const messages = readLogs(run.medium).flatMap((log) => log.messages);
  expect(texts(messages, "/state")).toHaveLength(2000);
  expect(gapsOf(run.medium)).toEqual([]);
});

test("each UTC day begins a new file", () => {
  const run = createRun();
  const last = message("/state", MIDNIGHT_us - 1, "last");
  const first = message("/state", MIDNIGHT_us, "first");
  run.writer.write([row(0), last, first]);
  run.writer.close();
  expect(readLogs(run.medium).map(({ name, messages }) => [name, texts(messages, "/state").at(-1)])).toEqual([
    ["2026-11-23T05-10-00Z", "last"],
    ["2026-11-24T00-00-00Z", "first"],
  ]);
});

test("a record some seconds older than midnight stays in the new file; a clock set back begins another", () => {
  const run = createRun();
  run.writer.write([message("/state", MIDNIGHT_us), message("/frame", MIDNIGHT_us - 10e6)]);
  run.writer.write([message("/state", MIDNIGHT_us - 3600e6), message("/state", MIDNIGHT_us - 3601e6)]);
  run.writer.write([message("/state", MIDNIGHT_us - 3601e6)]);
  run.writer.close();
  expect(readLogs(run.medium).map(({ name, messages }) => [name, messages.length])).toEqual([
    ["2026-11-23T22-59-59Z", 3],
    ["2026-11-24T00-00-00Z", 4],
  ]);
});

test("a file of the size that is set is finished; the room for all files counts as four at least", () => {
  for (const limits of [{ fileSize_MB: 1 }, { space_MB: 4 }]) {
    const run = createRun(limits);
    for (let i = 0; i < 120; i++) run.writer.write([row(i, noise(20_000, i))]);
    run.writer.close();
    const sizes = readLogs(run.medium).map(({ log }) => log!.size);
    expect(sizes.length).toBeGreaterThan(1);
    for (const size of sizes.slice(0, -1)) expect(size / 1e6).toBeCloseTo(1, 0);
  }
});

test("a second file of the same second has a name of its own, and is sorted behind", () => {
  const medium = createRun().medium;
  for (let i = 0; i < 3; i++) {
    const run = createRun({}, medium);
    run.writer.write([row(0, `run ${i}`)]);
    run.writer.close();
  }
  expect(readLogs(medium).map(({ name, messages }) => [name, ...texts(messages, "/state")])).toEqual([
    ["2026-11-23T05-10-00Z", "run 0"],
    ["2026-11-23T05-10-00Z_2", "run 1"],
    ["2026-11-23T05-10-00Z_3", "run 2"],
  ]);
});

test("another serial number begins a new file, another setting does not", () => {
  const run = createRun();
  run.writer.write([row(0)]);
  run.writer.begin({ ...BEGINNING, settings: "{}" });
  run.writer.write([row(1)]);
  run.writer.begin({ settings: "{}", identity: { ...BEGINNING.identity, serialNumber: "4712" } });
  run.writer.write([row(2)]);
  run.writer.close();
  expect(
    readLogs(run.medium).map(({ log, messages }) => [log?.identity.serialNumber, texts(messages, "/settings")]),
  ).toEqual([
    ["4711", [BEGINNING.settings]],
    ["4712", ["{}"]],
  ]);
});

test("the recorder's blocks stay together: a new file that is due begins with the start that is asked for", () => {
  const run = createRun();
  run.writer.write([keyframe(0), block(1), row(1)]);
  expect(run.asked).toBe(0);
  const midnight = (MIDNIGHT_us - START_us) / 1e6;
  run.writer.write([row(midnight), block(midnight)]);
  expect(run.asked).toBe(1);
  run.writer.write([keyframe(midnight), block(midnight + 1), row(midnight + 1)]);
  run.writer.close();
  const [old, next] = readLogs(run.medium);
  expect(texts(old!.messages, "/recorder/start", "/recorder/inputs")).toEqual([
    "start 0",
    "block 1",
    `block ${midnight}`,
  ]);
  expect(texts(next!.messages, "/recorder/start", "/recorder/inputs")).toEqual([
    `start ${midnight}`,
    `block ${midnight + 1}`,
  ]);
  expect(gapsOf(run.medium)).toEqual([]);
});

test("a start within a file that is not due stays in it", () => {
  const run = createRun();
  run.writer.write([keyframe(0), block(1), keyframe(60), block(61)]);
  run.writer.close();
  expect(readLogs(run.medium)).toHaveLength(1);
});

test("a start that does not come is waited for 10 s; then blocks without it are left out and marked", () => {
  const run = createRun();
  run.writer.write([keyframe(0), block(1)]);
  const midnight = (MIDNIGHT_us - START_us) / 1e6;
  for (let second = 0; second < 14; second++) {
    run.writer.write([row(midnight + second), block(midnight + second)]);
    pass(run);
  }
  expect(run.asked).toBe(7); // every other second
  run.writer.write([keyframe(midnight + 14), block(midnight + 15)]);
  run.writer.close();
  const [old, next] = readLogs(run.medium);
  expect(texts(old!.messages, "/state")).toHaveLength(10);
  expect(texts(next!.messages, "/state")).toHaveLength(4);
  expect(texts(next!.messages, "/recorder/start", "/recorder/inputs")).toHaveLength(2);
  expect(gapsOf(run.medium)).toEqual([
    { from_us: MIDNIGHT_us + 10e6, to_us: MIDNIGHT_us + 13e6, reason: "no start", lost: 4, stream: "recorder" },
  ]);
});

test("over its budget the recorder is left out, with one gap; freeze-frames stay, and it comes back when hours have passed", () => {
  const run = createRun({ recorderBudget_MB: 1 });
  const hour = (count: number): void => {
    for (let i = 0; i < 60; i++) {
      const second = (count * 60 + i) * 60;
      run.writer.write([row(second), { ...block(second), data: noiseBytes(4000, second) }]);
      if (run.asked > 0) run.writer.write([keyframe(second)]);
      run.asked = 0;
      pass(run, 60);
    }
  };
  run.writer.write([keyframe(0)]);
  for (let count = 0; count < 4; count++) hour(count);
  run.writer.write([message("/recorder/frame", START_us + 4 * 3600e6, "frame")]);
  const blocks = (): number =>
    readLogs(run.medium).flatMap(({ messages }) => texts(messages, "/recorder/inputs")).length;
  // Each block is written twice, into the tail and into a chunk: 1 MB are 125 blocks of 4000 bytes.
  const within = blocks();
  expect(within).toBeGreaterThan(110);
  expect(within).toBeLessThan(130);
  expect(readLogs(run.medium).flatMap(({ messages }) => texts(messages, "/recorder/frame"))).toEqual(["frame"]);
  for (let count = 4; count < 27; count++) hour(count);
  run.writer.close();
  expect(blocks()).toBeGreaterThan(within + 50);
  expect(run.reports.at(-1)?.gaps).toBe(0); // none of them the medium's
  const gaps = gapsOf(run.medium);
  expect(gaps.every(({ reason, stream }) => reason === "budget" && stream === "recorder")).toBe(true);
  expect(gaps.length).toBeGreaterThan(0);
  expect(gaps.length).toBeLessThan(8);
});

test("the report tells what a rolling hour writes, tail and chunks together, and what all files take", () => {
  const run = createRun();
  writeRows(run, ROWS.slice(0, 400));
  const written = run.medium.effects.reduce((sum, each) => sum + (each.kind === "write" ? each.bytes.length : 0), 0);
  const report = run.reports.at(-1)!;
  expect(report.bytesPerHour).toBe(written);
  const size = [...run.medium.content.values()].reduce((sum, { length }) => sum + length, 0);
  expect(report.size_MB).toBeCloseTo(size / 1e6, 9);
  expect(run.reports).toHaveLength(401); // once a second, and at the beginning
  run.now_ms += 3_540_000;
  run.writer.tick();
  expect(run.reports.at(-1)!.bytesPerHour).toBeLessThan(written);
  run.now_ms += 600_000;
  run.writer.tick();
  expect(run.reports.at(-1)!.bytesPerHour).toBe(0);
});

function noiseBytes(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed * 2_654_435_761 + 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Text that hardly packs. */
const noise = (length: number, seed: number): string =>
  Buffer.from(noiseBytes(length, seed))
    .toString("latin1")
    .replaceAll(/[^ -~]/g, "a");
