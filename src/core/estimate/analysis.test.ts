// The discharge characteristic of one cell: 21 steps of a 21st of its capacity.
import { expect, test } from "vitest";
import { makeBench, makeSettings, run, setCells, setCurrent } from "../../../tests/estimator/bench.ts";
import type { Bms } from "../bms.ts";
import { startAnalysis, stopAnalysis } from "./estimate.ts";

function bench(overrides = {}): Bms {
  const bms = makeBench(makeSettings("LFP", 6, 21, { "socEstimation.method": "simplified", ...overrides }));
  setCells(bms, [3.31, 3.31, 3.28, 3.31, 3.31, 3.31]);
  run(bms, 3);
  return bms;
}

test("after each ampere hour of 21 the cell's voltage is kept, and after the last the recording is done", () => {
  const bms = bench();
  startAnalysis(bms, 4);
  setCurrent(bms, -21);
  const { analysis } = bms.estimate;
  for (let step = 1; step <= 21; step++) {
    expect(analysis.running).toBe(1);
    setCells(bms, 3.35 - step / 100);
    run(bms, 171.5); // an ampere hour takes 171.43 s
    expect(analysis.step).toBe(step);
    expect(analysis.points_V[step]).toBeCloseTo(3.35 - step / 100, 9);
  }
  expect(analysis.points_V[0]).toBe(3.31);
  expect([analysis.running, analysis.done, analysis.cell]).toEqual([0, 1, 4]);
});

test("without a cell the most discharged one is taken, or the one in the settings", () => {
  const bms = bench();
  startAnalysis(bms, -1);
  expect(bms.estimate.analysis.cell).toBe(2);
  const fixed = bench({ "cellAnalysis.mostDischarged": false, "cellAnalysis.cell": 6 });
  startAnalysis(fixed, -1);
  expect(fixed.estimate.analysis.cell).toBe(5);
});

test("charge put back has to be drawn again; stopping keeps the points so far", () => {
  const bms = bench();
  startAnalysis(bms, 0);
  setCurrent(bms, -21);
  run(bms, 150);
  setCurrent(bms, 21);
  run(bms, 100);
  setCurrent(bms, -21);
  run(bms, 100);
  expect(bms.estimate.analysis.step).toBe(0);
  run(bms, 30);
  expect(bms.estimate.analysis.step).toBe(1);
  stopAnalysis(bms);
  run(bms, 400);
  expect(bms.estimate.analysis.step).toBe(1);
  expect(bms.estimate.analysis.done).toBe(0);
});
