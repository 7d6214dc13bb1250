// bms sim and bms drive as processes: exit codes, the object for programs, the one line for what cannot be done.

import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const MAIN = join(import.meta.dirname, "main.ts");
const folder = mkdtempSync(join(tmpdir(), "bms-sim-"));
afterAll(() => rmSync(folder, { recursive: true }));

function bms(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], { encoding: "utf8" });
  return { status, stdout, stderr };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const SHORT = "name: short\nhours: 0.005\ntick_ms: 20\n";

describe("bms sim", () => {
  test("ends with 0 and one object when everything holds", () => {
    const { status, stdout } = bms(
      "sim",
      file("good.yaml", `${SHORT}expectations: [{ noTrips: true }]\n`),
      "--json",
      "--seed",
      "7",
    );
    const json = JSON.parse(stdout.trim().split("\n").pop()!);
    expect(status).toBe(0);
    expect(json).toMatchObject({ scenario: "short", seed: 7, trips: [], expectations: { passed: 1, failed: [] } });
    expect(json.realtimeFactor).toBeGreaterThan(1);
  });

  test("ends with 1 when an expectation fails, and says which", () => {
    const { status, stdout } = bms(
      "sim",
      file("bad.yaml", `${SHORT}expectations: [{ name: it charges, eventually: truth.current_A > 5 }]\n`),
    );
    expect(status).toBe(1);
    expect(stdout).toContain("✗ it charges  (never came true)");
  });

  test("a shortened run fails for what it reached, and does not judge what it did not reach", () => {
    const path = file(
      "cut.yaml",
      `${SHORT}expectations: [{ name: never charges, always: truth.current_A < 5 }, { name: ends full, atEnd: truth.socSpread > 50 % }]\n`,
    );
    const { status, stdout } = bms("sim", path, "--hours", "0.003");
    expect([status, stdout.split("\n")[0]]).toEqual([
      0,
      "short: 1 of 2 expectations hold, 1 not judged: the run was cut short",
    ]);
    expect(stdout).toContain("– ends full  (the run was cut short before)");
    const json = JSON.parse(bms("sim", path, "--hours", "0.003", "--json").stdout);
    expect(json.expectations).toMatchObject({ passed: 1, failed: [], notJudged: ["ends full"] });
    const bad = file("cut-bad.yaml", `${SHORT}expectations: [{ name: charges, always: truth.current_A > 5 }]\n`);
    expect(bms("sim", bad, "--hours", "0.003").status).toBe(1);
  });

  test("ends with 2 and one line when the file is wrong", () => {
    const { status, stderr, stdout } = bms(
      "sim",
      file("wrong.yaml", "name: x\nhours: 1\nworld: { load: { kind: power, power_W: much } }\n"),
    );
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toBe('bms: wrong.yaml:3: world.load.power_W: must be a number, is "much"\n');
  });

  test.each([
    [["sim"]],
    [["sim", "nonsense"]],
    [["sim", "daily-solar", "--seed", "x"]],
    [["sim", "daily-solar", "--tick", "0"]],
  ])("%j cannot be done", (words) => {
    const { status, stderr } = bms(...words);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^bms: .+\n$/);
  });

  test("draws", () => {
    const svg = join(folder, "run.svg");
    expect(bms("sim", file("drawn.yaml", SHORT), "--plot", svg).status).toBe(0);
    expect(readFileSync(svg, "utf8")).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  });
});

test.skipIf(!existsSync("/dev/full"))("a full disk under the output is told in one line, with code 74", () => {
  const full = openSync("/dev/full", "w");
  const child = spawnSync(process.execPath, [MAIN, "sim", "--list"], { stdio: ["ignore", full, "pipe"] });
  closeSync(full);
  expect([child.status, child.stderr.toString()]).toEqual([
    74,
    "bms: cannot write what there is to say: ENOSPC: no space left on device, write\n",
  ]);
});

test("an older Node.js is told before anything else is loaded", () => {
  const older = 'data:text/javascript,Object.defineProperty(process, "versions", {value: {node: "20.11.1"}})';
  const child = spawnSync(process.execPath, ["--import", older, MAIN, "run"], { encoding: "utf8" });
  expect([child.status, child.stderr]).toEqual([2, "bms: bms needs Node.js 24 or later; this is 20.11.1\n"]);
});

describe("bms drive", () => {
  const rows = Array.from(
    { length: 120 },
    (_, t) =>
      `${t},${(3.75 - t * 0.0005).toFixed(4)},${t < 10 ? 0 : -3},25,${(-Math.max(0, t - 10) / 1200).toFixed(5)}`,
  );
  const CSV = `# made up\ntime_s,voltage_v,current_a,temperature_c,ah\n${rows.join("\n")}\n`;

  test("ends with one object: trips, charge against the recording, resistance", () => {
    const { status, stdout } = bms(
      "drive",
      file("cell.csv", CSV),
      "--chemistry",
      "NMC",
      "--capacity",
      "3",
      "--max-discharge",
      "6",
      "--soc",
      "0.5",
      "--json",
    );
    const json = JSON.parse(stdout.trim().split("\n").pop()!);
    expect(status).toBe(0);
    expect(json.trips).toEqual([]);
    expect(json.soc.reference_end).toBeCloseTo(0.5 - 109 / 1200 / 3, 3);
    expect(json.soc.rmse).toBeLessThan(0.1);
    expect(json.resistance_Ohm).toBeGreaterThan(0);
  });

  test.each([
    ["0.01", true], // the recording takes 3.03 % of 3 Ah
    ["0.012", false],
    ["0.5", false],
  ])("started at %s, is the reference noted for leaving 0 to 100 per cent? %s", (soc, noted) => {
    const words = ["--chemistry", "NMC", "--capacity", "3", "--max-discharge", "6", "--soc", soc, "--json"];
    const { stdout } = bms("drive", file("low.csv", CSV), ...words);
    const notes: readonly string[] = JSON.parse(stdout).notes;
    expect(notes.some((note) => /outside 0\.\.100 %: start or capacity is wrong; say --soc/.test(note))).toBe(noted);
  });

  test.each([
    [["drive", "none.csv"], "there is no file none.csv"],
    [["drive", "CSV"], "say the cell's capacity with --capacity"],
    [["drive", "CSV", "--capacity", "much"], '--capacity must be a number from 0.1 to 10000, is "much"'],
    [["drive", "CSV", "--capacity", "3", "--chemistry", "NCM"], '--chemistry NCM is unknown; did you mean "NMC"?'],
    [["drive", "CSV", "--cell", "lg-18650"], 'there is no cell file lg-18650; did you mean "lg-18650hg2"?'],
    [["drive", "CSV", "--capacity", "3", "--cells", "40"], "--cells must be a"],
  ])("%j cannot be done", (words, problem) => {
    const path = file("some.csv", CSV);
    const { status, stderr } = bms(...words.map((word) => (word === "CSV" ? path : word)));
    expect(status).toBe(2);
    expect(stderr).toContain(problem);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
