// Power for 2 s, 10 s, 30 s and half an hour, on paper: cells whose rest voltage rises by 1 V from empty (3 V) to full (4 V), of
// 100 Ah and 1 mOhm without pairs, at half charge. Down to 3.1 V there are 0.4 V for the drop over the resistance and for what
// the charge drawn takes off the rest voltage: I = 0.4 V / (1 mOhm + t / 360 000 s x 1 V / 1 A).
import { describe, expect, test } from "vitest";
import {
  makeBench,
  makeSettings,
  type Overrides,
  run,
  setCells,
  setCurrent,
  setTemperature,
} from "../../../tests/estimator/bench.ts";
import type { Bms } from "../bms.ts";
import { POWER_REASONS } from "./power-limits.ts";
import { HORIZONS_s, type PowerSide } from "./power-state.ts";

const CELLS = 6;
const FLAT = { x: [0, 1], y: [25], z: [1, 1] };

function bench(cells_V: number | readonly number[], overrides: Overrides = {}, cells = CELLS): Bms {
  const settings = makeSettings("NMC", cells, 100, {
    "socEstimation.ocv": { x: [0, 1], y: [25], z: [3, 4] },
    "socEstimation.hysteresis_V": { x: [0, 1], y: [0, 0] },
    "battery.resistance_Ohm": 0.001,
    "battery.dischargeVoltage_V": 3.1,
    "battery.chargeVoltage_V": 3.9,
    "cellModel.resistanceRatio": FLAT,
    "cellModel.fastRatio": 0,
    "cellModel.slowRatio": 0,
    "cellModel.diffusionLag_h": { x: [25], y: [0] },
    "cellModel.exchangeRate": { x: [25], y: [1000] },
    "chargeMap.maximum_A": 1000,
    "dischargeMap.maximum_A": 1000,
    ...overrides,
  });
  const bms = makeBench(settings);
  setTemperature(bms, 25);
  setCells(bms, cells_V);
  setCurrent(bms, 0);
  run(bms, 8);
  return bms;
}

const onPaper_A = (volts: number, t: number): number => volts / (0.001 + t / 360_000);
const powerOf = (bms: Bms) => bms.estimate.health.power;
const reasonsOf = (side: { readonly reason: Uint8Array }): string[] =>
  Array.from(side.reason, (code) => POWER_REASONS[code]);

describe("by the cells' voltage", () => {
  test("the current ends at the limit after just that time, and the power is what the string then gives", () => {
    const { discharge, charge } = powerOf(bench(3.5));
    HORIZONS_s.forEach((t, k) => {
      expect(discharge.limit_A[k] / onPaper_A(0.4, t)).toBeCloseTo(1, 2);
      expect(charge.limit_A[k] / onPaper_A(0.4, t)).toBeCloseTo(1, 2);
      expect(discharge.limit_W[k] / (CELLS * 3.1 * discharge.limit_A[k])).toBeCloseTo(1, 2);
      expect(charge.limit_W[k] / (CELLS * 3.9 * charge.limit_A[k])).toBeCloseTo(1, 2);
    });
    expect(reasonsOf(discharge)).toEqual(Array(4).fill("cell voltage"));
  });

  test("the weakest cell decides, for giving the lowest and for taking the highest", () => {
    const { discharge, charge } = powerOf(bench([3.5, 3.5, 3.4, 3.5, 3.6, 3.5]));
    expect([...discharge.cell]).toEqual([2, 2, 2, 2]);
    expect([...charge.cell]).toEqual([4, 4, 4, 4]);
    expect(discharge.limit_A[0] / onPaper_A(0.3, 2)).toBeCloseTo(1, 2);
    expect(charge.limit_A[0] / onPaper_A(0.3, 2)).toBeCloseTo(1, 2);
  });

  test("twice the resistance gives half the power of a moment", () => {
    const bms = bench(3.5);
    bms.estimate.cellResistance_Ohm[1] = 0.002;
    run(bms, 8);
    const { discharge } = powerOf(bms);
    expect(discharge.cell[0]).toBe(1);
    expect(discharge.limit_A[0] / (0.4 / (0.002 + 2 / 360_000))).toBeCloseTo(1, 2);
  });

  test.each([6, 9, 10, 18])("in a pack of %i cells a change of any cell is in the forecast within 5 s", (cells) => {
    const bms = bench(3.5, {}, cells);
    for (let cell = 0; cell < cells; cell++) {
      bms.estimate.cellResistance_Ohm[cell] = 0.002;
      run(bms, 5); // 3.6 s until its turn has come in both directions, a second until it is stated
      expect(powerOf(bms).discharge.cell[0]).toBe(cell);
      bms.estimate.cellResistance_Ohm[cell] = 0.001;
    }
  });

  test("a cell at the limit already gives nothing", () => {
    const { discharge } = powerOf(bench(3.1));
    for (const limit_A of discharge.limit_A) expect(limit_A).toBeLessThan(1);
  });
});

