// What is left and how long it lasts, with numbers worked out by hand.
import { expect, test } from "vitest";
import {
  makeBench,
  makeSettings,
  type Overrides,
  run,
  setCells,
  setCurrent,
  setTemperature,
} from "../../../tests/estimator/bench.ts";
import type { Bms } from "../bms.ts";

const STRAIGHT = {
  "socEstimation.method": "simplified",
  "socEstimation.ocv": { x: [0, 1], y: [25], z: [3, 4] },
  "socEstimation.hysteresis_V": { x: [0, 1], y: [0, 0] },
  "cellModel.capacityRatio": { x: [0, 25], y: [0.8, 1] },
  "battery.resistance_Ohm": 0.001,
  "cellModel.fastRatio": 0,
  "cellModel.slowRatio": 0,
  "cellModel.resistanceRatio": { x: [0, 1], y: [25], z: [1, 1] },
  "socEstimation.fullVoltage_V": 4.2,
  "socEstimation.emptyVoltage_V": 2.5,
  "cellModel.selfDischargePerMonth": 0,
};

function bench(socs: readonly number[], overrides: Overrides = {}): Bms {
  const bms = makeBench(makeSettings("NMC", 6, 100, { ...STRAIGHT, ...overrides }));
  setCells(bms, 3.5);
  run(bms, 2);
  bms.estimate.cellSoc.set(socs);
  return bms;
}

test("the weakest cell decides what is left", () => {
  const bms = bench([0.5, 0.5, 0.4, 0.5, 0.6, 0.5]);
  run(bms, 1);
  expect(bms.estimate.remaining_Ah).toBeCloseTo(40, 6);
  // Each cell gives 40 Ah at the mean of its voltages: 3.3 V from half charge, 3.2 V from 40 %, 3.4 V from 60 %.
  expect(bms.estimate.remaining_Wh).toBeCloseTo(40 * (4 * 3.3 + 3.2 + 3.4), 3);
});

test("in the cold the last part does not come out", () => {
  const bms = bench([0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
  setTemperature(bms, 0);
  run(bms, 1);
  expect(bms.estimate.remaining_Ah).toBeCloseTo(30, 6);
  bms.estimate.cellSoc.fill(0.15, 0, 6);
  run(bms, 1);
  expect(bms.estimate.remaining_Ah).toBe(0);
});

test("time to empty at 25 A of 50 Ah left is two hours; then discharge costs heat", () => {
  const bms = bench([0.9, 0.9, 0.9, 0.9, 0.9, 0.9]);
  expect(bms.estimate.timeToEmpty_s).toBe(-1);
  setCurrent(bms, -25);
  run(bms, 900); // the mean has settled
  bms.estimate.cellSoc.fill(0.5 + 25 / 3600 / 100, 0, 6);
  run(bms, 1);
  expect(bms.estimate.averageCurrent_A).toBeCloseTo(-25, 2);
  expect(bms.estimate.timeToEmpty_s).toBeCloseTo(7200, -1);
  expect(bms.estimate.timeToFull_s).toBe(-1);
  expect(bms.estimate.remaining_Wh).toBeCloseTo(6 * 50 * (3.25 - 0.025), 0); // 25 mV lost in each cell
});

test("time to full follows the cell with the least room, and counts what charging loses", () => {
  const bms = bench([0.5, 0.5, 0.5, 0.7, 0.5, 0.5], { "socEstimation.coulombicEfficiency": 0.95 });
  setCurrent(bms, 20);
  run(bms, 900);
  bms.estimate.cellSoc.set([0.5, 0.5, 0.5, 0.7, 0.5, 0.5]);
  run(bms, 1);
  expect(bms.estimate.timeToFull_s).toBeCloseTo((30 / (20 * 0.95)) * 3600, -2);
});

test("next to no current has no end", () => {
  const bms = bench([0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
  setCurrent(bms, -0.2);
  run(bms, 10);
  expect(bms.estimate.timeToEmpty_s).toBe(-1);
});
test("a load that has just begun is not averaged with the rest before it", () => {
  const bms = bench([0.9, 0.9, 0.9, 0.9, 0.9, 0.9]);
  run(bms, 600);
  setCurrent(bms, -50);
  run(bms, 5);
  expect(bms.estimate.timeToEmpty_s).toBeGreaterThan(1.7 * 3600); // 90 Ah at 50 A: 1.8 h
  expect(bms.estimate.timeToEmpty_s).toBeLessThan(1.9 * 3600);
});
