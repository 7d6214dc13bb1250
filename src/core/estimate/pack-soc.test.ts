// The four rules that make one figure of the cells, and the shown part of the range.
import fc from "fast-check";
import { expect, test } from "vitest";
import { makeBench, makeSettings, type Overrides } from "../../../tests/estimator/bench.ts";
import { mergeCells } from "./pack-soc.ts";

function merged(rule: string, socs: readonly number[], overrides: Overrides = {}): number {
  const bms = makeBench(makeSettings("LFP", socs.length, 100, { "socEstimation.merge": rule, ...overrides }));
  bms.estimate.cellSoc.set(socs);
  bms.estimate.cellCapacity_Ah.fill(100, 0, socs.length);
  bms.estimate.cellSocBound.fill(0.02, 0, socs.length);
  mergeCells(bms);
  return bms.estimate.soc;
}

test.each([
  ["minimal", [0.4, 0.5, 0.9], 0.4],
  ["average", [0.4, 0.5, 0.9], 0.6],
  ["minMax", [0.4, 0.5, 0.9], 0.8], // 0.4 / (1 - (0.9 - 0.4))
  ["maxMin", [0.4, 0.5, 0.9], 0.6], // 0.9 / (1 + (0.9 - 0.4))
  ["minMax", [0.5, 0.7, 1], 1], // full as soon as any cell is
  ["minMax", [0, 0.3, 0.5], 0], // empty as soon as any cell is
  ["maxMin", [0.5, 0.7, 1], 2 / 3], // not full before all are
  ["maxMin", [0, 0.3, 0.5], 1 / 3], // not empty before all are
  ["minimal", [1, 1, 1], 1],
  ["average", [1, 1, 1], 1],
  ["minMax", [1, 1, 1], 1],
  ["maxMin", [1, 1, 1], 1],
  ["minimal", [0, 0, 0], 0],
  ["average", [0, 0, 0], 0],
  ["minMax", [0, 0, 0], 0],
  ["maxMin", [0, 0, 0], 0],
  ["minMax", [0, 0.5, 1], 0], // one full, one empty: nothing to take
] as const)("%s of %j is %f", (rule, socs, result) => {
  expect(merged(rule, socs)).toBeCloseTo(result, 12);
});

test("cells that agree are the battery, by every rule", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("minimal", "average", "minMax", "maxMin"),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (rule, soc) => {
        expect(merged(rule, [soc, soc, soc, soc])).toBeCloseTo(soc, 9);
      },
    ),
  );
});

test("every rule stays within 0 and 1 and rises with each cell", () => {
  const socs = fc.array(fc.double({ min: 0, max: 0.99, noNaN: true }), { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom("minimal", "average", "minMax", "maxMin"), socs, fc.nat(5), (rule, before, index) => {
      const after = before.map((soc, cell) => (cell === index ? soc + 0.01 : soc));
      const low = merged(rule, before);
      const high = merged(rule, after);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(high).toBeGreaterThanOrEqual(low - 1e-12);
    }),
  );
});

test.each([
  [0.1, 0],
  [0.5, 0.5],
  [0.9, 1],
  [0.05, 0], // below the shown range
  [0.95, 1],
  [0.3, 0.25],
])("with 10 to 90 %% shown as 0 to 100 %%, %f is shown as %f", (internal, shown) => {
  const scaled = { "socEstimation.scale": true, "socEstimation.scaleLow": 0.1, "socEstimation.scaleHigh": 0.9 };
  expect(merged("average", [internal, internal], scaled)).toBeCloseTo(shown, 12);
});

test("the bound widens with the scale and with a spread that both ends share", () => {
  const bms = makeBench(makeSettings("LFP", 2, 100, { "socEstimation.merge": "minMax" }));
  bms.estimate.cellSoc.set([0.4, 0.6]);
  bms.estimate.cellCapacity_Ah.fill(100, 0, 2);
  bms.estimate.cellSocBound.fill(0.02, 0, 2);
  mergeCells(bms);
  expect(bms.estimate.socBound).toBeCloseTo(0.025, 9); // 2 % over the 80 % that the string can use
  expect(bms.estimate.mostDischargedCell).toBe(0);
  expect(bms.estimate.dod).toBeCloseTo(0.5, 9);
});
