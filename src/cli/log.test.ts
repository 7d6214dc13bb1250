// bms log info, verify and recover: whole logs, logs that were cut off, damaged ones, and files that are none.
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { McapIndexedReader, McapWriter } from "@mcap/core";
import { afterAll, describe, expect, test } from "vitest";
import { bms } from "../../tests/command-line.ts";
import { deviceLog, gap, stateRows, TRIP_SENTENCE, trip, writeDeviceLog } from "../../tests/device-logs.ts";
import { BEGAN_us } from "../../tests/fixed-logs.ts";
import { createRandom, uniform } from "../base/random.ts";
import { createBms } from "../core/bms.ts";
import { decompress } from "../device/log-compression.ts";
import { Store } from "../device/store.ts";
import type { EventDraft } from "../model/events.ts";
import { createSettings } from "../model/settings.ts";
import { packStart } from "../replay/start.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-log-"));
afterAll(() => rmSync(ROOT, { recursive: true }));
const newFolder = (): string => mkdtempSync(join(ROOT, "logs-"));

const FIRST = "2026-03-01T12-00-00Z";
const SECOND = "2026-03-01T12-05-00Z";

/** A day in two files: the first finished, the second cut off with ten rows and a trip in its tail. */
function twoLogs(): string {
  const folder = newFolder();
  const start = {
    topic: "/recorder/start",
    time_us: BEGAN_us,
    data: packStart(createBms(createSettings()), { program: "test" }),
  } as const;
  const inputs = { topic: "/recorder/inputs", time_us: BEGAN_us + 1_000_000, data: Uint8Array.of(1) } as const;
  writeDeviceLog(folder, FIRST, {
    chunks: [[start, inputs], stateRows(100), [trip(99), gap(99), ...stateRows(50, 100)]],
  });
  const tail = [...stateRows(10, 400), trip(409)];
  writeDeviceLog(folder, SECOND, { identity: { began_us: BEGAN_us + 300e6 }, chunks: [stateRows(100, 300)], tail });
  return folder;
}

/** Turns over one bit. */
function flip(path: string, offset: number): void {
  const bytes = readFileSync(path);
  bytes[offset]! ^= 0x10;
  writeFileSync(path, bytes);
}

