// Promises of cell files: what is written reads the same, shipped cells are cells a device takes, and what is wrong is told
// in one line with its column.

import { describe, expect, test } from "vitest";
import { cellSettings } from "../model/cell.ts";
import { createSettings } from "../model/settings.ts";
import { changeSettings } from "../model/validation.ts";
import { cellText, findCell, readCell, shippedCells } from "./cell-file.ts";

const CELL = {
  title: 'A "test" cell',
  chemistry: "NMC",
  capacity_Ah: 3,
  columns: {
    source: "made up: for tests",
    resistance_OhmAh: 0.05,
    exchangeRate: { x: [0, 25], y: [2, 9] },
    resistanceRatio: { x: [0, 1], y: [0, 25], z: [2, 2.5, 1, 1.2] },
    limits: { undervoltage_V: 2.6 },
  },
} as const;

test("what is written reads the same", () => {
  expect(readCell(cellText(CELL, ["a note"]), "x.yaml")).toEqual(CELL);
});

test.each(shippedCells().map((name) => [name]))("a device takes the shipped cell %s for 6 and 14 cells", (name) => {
  for (const cells of [6, 14]) {
    const changed = changeSettings(createSettings(), cellSettings(findCell(name)!, cells));
    expect(changed.ok ? [] : changed.violations).toEqual([]);
  }
});

test("a cell fills what it knows, its chemistry the rest", () => {
  const changed = changeSettings(createSettings(), cellSettings(CELL, 14));
  if (!changed.ok) throw new Error(JSON.stringify(changed.violations));
  const { battery, cellModel, protections } = changed.settings;
  expect(battery.resistance_Ohm).toBeCloseTo(0.05 / 3, 6);
  expect(cellModel.exchangeRate).toEqual(CELL.columns.exchangeRate);
  expect(protections.undervoltage.limit_V).toBe(2.6);
  expect(protections.overvoltage.limit_V).toBeGreaterThan(4.1);
});

describe("one line for", () => {
  const good = cellText(CELL, []);
  test.each([
    ["no record", "- 1", "must be a record"],
    ["an unknown chemistry", good.replace("NMC", "NMX"), "chemistry must be one of"],
    ["no capacity", good.replace("capacity_Ah: 3", "capacity_Ah: 0"), "capacity_Ah must be above 0"],
    ["an unknown column", good.replace("exchangeRate", "exchangeRat"), "there is no column exchangeRat; did you mean"],
    ["a word for a number", good.replace("0.05", "low"), "resistance_OhmAh must be a number"],
    ["a table of the wrong size", good.replace("[2, 9]", "[2]"), "exchangeRate has 1 values for 2 places"],
    ["a value no device takes", good.replace("[2, 9]", "[2, 9000]"), "cellModel.exchangeRate"],
    ["broken YAML", "title: [", "x.yaml:"],
  ])("%s", (_what, text, words) => {
    expect(() => readCell(text, "x.yaml")).toThrow(words);
    expect(() => readCell(text, "x.yaml")).not.toThrow("\n");
  });
});
