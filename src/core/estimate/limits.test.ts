// Current limits: the product of the factors, why, and which cell; zero whenever something stands against it.
import { expect, test } from "vitest";
import {
  makeBench,
  makeSettings,
  type Overrides,
  run,
  setCells,
  setCurrent,
  setTemperature,
  tick,
} from "../../../tests/estimator/bench.ts";
import type { Bms } from "../bms.ts";
import { LIMIT_REASONS } from "./estimated.ts";

const MAP = {
  "chargeMap.maximum_A": 50,
  "chargeMap.rate_A_per_s": 0,
  "chargeMap.socFactor": { x: [0.5, 1], y: [0, 20], z: [0.2, 0, 1, 0.5] },
  "chargeMap.voltageFactor": { x: [3.45, 3.65], y: [1, 0] },
  "chargeMap.contactorFactor": { x: [60, 80], y: [1, 0] },
  "dischargeMap.maximum_A": 100,
  "dischargeMap.rate_A_per_s": 0,
  "dischargeMap.socFactor": { x: [0, 0.2], y: [25], z: [0, 1] },
  "dischargeMap.voltageFactor": { x: [2.6, 3], y: [0, 1] },
  "socEstimation.method": "simplified",
};

/** A battery at the given internal state of charge, cells at 3.3 V. */
function bench(soc: number, overrides: Overrides = {}): Bms {
  const bms = makeBench(makeSettings("LFP", 6, 100, { ...MAP, ...overrides }));
  setCells(bms, 3.3);
  run(bms, 2);
  bms.estimate.cellSoc.fill(soc, 0, 6);
  return bms;
}

const charge = (bms: Bms): readonly [number, string] => {
  tick(bms, 100_000, true);
  return [Math.round(bms.estimate.chargeLimit_A * 1000) / 1000, LIMIT_REASONS[bms.estimate.chargeLimitReason]];
};
const discharge = (bms: Bms): readonly [number, string] => {
  tick(bms, 100_000, true);
  return [Math.round(bms.estimate.dischargeLimit_A * 1000) / 1000, LIMIT_REASONS[bms.estimate.dischargeLimitReason]];
};

test("in the best case the limit is the maximum", () => {
  expect(charge(bench(0.5))).toEqual([50, "maximum current"]);
  expect(discharge(bench(0.5))).toEqual([100, "maximum current"]);
});

test("state of charge and temperature limit by the table, between its points in a line", () => {
  const bms = bench(0.5);
  setTemperature(bms, 10); // half way from 0.2 to 1
  expect(charge(bms)).toEqual([30, "state of charge and temperature"]);
  const low = bench(0.1);
  expect(discharge(low)[0]).toBeCloseTo(50, 1);
});

test("the coldest and the hottest cell both count", () => {
  const bms = bench(0.5);
  bms.measure.minTemperature_degC = 0;
  expect(charge(bms)[0]).toBe(10);
});

test("the highest cell limits charging and is named", () => {
  const bms = bench(0.5);
  setCells(bms, [3.3, 3.3, 3.3, 3.55, 3.3, 3.3]);
  expect(charge(bms)).toEqual([25, "cell voltage"]);
  expect(bms.estimate.chargeLimitCell).toBe(3);
});

test("the lowest cell limits discharging and is named", () => {
  const bms = bench(0.5);
  setCells(bms, [3.3, 2.7, 3.3, 3.3, 3.3, 3.3]);
  expect(discharge(bms)).toEqual([25, "cell voltage"]);
  expect(bms.estimate.dischargeLimitCell).toBe(1);
});

test("factors multiply, and the smallest is the reason", () => {
  const bms = bench(0.5, { "chargeMap.byContactor": true });
  setTemperature(bms, 10); // 0.6
  setCells(bms, [3.3, 3.3, 3.3, 3.5, 3.3, 3.3]); // 0.75
  bms.measure.contactorTemperature_degC = 76; // 0.2
  bms.measure.contactorTemperatureValid = 1;
  expect(charge(bms)).toEqual([4.5, "contactor temperature"]);
});

test("without a believed contactor temperature the contactor is taken for hot", () => {
  expect(charge(bench(0.5, { "chargeMap.byContactor": true }))).toEqual([0, "contactor temperature"]);
});

test("an option that is off does not limit", () => {
  const bms = bench(0.5, { "chargeMap.bySoc": false, "chargeMap.byVoltage": false });
  setTemperature(bms, 0);
  setCells(bms, 3.6);
  expect(charge(bms)).toEqual([50, "maximum current"]);
});

