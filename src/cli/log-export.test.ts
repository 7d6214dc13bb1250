// bms log export: the same records as tables, lines, bus frames and as a shorter log, read back by others where there are any.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { afterAll, describe, expect, test } from "vitest";
import { bms, bmsProcess } from "../../tests/command-line.ts";
import { busFrame, gap, stateRows, trip, writeDeviceLog } from "../../tests/device-logs.ts";
import type { CanFrame } from "../log/can-frame.ts";
import { time_us } from "./log-options.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-export-"));
afterAll(() => rmSync(ROOT, { recursive: true }));

const STEM = "2026-03-01T12-00-00Z";
const FRAMES: readonly CanFrame[] = [
  {
    bus: "can0",
    id: 0x181,
    extended: false,
    remote: false,
    error: false,
    length: 2,
    data: Uint8Array.of(1, 255),
    direction: "tx",
  },
  {
    bus: "can0",
    id: 0x1806e5f4,
    extended: true,
    remote: false,
    error: false,
    length: 0,
    data: Uint8Array.of(),
    direction: "rx",
  },
  {
    bus: "can0",
    id: 0x701,
    extended: false,
    remote: true,
    error: false,
    length: 0,
    data: Uint8Array.of(),
    direction: "rx",
  },
];

/** A minute in chunks, the last ten seconds in the tail; a trip in second 30, frames of the bus in seconds 1 to 3. */
const LOG = (() => {
  const folder = mkdtempSync(join(ROOT, "log-"));
  const frames = FRAMES.map((frame, i) => busFrame(i + 1, frame));
  const chunks = [
    [...frames, ...stateRows(30)],
    [trip(30), gap(30), ...stateRows(20, 30)],
  ];
  return writeDeviceLog(folder, STEM, { chunks, tail: stateRows(10, 50) });
})();

/** The files that an export wrote, by name without the log's. */
async function exported(...options: readonly string[]): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(ROOT, "out-"));
  const { status, stderr } = await bms("log", "export", LOG, "-o", folder, ...options);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return Object.fromEntries(readdirSync(folder).map((name) => [name.replace(STEM, ""), join(folder, name)]));
}

const linesOf = (path: string): string[][] =>
  readFileSync(path, "utf8")
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));

