// Promises of cells: whoever takes an identified cell for one of another size is told more doubt, not less.

import { describe, expect, test } from "vitest";
import { anotherCell, type Cell, cellSettings } from "./cell.ts";

const CELL: Cell = {
  title: "identified",
  chemistry: "NMC",
  capacity_Ah: 2.8,
  columns: { voltageError_V: 0.003, resistanceError: 0.15 },
};

describe("how surely a capacity is that of another cell", () => {
  test.each([
    [2.8, 0], // the cell
    [2.3, 0], // the cell, aged to 82 %
    [14, 0], // five in parallel
    [12.5, 0], // five in parallel, aged
    [2.0, 1], // 71 %: no cell is sold that old
    [4.0, 1], // between one and two of them
  ])("%f Ah for a cell of 2.8 Ah: %f", (capacity_Ah, another) => {
    expect(anotherCell(2.8, capacity_Ah)).toBeCloseTo(another, 6);
  });
});

test("another cell of the kind has a rest voltage and a resistance that are doubted as makers differ", () => {
  const own = cellSettings(CELL, 6);
  const other = cellSettings(CELL, 6, 2);
  expect(own["cellModel.voltageError_V"]).toBe(0.003);
  expect(other["cellModel.voltageError_V"]).toBeGreaterThan(0.045);
  expect(own["cellModel.resistanceError"]).toBe(0.15);
  expect(other["cellModel.resistanceError"]).toBeGreaterThan(0.5);
  expect(cellSettings(CELL, 6, 14)["cellModel.voltageError_V"]).toBe(0.003);
});
