// Effective capacity, health and cycles, on a small battery driven from full to empty by hand.
import { expect, test } from "vitest";
import {
  change,
  makeBench,
  makeSettings,
  type Overrides,
  run,
  setCells,
  setCurrent,
} from "../../../tests/estimator/bench.ts";
import type { Bms } from "../bms.ts";
import { resetCycles } from "./estimate.ts";

const bench = (overrides: Overrides = {}): Bms =>
  makeBench(makeSettings("LFP", 6, 10, { "socEstimation.method": "simplified", ...overrides }));

/** Rests above the full voltage: 100 %. */
function fill(bms: Bms): void {
  setCells(bms, 3.55);
  setCurrent(bms, 0.3); // under the tail of C/20
  run(bms, 20);
}

/** Draws charge at a rest-like voltage of the plateau. */
function draw(bms: Bms, charge_Ah: number, current_A = 10): void {
  setCells(bms, 3.25);
  setCurrent(bms, -current_A);
  run(bms, (charge_Ah / current_A) * 3600);
}

/** Under the empty voltage at a small current. */
function drain(bms: Bms, cells_V: number | readonly number[] = 2.4): void {
  setCells(bms, cells_V);
  setCurrent(bms, -0.1);
  run(bms, 20);
}

test("the effective capacity is what was drawn from full when the state of charge reaches zero", () => {
  const bms = bench();
  fill(bms);
  expect(bms.estimate.soc).toBe(1);
  draw(bms, 8.6);
  expect(bms.estimate.effectiveCapacity_Ah).toBe(10);
  drain(bms);
  expect(bms.estimate.soc).toBe(0);
  expect(bms.estimate.effectiveCapacity_Ah).toBeCloseTo(8.6, 2);
  expect(bms.estimate.soh).toBeCloseTo(0.86, 3);
  expect(bms.estimate.cellCapacity_Ah[3]).toBeCloseTo(8.6, 2);
  expect(bms.estimate.deepDischarges).toBe(1);
});

test("a battery with more than its nominal capacity shows it too", () => {
  const bms = bench();
  fill(bms);
  draw(bms, 10.4); // counted to zero at 10 Ah already
  expect(bms.estimate.effectiveCapacity_Ah).toBe(10);
  drain(bms);
  expect(bms.estimate.effectiveCapacity_Ah).toBeCloseTo(10.4, 2);
  expect(bms.estimate.soh).toBe(1);
});

test("without a full battery before, an empty one teaches nothing", () => {
  const bms = bench();
  setCells(bms, 3.3);
  run(bms, 3);
  draw(bms, 4);
  drain(bms);
  expect(bms.estimate.soc).toBe(0);
  expect(bms.estimate.effectiveCapacity_Ah).toBe(10);
});

test("a gap in the current between full and empty spoils the measurement", () => {
  const bms = bench();
  fill(bms);
  draw(bms, 4);
  bms.measure.currentValid = 0;
  run(bms, 30);
  bms.measure.currentValid = 1;
  draw(bms, 4);
  drain(bms);
  expect(bms.estimate.effectiveCapacity_Ah).toBe(10);
  expect(bms.estimate.cellCapacity_Ah[0]).toBe(10);
});

test("only the cell that ran empty learns its capacity", () => {
  const bms = bench();
  fill(bms);
  draw(bms, 8);
  drain(bms, [3.2, 3.2, 2.4, 3.2, 3.2, 3.2]);
  expect(bms.estimate.cellCapacity_Ah[2]).toBeCloseTo(8, 2);
  expect(bms.estimate.cellCapacity_Ah[1]).toBe(10);
  expect(bms.estimate.soc).toBe(0); // minMax: one empty cell is an empty battery
  expect(bms.estimate.effectiveCapacity_Ah).toBeCloseTo(8, 2);
});

test.each([
  [7.99, 0],
  [8.001, 1],
  [15.99, 1],
  [16.01, 2],
])("%f Ah drawn of 10 are %i cycles of 80 %%", (charge_Ah, cycles) => {
  const bms = bench();
  fill(bms);
  for (let left_Ah = charge_Ah; left_Ah > 0; left_Ah -= 1) draw(bms, Math.min(left_Ah, 1));
  setCurrent(bms, 0);
  run(bms, 1);
  expect(bms.estimate.cycles).toBe(cycles);
  resetCycles(bms);
  expect(bms.estimate.cycles).toBe(0);
});

test.each([
  [0, 1],
  [10_000, 0.9], // a third of 3000 cycles of 10 Ah, 30 % to lose
  [30_000, 0.7],
  [200_000, 0],
])("by total charge, %i Ah drawn leave a health of %f", (charge_Ah, soh) => {
  const bms = bench({ "soh.method": "totalCharge", "soh.lifeCycles": 3000, "soh.endOfLife": 0.7 });
  bms.estimate.lifetimeDischarged_Ah = charge_Ah;
  setCells(bms, 3.3);
  run(bms, 3);
  expect(bms.estimate.soh).toBeCloseTo(soh, 6);
});

test("another nominal capacity makes what was learned void", () => {
  const bms = bench();
  fill(bms);
  draw(bms, 8.6);
  drain(bms);
  change(bms, { "battery.capacity_Ah": 12 });
  run(bms, 1);
  expect(bms.estimate.effectiveCapacity_Ah).toBe(12);
  expect(bms.estimate.cellCapacity_Ah[0]).toBe(12);
});
