// The vendor's two rules with numbers worked out by hand; a flat ratio table and no pairs make the formula visible.
import { expect, test } from "vitest";
import { makeBench, makeSettings, type Overrides, run, setCells, setCurrent } from "../../../tests/estimator/bench.ts";
import type { Bms } from "../bms.ts";

const FLAT = {
  "cellModel.fastRatio": 0,
  "cellModel.slowRatio": 0,
  "cellModel.resistanceRatio": { x: [0, 1], y: [0, 25], z: [2, 2, 1, 1] },
  "battery.resistance_Ohm": 0.001,
  "battery.relaxTimeCharge_s": 10,
  "battery.relaxTimeDischarge_s": 10,
  "resistanceEstimation.stabilisation_s": 2,
};
const bench = (overrides: Overrides = {}): Bms => makeBench(makeSettings("NMC", 6, 100, { ...FLAT, ...overrides }));

function relax(bms: Bms, cell_V: number): void {
  setCells(bms, cell_V);
  setCurrent(bms, 0);
  run(bms, 20);
}

test("leaving relaxation, R is the change of voltage over the stable current", () => {
  const bms = bench();
  relax(bms, 3.7);
  setCurrent(bms, -40);
  setCells(bms, [3.66, 3.64, 3.66, 3.62, 3.66, 3.66]);
  run(bms, 3);
  expect(bms.estimate.cellResistance_Ohm[0]).toBeCloseTo(0.001, 9); // 40 mV / 40 A
  expect(bms.estimate.cellResistance_Ohm[1]).toBeCloseTo(0.0015, 9);
  expect(bms.estimate.cellResistance_Ohm[3]).toBeCloseTo(0.002, 9);
  expect(bms.estimate.sohResistance).toBeCloseTo(1 - 0.3 * 0.25, 6); // the sum grew by a quarter
});

test("between two stable currents, R is the difference of voltages over that of currents", () => {
  const bms = bench();
  relax(bms, 3.7);
  setCurrent(bms, -10); // a tenth of the capacity: too little for a first value
  setCells(bms, 3.68);
  run(bms, 3);
  expect(bms.estimate.observer.steps[0]).toBe(0);
  setCurrent(bms, -60);
  setCells(bms, 3.6);
  run(bms, 3);
  expect(bms.estimate.cellResistance_Ohm[0]).toBeCloseTo(0.0016, 9); // 80 mV / 50 A
});

test.each([
  [20, 0], // the step must be more than 0.2 times the capacity in A
  [20.1, 1],
])("a step of %f A at 100 Ah is measured %i times", (step_A, times) => {
  const bms = bench();
  relax(bms, 3.7);
  setCurrent(bms, -30);
  setCells(bms, 3.67);
  run(bms, 3);
  const before = bms.estimate.observer.steps[0];
  setCurrent(bms, -30 - step_A);
  setCells(bms, 3.65);
  run(bms, 3);
  expect(bms.estimate.observer.steps[0] - before).toBe(times);
});

test.each([
  [0.951, true],
  [1.049, true],
  [0.949, false],
  [1.055, false], // seen from the other side 0.948
])("a current that wavers to %f of its value counts as stable: %s", (factor, stable) => {
  const bms = bench();
  relax(bms, 3.7);
  setCells(bms, 3.66);
  for (let i = 0; i < 20; i++) {
    setCurrent(bms, -40);
    run(bms, 0.5);
    setCurrent(bms, -40 * factor);
    run(bms, 0.5);
  }
  expect(bms.estimate.observer.steps[0] > 0).toBe(stable);
});

test("stable lasts the whole stabilisation time before anything is measured", () => {
  const bms = bench();
  relax(bms, 3.7);
  setCurrent(bms, -40);
  setCells(bms, 3.66);
  run(bms, 2);
  expect(bms.estimate.observer.steps[0]).toBe(0);
  run(bms, 0.1);
  expect(bms.estimate.observer.steps[0]).toBe(1);
});

test("a value measured in the cold is brought to 25 degC", () => {
  const bms = bench();
  bms.measure.cellTemperatures_degC.fill(0);
  relax(bms, 3.7);
  setCurrent(bms, -40);
  setCells(bms, 3.6); // 2.5 mOhm at 0 degC, where the table has a factor of 2
  run(bms, 3);
  expect(bms.estimate.cellResistance_Ohm[0]).toBeCloseTo(0.00125, 9);
});

test("what the pairs have taken up is not put down to the resistance", () => {
  const bms = bench({ "cellModel.fastRatio": 1, "cellModel.fastTime_s": 5 });
  relax(bms, 3.7);
  setCurrent(bms, -40);
  // 1 mOhm and a pair of 1 mOhm with 5 s: after 2.1 s the pair carries 1 - e^-0.42 of the current.
  setCells(bms, 3.7 - 0.04 - 0.04 * (1 - Math.exp(-2.1 / 5)));
  run(bms, 2.1);
  expect(bms.estimate.observer.steps[0]).toBe(1);
  expect(bms.estimate.cellResistance_Ohm[0]).toBeCloseTo(0.001, 5);
});

test.each([
  [3.71, "rises under discharge"],
  [3.3, "is ten times the nominal"],
  [3.698, "is a twentieth of the nominal"],
])("a cell at %f V whose resistance %s keeps its old value", (cell_V) => {
  const bms = bench();
  relax(bms, 3.7);
  setCurrent(bms, -40);
  setCells(bms, cell_V);
  run(bms, 3);
  expect(bms.estimate.cellResistance_Ohm[0]).toBe(0.001);
});

test("a cell that is not believed is left out", () => {
  const bms = bench();
  relax(bms, 3.7);
  bms.measure.cellValid[2] = 0;
  setCurrent(bms, -40);
  setCells(bms, 3.64);
  run(bms, 3);
  expect(bms.estimate.cellResistance_Ohm[2]).toBe(0.001);
  expect(bms.estimate.cellResistance_Ohm[3]).toBeCloseTo(0.0015, 9);
});