describe("csv", () => {
  test("is the vendor's two logs: one of the battery, one of the cells, a row a second with the tail's at the end", async () => {
    const files = await exported("--format", "csv");
    expect(Object.keys(files).sort()).toEqual(["-battery.csv", "-cells.csv"]);
    const battery = linesOf(files["-battery.csv"]!);
    const cells = linesOf(files["-cells.csv"]!);
    expect([battery.length, cells.length]).toEqual([61, 61]);
    expect(battery[0]?.slice(0, 3)).toEqual(["time", "unix_s", "battery_V"]);
    expect(battery[60]?.slice(0, 3)).toEqual(["2026-03-01T12:00:59.000Z", "1772366459", "52.59"]);
    expect(cells[0]?.slice(0, 4)).toEqual(["time", "unix_s", "cells_V.cell1", "cells_V.cell2"]);
    expect(cells[31]?.slice(0, 5)).toEqual(["2026-03-01T12:00:30.000Z", "1772366430", "3.25", "3.25", "3.33"]);
    expect(cells[0]?.filter((name) => name.startsWith("cells_V."))).toHaveLength(16);
    for (const line of [...battery, ...cells]) expect([battery[0]!.length, cells[0]!.length]).toContain(line.length);
    expect(battery[0]?.some((name) => /\.cell\d/.test(name))).toBe(false);
  });

  test("of chosen signals has their columns, and no table without one", async () => {
    const files = await exported("--format", "csv", "--signals", "battery_V, soc");
    expect(Object.keys(files)).toEqual(["-battery.csv"]);
    expect(linesOf(files["-battery.csv"]!)[0]).toEqual(["time", "unix_s", "battery_V", "soc"]);
    const one = await exported("--format", "csv", "--signals", "cells_V.cell3");
    expect(linesOf(one["-cells.csv"]!).slice(0, 2)).toEqual([
      ["time", "unix_s", "cells_V.cell3"],
      ["2026-03-01T12:00:00.000Z", "1772366400", "3.3"],
    ]);
  });

  test("numbers cells as their headers are, and leaves empty what the device did not believe", async () => {
    const chosen = ["--format", "csv", "--signals", "minCell,maxCell,chargeLimitCell,soc,current_A"] as const;
    const told = await exported(...chosen);
    expect(linesOf(told["-battery.csv"]!).map((line) => line.slice(2))[0]).toEqual([
      ...["current_A", "minCell [cell number]", "maxCell [cell number]", "soc", "chargeLimitCell [cell number]"],
    ]);
    expect(linesOf(told["-battery.csv"]!)[1]?.slice(2)).toEqual(["", "1", "3", "", ""]);
    const raw = await exported(...chosen, "--raw");
    expect(linesOf(raw["-battery.csv"]!)[0]?.[3]).toBe("minCell [index from 0]");
    expect(linesOf(raw["-battery.csv"]!)[1]?.slice(2)).toEqual(["0", "0", "2", "0", "-1"]);
  });

  test.each([
    [
      ["--every", "10s"],
      ["12:00:00", "12:00:10", "12:00:20", "12:00:30", "12:00:40", "12:00:50"],
    ],
    [
      ["--from", "2026-03-01T12:00:57Z"],
      ["12:00:57", "12:00:58", "12:00:59"],
    ],
    [
      ["--from", "2026-03-01T13:00:58+01:00"],
      ["12:00:58", "12:00:59"],
    ],
    [
      ["--to", "2026-03-01 12:00:01"],
      ["12:00:00", "12:00:01"],
    ],
    [
      ["--last", "2s"],
      ["12:00:57", "12:00:58", "12:00:59"],
    ],
    [
      ["--last", "30s", "--every", "15s"],
      ["12:00:29", "12:00:30", "12:00:45"],
    ],
  ])("with %j has these rows", async (options, times) => {
    const files = await exported("--format", "csv", "--signals", "soc", ...options);
    expect(
      linesOf(files["-battery.csv"]!)
        .slice(1)
        .map(([time]) => time?.slice(11, 19)),
    ).toEqual(times);
  });

  test("has the events as a third table, and commas as decimal signs, where that is wanted", async () => {
    const files = await exported("--format", "csv", "--signals", "battery_V", "--events", "--decimal-comma");
    const [head, row] = readFileSync(files["-events.csv"]!, "utf8").split("\r\n");
    expect(head).toBe("time;unix_s;sequence;severity;code;subject;value;limit;actor;source;clock;uptime_s;text");
    expect(row).toMatch(
      /^2026-03-01T12:00:30\.000Z;1772366430;7;error;tripped;overvoltage;3,66;3,65;;core;synchronised;30;"Cell 3 .*"$/,
    );
    expect(readFileSync(files["-battery.csv"]!, "utf8").split("\r\n")[1]).toBe(
      "2026-03-01T12:00:00.000Z;1772366400;52",
    );
  });
});

test("parquet holds the same rows with their types", async () => {
  const files = await exported("--format", "parquet", "--signals", "battery_V,mode,ready,cells_V");
  const read = async (path: string) => {
    const bytes = readFileSync(path);
    return parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) });
  };
  const battery = await read(files["-battery.parquet"]!);
  expect(battery).toHaveLength(60);
  expect(battery[59]).toEqual({ time: new Date("2026-03-01T12:00:59Z"), battery_V: 52.59, mode: "off", ready: false });
  expect((await read(files["-cells.parquet"]!))[30]?.["cells_V.cell3"]).toBe(3.33);
  const told = await exported("--format", "parquet", "--signals", "maxCell,chargeLimitCell,soc");
  expect((await read(told["-battery.parquet"]!))[0]).toMatchObject({ maxCell: 3n, chargeLimitCell: null, soc: null });
});

