// What a medium can do to a log: missing, full, read-only, slow, failing at any step. Protection never hears of it; the
// report does; nothing that fits into memory is lost, the rest is counted and marked when the medium is back.
import { expect, test } from "vitest";
import {
  block,
  createRun,
  FOLDER,
  gapsOf,
  keyframe,
  type LogRun,
  message,
  pass,
  readLogs,
  row,
  START_us,
  texts,
} from "../../tests/rigs/log-run.ts";
import { createMedium, failure, type Medium } from "../../tests/rigs/medium.ts";
import type { LogFiles } from "./log-files.ts";

const WAITING = 2;
const CODES: readonly (readonly [code: string, trouble: number])[] = [
  ["ENOENT", 1],
  ["EIO", 1],
  ["ENOSPC", 2],
  ["EROFS", 3],
  ["EACCES", 3],
  ["EMFILE", 5],
];

const refuse = (medium: Medium, code: string): void => {
  medium.before = () => {
    throw failure(code);
  };
};
const accept = (medium: Medium): void => {
  medium.before = () => {};
};
const rowsOf = (medium: Medium): string[] => readLogs(medium).flatMap(({ messages }) => texts(messages, "/state"));

/** A row each second while `act` says what happens. */
function rows(run: LogRun, from: number, to: number): void {
  for (let second = from; second < to; second++) {
    run.writer.write([row(second, `row ${second}`)]);
    pass(run);
  }
}
const named = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `row ${from + i}`);

test.each(CODES)(
  "a medium that answers %s is told as trouble %d; records are held, and written when it is back",
  (code, trouble) => {
    const run = createRun();
    rows(run, 0, 10);
    refuse(run.medium, code);
    rows(run, 10, 60);
    expect(run.reports.at(-1)).toMatchObject({ state: WAITING, trouble });
    expect(run.remarks).toEqual([`cannot write the log: ${code}`]);
    expect(run.writer.acknowledged_us).toBe(START_us + 9e6);
    accept(run.medium);
    rows(run, 60, 66);
    expect(run.reports.at(-1)).toMatchObject({ state: 1, trouble: 0, gaps: 0 });
    expect(run.writer.acknowledged_us).toBe(START_us + 65e6);
    run.writer.close();
    expect(rowsOf(run.medium)).toEqual(named(0, 66));
    expect(gapsOf(run.medium)).toEqual([]);
    expect(readLogs(run.medium)).toHaveLength(2); // a new one begins when the medium is back
  },
);

test("the medium is tried again every 5 s, not more often", () => {
  const run = createRun();
  let tries = 0;
  run.medium.before = () => {
    tries++;
    throw failure("EIO");
  };
  rows(run, 0, 1);
  const first = tries;
  run.now_ms = 4999;
  run.writer.tick();
  expect(tries).toBe(first);
  expect(run.writer.dueIn_ms).toBe(1);
  run.now_ms = 5000;
  run.writer.tick();
  expect(tries).toBeGreaterThan(first);
});

test("over 8 MB the oldest records are dropped and counted; the gap says which time is missing and why", () => {
  const run = createRun();
  rows(run, 0, 2);
  refuse(run.medium, "EROFS");
  for (let second = 2; second < 302; second++) run.writer.write([row(second, String(second).padEnd(50_000, "x"))]);
  accept(run.medium);
  pass(run, 5);
  run.writer.close();
  const [gap, ...more] = gapsOf(run.medium);
  expect(more).toEqual([]);
  // The record at which the medium refused was already part of the file.
  expect(gap).toMatchObject({ from_us: START_us + 3e6, reason: "read-only", stream: "plain" });
  const lost = Number(gap!["lost"]);
  expect(gap!["to_us"]).toBe(START_us + (2 + lost) * 1e6);
  expect(rowsOf(run.medium)).toHaveLength(302 - lost);
  const kept_bytes = (300 - lost) * 50_000;
  expect(kept_bytes).toBeLessThanOrEqual(8e6);
  expect(kept_bytes).toBeGreaterThan(6.5e6);
  expect(run.reports.at(-1)).toMatchObject({ gaps: 1 });
});

