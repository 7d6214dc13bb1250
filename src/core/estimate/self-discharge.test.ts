// Self-discharge from rests, by hand, on a battery whose rest voltage rises by 1 V from empty to full: a millivolt is a
// thousandth of the capacity. One reading repeats within 1 mV, so a rest's bound is 1.96 x sqrt(2) x 1 mV = 2.77 mV: 0.00277.
import { expect, test } from "vitest";
import { makeBench, makeSettings, type Overrides, setCells, setCurrent } from "../../../tests/estimator/bench.ts";
import type { Bms } from "../bms.ts";
import { takeUp } from "./power-up.ts";
import { followSelfDischarge, readAtWake } from "./self-discharge.ts";

const HOUR_s = 3600;
const DAY_s = 86_400;

function bench(overrides: Overrides = {}): Bms {
  const bms = makeBench(
    makeSettings("NMC", 14, 100, {
      "socEstimation.ocv": { x: [0, 1], y: [25], z: [3, 4] },
      "socEstimation.hysteresis_V": { x: [0, 1], y: [0, 0] },
      "socEstimation.plateauLow": 0.5,
      "socEstimation.plateauHigh": 0.5,
      "wires.boardCurrent_A": 0,
      ...overrides,
    }),
  );
  bms.decide.contactors.charge.closed = 0;
  bms.decide.contactors.discharge.closed = 0;
  bms.measure.minTemperature_degC = 25;
  bms.measure.maxTemperature_degC = 25;
  bms.estimate.observer.hysteresis = 0;
  return bms;
}

/** The cells rest for so long, and their voltage falls evenly. */
function rest(bms: Bms, seconds: number, from_V: number, to_V: number): void {
  const steps = Math.round(seconds / 60);
  for (let i = 1; i <= steps; i++) {
    setCells(bms, from_V + ((to_V - from_V) * i) / steps);
    followSelfDischarge(bms, 60);
  }
}

function disturb(bms: Bms): void {
  bms.decide.contactors.discharge.closed = 1;
  followSelfDischarge(bms, 1);
  bms.decide.contactors.discharge.closed = 0;
}

/** Four hours to settle, then a rest in which the voltage falls. */
function restAndUse(bms: Bms, days: number, fall_V: number): void {
  rest(bms, 4 * HOUR_s, 3.7, 3.7);
  rest(bms, days * DAY_s, 3.7, 3.7 - fall_V);
  disturb(bms);
}

test("10 days in which the rest voltage fell by 10 mV are 3 % a month, give or take 0.83 %", () => {
  const bms = bench();
  restAndUse(bms, 10, 0.01);
  const { life } = bms.estimate;
  expect(life.windows).toBe(1);
  expect(life.windowRate[0]).toBeCloseTo(0.03, 6);
  expect(life.windowBound[0]).toBeCloseTo(0.00832, 5); // 0.0027719 x 3, and a second of the board's connection
});

test("none is stated until the data supports it: 8 days are too short, a second rest does not average the error away", () => {
  const bms = bench();
  restAndUse(bms, 8, 0.008); // bound 0.0104 a month
  restAndUse(bms, 8, 0.008);
  expect(bms.estimate.life.windows).toBe(0);
  restAndUse(bms, 20, 0.02);
  expect(bms.estimate.life.windows).toBe(1);
  expect(bms.estimate.life.windowRate[0]).toBeCloseTo(0.03, 6);
});

test("a pair of readings counts once its bound is under a tenth of the capacity per month: 20 h, not 19.8 h", () => {
  const bms = bench({ "cellModel.currentOffset_A": 0 });
  restAndUse(bms, 19.8 / 24, 0); // 0.0027719 x 720 / 19.8 = 0.1008
  expect(bms.estimate.life.spanSum).toBe(0);
  restAndUse(bms, 20 / 24, 0); // 0.0998
  expect(bms.estimate.life.spanSum).toBeGreaterThan(0);
});

test("what the board drew is no self-discharge, and makes the bound wider by a fifth of it", () => {
  const bms = bench({ "wires.boardCurrent_A": 0.005 }); // 10 days: 1.2 Ah, 1.2 % of 100 Ah
  restAndUse(bms, 20, 0.034); // 3.4 % less 2.4 % in two thirds of a month: 1.5 % a month
  const { life } = bms.estimate;
  expect(life.windows).toBe(0); // bound (0.00277 + 0.0048) x 1.5 = 0.01136
  restAndUse(bms, 30, 0.051);
  expect(life.windows).toBe(0);
  const large = bench({ "wires.boardCurrent_A": 0.005, "battery.capacity_Ah": 300 });
  restAndUse(large, 15, 0.011); // 1.1 % less 0.6 % in half a month
  expect(large.estimate.life.windowRate[0]).toBeCloseTo(0.01, 5);
  expect(large.estimate.life.windowBound[0]).toBeCloseTo(2 * (0.0027719 + 0.2 * 0.006), 5);
});

test("a month without power in between is the best of rests: the board draws nothing, and the first reading comes at once", () => {
  const bms = bench({ "wires.boardCurrent_A": 0.03 });
  rest(bms, 4 * HOUR_s, 3.7, 3.7);
  takeUp(bms, 30 * DAY_s);
  setCells(bms, 3.68);
  bms.time_us = 300_000;
  readAtWake(bms);
  disturb(bms);
  const { life } = bms.estimate;
  expect(life.windows).toBe(1);
  expect(life.windowRate[0]).toBeCloseTo(0.02, 4);
});

