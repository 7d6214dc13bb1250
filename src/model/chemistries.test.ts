// The chemistry table against published curves, data sheet limits and the laws every cell obeys.
import { describe, expect, test } from "vitest";
import { interpolate, interpolateGrid } from "../base/interpolate.ts";
import { CHEMISTRIES, CHEMISTRY_NAMES, isChemistryName } from "./chemistries.ts";
import type { Chemistry } from "./chemistry.ts";
import type { Curve, Grid } from "./rows.ts";

const at = (grid: Grid, x: number, y: number) => interpolateGrid(grid.x, grid.y, grid.z, x, y);
const each = test.each(CHEMISTRY_NAMES.map((name) => [name, CHEMISTRIES[name] as Chemistry] as const));
const ascends = (values: readonly number[]) => values.every((value, i) => i === 0 || value > values[i - 1]!);
const rowsOf = (grid: Grid) => grid.y.map((_, row) => grid.z.slice(row * grid.x.length, (row + 1) * grid.x.length));
const curvesOf = (c: Chemistry): readonly Curve[] => [c.hysteresis_V, c.hysteresisRatio, c.exchangeRate, c.diffusionLag_h, c.voltageErrorRatio, c.capacityRatio, c.chargeVoltageFactor, c.dischargeVoltageFactor];
const gridsOf = (c: Chemistry): readonly Grid[] => [c.ocv, c.resistanceRatio, c.fastProfile, c.slowProfile, c.chargeFactor, c.dischargeFactor];

describe("published open-circuit voltage at 25 degC", () => {
  // means of the C/27 sweeps of an A123 26650
  const LFP = [2.161, 3.037, 3.183, 3.219, 3.245, 3.28, 3.302, 3.308, 3.317, 3.33, 3.345, 3.352, 3.366, 3.59];
  // computed full-cell curve to 4.1 V; its upper end is stretched and not compared
  const LCO = [3.105, 3.618, 3.682, 3.691, 3.692, 3.697, 3.715, 3.745, 3.765, 3.798, 3.849, 3.904, 4.008];
  const SOC = [0, 5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100].map((percent) => percent / 100);
  // one-hour rests of a Leaf cell, tenths of its charge
  const LMO = [[0.1, 3.531], [0.2, 3.723], [0.3, 3.802], [0.4, 3.869], [0.5, 3.909], [0.6, 3.949], [0.7, 3.984], [0.8, 4.048], [0.9, 4.086], [1, 4.182]] as const;
  const LTO = [[0, 2.069], [0.05, 2.114], [0.1, 2.131], [0.2, 2.156], [0.35, 2.186], [0.5, 2.217], [0.65, 2.266], [0.75, 2.319], [0.85, 2.389], [0.95, 2.472], [1, 2.525]] as const;
  const rows = [
    ...LFP.map((volts, i) => ["LFP", SOC[i]!, volts] as const),
    ...LCO.map((volts, i) => ["LCO", SOC[i]!, volts] as const),
    ...LMO.map(([soc, volts]) => ["LMO", soc, volts] as const),
    ...LTO.map(([soc, volts]) => ["LTO", soc, volts] as const),
  ];
  test.each(rows)("%s at a charge of %f rests at %f V within 15 mV", (name, soc, volts) => {
    expect(Math.abs(at(CHEMISTRIES[name].ocv, soc, 25) - volts)).toBeLessThan(0.015);
  });

  test("LFP rests 20 to 55 mV apart on its plateau after charging and after discharging", () => {
    const { x, y } = CHEMISTRIES.LFP.hysteresis_V;
    for (const soc of [0.3, 0.4, 0.5, 0.6, 0.7]) {
      const gap_V = 2 * interpolate(x, y, soc);
      expect(gap_V >= 0.02 && gap_V <= 0.055, String(soc)).toBe(true);
    }
  });
});

describe("resistance over temperature", () => {
  // one-second steps of the same A123 cell, relative to 25 degC
  test.each([[-25, 13.0], [-15, 6.06], [-5, 2.98], [5, 1.79], [15, 1.26], [25, 1], [35, 0.86], [45, 0.77]])("LFP at %f degC has %f times its resistance", (degC, ratio) => {
    expect(at(CHEMISTRIES.LFP.resistanceRatio, 0.5, degC)).toBeCloseTo(ratio, 2);
  });

  // one-second values of the 33 Ah Leaf cell: 2.6, 1.57 and 1.53 mOhm
  test.each([[10, 2.6e-3], [25, 1.57e-3], [40, 1.53e-3]])("an LMO cell of 33 Ah at %f degC has %f Ohm within 2 %", (degC, ohm) => {
    const { resistance_OhmAh, resistanceRatio } = CHEMISTRIES.LMO;
    expect(Math.abs((resistance_OhmAh / 33) * at(resistanceRatio, 0.5, degC) / ohm - 1)).toBeLessThan(0.02);
  });

  each("%s: cold never lowers resistance, and half charge at 25 degC is the measure", (_, { resistanceRatio }) => {
    expect(at(resistanceRatio, 0.5, 25)).toBe(1);
    for (const soc of resistanceRatio.x) {
      const overTemperature = resistanceRatio.y.map((degC) => -at(resistanceRatio, soc, degC));
      expect(ascends(overTemperature), String(soc)).toBe(true);
    }
  });
});