test("the gap stands before the records that follow it, in the file that was being written", () => {
  const run = createRun();
  rows(run, 0, 2);
  refuse(run.medium, "EIO");
  for (let second = 2; second < 302; second++) run.writer.write([row(second, "x".repeat(50_000))]);
  accept(run.medium);
  pass(run, 5);
  run.writer.close();
  const { messages } = readLogs(run.medium)[0]!;
  expect(messages.map(({ topic }) => topic)).toEqual(["/settings", "/state", "/state", "/state", "/gap"]);
});

test("blocks of the recorder that are lost break the recording: a start is asked for, and the gap stands before it", () => {
  const run = createRun();
  run.writer.write([keyframe(0), block(1)]);
  refuse(run.medium, "EIO");
  run.now_ms += 1000;
  run.writer.tick();
  for (let second = 2; second < 302; second++) run.writer.write([{ ...block(second), data: new Uint8Array(50_000) }]);
  accept(run.medium);
  pass(run, 5);
  expect(run.asked).toBe(1);
  run.writer.write([block(302), keyframe(303), block(304)]);
  run.writer.close();
  const messages = readLogs(run.medium).flatMap((log) => log.messages);
  expect(texts(messages, "/recorder/inputs")).toEqual(["block 1", "block 304"]);
  // All from the first lost one on: nothing could be replayed without a start. Each file tells its part.
  const [dropped, left] = gapsOf(run.medium);
  expect(dropped).toMatchObject({ from_us: START_us + 2e6, reason: "missing", stream: "recorder" });
  expect(left).toMatchObject({ to_us: START_us + 302e6, reason: "missing", stream: "recorder" });
  expect(Number(dropped!["lost"]) + Number(left!["lost"])).toBe(301);
  expect(run.reports.at(-1)?.gaps).toBe(1);
});

test("a short trouble does not break the recording: its blocks go on where they were, until the new file's start", () => {
  const run = createRun();
  run.writer.write([keyframe(0), block(1)]);
  pass(run);
  refuse(run.medium, "EIO");
  for (let second = 2; second < 60; second++) {
    run.writer.write([block(second)]);
    pass(run);
  }
  accept(run.medium);
  run.writer.write([block(60)]);
  pass(run, 5);
  expect(run.asked).toBe(1);
  run.writer.write([block(61), keyframe(62), block(63)]);
  run.writer.close();
  const [old, next] = readLogs(run.medium);
  expect(texts(old!.messages, "/recorder/inputs")).toEqual(Array.from({ length: 61 }, (_, i) => `block ${i + 1}`));
  expect(texts(next!.messages, "/recorder/start", "/recorder/inputs")).toEqual(["start 62", "block 63"]);
  expect(gapsOf(run.medium)).toEqual([]);
});

test("records lost before they reached the writer are marked too", () => {
  const run = createRun();
  rows(run, 0, 3);
  run.writer.writeLost([{ stream: "plain", from_us: START_us + 3e6, to_us: START_us + 7e6, lost: 5 }]);
  rows(run, 8, 10);
  run.writer.close();
  expect(gapsOf(run.medium)).toEqual([
    { from_us: START_us + 3e6, to_us: START_us + 7e6, reason: "too slow", lost: 5, stream: "plain" },
  ]);
});

test("one refusal at any step of any operation loses nothing and doubles nothing", () => {
  const operations = countOperations();
  expect(operations).toBeGreaterThan(100);
  for (let step = 0; step < operations; step++) {
    for (const code of ["EIO", "ENOSPC"]) {
      const medium = createMedium();
      failOnce(medium, step, code);
      const run = busyRun(medium);
      expect(sortedTexts(run), `step ${step} ${code}`).toEqual(ALL);
      expect(gapsOf(medium), `step ${step} ${code}`).toEqual([]);
    }
  }
}, 60_000);

