// bms wiring and bms presets as a person meets them: what they print, what they write, and what they refuse.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { cellWiring } from "../model/headers.ts";
import { presetsText, registerPresets } from "./presets.ts";
import { UsageError } from "./usage-error.ts";
import { registerWiring, wiringText } from "./wiring.ts";

let printed = "";
let folder = "";

beforeEach(() => {
  printed = "";
  folder = mkdtempSync(join(tmpdir(), "bms-wiring-"));
  vi.spyOn(process.stdout, "write").mockImplementation((words) => {
    printed += String(words);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function bms(...words: string[]): string {
  const program = new Command("bms").exitOverride();
  registerWiring(program);
  registerPresets(program);
  program.parse(words, { from: "user" });
  return printed;
}

describe("bms wiring", () => {
  test("prints the pins of an 8-cell battery in the order of connection", () => {
    const lines = bms("wiring", "--cells", "8", "--thermistors", "2").split("\n");
    expect(lines[2]).toBe("X8, battery cells: connect C0 to B- first, then follow the order.");
    expect(lines.slice(3, 6)).toEqual([
      "order  pin  input  goes to",
      "    1    1  C0     B-, the minus of cell 1",
      "    2   12  C1     plus of cell 1",
    ]);
    expect(lines).toContain("    9    5  C8     plus of cell 8");
    expect(lines).toContain("   10   16  C9     plus of cell 8, the top cell (input not used)");
    expect(lines).toContain("   20    2  VBAT-  B-");
    expect(lines).toContain("   21    1  VBAT+  B+, the plus of cell 8");
    expect(lines).toContain("         2  8 (TEMP2)   2 (TEMPG2)  cell 6");
  });

  test.each(Array.from({ length: 13 }, (_, i) => i + 6))(
    "with %i cells prints 19 cell wires and no blank at a line's end",
    (cells) => {
      const text = wiringText(cellWiring(cells, 6));
      expect(text.match(/^ +\d+ +\d+ +C\d+ /gm)).toHaveLength(19);
      expect(text).not.toMatch(/[ \t]$/m);
      expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    },
  );

  test("prints the same as JSON", () => {
    expect(JSON.parse(bms("wiring", "--cells", "16", "--thermistors", "4", "--json"))).toEqual(cellWiring(16, 4));
  });

  test("draws the plan into a file", () => {
    const file = join(folder, "plan.svg");
    bms("wiring", "--cells", "12", "--svg", file);
    expect(readFileSync(file, "utf8")).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  });

  test.each([
    [["--cells", "5"], /--cells must be a whole number from 6 to 18, not "5"/],
    [["--cells", "19"], /from 6 to 18, not "19"/],
    [["--cells", "8.0"], /not "8.0"/],
    [["--cells", "1e1"], /not "1e1"/],
    [["--cells", "eight"], /not "eight"/],
    [["--cells", ""], /not ""/],
    [[], /needs --cells/],
    [["--cells", "8", "--thermistors", "0"], /--thermistors must be a whole number from 1 to 6, not "0"/],
    [["--cells", "8", "--thermistors", "7"], /not "7"/],
  ] as const)("refuses %j in one line", (words, message) => {
    expect(() => bms("wiring", ...words)).toThrow(UsageError);
    expect(() => bms("wiring", ...words)).toThrow(message);
    expect(printed).toBe("");
  });

  test("says which file it cannot write, and prints nothing then", () => {
    const file = join(folder, "missing", "plan.svg");
    expect(() => bms("wiring", "--cells", "8", "--svg", file)).toThrow(/^--svg: there is no folder .*missing$/);
    expect(existsSync(file)).toBe(false);
    expect(printed).toBe("");
  });
});

describe("bms presets", () => {
  test("lists every chemistry with its limits", () => {
    const lines = bms("presets").split("\n");
    expect(lines.find((line) => line.startsWith("LFP "))?.split(/ {2,}/)).toEqual([
      "LFP",
      "3.20 V",
      "2.50 V",
      "3.55 V",
      "3.75 V",
      "3.40 V",
      "0..50 degC",
      "-20..60 degC",
    ]);
    for (const name of ["LiFeYPO4", "LCO", "LMO", "NMC", "NCA", "LTO"])
      expect(lines.filter((line) => line.startsWith(`${name} `))).toHaveLength(1);
  });

  test.each(["LTO", "lto", "lifeypo4", "NMC"])("tells all about %s, with its sources", (name) => {
    const text = presetsText(name, false);
    expect(text).toMatch(/overvoltage +\d\.\d\d V +clears at \d\.\d\d V/);
    expect(text).toMatch(/\nSources\n {2}Voltage/);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test("prints everything as JSON", () => {
    expect(Object.keys(JSON.parse(presetsText(undefined, true)))).toEqual([
      "LFP",
      "LiFeYPO4",
      "LCO",
      "LMO",
      "NMC",
      "NCA",
      "LTO",
    ]);
    expect(JSON.parse(bms("presets", "nca", "--json")).limits.overvoltage_V).toBe(4.25);
  });

  test("names those there are when asked for another", () => {
    expect(() => bms("presets", "NiMH")).toThrow(
      new UsageError('there is no chemistry "NiMH"; there are LFP, LiFeYPO4, LCO, LMO, NMC, NCA, LTO'),
    );
  });
});
