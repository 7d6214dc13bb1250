// Drawn-out tables give what the tables give, forwards and backwards.
import fc from "fast-check";
import { expect, test } from "vitest";
import { makeSurface, socAt, surfaceAt, surfaceOfCurve } from "./surface.ts";

const GRID = { x: [0, 0.1, 0.5, 0.9, 1], y: [0, 25], z: [2.5, 3.1, 3.25, 3.3, 3.6, 2.5, 3.2, 3.3, 3.34, 3.6] };

test.each([
  [0, 25, 2.5],
  [0.05, 25, 2.85],
  [0.3, 25, 3.25],
  [1, 25, 3.6],
  [0.1, 10, 3.14], // 40 % of the way from 0 to 25 degC
  [0.1, -30, 3.1], // colder than the table: its coldest row
  [0.1, 70, 3.2],
])("at %f and %f degC the value is %f", (soc, degC, value) => {
  expect(surfaceAt(makeSurface(GRID, true), soc, degC)).toBeCloseTo(value, 9);
});

test("beyond full and empty the ends go on with their slope", () => {
  const surface = makeSurface(GRID, true);
  expect(surfaceAt(surface, 1.02, 25)).toBeCloseTo(3.6 + 0.02 * 2.6, 6); // 0.26 V over the last tenth
  expect(surfaceAt(surface, -0.01, 25)).toBeCloseTo(2.5 - 0.01 * 7, 6);
});

test("reading backwards finds what was read forwards", () => {
  const surface = makeSurface(GRID, true);
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: -50, max: 90, noNaN: true }),
      (soc, degC) => {
        expect(socAt(surface, surfaceAt(surface, soc, degC), degC)).toBeCloseTo(soc, 6);
      },
    ),
  );
});

test("a flat or falling table is still readable backwards", () => {
  const surface = makeSurface({ x: [0, 0.5, 1], y: [25], z: [3.3, 3.3, 3.2] }, true);
  expect(socAt(surface, 3, 25)).toBe(0);
  expect(socAt(surface, 4, 25)).toBe(1);
});

test("a curve over charge alone goes with its factor over temperature, whose ends hold", () => {
  const surface = surfaceOfCurve({ x: [0, 1], y: [0.01, 0.03] }, { x: [0, 20], y: [2, 1] });
  expect(surfaceAt(surface, 0.5, -20)).toBeCloseTo(0.04, 9);
  expect(surfaceAt(surface, 0.5, 10)).toBeCloseTo(0.03, 9);
  expect(surfaceAt(surface, 0.5, 60)).toBeCloseTo(0.02, 9);
});
