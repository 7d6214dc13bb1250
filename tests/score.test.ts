// Promises of `bms score` and `bms fit` as typed, on recordings made by a test cell: the contract of --json, one line for
// whatever cannot be done, and the way from recordings over a cell file to settings of a device.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bms } from "./command-line.ts";
import { drivenRecording, sweptRecording } from "./estimator/cell-recording.ts";
import { writeRecording } from "./estimator/csv.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "bms-mini-score-"));
const at = (name: string): string => join(FOLDER, name);
afterAll(() => rmSync(FOLDER, { recursive: true }));

beforeAll(() => {
  mkdirSync(at("drives"));
  mkdirSync(at("empty"));
  writeRecording(at("drives/one.csv"), drivenRecording("NMC", 3, 1, 0.5, 1));
  writeRecording(at("two.csv"), drivenRecording("NMC", 3, 1, 0.55, 2));
  writeFileSync(at("drives/two.csv.gz"), gzipSync(readFileSync(at("two.csv"))));
  writeRecording(at("sweep.csv"), sweptRecording("NMC", 3, true));
  writeFileSync(at("broken.csv"), "time_s,voltage_v,current_a\n0,3.7,0\n1,volt,0\n");
});

const FIGURES = ["rmse", "mae", "max10", "inside", "halfWidth", "settle3_s", "settle5_s", "us", "bias", "samples"];

describe("bms score --json", () => {
  test("has an entry for each file and perturbation, three estimators in each, and totals of the same shape", async () => {
    const said = await bms(
      "score",
      "--cell",
      "NMC",
      "--capacity",
      "3",
      at("drives"),
      "--perturb",
      "none,start",
      "--json",
    );
    expect([said.status, said.stderr]).toEqual([0, ""]);
    const result = JSON.parse(said.stdout);
    const entries = result.files.map(({ file, perturbation }: Record<string, string>) => [file, perturbation]);
    const names = ["none", "start-", "start+", "unknown", "joined"];
    expect(entries).toEqual([
      ...names.map((name) => [at("drives/one.csv"), name]),
      ...names.map((name) => [at("drives/two.csv.gz"), name]),
    ]);
    expect(Object.keys(result.total)).toEqual(["none", "start-", "start+", "unknown", "joined"]);
    for (const entry of [...result.files, ...Object.values<object>(result.total)] as Record<string, unknown>[]) {
      for (const estimator of ["bms", "counter", "ekf"])
        expect(Object.keys(entry[estimator] as object)).toEqual(FIGURES);
      expect(entry).toMatchObject(entry["bms"] as object);
    }
    expect(result.total.none.rmse).toBeLessThan(0.1); // a fraction, not percent
    expect(result.total["start-"].counter.rmse).toBeGreaterThan(0.15);
    expect(result.skipped).toEqual([]);
  });

  test("all together is the worst of the four ways, file by file", async () => {
    const said = await bms(
      "score",
      "--cell",
      "NMC",
      "--capacity",
      "3",
      at("two.csv"),
      "--perturb",
      "together",
      "--json",
    );
    const { files } = JSON.parse(said.stdout) as {
      files: { perturbation: string; ekf: { rmse: number }; rmse: number }[];
    };
    const [worst] = files.filter(({ perturbation }) => perturbation === "all");
    const ways = files.filter(({ perturbation }) => perturbation !== "all");
    expect(ways).toHaveLength(4);
    expect(worst!.rmse).toBe(Math.max(...ways.map(({ rmse }) => rmse)));
    expect(worst!.ekf.rmse).toBe(Math.max(...ways.map(({ ekf }) => ekf.rmse)));
  });

  test("a recording that cannot be read is skipped, said, and code 1", async () => {
    const words = ["score", "--cell", "NMC", "--capacity", "3", "--perturb", "none", "--json"];
    const said = await bms(...words, at("two.csv"), at("broken.csv"));
    expect(said.status).toBe(1);
    expect(said.stderr).toMatch(/^bms: skipped: .*broken\.csv:3: voltage_v is not a number: "volt"\n$/);
    expect(JSON.parse(said.stdout).skipped).toHaveLength(1);
    expect(JSON.parse(said.stdout).files).toHaveLength(1);
  });
});

describe("one line, code 2:", () => {
  test.each([
    [["score", "x.csv"], /say with --cell/],
    [["score", "--cell", "lg-18650hg", "x.csv"], /neither a file nor a known cell.*lg-18650hg2/],
    [["score", "--cell", "NMC", "--perturb", "gian", "x.csv"], /--perturb gian is unknown.*gain/],
    [["score", "--cell", "NMC", "--start", "2", "x.csv"], /--start must be a number from 0 to 1/],
    [["score", "--cell", "NMC", at("missing.csv")], /there is no file .*missing\.csv/],
    [["score", "--cell", "NMC", at("empty")], /has no recordings/],
    [["score", "--cell", "NMC", at("broken.csv")], /voltage_v is not a number/],
    [["score", "--cell", "NMC", "--perturb", "none", at("two.csv")], /does not go to empty.*--capacity/],
    [["fit", at("two.csv"), "-o", at("no.yaml")], /cannot identify the capacity: there is no slow sweep/],
    [["fit", at("sweep.csv"), "-o", at("no.yaml")], /cannot identify the resistance/],
    [
      ["fit", at("two.csv"), "-o", at("no.yaml"), "--capacity", "3"],
      /cannot identify the rest voltage: there is no slow sweep/,
    ],
  ])("bms %s", async (words, pattern) => {
    const said = await bms(...words);
    expect(said.status).toBe(2);
    expect(said.stderr).toMatch(pattern);
    expect(said.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(said.stdout).toBe("");
  });
});

describe("from recordings to a device", () => {
  test("bms fit writes a cell and draws it, the cell fills settings, and scores better than its chemistry", {
    timeout: 60_000,
  }, async () => {
    const drive = drivenRecording("NMC", 3, 1, 0.05, 7);
    writeRecording(at("drive.csv"), drive);
    const fitted = await bms(
      "fit",
      at("sweep.csv"),
      at("drive.csv"),
      "-o",
      at("cell.yaml"),
      "--quiet",
      "--plot",
      at("cell.svg"),
    );
    expect([fitted.status, fitted.stderr]).toEqual([0, ""]);
    expect(fitted.stdout).toMatch(/cell: (2\.99|3\.00)\d* Ah/);
    expect(readFileSync(at("cell.svg"), "utf8")).toContain("What the model misses under load");
    const settings = await bms("settings", "print", "--preset", at("cell.yaml"), "--cells", "14", "--yaml");
    writeFileSync(at("pack.yaml"), settings.stdout);
    expect((await bms("settings", "validate", at("pack.yaml"))).status).toBe(0);
    const rmse = async (cell: string): Promise<number> => {
      const words = ["score", "--cell", cell, "--capacity", "3", "--perturb", "none", "--json", at("two.csv")];
      return JSON.parse((await bms(...words)).stdout).total.none.ekf.rmse;
    };
    expect(await rmse(at("cell.yaml"))).toBeLessThan(await rmse("NMC"));
  });
});
