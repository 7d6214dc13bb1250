// What a plot draws: each value where it was, nothing across a gap, and the same numbers in a spreadsheet.

import { describe, expect, test } from "vitest";
import {
  type ChartData,
  chartData,
  csvOf,
  drawnRange,
  isDrawnIn,
  type Series,
  timesAround,
  valueAt,
} from "./chart-data.ts";

const S = 1e6;
const series = (name: string, times: readonly number[], values: readonly number[]): Series => ({
  name,
  time_us: times.map((time) => time * S),
  min: values.map((value) => value - 1),
  max: [...values],
});

describe("signals over common times", () => {
  test("stand side by side, largest before least, null where one has nothing", () => {
    const data = chartData([series("current_A", [1, 2], [5, 6]), series("cells_V[3]", [2, 3], [7, 8])]);
    expect(data).toEqual([
      [1, 2, 3],
      [5, 6, null],
      [4, 5, null],
      [null, 7, 8],
      [null, 6, 7],
    ]);
  });

  test("fractions are drawn in percent", () => {
    expect(chartData([series("soc", [1], [0.5])])[1]).toEqual([50]);
  });

  test("a gap has a time of its own without a value", () => {
    const [times, max] = chartData([series("current_A", [1, 2, 3, 103, 104], [1, 1, 1, 2, 2])]);
    expect(times).toEqual([1, 2, 3, 53, 103, 104]);
    expect(max).toEqual([1, 1, 1, null, 2, 2]);
  });

  test("rows ten seconds apart are no gap, also between ticks", () => {
    expect(chartData([series("current_A", [0, 0.01, 0.02, 10, 20], [1, 1, 1, 1, 1])])[0]).toHaveLength(5);
  });

  test("no signals are no data", () => {
    expect(chartData([])).toEqual([[]]);
  });
});

describe("under a cursor", () => {
  const rows = series("soc", [1, 2, 3, 4, 64, 65, 66, 67], [10, 20, 30, 40, 640, 650, 660, 670]);

  test.each([
    [0, 1],
    [1.4, 1],
    [1.6, 2],
    [5, 4],
    [63, 64],
    [68, 67],
  ])("at %d s stands the value of second %d", (at_s, second) => {
    expect(valueAt(rows, at_s * S, 0)).toMatchObject({ time_us: second * S, max: 10 * second });
  });

  test.each([-0.01, 5.01, 34, 62.99, 68.01, 1e6])("at %d s, before, behind or in a gap, stands nothing", (at_s) => {
    expect(valueAt(rows, at_s * S, 0)).toBeUndefined();
  });

  test.each([
    [74.4, 67],
    [74.6, undefined],
  ])("at %d s a point reaches as far as one and a half times what it stands for", (at_s, second) => {
    const found = valueAt(rows, at_s * S, 5 * S);
    expect(found?.time_us).toBe(second === undefined ? undefined : second * S);
  });

  test("rows beside ticks are as far apart as rows are", () => {
    const ticks = Array.from({ length: 20 }, (_, i) => 100 + i / 100);
    const mixed = series("soc", [...ticks, 101, 102, 103, 104, 105, 106, 107], new Array(27).fill(1));
    expect(valueAt(mixed, 104.5 * S, 0)).toBeDefined();
    expect(valueAt(mixed, 99.95 * S, 0)).toBeUndefined();
  });

  test("without points there is no value", () => {
    expect(valueAt(series("soc", [], []), 0, S)).toBeUndefined();
  });
});

test.each([
  ["a point", 0.5, 1.5, true],
  ["the line between two points", 1.2, 1.4, true],
  ["nothing before the first", 0, 0.9, false],
  ["nothing behind the last", 105.1, 106, false],
  ["nothing in a gap", 4, 99, false],
] as const)("a plot shows %s", (_, from_s, to_s, isDrawn) => {
  const rows = series("soc", [1, 2, 3, 103, 104, 105], [1, 1, 1, 1, 1, 1]);
  expect(isDrawnIn(rows, { from_us: from_s * S, to_us: to_s * S })).toBe(isDrawn);
});

describe("the axis of values reaches as far as what is drawn", () => {
  const data: ChartData = [
    [1, 2, 3, 4],
    [10, 20, 30, null],
    [0, 10, 20, null],
  ];

  test.each([
    ["points", 1, 3.5, [0, 30]],
    ["a point, and lines at the edges", 1.5, 2.5, [5, 25]],
    ["lines where there is no point between", 2.4, 2.6, [14, 26]],
    ["nothing behind the last", 3.1, 3.9, undefined],
    ["nothing before the first", 0, 0.5, undefined],
  ] as const)("%s", (_, from_s, to_s, range) => {
    const found = drawnRange(data, from_s, to_s);
    if (range === undefined) expect(found).toBeUndefined();
    else for (const end of [0, 1] as const) expect(found![end]).toBeCloseTo(range[end], 9);
  });
});

test("times of a view come with the nearest on either side, also where it has none of its own", () => {
  const rows = [series("soc", [1, 2, 4], [0, 0, 0]), series("current_A", [1, 3], [0, 0])];
  expect(timesAround(rows, { from_us: 2 * S, to_us: 3 * S })).toEqual([1 * S, 2 * S, 3 * S]);
  expect(timesAround(rows, { from_us: 2.1 * S, to_us: 2.9 * S })).toEqual([2 * S, 3 * S]);
  expect(timesAround(rows, { from_us: 0, to_us: 9 * S })).toHaveLength(4);
  expect(timesAround([], { from_us: 0, to_us: 9 * S })).toEqual([]);
});

test("a spreadsheet gets the view and what is next to it, UTC to the microsecond, cells counted from 1, units, and an empty field where there is nothing", () => {
  const rows = [series("cells_V[0]", [1.000001, 2, 3, 4], [5, 6, 7, 8]), series("soc", [2], [1])];
  const text = csvOf(rows, { from_us: 1.5 * S, to_us: 2.5 * S });
  expect(text).toBe(
    "time,cells_V 1 min (V),cells_V 1 max (V),soc min (0 to 1),soc max (0 to 1)\r\n" +
      "1970-01-01T00:00:01.000001Z,4,5,,\r\n" +
      "1970-01-01T00:00:02.000000Z,5,6,0,1\r\n" +
      "1970-01-01T00:00:03.000000Z,6,7,,\r\n",
  );
});
