// The stage as a whole: start, counting, and what happens when measurements are missing.
import { expect, test } from "vitest";
import { change, makeBench, makeSettings, run, setCells, setCurrent, tick } from "../../../tests/estimator/bench.ts";
import { CORRECTIONS } from "./estimated.ts";

test("the state of charge starts from the rest voltage of every cell and says so", () => {
  const bms = makeBench(makeSettings("NMC", 14, 50));
  setCells(bms, 3.746); // half charge by the table at 25 degC
  tick(bms, 100_000, true);
  expect(bms.estimate.started).toBe(0); // two cells have had their turn
  run(bms, 1);
  expect(bms.estimate.started).toBe(1);
  expect(bms.estimate.soc).toBeCloseTo(0.5, 2);
  expect(CORRECTIONS[bms.estimate.correctionReason[13]]).toBe("start from rest voltage");
  expect(bms.estimate.dod_Ah).toBeCloseTo(25, 0);
});

test("an hour at a tenth of the capacity moves the charge by a tenth", () => {
  const bms = makeBench(makeSettings("LFP", 16, 100, { "socEstimation.method": "simplified" }));
  setCells(bms, 3.3);
  run(bms, 2);
  const before = bms.estimate.cellSoc[7];
  setCurrent(bms, -10);
  run(bms, 3600);
  expect(before - bms.estimate.cellSoc[7]).toBeCloseTo(0.1, 4);
  expect(bms.estimate.discharged_Ah).toBeCloseTo(10, 6);
});

test("without a believed current nothing is counted and the bound grows as with the last current and C/5 more", () => {
  const bms = makeBench(makeSettings("LFP", 16, 100));
  setCells(bms, 3.3);
  run(bms, 2);
  setCurrent(bms, -30);
  run(bms, 2);
  const soc = bms.estimate.cellSoc[0];
  const bound = bms.estimate.cellSocBound[0];
  bms.measure.currentValid = 0;
  run(bms, 360); // a tenth of an hour at 30 A + 20 A: 5 % of the capacity
  expect(Math.abs(bms.estimate.cellSoc[0] - soc)).toBeLessThan(0.001);
  expect(bms.estimate.cellSocBound[0] - bound).toBeCloseTo(0.05, 2);
});

test("a smaller or larger number of cells, and another capacity, are taken up while running", () => {
  const bms = makeBench(makeSettings("NMC", 10, 50));
  setCells(bms, 3.746);
  run(bms, 3);
  change(bms, { "battery.cells": 12 });
  setCells(bms, 3.746);
  run(bms, 3);
  expect(bms.estimate.started).toBe(1);
  expect(bms.estimate.cellSoc[11]).toBeCloseTo(0.5, 2);
  change(bms, { "battery.cells": 8, "battery.capacity_Ah": 40 });
  setCells(bms, 3.746);
  run(bms, 3);
  expect(bms.estimate.cellSoc[11]).toBe(0);
  expect(bms.estimate.cellCapacity_Ah[7]).toBe(40);
  expect(bms.estimate.effectiveCapacity_Ah).toBe(40);
});
