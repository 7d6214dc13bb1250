// Settings files on disk, with the cells they name.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readSettingsFile } from "./settings-file.ts";

const folder = mkdtempSync(join(tmpdir(), "settings-file-"));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (text: string) => {
  const path = join(folder, "pack.yaml");
  writeFileSync(path, text);
  return readSettingsFile(path);
};

describe("a file that names a cell", () => {
  test("gets the cell's model for its own cells and capacity, and what it says itself stands above", () => {
    const file = read("cell: a123-26650\nbattery: {cells: 8, capacity_Ah: 20}\ncellModel: {slowTime_s: 99}\n");
    if (!file.ok) throw new Error(JSON.stringify(file.violations));
    const { battery, cellModel } = file.settings;
    expect([battery.chemistry, battery.cells, battery.capacity_Ah]).toEqual(["LFP", 8, 20]);
    expect(battery.resistance_Ohm).toBeCloseTo(0.0198 / 20, 4);
    expect(cellModel.slowTime_s).toBe(99);
    expect(cellModel.resistanceRatio.x.length).toBeGreaterThan(8);
  });

  test("without a capacity has the cell's", () => {
    const file = read("cell: lg-18650hg2\n");
    expect(file.ok && file.settings.battery.capacity_Ah).toBe(2.778);
  });

  test("that is not there is told with its line", () => {
    const file = read("battery: {cells: 8}\ncell: a123\n");
    expect(file.ok ? [] : file.violations).toEqual([
      expect.objectContaining({
        setting: "cell",
        line: 2,
        reason: expect.stringContaining("there is no cell file a123"),
      }),
    ]);
  });
});
