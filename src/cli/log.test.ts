// bms log info of whole logs and of those that were cut off, and what all of bms log says of files that are no log.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { McapWriter } from "@mcap/core";
import { describe, expect, test } from "vitest";
import { bms } from "../../tests/command-line.ts";
import { deviceLog, stateRows, TRIP_SENTENCE, trip, writeDeviceLog } from "../../tests/device-logs.ts";
import { BEGAN_us } from "../../tests/fixed-logs.ts";
import { FIRST, flip, newFolder, SECOND, twoLogs } from "../../tests/log-folders.ts";

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
      doubtful: [],
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

  test("a file that cannot be read on the way is said to look damaged", async () => {
    const folder = newFolder();
    const path = writeDeviceLog(folder, FIRST, { chunks: [[trip(1)], stateRows(10)] });
    const head = readFileSync(writeDeviceLog(folder, SECOND, { chunks: [], tail: [] })).length;
    flip(path, head + 100);
    expect(JSON.parse((await bms("log", "info", path, "--json")).stdout).doubtful).toEqual([path]);
    expect((await bms("log", "info", path)).stdout).toMatch(/^Looks damaged\n {2}.*\.mcap +see bms log verify/m);
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
