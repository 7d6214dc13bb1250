// What the command line answers to what people type: run in this process, with what it prints caught.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { runCommandLine } from "./program.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "bms-mini-words-"));
afterAll(() => rmSync(FOLDER, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

async function bms(...words: readonly string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const caught = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      caught[name] += String(text);
      return true;
    });
  }
  const status = await runCommandLine(words);
  vi.restoreAllMocks();
  return { status, ...caught };
}

describe("what cannot be done is told in one line, with code 2 and nothing changed:", () => {
  test.each([
    [["fly"], /unknown command 'fly'/],
    [["rum"], /Did you mean run/],
    [["run", "--sped", "2"], /unknown option '--sped'.*--speed/],
    [["run", "--speed", "0"], /--speed must be a number from 0\.01 to 100000, not "0"/],
    [["run", "--speed", "0x10"], /--speed must be a number from 0\.01 to 100000, not "0x10"/],
    [["run", "--speed", "fast"], /--speed must be a number/],
    [["run", "--speed"], /'--speed <n>' argument missing/],
    [["run", "--tick", "0.5"], /--tick must be a number from 1 to 100/],
    [["run", "--seed", "1.5"], /--seed must be a whole number/],
    [["run", "--duration", ""], /--duration must be a number/],
    [["run", "--all"], /--all goes with --json/],
    [["run", "extra"], /too many arguments/],
    [["run", "--settings", "/nowhere/pack.yaml"], /there is no \/nowhere\/pack\.yaml/],
    [["run", "--scenario", "no-such-scenario"], /there is no scenario "no-such-scenario"/],
    [["run", "--data", "/dev/null/data"], /cannot write to the data folder \/dev\/null\/data/],
    [["run", "--data", "/proc/x"], /cannot write to the data folder \/proc\/x: .*choose another with --data/],
    [["run", "--data", "/proc/x/y/z", "--duration", "1"], /cannot write to the data folder \/proc\/x\/y\/z/],
    [["run", "--data", ""], /--data needs a folder/],
    [["run", "--scenario", "/"], /cannot read \/: EISDIR/],
    [["sim", "/"], /cannot read \/: EISDIR/],
    [["sim", "--list", "foo"], /--list names all scenarios; it goes without "foo"/],
    [["sim", "year-of-storage", "--plot", "/nowhere/x.svg"], /--plot: there is no folder \/nowhere/],
    [["sim", "year-of-storage", "--plot", "x.png"], /--plot draws SVG: the name must end in \.svg, is "x\.png"/],
    [["sim", "year-of-storage", "--plot", "/dev/null/x.svg"], /--plot: \/dev\/null is not a folder/],
    [["drive", "none.csv", "--plot", "/nowhere/x.svg"], /--plot: there is no folder \/nowhere/],
    [["drive", "none.csv", "--plot", ".svg"], /--plot draws SVG/],
    [["wiring", "--cells", "8", "--svg", "/nowhere/x.svg"], /--svg: there is no folder \/nowhere/],
    [["wiring", "--cells", "8", "--svg", "x"], /--svg draws SVG/],
    [["settings"], /needs a command/],
    [["settings", "print", "--preset", "lfpx"], /there is no preset "lfpx"; there are .*LFP/],
    [["settings", "print", "--cells", "19"], /battery\.cells must be 6 to 18/],
    [["settings", "print", "--cells", "many"], /--cells must be a number, not "many"/],
    [["settings", "print", "--json", "--yaml"], /either --json or --yaml/],
    [["settings", "print", "--data", "/nowhere"], /there is no data of a device in \/nowhere/],
    [["settings", "validate"], /missing required argument 'file'/],
    [["settings", "validate", "/nowhere.yaml"], /there is no \/nowhere\.yaml/],
    [["log", "export", "--frmat", "csv"], /see "bms log export --help"/],
    [["wiring"], /--cells/],
  ])("bms %j", async (args, told) => {
    const { status, stdout, stderr } = await bms(...args);
    expect(stderr).toMatch(told);
    expect(stderr).toMatch(/^bms: [^\n]+\n$/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(readdirSync(FOLDER)).toEqual([]);
  });
});

test.each([
  ["--help"],
  ["run", "--help"],
  ["settings", "--help"],
  ["settings", "print", "--help"],
  ["presets", "--help"],
  ["wiring", "--help"],
  ["help", "run"],
])("bms %s %s %s explains itself", async (...args) => {
  const { status, stdout, stderr } = await bms(...args.filter((word) => word !== undefined));
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^Usage: bms/);
});

test("a preset is found in any case", async () => {
  const { status, stdout } = await bms("settings", "print", "--preset", "lto", "--json");
  expect([status, JSON.parse(stdout)["battery.chemistry"]]).toEqual([0, "LTO"]);
});

test("a violation of what the file does not name has no line", async () => {
  const file = join(FOLDER, "derived.yaml");
  writeFileSync(file, "protections.overvoltage.limit_V: 3.0\n");
  const { violations } = JSON.parse((await bms("settings", "validate", file, "--json")).stdout);
  expect(violations.length).toBeGreaterThan(0);
  const lines = violations.flatMap((found: object) => ("line" in found ? [found.line] : []));
  expect(lines.length).toBeLessThan(violations.length);
  expect(lines).not.toContain(0);
  rmSync(file);
});

test("bms --version prints the version of the package", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect((await bms("--version")).stdout).toBe(`${version}\n`);
});

test("a good file is told with the pack it describes, a bad one with every line", async () => {
  const file = join(FOLDER, "pack.yaml");
  writeFileSync(file, "battery:\n  cells: 13\n  chemistry: NMC\n");
  expect((await bms("settings", "validate", file)).stdout).toMatch(/pack\.yaml: ok: 13 NMC cells of 100 Ah/);
  writeFileSync(file, "battery:\n  cells: 33\nfan: 1\n");
  const { status, stdout, stderr } = await bms("settings", "validate", file);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr.split("\n").map((line) => line.replace(FOLDER, ""))).toEqual([
    "/pack.yaml:2: battery.cells: must be 6 to 18, is 33",
    "/pack.yaml:3: fan: there is no such setting",
    "",
  ]);
  const { violations } = JSON.parse((await bms("settings", "validate", file, "--json")).stdout);
  expect(violations[0]).toEqual({ setting: "battery.cells", reason: "must be 6 to 18, is 33", line: 2 });
});