test("an unknown time without power ends the rest", () => {
  const bms = bench();
  rest(bms, 4 * HOUR_s, 3.7, 3.7);
  takeUp(bms, -1);
  restAndUse(bms, 1, 0.001);
  expect(bms.estimate.life.squareSum).toBeCloseTo((1 / 30 / 0.0027719) ** 2, 0);
});

test("on the plateau, full and empty nothing can be known, and the time is counted", () => {
  const bms = bench({ "socEstimation.plateauLow": 0.3, "socEstimation.plateauHigh": 0.9 });
  restAndUse(bms, 20, 0.01);
  rest(bms, 4 * HOUR_s, 4.1, 4.1);
  rest(bms, 10 * DAY_s, 4.1, 4.1);
  disturb(bms);
  expect(bms.estimate.life.windows).toBe(0);
  expect(bms.estimate.life.flatRest_s / DAY_s).toBeCloseTo(30.2, 1); // with the hours in between
});

test("balancing, a current, a closed contactor or no contactors at all make no rest", () => {
  const balancing = bench();
  balancing.decide.balanceMask[2] = 1;
  const flowing = bench();
  setCurrent(flowing, -5);
  const closed = bench();
  closed.decide.contactors.charge.closed = 1;
  const bare = bench({ "charge.enable": false, "discharge.enable": false });
  for (const bms of [balancing, flowing, closed, bare]) {
    rest(bms, 12 * DAY_s, 3.7, 3.69);
    expect(bms.estimate.life.rest_s).toBe(0);
  }
});

test("the first of many measurements stays, of the others the oldest makes room", () => {
  const bms = bench();
  for (let i = 1; i <= 14; i++) {
    bms.estimate.operating_s = i;
    restAndUse(bms, 10, i * 0.001);
  }
  expect([...bms.estimate.life.windowAt_s]).toEqual([1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  expect(bms.estimate.life.windowRate[11]).toBeCloseTo(0.042, 6);
});

/** The device wakes after a sleep: one reading before its contactors close, some hours of use, and it sleeps again. */
function wake(bms: Bms, off_s: number, cell_V: number, use: { hours: number; in_Ah: number; out_Ah: number }): void {
  takeUp(bms, off_s);
  setCells(bms, cell_V + 0.2);
  bms.time_us = 299_999; // the first conversions may be stale
  readAtWake(bms);
  setCells(bms, cell_V);
  bms.time_us = 300_000;
  readAtWake(bms);
  bms.decide.contactors.discharge.closed = 1;
  bms.estimate.lifetimeCharged_Ah += use.in_Ah;
  bms.estimate.lifetimeDischarged_Ah += use.out_Ah;
  followSelfDischarge(bms, use.hours * HOUR_s);
  bms.decide.contactors.discharge.closed = 0;
}

test("from one wake to the next: what was used in between is counted off, and widens the bound", () => {
  const bms = bench({ "cellModel.currentOffset_A": 0.05, "socEstimation.coulombicEfficiency": 1 });
  wake(bms, 10 * DAY_s, 3.7, { hours: 2, in_Ah: 0, out_Ah: 3 });
  expect(bms.estimate.life.windows).toBe(0); // the first reading ever
  wake(bms, 45 * DAY_s, 3.64, { hours: 0, in_Ah: 0, out_Ah: 0 });
  const { life } = bms.estimate;
  // 6 % less the 3 % used are lost in 45 days: 2 % a month. Bound: the voltages 0.0027719, the count
  // 1.96 x (3 Ah x sqrt(0.01^2 + 0.015^2) + 0.05 A x 2 h) / 100 Ah = 0.0030198, together 0.0057917 in 1.5 months.
  expect(life.windows).toBe(1);
  expect(life.windowRate[0]).toBeCloseTo(0.02, 4);
  expect(life.windowBound[0]).toBeCloseTo(0.003859, 5);
});

test("a current that nobody measured in between voids the pair, and the next one begins", () => {
  const bms = bench();
  wake(bms, 10 * DAY_s, 3.7, { hours: 0, in_Ah: 0, out_Ah: 0 });
  bms.decide.contactors.discharge.closed = 1;
  bms.measure.currentValid = 0;
  followSelfDischarge(bms, 1);
  bms.measure.currentValid = 1;
  bms.decide.contactors.discharge.closed = 0;
  wake(bms, 30 * DAY_s, 3.6, { hours: 0, in_Ah: 0, out_Ah: 0 });
  expect(bms.estimate.life.windows).toBe(0);
  wake(bms, 30 * DAY_s, 3.58, { hours: 0, in_Ah: 0, out_Ah: 0 });
  expect(bms.estimate.life.windowRate[0]).toBeCloseTo(0.02, 4);
});

test("what balancing burnt in between is no self-discharge", () => {
  const bms = bench({ "cellModel.currentOffset_A": 0 });
  wake(bms, 10 * DAY_s, 3.7, { hours: 0, in_Ah: 0, out_Ah: 0 });
  bms.estimate.lifetimeBalanced_Wh += 14 * 3.68; // 1 Ah from each cell, 1 %
  wake(bms, 30 * DAY_s, 3.68, { hours: 0, in_Ah: 0, out_Ah: 0 });
  expect(bms.estimate.life.windowRate[0]).toBeCloseTo(0.01, 4);
});