describe("candump", () => {
  const expected = [
    "(1772366401.000000) can0 181#01FF",
    "(1772366402.000000) can0 1806E5F4#",
    "(1772366403.000000) can0 701#R",
  ];

  test("is one line for each frame of the bus", async () => {
    const files = await exported("--format", "candump");
    expect(readFileSync(files["-can.log"]!, "utf8").trimEnd().split("\n")).toEqual(expected);
  });

  test("goes to standard output too", async () => {
    const { status, stdout, stderr } = await bmsProcess("log", "export", LOG, "--format", "candump", "-o", "-");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.trimEnd().split("\n")).toEqual(expected);
  });

  test("is read by python-can, where that is installed", async (context) => {
    const files = await exported("--format", "candump");
    const script = `import can,sys
for m in can.CanutilsLogReader(sys.argv[1]): print(f"{m.timestamp:.6f} {m.arbitration_id:X} {m.is_extended_id} {m.is_remote_frame} {m.data.hex()}")`;
    let read = "";
    try {
      execFileSync("/usr/bin/python3", ["-c", "import can"], { stdio: "ignore" });
      read = execFileSync("/usr/bin/python3", ["-c", script, files["-can.log"]!], { encoding: "utf8" });
    } catch {
      context.skip();
    }
    expect(read.trimEnd().split("\n")).toEqual([
      "1772366401.000000 181 False False 01ff",
      "1772366402.000000 1806E5F4 True False ",
      "1772366403.000000 701 False True", // the blank behind it is trimmed with the end of the output
    ]);
  });
});

test("jsonl holds every readable channel in the order of time, whole or cut to some signals", async () => {
  const read = async (...options: readonly string[]) => {
    const path = (await exported("--format", "jsonl", ...options))[".jsonl"]!;
    return readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  };
  const all = await read();
  const topics = all.map(({ topic }) => topic);
  expect(topics.filter((topic) => topic === "/state")).toHaveLength(60);
  expect(new Set(topics)).toEqual(new Set(["/settings", "/can", "/state", "/events", "/gap"]));
  expect(all.find(({ topic }) => topic === "/events")).toMatchObject({
    time: "2026-03-01T12:00:30.000Z",
    data: { code: "tripped", value: 3.66 },
  });
  const few = await read("--signals", "soc,cells_V.cell1", "--every", "20s");
  expect(few.filter(({ topic }) => topic === "/state").map(({ data }) => Object.keys(data).sort())).toEqual(
    Array(3).fill(["cells_V", "soc"]),
  );
});

test("mcap is a log of its own, cut to the time that is wanted, with all settings and the events in it", async () => {
  const files = await exported("--format", "mcap", "--from", "2026-03-01T12:00:30Z", "--to", "2026-03-01T12:00:54Z");
  const path = files["-cut.mcap"]!;
  expect((await bms("log", "verify", path)).status).toBe(0);
  const info = JSON.parse((await bms("log", "info", path, "--json")).stdout);
  expect(info).toMatchObject({
    serialNumber: "BM-000123",
    rows: 25,
    from: "2026-03-01T12:00:30.000Z",
    to: "2026-03-01T12:00:54.000Z",
  });
  expect(info.topics).toMatchObject({ "/settings": 1, "/events": 1, "/gap": 1, "/can": 0 });
});

describe("what cannot be exported is told before anything is written:", () => {
  test.each([
    [["--signals", "socc"], /--signals: there is no signal "socc" in the log; did you mean "soc"\?/],
    [["--signals", "soc,,mode"], /--signals needs names with commas between/],
    [["--signals", "cells_V.cell17"], /there is no signal "cells_V\.cell17"/],
    [["-o", "/dev/null"], /--output \/dev\/null is not a folder/],
    [["-o", "/proc/tables"], /cannot write to \/proc\/tables/],
  ])("%j", async (options, told) => {
    const { status, stdout, stderr } = await bms("log", "export", LOG, "--format", "csv", ...options);
    expect(stderr).toMatch(told);
    expect(stderr).toMatch(/^bms: [^\n]+\n$/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });

  test("two logs of one name", async () => {
    const other = writeDeviceLog(mkdtempSync(join(ROOT, "log-")), STEM, { chunks: [stateRows(1)] });
    const { stderr } = await bms("log", "export", LOG, other, "--format", "csv", "-o", ROOT);
    expect(stderr).toMatch(/^bms: two of the logs are called 2026-03-01T12-00-00Z: /);
  });
});

test("a time without records is told, and leaves no tables", async () => {
  const folder = mkdtempSync(join(ROOT, "out-"));
  const { status, stderr } = await bms("log", "export", LOG, "--format", "csv", "-o", folder, "--from", "2027-01-01");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "bms: the logs have nothing of it in that time\n" });
  expect(readdirSync(folder)).toEqual([]);
});

