// The small parts of the log's writer: names, retention, the bounded queue, rolling sums, and what errors mean.
import { expect, test } from "vitest";
import { block, row, START_us } from "../../tests/rigs/log-run.ts";
import { addToSum, createHourSum, createRollingSum, sumOf } from "./log-meter.ts";
import { logStems, stemFor, stemTime_us, tailStems } from "./log-names.ts";
import { createLogQueue, heldBytes, push, putBack, take } from "./log-queue.ts";
import { crowdedOut, type KeptLog, outdated, reserve_bytes } from "./log-retention.ts";
import { createLoss, gapMessage, isOfMedium, lose, moveLoss, troubleOf } from "./log-trouble.ts";

test("a name is the UTC second of the first record, and is read back as it", () => {
  const stem = stemFor(START_us + 123_456, () => false);
  expect(stem).toBe("2026-11-23T05-10-00Z");
  expect(stemTime_us(stem)).toBe(START_us);
  expect(stemTime_us(`${stem}_12`)).toBe(START_us);
});

test("names are listed by time and count; foreign names are not listed", () => {
  const names = [
    "2026-11-23T05-10-00Z_10.mcap",
    "2026-11-23T05-10-00Z_2.mcap",
    "2026-11-23T05-10-00Z.mcap",
    "2025-01-01T00-00-00Z.mcap",
  ];
  const foreign = [
    "notes.mcap",
    "2026-11-23.mcap",
    "2026-11-23T05-10-00Z.mcap.damaged",
    "2026-11-23T05-10-00Z.tail",
    ".mcap",
  ];
  expect(logStems([...names, ...foreign])).toEqual([
    "2025-01-01T00-00-00Z",
    "2026-11-23T05-10-00Z",
    "2026-11-23T05-10-00Z_2",
    "2026-11-23T05-10-00Z_10",
  ]);
  expect(tailStems(foreign)).toEqual(["2026-11-23T05-10-00Z"]);
});

const DAYS: readonly KeptLog[] = [1, 2, 3, 4].map((day) => ({ stem: `2026-11-0${day}T00-00-00Z`, bytes: 1e6 }));
const day_us = (day: number): number => Date.UTC(2026, 10, day) * 1000;

test.each([
  [5e6, 5e6, 0],
  [5e6 - 1, 5e6, 1],
  [3e6, 5e6, 2],
  [0, 5e6, 4], // the current one stays, whatever it takes
])("a room of %d bytes, of which %d are taken, costs the %d oldest files", (space_bytes, _taken, gone) => {
  const going = outdated(DAYS, 1e6, day_us(5), { space_bytes, keep_day: 400 });
  expect(going).toEqual(DAYS.slice(0, gone).map(({ stem }) => stem));
});

test.each([
  [10, 0, 0],
  [10, 1, 1],
  [11, 1, 2],
])("on day %d at +%d us %d files are older than 8 days", (day, offset_us, gone) => {
  const going = outdated(DAYS, 0, day_us(day) + offset_us, { space_bytes: 1e9, keep_day: 8 });
  expect(going).toHaveLength(gone);
});

test("a disk keeps a hundredth free, at most 64 MB; the log gives way down to a quarter of its room", () => {
  expect(reserve_bytes({ free_bytes: 0, total_bytes: 1e9 })).toBe(1e7);
  expect(reserve_bytes({ free_bytes: 0, total_bytes: 1e12 })).toBe(64e6);
  const keep = { space_bytes: 4e6, keep_day: 400 };
  const disk = (free_bytes: number, total_bytes = 1e8) => ({ free_bytes, total_bytes });
  expect(crowdedOut(DAYS, 0, disk(1e6), keep)).toEqual([]);
  expect(crowdedOut(DAYS, 0, disk(1e6 - 1), keep)).toHaveLength(1);
  expect(crowdedOut(DAYS, 0, disk(0, 4e8), keep)).toHaveLength(3);
});

test("the queue holds its limit and drops the oldest of the fuller stream", () => {
  const queue = createLogQueue(100_000);
  for (let second = 0; second < 10; second++) push(queue, block(second));
  for (let second = 0; second < 200; second++) push(queue, row(second, "x".repeat(900)));
  expect(heldBytes(queue)).toBeLessThanOrEqual(100_000);
  expect(heldBytes(queue)).toBeGreaterThan(80_000);
  expect(queue.lost.recorder.lost).toBe(0);
  const { from_us, to_us, lost } = queue.lost.plain;
  expect(from_us).toBe(START_us);
  expect(to_us).toBe(START_us + (lost - 1) * 1e6);
  const taken = take(queue, 1e9);
  expect(taken.map(({ time_us }) => time_us).slice(10)).toEqual(
    Array.from({ length: 200 - lost }, (_, i) => START_us + (lost + i) * 1e6),
  );
  expect(heldBytes(queue)).toBe(0);
});

test("records are taken in order, at least one; those put back come first again", () => {
  const queue = createLogQueue();
  for (let second = 0; second < 5; second++) push(queue, row(second, "x".repeat(900)));
  expect(take(queue, 1)).toHaveLength(1);
  const two = take(queue, 2000);
  expect(two).toHaveLength(2);
  putBack(queue, two);
  expect(take(queue, 1e9).map(({ time_us }) => (time_us - START_us) / 1e6)).toEqual([1, 2, 3, 4]);
  expect(heldBytes(queue)).toBe(0);
});

test("a record larger than all that may be held is dropped and counted, not kept", () => {
  const queue = createLogQueue(1000);
  push(queue, row(0, "x".repeat(5000)));
  expect(queue.messages).toEqual([]);
  expect(queue.lost.plain.lost).toBe(1);
});

test("a rolling sum forgets what is older than its periods, however long it was not asked", () => {
  const sum = createHourSum();
  addToSum(sum, 0, 100);
  addToSum(sum, 30 * 60_000, 10);
  expect(sumOf(sum, 59 * 60_000 + 59_999)).toBe(110);
  expect(sumOf(sum, 60 * 60_000)).toBe(10);
  expect(sumOf(sum, 90 * 60_000)).toBe(0);
  addToSum(sum, 1e9, 1);
  expect(sumOf(sum, 1e9)).toBe(1);
  expect(sumOf(createRollingSum(1000, 3), 5000)).toBe(0);
});

test("losses of two places add up to one", () => {
  const [a, b] = [createLoss("plain"), createLoss("plain")];
  for (const time_us of [5, 7, 6]) lose(a, time_us);
  lose(b, 2);
  moveLoss(a, b);
  expect(b).toEqual({ stream: "plain", from_us: 2, to_us: 7, lost: 4 });
  expect(a.lost).toBe(0);
  moveLoss(a, b);
  expect(b.lost).toBe(4);
  const { topic, time_us, data } = gapMessage(b, "full");
  expect([topic, time_us, JSON.parse(new TextDecoder().decode(data))]).toEqual([
    "/gap",
    7,
    { from_us: 2, to_us: 7, reason: "full", lost: 4, stream: "plain" },
  ]);
});

test.each([
  ["ENOENT", "missing", true],
  ["EIO", "missing", true],
  ["ENOSPC", "full", true],
  ["EDQUOT", "full", true],
  ["EROFS", "read-only", true],
  ["EACCES", "read-only", true],
  ["EMFILE", "failed", true],
  ["ERR_OUT_OF_RANGE", "failed", false],
  ["Z_DATA_ERROR", "failed", false],
])("an error %s means %s", (code, trouble, isOurs) => {
  const error = Object.assign(new Error(code), { code });
  expect(troubleOf(error)).toBe(trouble);
  expect(isOfMedium(error)).toBe(isOurs);
});
