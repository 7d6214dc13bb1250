// Counters of the battery's life.
import { expect, test } from "vitest";
import { makeBench, makeSettings, run, setCells, setCurrent, setTemperature } from "../../../tests/estimator/bench.ts";

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