test("what a damaged chunk takes with it is told, and the rest is exported", async () => {
  const folder = mkdtempSync(join(ROOT, "log-"));
  const path = writeDeviceLog(folder, STEM, { chunks: [stateRows(10), stateRows(10, 10)] });
  const head = readFileSync(writeDeviceLog(folder, "2026-03-02T12-00-00Z", { chunks: [], tail: [] })).length;
  const bytes = readFileSync(path);
  bytes[head + 200]! ^= 1;
  writeFileSync(path, bytes);
  const { status, stdout, stderr } = await bms("log", "export", path, "--format", "csv", "-o", folder);
  expect(status).toBe(1);
  expect(stdout).toMatch(/-battery\.csv +10 rows/);
  expect(stderr).toMatch(/^bms: .*\.mcap: chunk at byte \d+: .*\n$/);
});

test("a log that was cut in a chunk is told with code 1, however much of it is exported", async () => {
  const folder = mkdtempSync(join(ROOT, "log-"));
  const path = writeDeviceLog(folder, STEM, { chunks: [stateRows(10), stateRows(10, 10)] });
  const bytes = readFileSync(path);
  for (const share of [0.3, 0.5, 0.7]) {
    writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * share)));
    const { status, stderr } = await bms("log", "export", path, "--format", "csv", "-o", folder);
    expect([share, status]).toEqual([share, 1]);
    expect(stderr).toMatch(/^bms: .*\.mcap: at byte \d+: .*$/m);
  }
});

test("a log that is damaged elsewhere is told with code 1, though all of it is exported", async () => {
  const folder = mkdtempSync(join(ROOT, "log-"));
  const path = writeDeviceLog(folder, STEM, { chunks: [stateRows(10)] });
  const bytes = readFileSync(path);
  bytes[20]! ^= 4; // in the header
  writeFileSync(path, bytes);
  const { status, stdout, stderr } = await bms("log", "export", path, "--format", "csv", "-o", folder);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `bms: ${path} is damaged, but not in what was exported: see bms log verify\n`,
  });
  expect(stdout).toMatch(/-battery\.csv +10 rows/);
});

test("an empty file among logs, as a cut leaves it, is told and left out; one with foreign content ends with code 1", async () => {
  const folder = mkdtempSync(join(ROOT, "log-"));
  writeDeviceLog(folder, STEM, { chunks: [stateRows(5)] });
  const empty = join(folder, "2026-03-02T12-00-00Z.mcap");
  writeFileSync(empty, "");
  const cut = await bms("log", "export", folder, "--format", "csv", "-o", folder);
  expect(cut).toMatchObject({ status: 0, stderr: `bms: ${empty} is left out: the file is empty\n` });
  expect(cut.stdout).toMatch(/-battery\.csv +5 rows/);
  writeFileSync(empty, "something else");
  const foreign = await bms("log", "export", folder, "--format", "csv", "-o", folder);
  expect(foreign).toMatchObject({ status: 1, stderr: `bms: ${empty} is left out: not a log file\n` });
});

test("where no bus was logged, candump says so and leaves no file", async () => {
  const folder = mkdtempSync(join(ROOT, "log-"));
  const out = mkdtempSync(join(ROOT, "out-"));
  const path = writeDeviceLog(folder, STEM, { chunks: [stateRows(5)] });
  const { status, stderr } = await bms("log", "export", path, "--format", "candump", "-o", out);
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: "bms: no frame of a bus was logged in that time: nothing is written\n",
  });
  expect(readdirSync(out)).toEqual([]);
});

test.each([
  ["2026-03-01", "2026-03-01T00:00:00Z"],
  ["2026-03-01T05", "2026-03-01T05:00:00Z"],
  ["2026-03-01 05:07", "2026-03-01T05:07:00Z"],
  ["2026-03-01T05:07:08.5Z", "2026-03-01T05:07:08.5Z"],
  ["2026-03-01T05:07+0230", "2026-03-01T02:37:00Z"],
])("the time %j is %s", (text, meant) => expect(time_us("--from", text)).toBe(Date.parse(meant) * 1000));