describe("limits by data sheet", () => {
  const SHEET = {
    //        nominal, absolute minimum, discharge stop, charge end, trip, balancing start
    LFP:      [3.2, 2.0, 2.5, 3.65, 3.75, 3.4],
    LiFeYPO4: [3.2, 2.5, 2.8, 3.65, 4.0, 3.4],
    LCO:      [3.7, 2.75, 3.0, 4.2, 4.25, 4.0],
    LMO:      [3.75, 2.75, 3.0, 4.2, 4.25, 4.0],
    NMC:      [3.65, 2.5, 3.0, 4.2, 4.25, 4.0],
    NCA:      [3.6, 2.5, 2.8, 4.2, 4.25, 4.0],
    LTO:      [2.3, 1.5, 1.8, 2.7, 2.85, 2.45],
  } as const;
  each("%s", (name, { nominal_V, limits }) => {
    expect([nominal_V, limits.absoluteMin_V, limits.undervoltage_V, limits.maximumCharge_V, limits.overvoltage_V, limits.balancingStart_V]).toEqual(SHEET[name]);
  });

  each("%s: eighteen cells at the trip stay under 80 V", (_, { limits }) => {
    expect(18 * limits.overvoltage_V).toBeLessThan(80);
  });

  each("%s: the trip lies under 110 %% of the charge end, where charging must have ended", (_, { limits }) => {
    expect(limits.overvoltage_V).toBeLessThan(1.1 * limits.maximumCharge_V);
  });

  each("%s: a healthy cell passes the voltages in the right order", (_, { limits: l }) => {
    expect(ascends([l.absoluteMin_V, l.undervoltage_V, l.dischargeVoltage_V, l.readyToDischargeReset_V, l.balancingStart_V])).toBe(true);
    expect(ascends([l.undervoltage_V, l.emptyVoltage_V, l.undervoltageTolerant_V])).toBe(true);
    expect(ascends([l.readyToDischargeClear_V, l.readyToDischargeReset_V, l.readyToChargeReset_V, l.readyToChargeClear_V, l.voltageTooHigh_V])).toBe(true);
    expect(ascends([l.balancingStart_V, l.fullVoltage_V, l.chargeVoltage_V, l.maximumCharge_V, l.voltageTooHigh_V, l.overvoltage_V])).toBe(true);
    expect(l.readyToDischargeClear_V).toBeGreaterThanOrEqual(l.dischargeVoltage_V);
    expect(l.balancingForced_V).toBeGreaterThanOrEqual(l.chargeVoltage_V);
    expect(l.balancingForced_V).toBeLessThan(l.overvoltage_V);
    expect(l.voltageTooHighTolerant_V).toBeLessThan(l.voltageTooHigh_V);
    expect(l.overvoltageTolerant_V).toBeLessThan(l.voltageTooHigh_V);
    expect(l.overvoltage_V).toBeLessThanOrEqual(l.absoluteMax_V);
  });

  each("%s: tolerant values lie inside the limits of temperature and current", (_, { temperatures: t, rates: r }) => {
    expect(ascends([t.chargeMin_degC, t.chargeMinTolerant_degC, t.chargeMaxTolerant_degC, t.chargeMax_degC])).toBe(true);
    expect(ascends([t.dischargeMin_degC, t.dischargeMinTolerant_degC, t.dischargeMaxTolerant_degC, t.dischargeMax_degC])).toBe(true);
    expect(t.chargeMin_degC).toBeGreaterThanOrEqual(t.dischargeMin_degC);
    expect(t.chargeMax_degC).toBeLessThanOrEqual(t.dischargeMax_degC);
    expect(r.overcurrentCharge).toBeCloseTo(1.2 * r.charge, 9);
    expect(r.overcurrentDischarge).toBeCloseTo(1.5 * r.discharge, 9);
  });
});

