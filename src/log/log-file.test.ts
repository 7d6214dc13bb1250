// Logs that are whole, cut at any byte, or damaged at any byte: what is left is read, the rest is told, nothing throws.

import { McapWriter } from "@mcap/core";
import { describe, expect, test } from "vitest";
import {
  BEGAN_us,
  fileOf,
  IDENTITY,
  joined,
  logParts,
  opened,
  rowAt,
  unzstd,
  wholeLog,
  zstd,
} from "../../tests/fixed-logs.ts";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import { type LogFile, openLog, readAttachment, readMessages, settingsOf, unreadable } from "./log-file.ts";

const PARTS = logParts();
/** Where each part of the file ends. */
const ENDS = PARTS.map((_, i) => PARTS.slice(0, i + 1).reduce((sum, { length }) => sum + length, 0));
/** How many rows and blocks are whole after each part. */
const MESSAGES = [0, 10, 12, 12, 22, 22] as const;

const count = (log: LogFile): number => [...readMessages(log, ["/state", "/recorder/inputs"])].length;
const rows = (log: LogFile): number[] =>
  [...readMessages(log, ["/state"])].map(({ data }) => JSON.parse(decodeUtf8(data)).current_A);

describe("a finished log", () => {
  test("gives all messages of a topic with their numbers and times", () => {
    const log = opened(wholeLog());
    expect(log.isFinished).toBe(true);
    expect(log.damage).toBeUndefined();
    const messages = [...readMessages(log, ["/state"])];
    expect(messages.map(({ sequence }) => sequence)).toEqual(messages.map((_, i) => i));
    expect(messages.map(({ time_us }) => time_us)).toEqual(messages.map((_, i) => BEGAN_us + i * 1_000_000));
    expect([log.first_us, log.last_us]).toEqual([BEGAN_us, BEGAN_us + 19_000_000]);
    expect([...unreadable(log)]).toEqual([]);
  });

  test("gives only the wanted time: its beginning belongs to it, its end does not", () => {
    const log = opened(wholeLog());
    const from = BEGAN_us + 8_000_000;
    expect([...readMessages(log, ["/state"], from, from + 4_000_000)].map(({ sequence }) => sequence)).toEqual([
      8, 9, 10, 11,
    ]);
  });

  test("unpacks only the chunks in which something may be wanted", () => {
    const read: number[] = [];
    const log = opened(wholeLog(), (offset) => read.push(offset));
    read.length = 0;
    expect([...readMessages(log, ["/state"], BEGAN_us + 12_000_000)]).toHaveLength(8);
    expect(read).toEqual([ENDS[3]]);
  });

  test("tells identity, settings and attachments", () => {
    const log = opened(wholeLog());
    expect(log.identity).toEqual(IDENTITY);
    expect(settingsOf(log)).toBe('{"battery":{"cells":18}}');
    expect(decodeUtf8(readAttachment(log, "note")!)).toBe("a note");
    expect(readAttachment(log, "none")).toBeUndefined();
  });
});

test("a log cut at any byte gives every whole chunk, says that it is unfinished, and what was lost", () => {
  const whole = wholeLog();
  for (let cut = ENDS[0]!; cut < whole.length; cut += cut < ENDS[4]! + 100 ? 1 : 997) {
    const log = opened(whole.subarray(0, cut));
    const parts = ENDS.findLastIndex((end) => end <= cut);
    expect(log.isFinished).toBe(false);
    // A chunk is whole before the indexes of its messages are.
    expect(count(log)).toBeGreaterThanOrEqual(MESSAGES[parts]!);
    if (ENDS.includes(cut)) expect(log.damage).toBeUndefined();
    else if (log.damage !== undefined) expect(log.damage.offset + log.damage.lostBytes).toBeLessThanOrEqual(cut);
    if (cut % 16 === 0) expect([...unreadable(log)]).toEqual([]);
  }
});

test("a log cut before its first chunk is whole has no messages, or is no log", () => {
  const whole = wholeLog();
  for (let cut = 0; cut < ENDS[0]!; cut += 7) {
    const log = openLog(...fileOf(whole.subarray(0, cut)), unzstd);
    if ("problem" in log) expect(log.problem).toMatch(/empty|not a log/);
    else expect(count(log)).toBe(0);
  }
});

