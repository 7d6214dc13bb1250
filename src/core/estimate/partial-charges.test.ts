// Capacity from partial charges and discharges of cells that hold something else than the settings say, and when nothing can be said.
import { describe, expect, test, vi } from "vitest";
import { setCells, setCurrent, tick } from "../../../tests/estimator/bench.ts";
import { charge, cycle, driveDown, flow, makeString, rest, type TestString } from "../../../tests/estimator/string.ts";
import { takeUp } from "./power-up.ts";

// Weeks of use in each test: minutes on a machine that others use too.
vi.setConfig({ testTimeout: 120_000 });

const capacityOf = ({ bms }: TestString): number => bms.estimate.cellCapacity_Ah[0];
const pairsOf = ({ bms }: TestString): number => bms.estimate.health.pairs[0];

describe("cells of which the settings say 100 Ah", () => {
  test.each([
    ["LFP", 90, 0.15, 0.99, 0],
    ["LFP", 90, 0.15, 0.99, 0.2],
    ["LFP", 80, 0.1, 0.99, 0],
    ["NMC", 90, 0.25, 0.85, 0],
    ["NMC", 90, 0.25, 0.85, 0.2],
    ["NMC", 80, 0.25, 0.85, 0],
  ] as const)(
    "%s with %i Ah, used from %f to %f with %f A of offset: right to a fiftieth after 10 parts, and inside the bound",
    (model, truth_Ah, low, high, offset_A) => {
      const string = { ...makeString(model, high - 0.02, {}, truth_Ah), offset_A };
      for (let i = 0; i < 8 && pairsOf(string) < 10; i++) cycle(string, 1, low, high);
      expect(pairsOf(string)).toBeGreaterThanOrEqual(10);
      expect(Math.abs(capacityOf(string) / truth_Ah - 1)).toBeLessThan(0.02);
      expect(Math.abs(capacityOf(string) - truth_Ah)).toBeLessThan(string.bms.estimate.health.capacityBound_Ah[0]);
    },
  );

  test("on the plateau of LFP nothing can be said, and the nominal capacity stays with its wide bound", () => {
    const string = makeString("LFP", 0.68, {}, 90);
    cycle(string, 4, 0.4, 0.7);
    expect(pairsOf(string)).toBe(0);
    expect(capacityOf(string)).toBe(100);
    expect(string.bms.estimate.health.capacityBound_Ah[0]).toBeGreaterThan(20);
  });

  test("a part of a tenth of the capacity says nothing, one of a half does", () => {
    const string = makeString("NMC", 0.8, {}, 90);
    cycle(string, 3, 0.7, 0.8);
    expect(pairsOf(string)).toBe(0);
    cycle(string, 2, 0.3, 0.8);
    expect(pairsOf(string)).toBeGreaterThan(0);
  });
});

test("a current that was not believed in between spoils the pair", () => {
  const string = makeString("NMC", 0.9, {}, 90);
  rest(string, 1);
  driveDown(string, 0.5);
  string.bms.measure.currentValid = 0;
  tick(string.bms, 1_000_000, true);
  for (let i = 0; i < 20; i++) tick(string.bms, 100_000, true);
  string.bms.measure.currentValid = 1;
  expect(string.bms.estimate.health.fromVariance[0]).toBe(-1);
});

test("a pair that was good enough counts after a power cycle, and the count does not go on over it", () => {
  const string = makeString("NMC", 0.8, {}, 90);
  const { bms } = string;
  rest(string, 1);
  driveDown(string, 0.2);
  rest(string, 1);
  expect(pairsOf(string)).toBe(0);
  takeUp(bms, 3600);
  expect(pairsOf(string)).toBe(1);
  expect(capacityOf(string)).toBeLessThan(96);
  expect(bms.estimate.health.fromVariance[0]).toBe(-1);
});

test("a battery run from full to empty has shown its capacity: the parts before it are forgotten, and nothing stays in the cell", () => {
  const string = makeString("LFP", 0.98, {}, 90);
  charge(string, 0.999);
  for (let i = 0; i < 60; i++) flow(string, 1, 10, 1);
  for (let i = 0; i < 400 && string.bms.estimate.health.emptied[0] === 0; i++) flow(string, -25, 60, 1);
  const { health } = string.bms.estimate;
  expect(health.emptied[0]).toBe(1);
  expect(capacityOf(string)).toBeGreaterThan(88);
  expect(capacityOf(string)).toBeLessThan(92);
  expect(health.capacityBound_Ah[0]).toBeLessThan(6);
  expect(health.usable_Ah[0]).toBe(capacityOf(string));
});

test("before anything is known the usable capacity is the nominal one less what the voltage under load leaves in the cells", () => {
  const { bms } = makeString("LFP", 0.5);
  setCells(bms, 3.3);
  setCurrent(bms, 0);
  for (let i = 0; i < 40; i++) tick(bms, 100_000, true);
  const { health } = bms.estimate;
  expect(health.usableCapacity_Ah).toBeLessThan(100);
  expect(health.usableCapacity_Ah).toBeGreaterThan(95);
  expect(health.usableSoh).toBeCloseTo(health.usableCapacity_Ah / 100, 9);
});
