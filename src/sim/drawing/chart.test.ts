// Promises of charts: every curve is drawn where its numbers are, gaps stay gaps, words are safe in XML.

import { expect, test } from "vitest";
import { renderChart, temperatureColors } from "./chart.ts";

const panel = (y: readonly number[]) => ({
  title: "a < b & c",
  xTitle: "x",
  yTitle: "y",
  curves: [{ label: "one", color: "#123456", x: [0, 1, 2, 3], y }],
});

test("a curve has as many points as numbers, and a gap lifts the pen", () => {
  const path = (y: readonly number[]) =>
    /<path d="([^"]*)" fill="none" stroke="#123456"/.exec(renderChart("t", "s", [panel(y)]))![1];
  expect(path([1, 2, 3, 4])!.match(/[ML]/g)!.join("")).toBe("MLLL");
  expect(path([1, 2, Number.NaN, 4])!.match(/[ML]/g)!.join("")).toBe("MLM");
});

test("the largest value stands above the least", () => {
  const path = /<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)/.exec(
    renderChart("t", "s", [{ ...panel([0, 5]), curves: [{ label: "", color: "#000", x: [0, 1], y: [0, 5] }] }]),
  )!;
  expect(Number(path[4])).toBeLessThan(Number(path[2]));
  expect(Number(path[3])).toBeGreaterThan(Number(path[1]));
});

test("words are escaped", () => {
  expect(renderChart("t", "s", [panel([1, 2, 3, 4])])).toContain("a &lt; b &amp; c");
});

test("colours go from cold to warm, one for each row", () => {
  expect(temperatureColors(3)).toEqual(["#1a4fa0", "#e0a020", "#7a1530"]);
  expect(temperatureColors(1)).toHaveLength(1);
});
