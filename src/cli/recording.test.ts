// Recordings: what is read, and the one line that tells why one is not.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { parseRecording, readRecording } from "./recording.ts";
import { UsageError } from "./usage-error.ts";

const folder = mkdtempSync(join(tmpdir(), "bms-recording-"));
afterAll(() => rmSync(folder, { recursive: true }));

const GOOD =
  "# a cell\ntime_s,voltage_v,current_a,temperature_c,ah\n0,3.3,0,25,0\n1,3.29,-1,25,-0.0003\n# pause\n2.5,3.3,0,25.5,-0.0003\n";

test("comments are passed over, columns found by name, absent ones are empty", () => {
  const recording = parseRecording(GOOD, "r.csv");
  expect([...recording.time_s]).toEqual([0, 1, 2.5]);
  expect([...recording.current_A]).toEqual([0, -1, 0]);
  expect([...recording.temperature_degC]).toEqual([25, 25, 25.5]);
  expect(recording.mean_A.length).toBe(0);
});

test("packed and plain files read the same", () => {
  writeFileSync(join(folder, "r.csv"), GOOD);
  writeFileSync(join(folder, "r.csv.gz"), gzipSync(GOOD));
  expect(readRecording(join(folder, "r.csv.gz"))).toEqual(readRecording(join(folder, "r.csv")));
});

describe("what is no recording", () => {
  test.each([
    ["", "r.csv is empty"],
    ["# only words\n", "r.csv is empty"],
    ["time_s,volt,current_a\n0,3,0\n1,3,0\n", "r.csv:1: the header has no voltage_v"],
    ["# x\n1,2,3\n", "r.csv:2: the header has no time_s, voltage_v, current_a"],
    ["time_s,voltage_v,current_a\n0,3.3,0\n", "r.csv has 1 rows of data"],
    ["time_s,voltage_v,current_a\n0,3.3,0\n1,x,0\n", 'r.csv:3: voltage_v is not a number: "x"'],
    ["time_s,voltage_v,current_a\n0,3.3,0\n1,3.3\n", 'r.csv:3: current_a is not a number: ""'],
    ["time_s,voltage_v,current_a\n0,3.3,0\n\n0,3.3,0\n", "r.csv:4: time_s does not rise: 0 after 0"],
    ["time_s,voltage_v,current_a\n1,3.3,0\n0,3.3,0\n", "r.csv:3: time_s does not rise: 0 after 1"],
    ["time_s,voltage_v,current_a\n0,3.3,0\n1e9,3.3,0\n", "r.csv:3: time_s jumps from 0 to 1000000000, more than a day"],
    ["time_s,voltage_v,current_a\n0,66.5,0\n1,3.3,0\n", "r.csv:2: voltage_v is 66.5, which no cell can show"],
    ["time_s,voltage_v,current_a\n0,3.3,0\n1,Infinity,0\n", "r.csv:3: voltage_v is not a number"],
    ["time_s,voltage_v,current_a,temperature_c\n0,3.3,0,999\n1,3.3,0,25\n", "r.csv:2: temperature_c is 999"],
  ])("%j", (text, problem) => {
    expect(() => parseRecording(text, "r.csv")).toThrow(UsageError);
    expect(() => parseRecording(text, "r.csv")).toThrow(problem);
  });

  test("a missing file, a folder, a broken archive", () => {
    expect(() => readRecording(join(folder, "none.csv"))).toThrow("there is no file");
    expect(() => readRecording(folder)).toThrow("is not a file");
    writeFileSync(join(folder, "broken.csv.gz"), gzipSync(GOOD).subarray(0, 40));
    expect(() => readRecording(join(folder, "broken.csv.gz"))).toThrow("cannot be unpacked");
  });
});