describe("bms log info", () => {
  test("tells identity, time, channels, trips, gaps and what is not finished, of all files of a folder", async () => {
    const folder = twoLogs();
    const { status, stdout } = await bms("log", "info", folder, "--json");
    const info = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(info).toMatchObject({
      serialNumber: "BM-000123",
      program: "bms-mini 0.1.0",
      from: "2026-03-01T12:00:00.000Z",
      to: "2026-03-01T12:06:49.000Z",
      duration_s: 409,
      rows: 260,
      recorder: { present: true, replayable: true },
      unusable: [],
    });
    expect(info.topics).toMatchObject({
      "/state": 260,
      "/events": 2,
      "/gap": 1,
      "/settings": 2,
      "/recorder/inputs": 1,
    });
    expect(info.trips.map(({ time, name, sentence }: Record<string, string>) => [time, name, sentence])).toEqual([
      ["2026-03-01T12:01:39.000Z", "overvoltage", TRIP_SENTENCE],
      ["2026-03-01T12:06:49.000Z", "overvoltage", TRIP_SENTENCE],
    ]);
    expect(info.gaps).toEqual([
      {
        from: "2026-03-01T12:01:34.000Z",
        to: "2026-03-01T12:01:39.000Z",
        seconds: 5,
        reason: "full",
        lost: 5,
        stream: "plain",
      },
    ]);
    expect(info.files.map(({ finished, inTail }: Record<string, unknown>) => [finished, inTail])).toEqual([
      [true, 0],
      [false, 11],
    ]);
    expect(info.bytesPerHour).toBeCloseTo(info.bytesPerSecond * 3600, -3);
    // Of the time that is in files, not of the time between them: 149 s and 109 s.
    expect(info.bytesPerSecond).toBeCloseTo(info.bytes / (149 + 109), 0);
  });

  test("says the same on a page, with the first trips as sentences", async () => {
    const { stdout } = await bms("log", "info", twoLogs());
    expect(stdout).toMatch(/^Device {4}serial number BM-000123, bms-mini 0\.1\.0$/m);
    expect(stdout).toContain(`  2026-03-01T12:01:39.000Z  ${TRIP_SENTENCE}`);
    expect(stdout).toMatch(/^\/state +260$/m);
    expect(stdout).toContain("11 messages in its tail");
  });

  test("a recording without a readable state is not called replayable", async () => {
    const folder = newFolder();
    const inputs = { topic: "/recorder/inputs", time_us: BEGAN_us, data: Uint8Array.of(1) } as const;
    const start = { topic: "/recorder/start", time_us: BEGAN_us, data: Uint8Array.of(1, 2, 3) } as const;
    const only = writeDeviceLog(folder, FIRST, { chunks: [[inputs]] });
    expect(JSON.parse((await bms("log", "info", only, "--json")).stdout).recorder).toEqual({
      present: true,
      replayable: false,
      reason: "there is no saved state to begin from",
    });
    const torn = writeDeviceLog(folder, SECOND, { chunks: [[start, inputs]] });
    const { recorder } = JSON.parse((await bms("log", "info", torn, "--json")).stdout);
    expect(recorder).toMatchObject({ present: true, replayable: false });
    expect(recorder.reason).toMatch(/cut off/);
  });

  test("a foreign file among logs is named and the others are told", async () => {
    const folder = twoLogs();
    writeFileSync(join(folder, "picture.mcap"), "\x89PNG\r\n\x1a\n and so on");
    const { status, stdout } = await bms("log", "info", folder, "--json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout).unusable).toEqual([{ file: join(folder, "picture.mcap"), problem: "not a log file" }]);
  });
});

describe("what is no log is told in one line, with code 2:", () => {
  const foreign = async (): Promise<Uint8Array> => {
    const parts: Uint8Array[] = [];
    let position = 0n;
    const writer = new McapWriter({
      writable: {
        position: () => position,
        write: async (bytes) => {
          parts.push(bytes.slice());
          position += BigInt(bytes.length);
        },
      },
    });
    await writer.start({ profile: "ros2", library: "robot 1.0" });
    await writer.end();
    return Buffer.concat(parts);
  };
  const FILES: readonly (readonly [string, () => Promise<Uint8Array> | Uint8Array, RegExp])[] = [
    ["an empty file", () => new Uint8Array(0), /the file is empty/],
    ["a picture", () => Buffer.from("\x89PNG\r\n\x1a\n picture", "latin1"), /not a log file/],
    ["random bytes", () => Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7919 * i) >> 3), /not a log file/],
    ["a log of a robot", foreign, /an MCAP file, but not a log of this device: written by robot 1\.0/],
    ["only the first bytes of a log", () => deviceLog({ chunks: [] }).log.subarray(0, 6), /not a log file/],
  ];
  test.each(FILES)("%s", async (_name, make, told) => {
    const path = join(newFolder(), "file.mcap");
    writeFileSync(path, await make());
    const commands = [["info"], ["verify"], ["recover"], ["export", "--format", "csv"], ["tail"]];
    for (const [command, ...options] of commands) {
      const { status, stdout, stderr } = await bms("log", command!, path, ...options);
      expect({ command, status, stdout }).toEqual({ command, status: 2, stdout: "" });
      expect(stderr).toMatch(told);
      expect(stderr).toMatch(/^bms: [^\n]*file\.mcap[^\n]*\n$/);
    }
    expect(readdirSync(join(path, ".."))).toEqual(["file.mcap"]);
  });

  test.each([
    [["info", "/nowhere.mcap"], /there is no \/nowhere\.mcap/],
    [["info", "/"], /there is no log in \//],
    [["verify", "/nowhere"], /there is no \/nowhere/],
    [["info"], /missing required argument 'log'/],
    [["export", "x.mcap"], /--format/],
    [["export", "x.mcap", "--format", "xml"], /--format must be one of csv, parquet, jsonl, candump, mcap, not "xml"/],
    [["export", "x.mcap", "--format", "csv", "--from", "yesterday"], /--from must be a time like 2026-11-23/],
    [["export", "x.mcap", "--format", "csv", "--from", "2026-13-01"], /--from must be a time/],
    [
      ["export", "x.mcap", "--format", "csv", "--from", "2026-03-02", "--to", "2026-03-01"],
      /--from 2026-03-02 is after --to/,
    ],
    [["export", "x.mcap", "--format", "csv", "--every", "10"], /--every must be a duration like "10s"/],
    [["export", "x.mcap", "--format", "csv", "--last", "1h", "--from", "2026-03-02"], /--last goes without --from/],
    [["export", "x.mcap", "--format", "csv", "-o", "-"], /--output - goes with jsonl and candump/],
    [["export", "x.mcap", "--format", "mcap", "--every", "10s"], /cut in time only/],
    [["export", "x.mcap", "--format", "jsonl", "--decimal-comma"], /--decimal-comma goes with --format csv/],
    [["tail", "/nowhere"], /there is no \/nowhere/],
    [["tail", "-n", "ten"], /--lines must be a whole number/],
    [["recover", "/tmp"], /there is no log in|name one file/],
    [["fly"], /unknown command 'fly'/],
    [[], /"log" needs a command/],
  ])("bms log %j", async (words, told) => {
    const { status, stdout, stderr } = await bms("log", ...words);
    expect(stderr).toMatch(told);
    expect(stderr).toMatch(/^bms: [^\n]+\n$/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });
});

type FileVerdict = { state: string; problems: string[]; messages: number; missing: number };

async function verified(...paths: readonly string[]): Promise<{ status: number | null; files: FileVerdict[] }> {
  const { status, stdout } = await bms("log", "verify", ...paths, "--json");
  return { status, files: JSON.parse(stdout).files };
}

describe("bms log verify", () => {
  test("whole logs and one that is being written end with code 0", async () => {
    const { status, files } = await verified(twoLogs());
    expect(status).toBe(0);
    expect(files.map(({ state, messages, problems }) => [state, messages, problems])).toEqual([
      ["whole", 155, []],
      ["unfinished", 112, []],
    ]);
  });

  test("a bit turned over anywhere in a finished file is noticed", async () => {
    const folder = newFolder();
    const path = writeDeviceLog(folder, FIRST, { chunks: [stateRows(5), [trip(5)]] });
    const whole = readFileSync(path);
    const step = Math.max(1, Math.floor(whole.length / 150));
    for (let offset = 0; offset < whole.length; offset += step) {
      writeFileSync(path, whole);
      flip(path, offset);
      const { stdout, status } = await bms("log", "verify", path, "--json");
      expect({ offset, broken: status === 1 || status === 2, whole: JSON.parse(stdout).whole }).toEqual({
        offset,
        broken: true,
        whole: false,
      });
    }
  });

  test("a lost chunk is named with the messages that are missing", async () => {
    const folder = newFolder();
    const path = writeDeviceLog(folder, FIRST, { chunks: [stateRows(10), stateRows(10, 10), stateRows(10, 20)] });
    const before = writeDeviceLog(folder, SECOND, { chunks: [stateRows(10)], tail: [] });
    flip(path, readFileSync(before).length + 200); // in the second chunk of rows
    const { status, files } = await verified(path);
    expect(status).toBe(1);
    expect(files[0]).toMatchObject({ state: "broken", missing: 10, messages: 21 });
    expect(files[0]?.problems.join("\n")).toMatch(
      /chunk at byte \d+: .*\n\/state: 10 messages missing before 2026-03-01T12:00:20\.000Z/,
    );
  });

  test("a file that was cut off while its tail has the rest lost nothing; without the tail it is broken", async () => {
    const folder = newFolder();
    const whole = { chunks: [stateRows(20)], tail: stateRows(5, 20) };
    const path = writeDeviceLog(folder, FIRST, whole);
    const size = readFileSync(path).length;
    writeFileSync(
      path,
      Buffer.concat([readFileSync(path), deviceLog({ chunks: [stateRows(25)] }).log.subarray(size - 300, size - 100)]),
    );
    expect((await verified(path)).files[0]).toMatchObject({ state: "unfinished", messages: 26 });
    rmSync(join(folder, `${FIRST}.tail`));
    expect((await verified(path)).files[0]).toMatchObject({ state: "broken", messages: 21 });
  });

  test("a tail may be torn at its last frame, as a cut of power leaves it; damage before that is damage", async () => {
    const folder = newFolder();
    const path = writeDeviceLog(folder, FIRST, { chunks: [stateRows(20)], tail: stateRows(5, 20) });
    const tail = join(folder, `${FIRST}.tail`);
    const whole = readFileSync(tail);
    const states = async (bytes: Uint8Array): Promise<readonly [string | undefined, number | undefined]> => {
      writeFileSync(tail, bytes);
      const [file] = (await verified(path)).files;
      return [file?.state, file?.messages];
    };
    expect(await states(whole)).toEqual(["unfinished", 26]);
    expect(await states(whole.subarray(0, -1))).toEqual(["unfinished", 25]);
    expect(await states(Buffer.concat([whole, Buffer.alloc(500)]))).toEqual(["unfinished", 26]); // length on the disk, content not
    expect(await states(new Uint8Array(0))).toEqual(["unfinished", 21]);
    const damaged = Buffer.from(whole);
    damaged[30]! ^= 1;
    expect(await states(damaged)).toEqual(["broken", 21]);
  });

  test("one foreign file among logs ends with code 1", async () => {
    const folder = twoLogs();
    writeFileSync(join(folder, "x.mcap"), "x");
    const { status, stdout } = await bms("log", "verify", folder);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^✓ .*12-00-00Z\.mcap: whole, 155 messages, 1 marked gap/m);
    expect(stdout).toMatch(/^✗ .*x\.mcap: unusable: not a log file$/m);
  });
});

