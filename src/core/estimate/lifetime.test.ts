// Counters of the battery's life.
import { expect, test } from "vitest";
import {
  change,
  makeBench,
  makeSettings,
  run,
  setCells,
  setCurrent,
  setTemperature,
} from "../../../tests/estimator/bench.ts";
import type { Bms } from "../bms.ts";
import { resetCounters, resetCycles, resetParameters } from "./estimate.ts";
import { countLife } from "./lifetime.ts";

const bench = () => {
  const bms = makeBench(makeSettings("LFP", 6, 100));
  setCells(bms, 3.3);
  run(bms, 2);
  return bms;
};

test("a charge counts when it ends, with or without balancing, and not when it was a mere push", () => {
  const bms = bench();
  const charge = (seconds: number, balanced: boolean): void => {
    setCurrent(bms, 36); // 0.01 Ah a second
    bms.decide.balanceMask[1] = balanced ? 1 : 0;
    run(bms, seconds);
    bms.decide.balanceMask[1] = 0;
    setCurrent(bms, -5);
    run(bms, 3);
  };
  charge(98, false); // 0.98 Ah: under 1 %
  expect(bms.estimate.charges).toBe(0);
  charge(110, false);
  charge(110, true);
  charge(110, true);
  expect([bms.estimate.charges, bms.estimate.chargesWithoutBalancing, bms.estimate.chargesWithBalancing]).toEqual([
    3, 1, 2,
  ]);
  expect(bms.estimate.lastChargeWithBalancing_s).toBeGreaterThan(bms.estimate.lastChargeWithoutBalancing_s);
});

test("times and mean currents count only while it is so", () => {
  const bms = bench();
  setCurrent(bms, 20);
  run(bms, 100);
  setCurrent(bms, 40);
  run(bms, 100);
  setCurrent(bms, -30);
  run(bms, 50);
  expect(bms.estimate.receiving_s).toBeCloseTo(200, -1);
  expect(bms.estimate.meanCharge_A).toBeCloseTo(30, 0);
  expect(bms.estimate.meanDischarge_A).toBeCloseTo(30, 6);
  expect(bms.estimate.operating_s).toBeCloseTo(252, 6);
  expect(bms.estimate.chargeMode_s).toBe(bms.estimate.receiving_s);
});

test("extremes are those of believed values, and heat and cold are counted by the charging limits", () => {
  const bms = bench();
  setCells(bms, [3.3, 2.9, 3.3, 3.3, 3.52, 3.3]);
  setTemperature(bms, 51);
  run(bms, 10);
  setTemperature(bms, -1);
  run(bms, 5);
  setTemperature(bms, 200);
  bms.measure.temperatureValid = 0;
  setCells(bms, 0);
  bms.measure.cellsValid = 0;
  run(bms, 5);
  const { minEverCell_V, maxEverCell_V, minEver_degC, maxEver_degC, hot_s, cold_s } = bms.estimate;
  expect([minEverCell_V, maxEverCell_V, minEver_degC, maxEver_degC]).toEqual([2.9, 3.52, -1, 51]);
  expect([hot_s, cold_s]).toEqual([10, 5]);
});

test("a charger's fault counts once each time", () => {
  const bms = bench();
  for (let i = 0; i < 3; i++) {
    bms.measure.chargerFaulty = 1;
    run(bms, 5);
    bms.measure.chargerFaulty = 0;
    run(bms, 5);
  }
  expect(bms.estimate.chargerFaults).toBe(3);
});

test.each([
  [-10.001, 0],
  [-10, 1],
  [-0.001, 1],
  [0, 2],
  [9.999, 2],
  [10, 3],
  [19.999, 3],
  [20, 4],
  [29.999, 4],
  [30, 5],
  [39.999, 5],
  [40, 6],
  [49.999, 6],
  [50, 7],
  [90, 7],
])("at %f degC the time counts in temperature class %i", (degC, number) => {
  const bms = bench();
  bms.estimate.life.temperature_s.fill(0);
  setTemperature(bms, degC);
  run(bms, 3);
  expect([...bms.estimate.life.temperature_s]).toEqual(Array.from({ length: 8 }, (_, i) => (i === number ? 3 : 0)));
});

test.each([
  [0, 0],
  [0.0999, 0],
  [0.1, 1],
  [0.2999, 2],
  [0.3, 3],
  [0.5999, 5],
  [0.6, 6],
  [0.7, 7],
  [0.8999, 8],
  [0.9, 9],
  [1, 9],
])("at a state of charge of %f the time counts in class %i", (soc, number) => {
  const bms = bench();
  bms.estimate.life.soc_s.fill(0);
  bms.estimate.internalSoc = soc;
  countLife(bms, 3600);
  expect([...bms.estimate.life.soc_s]).toEqual(Array.from({ length: 10 }, (_, i) => (i === number ? 3600 : 0)));
});

