// What a cell has shown between full and the end of discharge counts, whatever the rest-voltage table says; and a table that is
// another cell's is found out.
import { expect, test, vi } from "vitest";
import { charge, cycle, flow, makeString, rest, type TestString } from "../../../tests/estimator/string.ts";
import { CHEMISTRIES, type ChemistryName } from "../../model/chemistries.ts";

// Days of use in each test: minutes on a machine that others use too.
vi.setConfig({ testTimeout: 120_000 });

const TRUTH_Ah = 80;

/** NMC cells of 80 Ah that the settings call cells of another kind, of 100 Ah. */
const miscalled = (chemistry: ChemistryName, startSoc: number): TestString =>
  makeString("NMC", startSoc, {}, TRUTH_Ah, { "socEstimation.ocv": CHEMISTRIES[chemistry].ocv });

/** Charges to the tail, rests, and discharges to the end. @returns the charge that came out */
function emptyOnce(string: TestString, current_A: number, end_V: number): number {
  charge(string, 0.999);
  for (let i = 0; i < 60; i++) flow(string, 1, 10, 1);
  rest(string, 0.5);
  let drawn_Ah = 0;
  const { cells_V } = string.bms.measure;
  for (let first = true; first || cells_V[0] > end_V; first = false) {
    flow(string, -current_A, 10, 1);
    drawn_Ah += current_A / 360;
  }
  rest(string, 1);
  return drawn_Ah;
}

test.each([["NMC"], ["NCA"], ["LMO"]] as const)(
  "after three discharges from full to the end the usable capacity is known to a fiftieth and inside its bound, by the table of %s",
  (chemistry) => {
    const string = miscalled(chemistry, 0.9);
    const { estimate, plan } = string.bms;
    let drawn_Ah = 0;
    for (let i = 0; i < 3; i++) drawn_Ah = emptyOnce(string, 50, plan.estimate.dischargeEnd_V);
    const { health } = estimate;
    expect(health.pairs[0]).toBeGreaterThanOrEqual(3);
    expect(Math.abs(health.usable_Ah[0] / drawn_Ah - 1)).toBeLessThan(0.02);
    expect(Math.abs(health.usable_Ah[0] - drawn_Ah)).toBeLessThan(health.usableBound_Ah[0]);
    expect(health.usableBound_Ah[0]).toBeLessThan(0.06 * drawn_Ah);
  },
);

test("a pulse below the end of discharge ends no count", () => {
  const string = miscalled("NMC", 0.9);
  charge(string, 0.999);
  for (let i = 0; i < 60; i++) flow(string, 1, 10, 1);
  while (string.usual.soc > 0.4) flow(string, -20, 10, 1);
  const { health } = string.bms.estimate;
  flow(string, -1000, 3, 1);
  expect(string.bms.measure.cells_V[0]).toBeLessThan(string.bms.plan.estimate.dischargeEnd_V);
  flow(string, -20, 10, 1);
  expect(health.shownVariance_Ah2[0]).toBe(-1);
});

test("a discharge that is taken up again below the end counts once", () => {
  const string = miscalled("NMC", 0.9);
  emptyOnce(string, 50, string.bms.plan.estimate.dischargeEnd_V);
  const { health } = string.bms.estimate;
  const pairs = health.pairs[0];
  const variance = health.shownVariance_Ah2[0];
  flow(string, -50, 60, 1);
  rest(string, 0.1);
  flow(string, -50, 60, 1);
  expect(health.pairs[0]).toBe(pairs);
  expect(health.shownVariance_Ah2[0]).toBe(variance);
});

test.each([["NCA"], ["LMO"], ["LCO"]] as const)(
  "parts read by the table of %s that contradict each other make no capacity that its bound does not hold",
  (chemistry) => {
    const string = miscalled(chemistry, 0.83);
    for (const [low, high] of [
      [0.25, 0.85],
      [0.5, 0.95],
      [0.15, 0.6],
    ] as const)
      cycle(string, 2, low, high);
    const { health, cellCapacity_Ah } = string.bms.estimate;
    expect(Math.abs(cellCapacity_Ah[0] - TRUTH_Ah)).toBeLessThan(health.capacityBound_Ah[0]);
  },
);