describe("bms log verify of a data folder", () => {
  const entry = (text: string): EventDraft => ({
    ...{
      wall_ms: 1e12,
      clock: "synchronised",
      uptime_s: 1,
      source: "device",
      code: "commandGiven",
      severity: "notice",
    },
    ...{ subject: "reset", actor: "cli", text },
  });

  /** A folder with five journal entries, and what a stranger did to its files afterwards. */
  async function judged(tamper: (folder: string, sql: (file: string, text: string) => void) => void) {
    const folder = newFolder();
    const store = Store.open(folder);
    store.keep("default", { "battery.cells": 12 });
    store.append(["one", "two", "three", "four", "five"].map(entry), "0");
    store.close();
    tamper(folder, (file, text) => {
      const database = new DatabaseSync(join(folder, file));
      database.exec(text);
      database.close();
    });
    const { stdout } = await bms("log", "verify", folder, "--json");
    const { status, stdout: page, stderr } = await bms("log", "verify", folder);
    return { status, ...JSON.parse(stdout).folders[0], page: (page + stderr).replaceAll(folder, "DATA") };
  }

  test("a whole journal and store end with code 0", async () => {
    const { status, journal, store, page } = await judged(() => {});
    expect({ status, journal, store }).toMatchObject({
      status: 0,
      journal: { state: "whole", entries: 5 },
      store: { state: "whole" },
    });
    expect(page).toBe("✓ DATA: journal whole, 5 entries, entries 1 to 5\n✓ DATA: store whole\n");
  });

  test.each([
    ["UPDATE journal SET text = 'nothing' WHERE sequence = 3", 3, "entry 3 was altered"],
    ["DELETE FROM journal WHERE sequence = 2", 2, "entry 2 is missing"],
    ["DELETE FROM journal WHERE sequence > 3", 4, "entries 4 to 5 are missing at the end"],
  ])("after %j the first broken entry is named, with code 1", async (sql, brokenAt, reason) => {
    const { status, journal, page } = await judged((_folder, run) => run("journal.sqlite", sql));
    expect({ status, journal }).toMatchObject({ status: 1, journal: { state: "broken", brokenAt, reason } });
    expect(page).toContain(`✗ DATA: journal broken at entry ${brokenAt}: ${reason}`);
  });

  test("a store whose content was changed, and one that is no database, are broken", async () => {
    const changed = await judged((_folder, run) => run("bms.sqlite", "UPDATE settings SET value = '13'"));
    expect(changed).toMatchObject({
      status: 1,
      store: { state: "broken", reason: "the content of settings does not match its seal" },
    });
    const lost = await judged((folder) => writeFileSync(join(folder, "bms.sqlite"), "not a database ".repeat(500)));
    expect(lost).toMatchObject({ status: 1, store: { state: "broken" } });
  });
});