test("a limit rises by its rate and falls at once", () => {
  const bms = bench(0.5, { "chargeMap.rate_A_per_s": 20 });
  setCells(bms, [3.3, 3.3, 3.3, 3.65, 3.3, 3.3]);
  expect(charge(bms)).toEqual([0, "cell voltage"]);
  setCells(bms, 3.3);
  expect(charge(bms)).toEqual([2, "rate of change"]);
  expect(charge(bms)).toEqual([4, "rate of change"]);
  run(bms, 2.2);
  expect(charge(bms)).toEqual([50, "maximum current"]);
  setTemperature(bms, 10);
  expect(charge(bms)[0]).toBe(30);
});

test.each([
  [
    "cells",
    (bms: Bms) => {
      bms.measure.cellsValid = 0;
    },
    "measurement not believed",
  ],
  [
    "temperatures",
    (bms: Bms) => {
      bms.measure.temperatureValid = 0;
    },
    "measurement not believed",
  ],
  [
    "current",
    (bms: Bms) => {
      bms.measure.currentValid = 0;
    },
    "measurement not believed",
  ],
  [
    "an error that opens",
    (bms: Bms) => {
      bms.protect.opensCharge = 1;
      bms.protect.opensDischarge = 1;
    },
    "error",
  ],
  [
    "a critical error",
    (bms: Bms) => {
      bms.protect.criticalError = 1;
    },
    "error",
  ],
  [
    "not ready after start",
    (bms: Bms) => {
      bms.measure.ready = 0;
    },
    "not ready",
  ],
  [
    "not ready to charge or discharge",
    (bms: Bms) => {
      bms.decide.readyToCharge = 0;
      bms.decide.readyToDischarge = 0;
    },
    "not ready",
  ],
  [
    "open contactors",
    (bms: Bms) => {
      bms.decide.contactors.charge.closed = 0;
      bms.decide.contactors.discharge.closed = 0;
    },
    "contactor open",
  ],
])("the limits are zero for %s, and say so", (_what, spoil, reason) => {
  const bms = bench(0.5);
  spoil(bms);
  expect(charge(bms)).toEqual([0, reason]);
  expect(discharge(bms)).toEqual([0, reason]);
});

test("what stands against charging does not stand against discharging", () => {
  const bms = bench(0.5);
  bms.protect.opensCharge = 1;
  bms.decide.contactors.charge.closed = 0;
  expect(charge(bms)).toEqual([0, "error"]);
  expect(discharge(bms)).toEqual([100, "maximum current"]);
});

test("one common contactor limits both ways", () => {
  const bms = bench(0.5, { "common.enable": true });
  expect(charge(bms)).toEqual([0, "contactor open"]);
  bms.decide.contactors.common.closed = 1;
  expect(charge(bms)).toEqual([50, "maximum current"]);
});

test("the excess is what flows above the limit, each way for itself; without a map there is none", () => {
  const bms = bench(0.5);
  setCurrent(bms, 57);
  tick(bms, 100_000, true);
  expect(bms.estimate.chargeExcess_A).toBeCloseTo(7, 2);
  expect(bms.estimate.dischargeExcess_A).toBe(0);
  setCurrent(bms, -130);
  tick(bms, 100_000, true);
  expect(bms.estimate.chargeExcess_A).toBe(0);
  expect(bms.estimate.dischargeExcess_A).toBeCloseTo(30, 2);
  const free = bench(0.5, { "chargeMap.enable": false });
  setCurrent(free, 80);
  tick(free, 100_000, true);
  expect(free.estimate.chargeExcess_A).toBe(0);
});

test("above the threshold a part of the limit is allowed instead of amperes", () => {
  // Region 1 allows 5 A (the error's own limit). Region 2, above 40 A of limit, allows 20 % of it: 10 A of 50 A.
  const regions = {
    "chargeMap.regionThreshold_A": 40,
    "chargeMap.regionRelative": 0.2,
    "protections.chargeCurrentLimit.limit_A": 5,
  };
  const above = bench(0.5, regions);
  setCurrent(above, 59.9);
  tick(above, 100_000, true);
  expect(above.estimate.chargeExcess_A).toBeLessThan(5);
  setCurrent(above, 60.1);
  tick(above, 100_000, true);
  expect(above.estimate.chargeExcess_A).toBeGreaterThan(5);
  const below = bench(0.5, { ...regions, "chargeMap.regionThreshold_A": 50 });
  setCurrent(below, 55.1);
  tick(below, 100_000, true);
  expect(below.estimate.chargeExcess_A).toBeGreaterThan(5);
});

test("limits fall also when no cell voltages come any more", () => {
  const bms = bench(0.5);
  tick(bms, 100_000, true);
  bms.measure.cellsValid = 0;
  for (let i = 0; i < 20; i++) tick(bms, 10_000, false);
  expect(bms.estimate.chargeLimit_A).toBe(0);
});