test("a flipped bit anywhere loses at most the chunk it is in, and never gives a wrong message", () => {
  const whole = wholeLog();
  const all = new Set(rows(opened(whole)));
  for (let at = 0; at < whole.length; at += at < 60 ? 1 : at < ENDS[4]! ? 5 : 499) {
    const damaged = whole.slice();
    damaged[at]! ^= 1 << (at % 8);
    const left = rows(opened(damaged));
    expect(left.every((row) => all.has(row))).toBe(true);
    expect(left.length, `byte ${at}`).toBeGreaterThanOrEqual(10);
  }
});

test("a damaged chunk is told when it is read, and the ones after it are read", () => {
  const damaged = wholeLog();
  damaged[ENDS[0]! + 80]! ^= 0x10;
  const log = opened(damaged);
  const lost: string[] = [];
  const left = [
    ...readMessages(log, ["/state"], 0, Infinity, ({ offset }, reason) => lost.push(`${offset} ${reason}`)),
  ];
  expect(left.map(({ sequence }) => sequence)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  expect(lost).toHaveLength(1);
  expect(lost[0]).toMatch(`${ENDS[0]} `);
  expect([...unreadable(log)].map(({ offset }) => offset)).toEqual([ENDS[0]]);
});

test("a wrong CRC over a chunk that is whole costs nothing but is told to who asks", () => {
  const damaged = wholeLog();
  damaged[ENDS[0]! + 9 + 24]! ^= 1; // opcode, length, two times and the size stand before it
  expect(rows(opened(damaged))).toHaveLength(20);
  expect([...unreadable(opened(damaged))]).toMatchObject([
    { offset: ENDS[0], reason: "the CRC of the chunk is wrong" },
  ]);
});

test("a length that makes no sense is stepped over in a file without an end, and nothing is allocated for it", () => {
  const damaged = joined(PARTS.slice(0, 5));
  damaged.set([0xff, 0xff, 0xff, 0xff, 0x7f], ENDS[0]! + 1);
  const log = opened(damaged);
  expect(log.damage).toMatchObject({ offset: ENDS[0], reason: "cut off within a record" });
  expect(rows(log)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
});

test("a file whose summary is damaged is read without it", () => {
  const damaged = wholeLog();
  damaged[damaged.length - 60]! ^= 1;
  const log = opened(damaged);
  expect(log.isFinished).toBe(false);
  expect(log.damage).toMatchObject({ lostBytes: 0, reason: "the summary is damaged; no message is lost" });
  expect(count(log)).toBe(22);
});

test("a log that another program has written anew is read by the names of its channels", async () => {
  const parts: Uint8Array[] = [];
  const writable = {
    position: () => BigInt(joined(parts).length),
    write: (bytes: Uint8Array) => Promise.resolve(void parts.push(bytes.slice())),
  };
  const writer = new McapWriter({
    writable,
    compressChunk: (bytes) => ({ compression: "zstd", compressedData: zstd(bytes) }),
  });
  await writer.start({ profile: "bms-mini", library: "another" });
  const channel = { schemaId: 0, messageEncoding: "json", metadata: new Map<string, string>() };
  await writer.registerChannel({ ...channel, topic: "/foreign" });
  const channelId = await writer.registerChannel({ ...channel, topic: "/state" });
  const { data } = rowAt(4);
  await writer.addMessage({ channelId, sequence: 9, logTime: 5_000n, publishTime: 5_000n, data });
  await writer.end();
  const log = opened(joined(parts));
  expect([...readMessages(log, ["/state"])]).toEqual([{ topic: "/state", time_us: 5, sequence: 9, data }]);
  expect([log.isFinished, log.identity.serialNumber, log.identity.speed]).toEqual([true, "", 1]);
});

describe("what is no log of this device", () => {
  const problem = (bytes: Uint8Array): string => {
    const log = openLog(...fileOf(bytes), unzstd);
    return "problem" in log ? log.problem : "opened";
  };

  test("is refused with one sentence", () => {
    expect(problem(new Uint8Array(0))).toBe("the file is empty");
    expect(problem(encodeUtf8("time,current_A\n1,2\n".repeat(10_000)))).toBe("not a log file");
    expect(problem(new Uint8Array(100_000))).toBe("not a log file");
  });

  test("may be a log of somebody else", async () => {
    const parts: Uint8Array[] = [];
    const size = (): bigint => BigInt(joined(parts).length);
    const writable = { position: size, write: (bytes: Uint8Array) => Promise.resolve(void parts.push(bytes)) };
    const writer = new McapWriter({ writable });
    await writer.start({ profile: "ros2", library: "rover" });
    await writer.end();
    expect(problem(joined(parts))).toBe("an MCAP file, but not a log of this device: written by rover");
  });
});
