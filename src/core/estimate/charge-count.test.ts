// Charge is neither made nor lost in counting; the cell model's currents follow the exact exponential.
import fc from "fast-check";
import { expect, test } from "vitest";
import { makeBench, makeSettings, run, setCells, setCurrent, tick } from "../../../tests/estimator/bench.ts";
import { rise } from "./cell-model.ts";
import { resetCounters } from "./estimate.ts";

test("charged less discharged is the integral of the current, whatever the ticks", () => {
  const ticks = fc.array(
    fc.tuple(fc.double({ min: -200, max: 200, noNaN: true }), fc.integer({ min: 1, max: 1_000_000 }), fc.boolean()),
    { minLength: 1, maxLength: 200 },
  );
  fc.assert(
    fc.property(ticks, (steps) => {
      const bms = makeBench(makeSettings("LFP", 8, 100));
      setCells(bms, 3.3);
      let integral_Ah = 0,
        moved_Ah = 0;
      for (const [current_A, dt_us, fresh] of steps) {
        setCurrent(bms, current_A);
        tick(bms, dt_us, fresh);
        integral_Ah += (current_A * dt_us) / 3.6e9;
        moved_Ah += (Math.abs(current_A) * dt_us) / 3.6e9;
      }
      const { charged_Ah, discharged_Ah, lifetimeCharged_Ah, lifetimeDischarged_Ah } = bms.estimate;
      expect(charged_Ah - discharged_Ah).toBeCloseTo(integral_Ah, 9);
      expect(charged_Ah + discharged_Ah).toBeCloseTo(moved_Ah, 9);
      expect(lifetimeCharged_Ah - lifetimeDischarged_Ah).toBeCloseTo(integral_Ah, 9);
    }),
    { numRuns: 50 },
  );
});

test("energy is charge times the battery's voltage, each way for itself", () => {
  const bms = makeBench(makeSettings("LFP", 16, 100));
  setCells(bms, 3.25); // 52 V
  setCurrent(bms, 20);
  run(bms, 1800);
  setCurrent(bms, -40);
  run(bms, 900);
  expect(bms.estimate.received_Wh).toBeCloseTo(520, 6);
  expect(bms.estimate.delivered_Wh).toBeCloseTo(520, 6);
  expect(bms.estimate.power_W).toBeCloseTo(-2080, 6);
  resetCounters(bms);
  expect(bms.estimate.received_Wh).toBe(0);
  expect(bms.estimate.lifetimeReceived_Wh).toBeCloseTo(520, 6);
});

test("a balancing resistor takes its current from its own cell", () => {
  const bms = makeBench(
    makeSettings("LFP", 16, 10, {
      "balancing.resistor_Ohm": 16,
      "socEstimation.method": "simplified",
      "cellModel.selfDischargePerMonth": 0,
      "battery.relaxTimeDischarge_s": 86_400,
    }),
  );
  setCells(bms, 3.2); // 200 mA
  run(bms, 2);
  const before = bms.estimate.cellSoc[5];
  bms.decide.balanceMask[5] = 1;
  run(bms, 3600);
  expect(bms.estimate.cellBled_Ah[5]).toBeCloseTo(0.2, 9);
  expect(before - bms.estimate.cellSoc[5]).toBeCloseTo(0.02, 6);
  expect(bms.estimate.cellBled_Ah[4]).toBe(0);
  expect(bms.estimate.balanced_Wh).toBeCloseTo(0.64, 9);
});

test("with every contactor open a reading under the charging threshold is the sensor's offset, not a current", () => {
  const bms = makeBench(makeSettings("LFP", 16, 100));
  bms.decide.contactors.charge.closed = 0;
  bms.decide.contactors.discharge.closed = 0;
  setCells(bms, 3.3);
  setCurrent(bms, 0.4);
  run(bms, 3600);
  expect(bms.estimate.charged_Ah).toBe(0);
  bms.decide.contactors.discharge.closed = 1;
  run(bms, 3600);
  expect(bms.estimate.charged_Ah).toBeCloseTo(0.4, 6);
});

test.each([0.0001, 0.01, 0.1, 0.5, 1])("a pair takes up 1 - e^-%f of a step, to 1e-3", (x) => {
  expect(Math.abs(rise(x) - (1 - Math.exp(-x)))).toBeLessThan(1e-3);
});

test("the pairs' currents follow a step as the exponential says, whatever the tick", () => {
  for (const dt_us of [10_000, 100_000, 1_000_000]) {
    const bms = makeBench(makeSettings("LFP", 16, 100, { "cellModel.fastTime_s": 10, "cellModel.slowTime_s": 200 }));
    setCells(bms, 3.3);
    setCurrent(bms, -50);
    for (let t_us = 0; t_us < 20_000_000; t_us += dt_us) tick(bms, dt_us, false);
    expect(bms.estimate.observer.fast_A).toBeCloseTo(-50 * (1 - Math.exp(-2)), 3);
    expect(bms.estimate.observer.slow_A).toBeCloseTo(-50 * (1 - Math.exp(-0.1)), 3);
  }
});
