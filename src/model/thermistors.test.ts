// Thermistors against the resistance tables of their makers' formulas, and the lookup of the hot path against the formula.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dividerRatio, dividerResistance_Ohm, OPEN_ABOVE_Ohm, resistance_Ohm, SHORT_BELOW_Ohm, THERMISTOR_NAMES, THERMISTORS,
  tableTemperature_degC, temperatureTable, temperature_degC, thermistorCondition,
} from "./thermistors.ts";

// kOhm at each temperature; the beta rows from R25 exp(beta (1/T - 1/298.15)), the last from the Semitec coefficients
const AT_degC = [-40, -30, -20, -10, 0, 10, 20, 25, 30, 40, 50, 60, 70, 80, 85, 100];
const BETA_3950 = [4018.6, 2002.0, 1053.8, 582.5, 336.2, 201.7, 125.4, 100, 80.37, 53.02, 35.88, 24.86, 17.6, 12.7, 10.87, 6.975];
const BETA_4250 = [5319.9, 2513.7, 1260.3, 665.9, 368.6, 212.8, 127.5, 100, 79.05, 50.52, 33.2];
const SEMITEC = [4215.1, 2132.3, 1126.9, 619.8, 353.6, 208.5, 126.8, 99.94, 79.31, 50.91, 33.47, 22.5, 15.43, 10.79, 9.084, 5.557];

const rows = (kiloOhms: readonly number[]) => kiloOhms.map((kiloOhm, i) => [AT_degC[i]!, kiloOhm] as const);
const within = (value: number, expected: number, part: number) => Math.abs(value - expected) <= part * expected;

describe("resistance", () => {
  test.each(rows(BETA_3950))("a generic 3950 at %f degC has %f kOhm", (degC, kiloOhm) => {
    expect(within(resistance_Ohm("Generic 3950", degC) / 1000, kiloOhm, 0.005)).toBe(true);
  });

  test.each(rows(BETA_4250))("a Murata part up to 50 degC follows beta 4250: at %f degC %f kOhm", (degC, kiloOhm) => {
    expect(within(resistance_Ohm("Murata NCPxxWF104", degC) / 1000, kiloOhm, 0.005)).toBe(true);
  });

  test.each(rows(SEMITEC))("a 104GT-2 at %f degC has %f kOhm", (degC, kiloOhm) => {
    expect(within(resistance_Ohm("Semitec 104GT-2", degC) / 1000, kiloOhm, 0.005)).toBe(true);
  });

  test.each([
    ["TDK NTCG104LH104", 25, 100_000], ["TDK NTCG104LH104", 50, 31_230], ["TDK NTCG104LH104", 125, 2066],
    ["EPCOS B57560G104F", 25, 100_000], ["EPCOS B57560G104F", 150, 1641.9],
    ["Semitec 104GT-2", 20, 126_800], ["Semitec 104GT-2", 150, 1360],
    ["Murata NCPxxWF104", 85, 100_000 * Math.exp(4311 * (1 / 358.15 - 1 / 298.15))],
    ["Murata NCPxxWF104", 100, 100_000 * Math.exp(4334 * (1 / 373.15 - 1 / 298.15))],
    ["Honeywell 135-104LAG", 85, 100_000 * Math.exp(3974 * (1 / 358.15 - 1 / 298.15))],
  ] as const)("%s meets its sheet: at %f degC %f Ohm", (name, degC, ohm) => {
    expect(within(resistance_Ohm(name, degC), ohm, 0.001)).toBe(true);
  });

  test("every type has 100 kOhm at 25 degC within 0.1 %", () => {
    for (const name of THERMISTOR_NAMES) expect(within(resistance_Ohm(name, 25), 100_000, 0.001), name).toBe(true);
    expect(Object.keys(THERMISTORS)).toEqual([...THERMISTOR_NAMES]);
  });
});

const anyName = fc.constantFrom(...THERMISTOR_NAMES);
const measured_degC = fc.double({ min: -40, max: 100, noNaN: true });

describe("temperature", () => {
  test("is the exact inverse of resistance from -60 to 200 degC", () => {
    fc.assert(fc.property(anyName, fc.double({ min: -59.9, max: 199.9, noNaN: true }), (name, degC) => {
      expect(temperature_degC(name, resistance_Ohm(name, degC))).toBeCloseTo(degC, 8);
    }));
  });

  test("falls with every rise of resistance", () => {
    fc.assert(fc.property(anyName, measured_degC, fc.double({ min: 0.01, max: 30, noNaN: true }), (name, degC, step) => {
      expect(resistance_Ohm(name, degC + step)).toBeLessThan(resistance_Ohm(name, degC));
    }));
  });

  test("stays within -60..200 degC for any number, also none", () => {
    fc.assert(fc.property(anyName, fc.double(), (name, ohm) => {
      const degC = temperature_degC(name, ohm);
      expect(degC >= -60 && degC <= 200).toBe(true);
    }));
  });
});

describe("table of the hot path", () => {
  const tables = new Map(THERMISTOR_NAMES.map((name) => [name, temperatureTable(name)]));

  test("agrees with the formula within 0.05 degC from -40 to 100 degC", () => {
    fc.assert(fc.property(anyName, measured_degC, (name, degC) => {
      const ratio = dividerRatio(resistance_Ohm(name, degC));
      expect(Math.abs(tableTemperature_degC(tables.get(name)!, ratio) - degC)).toBeLessThan(0.05);
    }), { numRuns: 2000 });
  });

  test("reads 2.5 V of 5 V as 25 degC", () => {
    expect(tableTemperature_degC(tables.get("Generic 3950")!, 2.5 / 5)).toBeCloseTo(25, 2);
  });

  test.each([-1, 0, 1, 2, Number.NaN])("ratio %f stays within -60..200 degC", (ratio) => {
    const degC = tableTemperature_degC(tables.get("Semitec 104GT-2")!, ratio);
    expect(degC >= -60 && degC <= 200).toBe(true);
  });
});

describe("broken sensors", () => {
  test.each([
    [dividerRatio(1001), "good"], [dividerRatio(999), "shorted"], [0, "shorted"], [-0.01, "shorted"],
    [dividerRatio(7_990_000), "good"], [dividerRatio(8_010_000), "open"], [0.991, "open"], [1, "open"], [1.2, "open"], [Number.NaN, "open"],
  ] as const)("a divider ratio of %f is %s", (ratio, condition) => {
    expect(thermistorCondition(ratio)).toBe(condition);
  });

  test("no good part from -40 to 150 degC looks broken", () => {
    for (const name of THERMISTOR_NAMES) {
      expect(resistance_Ohm(name, -40), name).toBeLessThan(OPEN_ABOVE_Ohm);
      expect(resistance_Ohm(name, 150), name).toBeGreaterThan(SHORT_BELOW_Ohm);
    }
  });

  test("the divider undoes itself", () => {
    fc.assert(fc.property(fc.double({ min: 1, max: 1e7, noNaN: true }), (ohm) => {
      expect(within(dividerResistance_Ohm(dividerRatio(ohm)), ohm, 1e-9)).toBe(true);
    }));
  });
});