test.each(["EROFS", "EIO"])(
  "a medium that answers %s from any step on for a minute loses nothing that is held, and doubles nothing",
  (code) => {
    const operations = countOperations();
    for (let step = 0; step < operations; step += 3) {
      const medium = createMedium();
      let count = 0;
      let run: LogRun | undefined;
      let until_ms = Infinity;
      medium.before = () => {
        if (count++ < step) return;
        if (until_ms === Infinity) until_ms = (run?.now_ms ?? 0) + 60_000;
        if ((run?.now_ms ?? 0) < until_ms) throw failure(code);
      };
      run = busyRun(medium, (each) => {
        run = each;
      });
      expect(sortedTexts(run), `step ${step}`).toEqual(ALL);
    }
  },
  60_000,
);

/** Rows, chunks, urgent records, a new file by the day, an end, and time enough to come back from trouble. */
function busyRun(medium: Medium, begun: (run: LogRun) => void = () => {}): LogRun {
  const run = createRun({}, medium);
  begun(run);
  for (const second of BUSY) {
    run.writer.write([row(second, `row ${second}`)], second % 4 === 0);
    pass(run, 6);
  }
  pass(run, 70);
  run.writer.close();
  return run;
}

const DAY_s = 67_800; // from 05:10 to midnight
const BUSY = [0, 1, 2, 3, 599, 600, 601, 602, DAY_s - 1, DAY_s, DAY_s + 1, DAY_s + 700, DAY_s + 701];
const ALL = BUSY.map((second) => `row ${second}`).sort();
const sortedTexts = ({ medium }: LogRun): string[] => rowsOf(medium).sort();

function countOperations(): number {
  const medium = createMedium();
  let count = 0;
  medium.before = () => {
    count++;
  };
  busyRun(medium);
  return count;
}

function failOnce(medium: Medium, step: number, code: string): void {
  let count = 0;
  medium.before = () => {
    if (count++ === step) throw failure(code);
  };
}

test("a folder that is removed under a running log is noticed with the next sync, made anew, and what was not in a chunk is written again", () => {
  const run = createRun();
  rows(run, 0, 700);
  run.medium.content.clear();
  rows(run, 700, 710);
  run.writer.close();
  expect(rowsOf(run.medium)).toEqual(named(601, 710));
  expect(run.reports.some(({ trouble }) => trouble === 1)).toBe(true);
});

test("another card in the slot gets a file of its own, and what lies on it unfinished is finished", () => {
  const other = createRun();
  rows(other, 0, 5);
  const run = createRun();
  rows(run, 1000, 1010);
  run.medium.content.clear();
  for (const [path, content] of other.medium.content) run.medium.content.set(path, content);
  rows(run, 1010, 1020);
  run.writer.close();
  const logs = readLogs(run.medium);
  expect(logs.map(({ log }) => log?.isFinished)).toEqual([true, true]);
  expect(logs.map(({ messages }) => texts(messages, "/state").length)).toEqual([5, 20]);
});

test.each<[keyof LogFiles, number]>([
  ["write", 3000],
  ["sync", 5000],
])("a %s of %d ms says too slow, loses nothing, and is forgotten after 10 s", (operation, duration_ms) => {
  const run = createRun();
  rows(run, 0, 5);
  run.medium.before = (name) => {
    if (name === operation) run.now_ms += duration_ms;
  };
  run.writer.write([row(5, "row 5")], true);
  accept(run.medium);
  expect(run.reports.at(-1)).toMatchObject({ state: 1, trouble: 4, gaps: 0 });
  rows(run, 6, 20);
  expect(run.reports.at(-1)).toMatchObject({ state: 1, trouble: 0, gaps: 0 });
  run.writer.close();
  expect(rowsOf(run.medium)).toEqual(named(0, 20));
});

