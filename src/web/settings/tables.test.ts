// Curves and grids under a person's hands.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CurveRow, GridRow } from "../../model/rows.ts";
import { SETTING_BY_NAME } from "../../model/settings.ts";
import { judgeValue } from "../../model/values.ts";
import {
  faultOf,
  rounded,
  spanOf,
  stepIn,
  valuesOf,
  withColumn,
  withNumber,
  withoutColumn,
  withoutRow,
  withRow,
} from "./tables.ts";

const CURVE = SETTING_BY_NAME.get("chargeMap.voltageFactor")!.row as CurveRow;
const GRID = SETTING_BY_NAME.get("socEstimation.ocv")!.row as GridRow;
const curve = { x: [0, 1, 2], y: [0.1, 0.2, 0.4] };
const grid = { x: [0, 1], y: [10, 20], z: [1, 2, 3, 4] };

describe("changing", () => {
  test("a number changes that number alone, and never the table it came from", () => {
    expect(withNumber(curve, { kind: "value", row: 0, column: 1 }, 0.3)).toEqual({ x: [0, 1, 2], y: [0.1, 0.3, 0.4] });
    expect(withNumber(curve, { kind: "x", at: 2 }, 5)).toEqual({ x: [0, 1, 5], y: [0.1, 0.2, 0.4] });
    expect(withNumber(grid, { kind: "value", row: 1, column: 0 }, 9)).toEqual({ ...grid, z: [1, 2, 9, 4] });
    expect(withNumber(grid, { kind: "y", at: 0 }, 5)).toEqual({ ...grid, y: [5, 20] });
    expect([curve.y, grid.z]).toEqual([
      [0.1, 0.2, 0.4],
      [1, 2, 3, 4],
    ]);
  });

  test("a new point lies on the line, a new last one a step further", () => {
    expect(withColumn(curve, 1)).toEqual({ x: [0, 1, 1.5, 2], y: [0.1, 0.2, 0.3, 0.4] });
    expect(withColumn(curve, 2)).toEqual({ x: [0, 1, 2, 3], y: [0.1, 0.2, 0.4, 0.4] });
    expect(withColumn(grid, 0)).toEqual({ x: [0, 0.5, 1], y: [10, 20], z: [1, 1.5, 2, 3, 3.5, 4] });
    expect(withRow(grid, 0)).toEqual({ x: [0, 1], y: [10, 15, 20], z: [1, 2, 2, 3, 3, 4] });
    expect(withRow(grid, 1)).toEqual({ x: [0, 1], y: [10, 20, 30], z: [1, 2, 3, 4, 3, 4] });
  });

  test("the last point and the last row cannot be taken away", () => {
    expect(withoutColumn(curve, 0)).toEqual({ x: [1, 2], y: [0.2, 0.4] });
    expect(withoutColumn({ x: [1], y: [2] }, 0)).toEqual({ x: [1], y: [2] });
    expect(withoutColumn(grid, 1)).toEqual({ x: [0], y: [10, 20], z: [1, 3] });
    expect(withoutRow(grid, 0)).toEqual({ x: [0, 1], y: [20], z: [3, 4] });
    expect(withoutRow({ x: [0, 1], y: [10], z: [1, 2] }, 0)).toEqual({ x: [0, 1], y: [10], z: [1, 2] });
  });

  test("adding columns and rows to an allowed table leaves it allowed, up to the most there may be", () => {
    let table = GRID.default;
    for (let i = 0; i < 100; i++)
      table = withColumn(withRow(table, i % table.y.length), (7 * i) % table.x.length) as typeof table;
    expect(judgeValue({ ...GRID, xUnit: "none" }, table)).toBeUndefined();
    expect([table.x.length, table.y.length]).toEqual([64, 16]);
  });
});

describe("judging", () => {
  test("a value out of range, an axis that stands still, a voltage that does not rise: each at its own number", () => {
    expect(faultOf(CURVE, { x: [0, 1], y: [0, 2] }, { kind: "value", row: 0, column: 1 }, false)).toBe("range");
    expect(faultOf(CURVE, { x: [0, 0], y: [0, 1] }, { kind: "x", at: 1 }, false)).toBe("axis");
    const flat = { x: [0, 1], y: [25], z: [3.3, 3.3] };
    expect(faultOf(GRID, flat, { kind: "value", row: 0, column: 1 }, true)).toBe("falls");
    expect(faultOf(GRID, flat, { kind: "value", row: 0, column: 1 }, false)).toBeUndefined();
    expect(faultOf(GRID, flat, { kind: "value", row: 0, column: 0 }, true)).toBeUndefined();
  });

  test("a table without a fault at any number is an allowed value, and the other way round", () => {
    const axis = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        axis,
        fc.array(fc.double({ min: -0.5, max: 1.5, noNaN: true }), { minLength: 4, maxLength: 4 }),
        (x, y) => {
          const table = { x, y: y.slice(0, x.length) };
          const places = x.flatMap((_, at) => [
            { kind: "x", at } as const,
            { kind: "value", row: 0, column: at } as const,
          ]);
          const isFine = places.every((place) => faultOf(CURVE, table, place, false) === undefined);
          expect(judgeValue(CURVE, table) === undefined).toBe(isFine);
        },
      ),
    );
  });
});

test("a plot spans all points, with air, within what is allowed", () => {
  const span = spanOf(GRID, GRID.default);
  const all = valuesOf(GRID.default).flat();
  expect(span.y0).toBeLessThan(Math.min(...all));
  expect(span.y1).toBeGreaterThan(Math.max(...all));
  expect(span.y0).toBeGreaterThanOrEqual(GRID.min);
  expect(spanOf(CURVE, { x: [3], y: [1] })).toEqual({ x0: 2.5, x1: 3.5, y0: 0.9, y1: 1 });
});

test.each([
  [1, 0.01],
  [1.7, 0.02],
  [0.04, 0.0005],
  [100, 1],
])("in a span of %d an arrow key moves by %d", (span, step) => {
  expect(stepIn(span)).toBeCloseTo(step, 12);
});

test("rounding leaves no noise of binary fractions", () => {
  expect(rounded(0.30000000000000004, 0.01)).toBe(0.3);
  expect(rounded(3.3149, 0.005)).toBe(3.315);
});