test("a state of charge without a source counts in no class", () => {
  const bms = makeBench(makeSettings("LFP", 6, 100));
  countLife(bms, 3600);
  expect(bms.estimate.life.soc_s.every((time_s) => time_s === 0)).toBe(true);
});

test("charging above the highest or below the lowest charging temperature is counted, apart from heat and cold alone", () => {
  const bms = bench(); // LFP: 0 to 50 degC
  const rows = [
    [20, 50, 0, 0],
    [20, 50.01, 7, 0],
    [20, 0, 0, 0],
    [20, -0.01, 0, 7],
    [-20, 60, 0, 0],
    [-20, -20, 0, 0],
  ] as const;
  for (const [current_A, degC, hot_s, cold_s] of rows) {
    bms.estimate.life.chargingHot_s = 0;
    bms.estimate.life.chargingCold_s = 0;
    setCurrent(bms, current_A);
    run(bms, 0.1);
    setTemperature(bms, degC);
    countLife(bms, 7);
    expect([degC, bms.estimate.life.chargingHot_s, bms.estimate.life.chargingCold_s]).toEqual([degC, hot_s, cold_s]);
    setTemperature(bms, 25);
  }
});

test("100 Ah out and 100 Ah in are one full cycle of 100 Ah, in whatever parts, and another nominal capacity takes none back", () => {
  const bms = bench();
  const before = bms.estimate.life.fullCycles;
  for (let part = 0; part < 10; part++) {
    bms.estimate.lifetimeDischarged_Ah += 10;
    countLife(bms, 1);
    bms.estimate.lifetimeCharged_Ah += 10;
    countLife(bms, 1);
  }
  expect(bms.estimate.life.fullCycles - before).toBeCloseTo(1, 9);
  change(bms, { "battery.capacity_Ah": 200 });
  countLife(bms, 1);
  expect(bms.estimate.life.fullCycles - before).toBeCloseTo(1, 9);
  bms.estimate.lifetimeDischarged_Ah += 200;
  countLife(bms, 1);
  expect(bms.estimate.life.fullCycles - before).toBeCloseTo(1.5, 9);
});

test("measured capacity and resistance stay when the estimates are reset, until they are measured anew", () => {
  const bms = bench();
  bms.estimate.effectiveCapacity_Ah = 91;
  bms.estimate.observer.steps.fill(4);
  bms.estimate.resistance_Ohm = 0.0021;
  countLife(bms, 1);
  resetParameters(bms);
  run(bms, 2);
  expect(bms.estimate.effectiveCapacity_Ah).toBe(100);
  expect([bms.estimate.life.capacity_Ah, bms.estimate.life.resistance_Ohm]).toEqual([91, 0.0021]);
  bms.estimate.effectiveCapacity_Ah = 90;
  countLife(bms, 1);
  expect(bms.estimate.life.capacity_Ah).toBe(90);
});

test("a resistance counts as measured once that of every cell was", () => {
  const bms = bench();
  bms.estimate.resistance_Ohm = 0.0021;
  for (let cell = 0; cell < 6; cell++) {
    expect(bms.estimate.life.resistance_Ohm).toBe(0);
    bms.estimate.observer.steps[cell] = 1;
    countLife(bms, 1);
  }
  expect(bms.estimate.life.resistance_Ohm).toBe(0.0021);
});

test.each([
  ["energy counters", resetCounters],
  ["cycles", resetCycles],
  ["parameters", resetParameters],
  ["settings", (bms: Bms) => change(bms, { "battery.capacity_Ah": 80, "battery.resistance_Ohm": 0.001 })],
])("resetting the %s takes nothing from the battery's life", (_name, reset) => {
  const bms = bench();
  setCurrent(bms, 50);
  run(bms, 30);
  setCurrent(bms, -50);
  run(bms, 30);
  const before = lifeOf(bms);
  reset(bms);
  expect(lifeOf(bms)).toEqual(before);
});

/** Everything that the battery record is made from. */
const lifeOf = ({ estimate: e }: Bms) => ({
  life: structuredClone(e.life),
  through: [e.lifetimeCharged_Ah, e.lifetimeDischarged_Ah, e.lifetimeReceived_Wh, e.lifetimeDelivered_Wh],
  times_s: [e.operating_s, e.hot_s, e.cold_s, e.chargeMode_s, e.receiving_s, e.supplying_s],
  counts: [e.charges, e.deepDischarges, e.chargerFaults, e.lifetimeBalanced_Wh],
  extremes: [e.minEver_degC, e.maxEver_degC, e.minEverCell_V, e.maxEverCell_V, e.meanTemperature_degC],
});
