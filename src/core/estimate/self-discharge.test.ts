// Self-discharge from rests, by hand, on a battery whose rest voltage rises by 1 V from empty to full: a millivolt is a
// thousandth of the capacity. One reading repeats within 1 mV, so a rest's bound is 1.96 x sqrt(2) x 1 mV = 2.77 mV: 0.00277.
import { expect, test } from "vitest";
import { makeBench, makeSettings, type Overrides, setCells, setCurrent } from "../../../tests/estimator/bench.ts";
import type { Bms } from "../bms.ts";
import { takeUp } from "./power-up.ts";
import { followSelfDischarge } from "./self-discharge.ts";

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
  expect(life.windowBound[0]).toBeCloseTo(0.0083156, 6); // 0.0027719 x 3
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

test("a rest of 6 h counts and one a minute shorter does not", () => {
  const bms = bench();
  restAndUse(bms, 0.25 - 1 / 1440, 0);
  expect(bms.estimate.life.spanSum).toBe(0);
  restAndUse(bms, 0.25, 0);
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
  followSelfDischarge(bms, 1);
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
  expect(bms.estimate.life.flatRest_s / DAY_s).toBeCloseTo(30, 1);
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