describe("laws of every record", () => {
  each("%s: tables are whole and their axes ascend", (_, chemistry) => {
    for (const { x, y } of curvesOf(chemistry)) {
      expect(y.length).toBe(x.length);
      expect(ascends(x)).toBe(true);
    }
    for (const { x, y, z } of gridsOf(chemistry)) {
      expect(z.length).toBe(x.length * y.length);
      expect(ascends(x) && ascends(y)).toBe(true);
    }
  });

  each("%s: voltage rises with charge at every temperature, inside the maker's bounds", (_, { ocv, limits }) => {
    expect(ocv.y.length).toBeGreaterThanOrEqual(4);
    expect([ocv.x[0], ocv.x.at(-1)]).toEqual([0, 1]);
    for (const row of rowsOf(ocv)) {
      expect(ascends(row)).toBe(true);
      expect(row[0]).toBeGreaterThanOrEqual(limits.absoluteMin_V);
      expect(row.at(-1)).toBeLessThanOrEqual(limits.absoluteMax_V);
    }
  });

  each("%s: rest voltages keep their order also after hysteresis", (_, { ocv, hysteresis_V }) => {
    const half_V = (soc: number) => interpolate(hysteresis_V.x, hysteresis_V.y, soc);
    for (const sign of [-1, 1])
      expect(ascends(ocv.x.map((soc) => at(ocv, soc, 25) + sign * half_V(soc))), String(sign)).toBe(true);
  });

  each("%s: cold takes capacity and 25 degC gives all of it", (_, { capacityRatio }) => {
    expect(interpolate(capacityRatio.x, capacityRatio.y, 25)).toBe(1);
    expect(capacityRatio.y.every((ratio, i) => ratio > 0 && (i === 0 || ratio >= capacityRatio.y[i - 1]!))).toBe(true);
  });

  each("%s: current maps are factors and end at zero where the protections trip", (_, c) => {
    for (const grid of [c.chargeFactor, c.dischargeFactor]) expect(grid.z.every((factor) => factor >= 0 && factor <= 1)).toBe(true);
    for (const soc of [0, 0.5, 1]) {
      expect(at(c.chargeFactor, soc, c.temperatures.chargeMin_degC)).toBe(0);
      expect(at(c.chargeFactor, soc, c.temperatures.chargeMax_degC)).toBe(0);
      expect(at(c.dischargeFactor, soc, c.temperatures.dischargeMin_degC)).toBe(0);
      expect(at(c.dischargeFactor, soc, c.temperatures.dischargeMax_degC)).toBe(0);
    }
    expect(c.chargeVoltageFactor.x.at(-1)).toBeLessThan(c.limits.overvoltage_V);
    expect(c.chargeVoltageFactor.y.at(-1)).toBe(0);
    expect(c.dischargeVoltageFactor.x[0]).toBeGreaterThanOrEqual(c.limits.undervoltage_V);
    expect(c.dischargeVoltageFactor.y[0]).toBe(0);
  });

  // makers' rates: 0.2C to 5 degC and 0.5C to 15 degC by one, 0.2C to 15 degC and 0.5C above by the other
  test.each([[2, 0.2], [5, 0.2], [10, 0.2], [14.9, 0.2], [20, 0.5], [45, 0.5]])("LFP at %f degC never charges above %f C", (degC, rate) => {
    const { rates, chargeFactor } = CHEMISTRIES.LFP;
    for (const soc of [0, 0.1, 0.3, 0.5, 0.9, 1]) expect(rates.charge * at(chargeFactor, soc, degC)).toBeLessThanOrEqual(rate + 1e-12);
  });

  each("%s: the pairs follow the resistance where it is measured, and the model's doubt is that of 25 degC", (_, c) => {
    expect(at(c.fastProfile, 0.5, 25)).toBe(1);
    expect(at(c.slowProfile, 0.5, 25)).toBe(1);
    expect(interpolate(c.hysteresisRatio.x, c.hysteresisRatio.y, 25)).toBe(1);
    expect(interpolate(c.voltageErrorRatio.x, c.voltageErrorRatio.y, 25)).toBe(1);
  });

  each("%s: cold never makes charge transfer straighter, diffusion quicker or the model surer", (_, c) => {
    const falls = (values: readonly number[]) => values.every((value, i) => i === 0 || value <= values[i - 1]!);
    for (const { y } of [c.diffusionLag_h, c.voltageErrorRatio, c.hysteresisRatio]) expect(falls(y)).toBe(true);
    expect(falls(c.exchangeRate.y.map((rate) => -rate))).toBe(true);
  });

  each("%s: plain numbers are possible and tell their source", (_, c) => {
    expect(c.coulombicEfficiency > 0.98 && c.coulombicEfficiency <= 1).toBe(true);
    expect(c.plateauLow).toBeLessThanOrEqual(c.plateauHigh);
    expect(c.fastTime_s).toBeLessThan(c.slowTime_s);
    expect(c.nominal_V > c.limits.undervoltage_V && c.nominal_V < c.limits.maximumCharge_V).toBe(true);
    for (const part of [/voltage/i, /resistance/i, /limits/i]) expect(c.source).toMatch(part);
  });
});

test("names are those of the table", () => {
  expect(Object.keys(CHEMISTRIES)).toEqual([...CHEMISTRY_NAMES]);
  expect(["LFP", "lfp", "toString"].map(isChemistryName)).toEqual([true, false, false]);
});