test("2 s are not yet too slow", () => {
  const run = createRun();
  run.medium.before = (name) => {
    if (name === "sync") run.now_ms += 2000;
  };
  run.writer.write([row(0)], true);
  expect(run.reports.at(-1)).toMatchObject({ trouble: 0 });
});

test("a full disk first costs the oldest files, down to a quarter of the room; only then is it a trouble", () => {
  const medium = createMedium();
  medium.total_bytes = 2e6;
  medium.free_bytes = 2e6;
  const run = createRun({ space_MB: 4 }, medium);
  let second = 0;
  const day = (): void => {
    for (let i = 0; i < 10; i++) run.writer.write([row(second + i, noise(20_000, second + i))]);
    run.writer.flush();
    second += 86_400;
  };
  for (let i = 0; i < 5; i++) day();
  const before = readLogs(medium).length;
  expect(before).toBe(5);
  medium.free_bytes = 100_000; // someone else fills the disk
  day();
  expect(run.reports.at(-1)).toMatchObject({ state: 1, trouble: 0, gaps: 0 });
  expect(readLogs(medium).length).toBeLessThan(before + 1);
  const left = (): number => [...medium.content.values()].reduce((sum, { length }) => sum + length, 0);
  for (let i = 0; i < 20 && run.reports.at(-1)?.trouble === 0; i++) {
    medium.free_bytes = 0;
    day();
  }
  expect(run.reports.at(-1)).toMatchObject({ state: WAITING, trouble: 2 });
  expect(left()).toBeGreaterThan(450_000);
  medium.free_bytes = 1e6;
  pass(run, 5);
  expect(run.reports.at(-1)).toMatchObject({ state: 1, trouble: 0, gaps: 0 });
});

test("retention by room removes the oldest finished files, never the current one", () => {
  const run = createRun({ space_MB: 2 });
  for (let day = 0; day < 20; day++) {
    for (let i = 0; i < 10; i++) run.writer.write([row(day * 86_400 + i, noise(20_000, day * 10 + i))]);
    const total = [...run.medium.content.values()].reduce((sum, { length }) => sum + length, 0);
    expect(total).toBeLessThan(2.7e6); // one more file may just have been begun
  }
  run.writer.close();
  const names = readLogs(run.medium).map(({ name }) => name);
  expect(names.length).toBeGreaterThan(3);
  expect(names.at(-1)).toBe("2026-12-12T05-10-00Z");
  expect(names).toEqual([...names].sort());
});

test("retention by age removes a file when its last record is older, and leaves those of a clock that was never set", () => {
  const medium = createMedium();
  const unset = createRun({}, medium);
  unset.writer.write([message("/state", 10e6)]);
  unset.writer.close();
  medium.content.set(`${FOLDER}/notes.mcap`, { bytes: new Uint8Array(10), length: 10 });
  const run = createRun({ keep_day: 3 }, medium);
  const names = (): string[] =>
    [...medium.content.keys()].filter((path) => path.endsWith(".mcap")).map((path) => path.slice(FOLDER.length + 1));
  for (const hours of [0, 24, 48, 72, 95]) run.writer.write([message("/state", START_us + hours * 3600e6)]);
  expect(names()).toHaveLength(7);
  run.writer.write([message("/state", START_us + 4 * 86_400e6 + 1)]);
  pass(run, 601);
  expect(names()).toHaveLength(6);
  expect(names()).toContain("1970-01-01T00-00-10Z.mcap");
  expect(names()).toContain("notes.mcap");
  expect(names()).not.toContain("2026-11-23T05-10-00Z.mcap");
});

/** Text that hardly packs. */
function noise(length: number, seed: number): string {
  let state = seed * 2_654_435_761 + 1;
  let text = "";
  while (text.length < length) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    text += state.toString(36);
  }
  return text.slice(0, length);
}
