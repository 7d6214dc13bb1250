// Settings in words, and numbers as people type them.
import { expect, test } from "vitest";
import type { CurveRow, GridRow, NumberRow } from "../../model/rows.ts";
import { SETTING_BY_NAME, SETTING_LIST } from "../../model/settings.ts";
import { judgeValue } from "../../model/values.ts";
import { differenceText, numberProblem, plain, rangeText, readNumber, stepped, titleOf, valueText } from "./words.ts";

const setting = (name: string) => SETTING_BY_NAME.get(name)!;
const row = (name: string) => setting(name).row;

test.each([
  ["protections.overvoltage.setDelay_ms", "Set delay"],
  ["inputs.assignment1", "Assignment 1"],
  ["cellModel.heatCapacity_J_per_K", "Heat capacity"],
  ["socEstimation.ocv", "OCV"],
])("%s is titled %s", (name, title) => {
  expect(titleOf(name)).toBe(title);
});

test.each([
  ["3.65", 3.65],
  ["3,65", 3.65],
  [" -12 ", -12],
  ["−12", -12], // a true minus sign
  ["1e-3", 0.001],
  ["3.", 3],
  ["", undefined],
  ["-", undefined],
  ["3.4.5", undefined],
  ["0x10", undefined],
  ["Infinity", undefined],
])("%j is read as %s", (text, number) => {
  expect(readNumber(text)).toBe(number);
});

test.each([
  ["10,000", "can be read in two ways: write 10000 or 10.000"],
  ["1,000", "can be read in two ways: write 1000 or 1.000"],
  [" -1,250 ", "can be read in two ways: write -1250 or -1.250"],
  ["1,000e3", "can be read in two ways: write 1000e3 or 1.000e3"],
  ["", "must be a number"],
  ["1,000,000", "must be a number"],
])("a comma that could part thousands is refused with how to write it: %j %s", (text, problem) => {
  expect(readNumber(text)).toBeUndefined();
  expect(numberProblem(text)).toBe(problem);
});

test.each([
  ["1,0", 1],
  ["3,65", 3.65],
  ["10,0000", 10],
  ["10000", 10_000],
  ["10.000", 10],
  [",125", 0.125],
])("any other comma is a decimal one: %s is %d", (text, number) => {
  expect(readNumber(text)).toBe(number);
});

test("a step goes to the next round figure and not beyond the range", () => {
  const limit = row("protections.overvoltage.limit_V") as NumberRow;
  expect(stepped(limit, 3.65, 1)).toBe(3.66);
  expect(stepped(limit, 3.654, -1)).toBe(3.64);
  expect(stepped(limit, limit.max, 10)).toBe(limit.max);
  const cells = row("battery.cells") as NumberRow;
  expect(stepped(cells, 16, 1)).toBe(17);
  expect(stepped(cells, 18, 1)).toBe(18);
});

test("every number steps up from its default or stands at its end, and stays allowed", () => {
  for (const { name, row: each } of SETTING_LIST) {
    if (each.kind !== "number" && each.kind !== "integer") continue;
    const next = stepped(each, each.default, 1);
    expect(judgeValue(each, next), name).toBeUndefined();
    expect(next > each.default || next === each.max, name).toBe(true);
  }
});

test("values and ranges stand with their unit, fractions as they are given", () => {
  expect(valueText(setting("protections.overvoltage.limit_V"), 3.65)).toBe("3.65 V");
  expect(valueText(setting("charge.enable"), true)).toBe("on");
  expect(valueText(setting("user.address"), "")).toBe("(empty)");
  expect(rangeText(row("battery.cells"))).toBe("6 to 18");
  expect(rangeText(row("heater.minimum_degC"))).toContain("°C");
  expect(rangeText(row("socEstimation.fullCurrentRatio"))).toBe("0.005 to 0.5 (1 is all)");
  expect(plain(0.1 + 0.2)).toBe("0.3");
});

test("a changed curve or grid is told by where it differs", () => {
  const curve = row("chargeMap.voltageFactor") as CurveRow;
  const from = { x: [3.4, 3.5, 3.6], y: [1, 0.5, 0] };
  expect(differenceText(curve, from, { x: [3.4, 3.5, 3.6], y: [1, 0.4, 0] })).toBe("3.5 V: 0.5 → 0.4");
  expect(differenceText(curve, from, { x: [3.4, 3.6], y: [1, 0] })).toBe("other points: 3 values → 2 values");
  const ocv = row("socEstimation.ocv") as GridRow;
  const grid = { x: [0, 1], y: [0, 25], z: [3, 3.4, 3, 3.4] };
  expect(differenceText(ocv, grid, { ...grid, z: [3, 3.4, 3, 3.5] })).toBe("1, 25 °C: 3.4 V → 3.5 V");
  expect(differenceText(ocv, grid, { ...grid, z: [1, 2, 4, 5] })).toMatch(/^0, 0 °C: 3 V → 1 V; .*; and 1 more$/);
});
