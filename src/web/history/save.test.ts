// Words and keys on a saved picture: nothing is cut off.

import { expect, test } from "vitest";
import { inRows } from "./save.ts";

test.each([
  [[30, 30, 30], 100, [0, 0, 1]],
  [[30, 30, 30], 110, [0, 0, 0]],
  [[200, 30], 100, [0, 1]],
  [[30, 200, 30], 100, [0, 1, 2]],
])("parts of widths %j stand within %d in rows %j", (widths, width, rows) => {
  const placed = inRows(widths, (each) => each, 10, width);
  expect(placed.map(({ row }) => row)).toEqual(rows);
  for (const { of, x } of placed) expect(x === 0 || x + of <= width).toBe(true);
});
