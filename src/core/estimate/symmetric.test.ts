// The small helpers of the fits: the inverse of a symmetric matrix, and the middle one of the cells.
import { expect, test } from "vitest";
import { middleOf, takeMiddleOff } from "./middle.ts";
import { invert } from "./symmetric.ts";

test("a matrix times its inverse is one", () => {
  const a = Float64Array.of(4, 1, -2, 5, 0.5, 6);
  const p = new Float64Array(6);
  invert(a, p);
  const full = (m: Float64Array): number[][] => [
    [m[0], m[1], m[2]],
    [m[1], m[3], m[4]],
    [m[2], m[4], m[5]],
  ];
  const [left, right] = [full(a), full(p)];
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++) {
      const sum = left[i].reduce((total, value, k) => total + value * right[k][j], 0);
      expect(sum).toBeCloseTo(i === j ? 1 : 0, 12);
    }
});

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[1, 1, 1, 9, 1], 1],
  [[-5], -5],
])("the middle of %j is %f", (values, middle) => {
  const sorted = new Float64Array(18);
  expect(middleOf(sorted, Float64Array.from(values), values.length)).toBe(middle);
  const differences = Float64Array.from(values);
  takeMiddleOff(sorted, differences, values.length);
  expect([...differences]).toEqual(values.map((value) => value - middle));
});