test.each([
  ["LFP", 3.29, -10],
  ["LFP", 3.29, 25],
  ["LFP", 3.22, 45],
  ["NMC", 3.65, -10],
  ["NMC", 3.65, 25],
  ["NMC", 3.5, 45],
] as const)(
  "the weakest %s cell, resting at %f V and %f degC, ends within a millivolt of the limit",
  (chemistry, cell_V, degC) => {
    const bms = makeBench(
      makeSettings(chemistry, CELLS, 100, { "chargeMap.maximum_A": 900, "dischargeMap.maximum_A": 900 }),
    );
    setTemperature(bms, degC);
    setCells(bms, cell_V);
    setCurrent(bms, 0);
    run(bms, 20);
    const { dischargeEnd_V, chargeEnd_V } = bms.plan.estimate;
    const { discharge, charge } = powerOf(bms);
    const offs = [...offLimit_V(discharge, dischargeEnd_V), ...offLimit_V(charge, chargeEnd_V)];
    expect(offs.length).toBeGreaterThan(1);
    for (const off_V of offs) expect(Math.abs(off_V)).toBeLessThan(0.001);
  },
);

/** For the times for which a cell's voltage decides: how far from the limit it ends. */
const offLimit_V = ({ reason, cell, end_V }: PowerSide, limit_V: number): number[] =>
  [...HORIZONS_s.keys()]
    .filter((k) => POWER_REASONS[reason[k]] === "cell voltage")
    .map((k) => end_V[HORIZONS_s.length * cell[k] + k] - limit_V);

test.each([
  [60, "maximum current", "maximum current"],
  [100, "maximum current", "cell voltage"],
])("with %f A at most, two seconds are limited by the %s, half an hour by the %s", (maximum_A, short, long) => {
  const { discharge } = powerOf(bench(3.5, { "dischargeMap.maximum_A": maximum_A }));
  expect(discharge.limit_A[0]).toBe(maximum_A);
  expect(reasonsOf(discharge)[0]).toBe(short);
  expect(reasonsOf(discharge)[3]).toBe(long); // 66.7 A on paper
});

test("half an hour cannot take more than is there: 10 % of 100 Ah last half an hour at 20 A", () => {
  const { discharge } = powerOf(bench(3.1, { "battery.dischargeVoltage_V": 2.6, "socEstimation.emptyVoltage_V": 2.5 }));
  expect(discharge.limit_A[3]).toBeCloseTo(20, 1);
  expect(reasonsOf(discharge)[3]).toBe("state of charge");
  expect(reasonsOf(discharge)[0]).toBe("cell voltage");
});

describe("by temperature", () => {
  const factor = { x: [0, 1], y: [-20, -10, 0, 10], z: [0, 0, 0.5, 0.5, 0.5, 0.5, 1, 1] };
  const cold = (degC: number): Bms => {
    const bms = bench(3.5, {
      "dischargeMap.maximum_A": 60,
      "chargeMap.maximum_A": 60,
      "dischargeMap.socFactor": factor,
      "chargeMap.socFactor": factor,
    });
    setTemperature(bms, degC);
    run(bms, 3);
    return bms;
  };

  test("a cold battery takes and lasts by its map, but gives its seconds; beyond the map it gives nothing", () => {
    const half = powerOf(cold(0));
    expect([...half.charge.limit_A]).toEqual([30, 30, 30, 30]);
    expect([...half.discharge.limit_A]).toEqual([60, 60, 60, 30]);
    expect(reasonsOf(half.discharge)[3]).toBe("temperature");
    expect([...powerOf(cold(-20)).discharge.limit_A]).toEqual([0, 0, 0, 0]);
    expect([...powerOf(cold(10)).discharge.limit_A]).toEqual([60, 60, 60, 60]);
  });
});

test("what is not believed promises nothing", () => {
  const bms = bench(3.5);
  bms.measure.cellsValid = 0;
  run(bms, 2);
  const { discharge, charge } = powerOf(bms);
  expect([...discharge.limit_W, ...charge.limit_W]).toEqual(Array(8).fill(0));
  expect(reasonsOf(charge)).toEqual(Array(4).fill("measurement not believed"));
});