/** Messages of each topic, as another program reads the file. */
async function readElsewhere(path: string): Promise<Record<string, number>> {
  const bytes = readFileSync(path);
  const reader = await McapIndexedReader.Initialize({
    readable: {
      size: async () => BigInt(bytes.length),
      read: async (offset, size) => bytes.subarray(Number(offset), Number(offset + size)),
    },
    decompressHandlers: { zstd: (packed, size) => decompress(packed, Number(size)) },
  });
  const counts: Record<string, number> = {};
  for await (const { channelId } of reader.readMessages()) {
    const topic = reader.channelsById.get(channelId)!.topic;
    counts[topic] = (counts[topic] ?? 0) + 1;
  }
  return counts;
}

describe("bms log recover", () => {
  test("an unfinished log and its tail become a finished file that another program reads", async () => {
    const folder = twoLogs();
    const { status, stdout } = await bms("log", "recover", join(folder, `${SECOND}.mcap`), "--json");
    expect(status).toBe(0);
    const output = join(folder, `${SECOND}-recovered.mcap`);
    expect(JSON.parse(stdout)).toMatchObject({
      output,
      messages: 112,
      fromTail: 11,
      lostBytes: 0,
      problems: [],
      duration_s: 109,
    });
    expect(await readElsewhere(output)).toEqual({ "/settings": 1, "/state": 110, "/events": 1 });
    expect((await verified(output)).files[0]?.state).toBe("whole");
    // What was made of a log does not count among the logs of the folder.
    expect(JSON.parse((await bms("log", "info", folder, "--json")).stdout).files).toHaveLength(2);
  });

  test("of a log that was cut at any of many places, every whole chunk is saved and the loss is told", async () => {
    const folder = newFolder();
    const path = writeDeviceLog(folder, FIRST, { chunks: [stateRows(10), stateRows(10, 10), stateRows(10, 20)] });
    const whole = readFileSync(path);
    const first = deviceLog({ chunks: [], tail: [] }).log.length;
    let last = 0;
    for (let cut = first; cut < whole.length; cut += Math.floor(whole.length / 40)) {
      writeFileSync(path, whole);
      truncateSync(path, cut);
      const { status, stdout } = await bms("log", "recover", path, "-o", join(folder, "saved.mcap"), "--json");
      expect(status).toBe(0);
      const { messages } = JSON.parse(stdout);
      expect([1, 11, 21, 31]).toContain(messages);
      expect(messages).toBeGreaterThanOrEqual(last);
      last = messages;
      expect((await verified(join(folder, "saved.mcap"))).files[0]).toMatchObject({ state: "whole", messages });
    }
    expect(last).toBe(31);
  });

  test("a damaged chunk costs itself, and a torn tail what came after the tear", async () => {
    const folder = newFolder();
    const path = writeDeviceLog(folder, FIRST, { chunks: [stateRows(10), stateRows(10, 10)], tail: stateRows(10, 20) });
    flip(path, readFileSync(path).length - 400);
    const tail = join(folder, `${FIRST}.tail`);
    truncateSync(tail, readFileSync(tail).length - 3);
    const { stdout } = await bms("log", "recover", path);
    expect(stdout).toMatch(/20 messages, 9 of them from its tail/);
    expect(stdout).toMatch(/chunk at byte \d+: /);
    expect(stdout).toMatch(/the tail is torn: its last \d+ bytes cannot be used/);
    // The loss still shows in what was saved, by the numbers of the messages.
    const [saved] = (await verified(join(folder, `${FIRST}-recovered.mcap`))).files;
    expect(saved).toMatchObject({ state: "broken", messages: 20, missing: 10 });
  });

  test("the damaged file itself is not written over, nor is a place used that cannot be", async () => {
    const folder = twoLogs();
    const path = join(folder, `${SECOND}.mcap`);
    expect((await bms("log", "recover", path, "-o", path)).stderr).toMatch(/must be another file than the damaged one/);
    expect((await bms("log", "recover", path, "-o", "/nowhere/x.mcap")).stderr).toMatch(
      /^bms: cannot write \/nowhere\/x\.mcap: ENOENT.*\n$/,
    );
  });
});

