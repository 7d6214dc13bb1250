// The model's shared states against the laws they are made of.
import { describe, expect, test } from "vitest";
import {
  change,
  makeBench,
  makeSettings,
  setCells,
  setCurrent,
  setTemperature,
  tick,
} from "../../../tests/estimator/bench.ts";
import { bend_A, dropOf } from "./cell-model.ts";
import { readVoltage } from "./reading.ts";

const CELL = {
  "cellModel.exchangeRate": { x: [-20, 25], y: [0.5, 1000] },
  "cellModel.diffusionLag_h": { x: [-20, 25], y: [0.04, 0.01] },
};
const makeCellBench = () => makeBench(makeSettings("NMC", 6, 10, CELL));

describe("charge transfer", () => {
  test.each([0.3, 1, 3, 10, 40])("bends %f times the exchange current as asinh", (x) => {
    expect(bend_A(2 * x, 2)).toBeCloseTo(2 * Math.asinh(x), 9);
    expect(bend_A(-2 * x, 2)).toBeCloseTo(-2 * Math.asinh(x), 9);
  });

  test("is straight under a twentieth of it, within a two-thousandth", () => {
    expect(bend_A(0.0999, 2)).toBe(0.0999);
    expect(Math.abs((2 * Math.asinh(0.05)) / 0.1 - 1)).toBeLessThan(1 / 2000);
  });

  test("makes the drop over a cold cell grow less than its current, that over a warm one alike", () => {
    const grows = (degC: number): number => {
      const bms = makeCellBench();
      setTemperature(bms, degC);
      setCells(bms, 3.7);
      const drops = [-5, -20].map((current_A) => {
        setCurrent(bms, current_A);
        for (let i = 0; i < 1200; i++) tick(bms, 10_000, true);
        return dropOf(bms.estimate, 0, bms.estimate.observer.bent_A);
      });
      return drops[1] / drops[0];
    };
    expect(grows(25)).toBeGreaterThan(3.9);
    expect(grows(-20)).toBeLessThan(3);
  });
});

describe("diffusion", () => {
  test("lets the charge at the surface lag by the set share per rate, with its time constant", () => {
    const bms = makeCellBench();
    setCells(bms, 3.7);
    setCurrent(bms, -10);
    for (let i = 0; i < 15_000; i++) tick(bms, 100_000, false);
    expect(bms.estimate.observer.lag).toBeCloseTo(-0.01 * (1 - Math.exp(-1)), 4);
    for (let i = 0; i < 120_000; i++) tick(bms, 100_000, false);
    expect(bms.estimate.observer.lag).toBeCloseTo(-0.01, 4);
  });

  test("is given back when the voltage is read: the same voltage with a lag behind means more charge", () => {
    const bms = makeCellBench();
    setCells(bms, 3.7);
    setCurrent(bms, 0);
    tick(bms, 10_000, true);
    readVoltage(bms, 0);
    const before = bms.estimate.observer.readSoc;
    bms.estimate.observer.lag = -0.02;
    readVoltage(bms, 0);
    expect(bms.estimate.observer.readSoc).toBeCloseTo(before + 0.02, 9);
  });
});

test("a hysteresis ratio over temperature widens the gap between the branches in the cold", () => {
  const bms = makeBench(makeSettings("LFP", 6, 10));
  const readAt = (branch: number): number => {
    bms.estimate.observer.hysteresis = branch;
    readVoltage(bms, 0);
    return bms.estimate.observer.readSoc;
  };
  const gap = (): number => {
    setTemperature(bms, -20);
    setCells(bms, 3.25);
    tick(bms, 10_000, true);
    return readAt(-1) - readAt(1);
  };
  const plain = gap();
  change(bms, { "socEstimation.hysteresisRatio": { x: [-20, 25], y: [2, 1] } });
  expect(gap()).toBeGreaterThan(1.5 * plain);
});
