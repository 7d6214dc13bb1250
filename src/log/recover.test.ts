// A log cut at any byte is ended so that the readers of the MCAP project open it, and with its tail nothing is missing.

import { McapIndexedReader, McapStreamReader } from "@mcap/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fileOf, joined, logParts, opened, rowAt, unzstd, wholeLog, zstd } from "../../tests/fixed-logs.ts";
import { decodeUtf8 } from "../base/utf8.ts";
import { chunkOf, endLog } from "./container.ts";
import { openLog, readMessages, unreadable } from "./log-file.ts";
import { pendingOf, type Recovery, recoverLog } from "./recover.ts";
import { salvageLog } from "./salvage.ts";
import { TOPIC_NAMES } from "./topics.ts";

const PARTS = logParts();
const ENDS = PARTS.map((_, i) => PARTS.slice(0, i + 1).reduce((sum, { length }) => sum + length, 0));
const tail = Array.from({ length: 30 }, (_, i) => ({ ...rowAt(i), sequence: i }));

function recovered(bytes: Uint8Array): Recovery {
  const recovery = recoverLog(...fileOf(bytes), unzstd);
  if ("problem" in recovery) throw new Error(recovery.problem);
  return recovery;
}

/** Cut to what is good, ended with what the tail still has. */
function finished(bytes: Uint8Array): Uint8Array {
  const { file, goodBytes, missing } = recovered(bytes);
  const pending = pendingOf(file, tail);
  const chunk = pending.length === 0 ? new Uint8Array(0) : chunkOf(file, pending, zstd);
  return joined([bytes.subarray(0, goodBytes), missing, chunk, endLog(file)]);
}

function streamedMessages(bytes: Uint8Array): number {
  const reader = new McapStreamReader({ decompressHandlers: { zstd: (data, size) => unzstd(data, Number(size)) } });
  reader.append(bytes);
  let messages = 0;
  for (let record = reader.nextRecord(); record !== undefined; record = reader.nextRecord()) {
    if (record.type === "Message") messages++;
  }
  expect(reader.done()).toBe(true);
  return messages;
}

async function indexedRows(bytes: Uint8Array): Promise<number[]> {
  const reader = await McapIndexedReader.Initialize({
    readable: {
      size: () => Promise.resolve(BigInt(bytes.length)),
      read: (offset, size) => Promise.resolve(bytes.slice(Number(offset), Number(offset + size))),
    },
    decompressHandlers: { zstd: (data, size) => unzstd(data, Number(size)) },
  });
  const rows: number[] = [];
  for await (const { data } of reader.readMessages({ topics: ["/state"] })) {
    rows.push(JSON.parse(decodeUtf8(data)).current_A);
  }
  const messages = [...readMessages(opened(bytes), TOPIC_NAMES)].length;
  expect(reader.statistics?.messageCount).toBe(BigInt(messages));
  return rows;
}

const ALL = Array.from({ length: 30 }, (_, i) => i);

test("a file cut at any byte behind its first chunk is ended, with every row of its tail exactly once", async () => {
  const whole = wholeLog();
  for (let cut = ENDS[0]!; cut < whole.length; cut += cut < ENDS[4]! + 40 ? 7 : 2999) {
    const bytes = finished(whole.subarray(0, cut));
    expect(opened(bytes)).toMatchObject({ isFinished: true });
    expect(await indexedRows(bytes), `cut at ${cut}`).toEqual(ALL);
    streamedMessages(bytes);
    expect(opened(bytes).attachments.map(({ name }) => name)).toEqual(
      cut < ENDS[3]! ? ["summary"] : ["note", "summary"],
    );
    expect([...unreadable(opened(bytes))]).toEqual([]);
  }
});

test("where nothing was lost nothing is cut off", () => {
  for (const [i, end] of ENDS.slice(0, 5).entries()) {
    const { goodBytes, missing, damage } = recovered(wholeLog().subarray(0, end));
    expect([goodBytes, missing.length, damage], `part ${i}`).toEqual([end, 0, undefined]);
  }
});

test("a last chunk whose content did not reach the medium is cut off, and told", () => {
  const bytes = wholeLog().slice(0, ENDS[4]!);
  bytes.fill(0, ENDS[3]! + 60, ENDS[4]!);
  const { goodBytes, file, damage } = recovered(bytes);
  expect(goodBytes).toBe(ENDS[3]);
  expect(damage?.offset).toBe(ENDS[3]);
  expect(pendingOf(file, tail).map(({ sequence }) => sequence)).toEqual(ALL.slice(10));
});

test("a file whose first chunk is damaged cannot be gone on with", () => {
  const bytes = wholeLog().slice(0, ENDS[2]!);
  bytes[600]! ^= 1;
  expect(recoverLog(...fileOf(bytes), unzstd)).toEqual({ problem: "the beginning of the log is damaged" });
});

describe("a clean copy", () => {
  test("of a whole log has everything", async () => {
    const copy = joined([...salvageLog(opened(wholeLog()), [], zstd)]);
    expect(await indexedRows(copy)).toEqual(ALL.slice(0, 20));
    expect([...readMessages(opened(copy), TOPIC_NAMES)]).toEqual([...readMessages(opened(wholeLog()), TOPIC_NAMES)]);
    expect(opened(copy).identity).toEqual(opened(wholeLog()).identity);
    expect(opened(copy).attachments.map(({ name }) => name)).toEqual(["note", "summary"]);
  });

  test("of a log damaged in the middle has all but the damaged chunk, keeps its numbers, and every viewer reads it", async () => {
    const damaged = joined(PARTS.slice(0, 5));
    damaged[ENDS[0]! + 80]! ^= 1;
    const lost: number[] = [];
    const copy = joined([...salvageLog(opened(damaged), tail, zstd, ({ offset }) => lost.push(offset))]);
    expect(lost).toEqual([ENDS[0]]);
    expect(await indexedRows(copy)).toEqual(ALL.slice(10));
    expect([...readMessages(opened(copy), ["/state"])].map(({ sequence }) => sequence)).toEqual(ALL.slice(10));
    streamedMessages(copy);
  });
});

test("whatever happened to a file, opening, reading, recovering and copying it answer and never throw", () => {
  const whole = wholeLog();
  const damage = fc.record({
    cut: fc.nat({ max: whole.length }),
    bytes: fc.array(fc.tuple(fc.nat({ max: ENDS[4]! }), fc.integer({ min: 0, max: 255 })), { maxLength: 12 }),
  });
  fc.assert(
    fc.property(damage, ({ cut, bytes }) => {
      const damaged = whole.slice(0, cut);
      for (const [at, value] of bytes) if (at < cut) damaged[at] = value;
      recoverLog(...fileOf(damaged), unzstd);
      const log = openLog(...fileOf(damaged), unzstd);
      if ("problem" in log) return;
      [...readMessages(log, TOPIC_NAMES), ...unreadable(log)].length satisfies number;
      const copy = opened(joined([...salvageLog(log, [], zstd)]));
      expect([...unreadable(copy)]).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