test("whatever bytes are changed, added or lost, no tool fails, and what is recovered is whole but for what is missing", {
  timeout: 30_000,
}, async () => {
  const folder = newFolder();
  const path = writeDeviceLog(folder, FIRST, {
    chunks: [stateRows(4), [trip(4), gap(5)]],
    tail: [...stateRows(3, 6), trip(9)],
  });
  const tail = join(folder, `${FIRST}.tail`);
  const originals = [path, tail].map((name) => [name, readFileSync(name)] as const);
  const random = createRandom(20_261_123);
  const upTo = (count: number): number => Math.floor(uniform(random) * count);
  for (let round = 0; round < 40; round++) {
    for (const [name, bytes] of originals) writeFileSync(name, mutated(bytes, upTo));
    const output = join(folder, "saved.mcap");
    const commands = [
      ["info"],
      ["verify"],
      ["recover", "-o", output],
      ["export", "--format", "jsonl", "-o", folder],
      ["tail"],
    ];
    for (const [command, ...options] of commands) {
      const { status, stderr } = await bms("log", command!, path, ...options);
      expect({ round, command, stderr, fails: status === 70 }).toEqual({ round, command, stderr, fails: false });
      if (command !== "recover" || status !== 0) continue;
      const { problems } = (await verified(output)).files[0]!;
      expect(problems.filter((problem) => !/: \d+ messages missing before /.test(problem))).toEqual([]);
    }
  }
});

/** Bytes with some of them changed, filled, left out, put in or cut off. */
function mutated(bytes: Uint8Array, upTo: (count: number) => number): Uint8Array {
  const at = upTo(bytes.length);
  const kinds = [
    () => bytes.slice(0, at),
    () => bytes.map((byte, i) => (i === at ? byte ^ (1 + upTo(255)) : byte)),
    () => new Uint8Array(bytes).fill(upTo(256), at, at + upTo(60)),
    () => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + upTo(300))]),
    () => Buffer.concat([bytes.subarray(0, at), new Uint8Array(upTo(300)).fill(upTo(256)), bytes.subarray(at)]),
    () => bytes,
  ];
  return kinds[upTo(kinds.length)]!();
}
