// The string's zero of the current sensor: what one cell learns of it is every cell's, and n alike know no more than one.
import { expect, test } from "vitest";
import { makeBench, makeSettings, run, setCells, setCurrent, tick } from "../../../tests/estimator/bench.ts";
import type { Bms } from "../bms.ts";
import { BB, BLOCK, SS } from "./covariance.ts";
import { giveZero, provenZero_A, takeZero, wearZero } from "./current-zero.ts";
import { REASON } from "./estimated.ts";
import { setCharge } from "./uncertainty.ts";

/** A pack of 100 Ah at 60 %, known to 1 %, that has been counting its sensor's zero for ten hours. */
function tenHours(cells: number): Bms {
  const bms = makeBench(makeSettings("LFP", cells, 100, { "cellModel.currentOffset_A": 0.5 }));
  setCells(bms, 3.3);
  setCurrent(bms, 0);
  run(bms, 2);
  for (let cell = 0; cell < cells; cell++) setCharge(bms.estimate, cell, 0.6, 0.02, REASON.full);
  bms.measure.cellValid.fill(0); // no voltage says anything meanwhile
  for (let i = 0; i < 3600; i++) tick(bms, 10_000_000, true);
  return bms;
}

/** A cell that is found at a charge, as at full and empty. */
function find(bms: Bms, cell: number, soc: number): void {
  takeZero(bms.estimate, cell);
  setCharge(bms.estimate, cell, soc, 0.02, REASON.full);
  giveZero(bms.estimate, bms.plan.estimate, cell);
}

test("six cells that are all 5 % off after ten hours tell of half an ampere, and are as sure as one alone would be", () => {
  const bms = tenHours(6);
  const { observer, cellSoc } = bms.estimate;
  const start = cellSoc[0];
  const before_A2 = observer.zeroVariance_A2;
  for (let cell = 0; cell < 6; cell++) find(bms, cell, start - 0.05);
  expect(observer.zero_A).toBeGreaterThan(0.3);
  expect(observer.zero_A).toBeLessThan(0.5);
  const counted = 0.1 * 0.1 * before_A2; // ten hours, 100 Ah
  const found = 2 * (0.02 / 1.96) ** 2;
  const alone_A2 = (before_A2 * found) / (found + counted);
  expect(observer.zeroVariance_A2 / alone_A2).toBeGreaterThan(0.8);
  expect(observer.zeroVariance_A2 / alone_A2).toBeLessThan(1.6);
});

test("what one cell finds moves the others by what the zero did to them, and makes them surer", () => {
  const bms = tenHours(6);
  const { observer, cellSoc } = bms.estimate;
  const start = cellSoc[1];
  const variance = observer.covariance[BLOCK + SS];
  for (let i = 0; i < 30; i++) find(bms, 0, start - 0.05);
  const zero_A = observer.zero_A;
  expect(zero_A).toBeGreaterThan(0.05);
  takeZero(bms.estimate, 1);
  expect(cellSoc[1] - start).toBeCloseTo(-zero_A * 0.1, 4);
  expect(observer.covariance[BLOCK + SS]).toBeLessThan(variance);
  expect(observer.covariance[BLOCK + BB]).toBe(observer.zeroVariance_A2);
});

test("a zero wears with time and with every change of its sensor's temperature, never beyond what is assumed of a sensor", () => {
  const bms = tenHours(6);
  const { estimate, plan, measure } = bms;
  const { observer } = estimate;
  for (let cell = 0; cell < 6; cell++) find(bms, cell, estimate.cellSoc[cell]);
  measure.boardValid = 1;
  measure.board_degC = 20;
  wearZero(bms, 1);
  const known_A2 = observer.zeroVariance_A2;
  wearZero(bms, 3600);
  const hour_A2 = observer.zeroVariance_A2 - known_A2;
  expect(hour_A2).toBeGreaterThan(0);
  measure.board_degC = 26;
  wearZero(bms, 3600);
  const drift_A = plan.estimate.zeroDrift_A_per_K * 6;
  expect(observer.zeroVariance_A2).toBeCloseTo(known_A2 + 2 * hour_A2 + drift_A * drift_A, 9);
  wearZero(bms, 3600 * 10_000);
  expect(observer.zeroVariance_A2).toBeCloseTo(plan.estimate.offsetVariance_A2, 9);
});

test("a capacity is not corrected by a zero that one charge has suggested", () => {
  const bms = tenHours(6);
  const { estimate, plan } = bms;
  estimate.observer.zero_A = 0.4;
  estimate.observer.zeroVariance_A2 = 0.3 * plan.estimate.offsetVariance_A2;
  expect(provenZero_A(estimate, plan.estimate)).toBe(0);
  estimate.observer.zeroVariance_A2 = 0.05 * plan.estimate.offsetVariance_A2;
  expect(provenZero_A(estimate, plan.estimate)).toBeCloseTo(0.32, 9);
});
