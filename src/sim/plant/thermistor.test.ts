// Thermistors against the makers' tables.
import { describe, expect, test } from "vitest";
import { divider_V, type ThermistorType, thermistor_Ohm } from "./thermistor.ts";

const DEGREES = [-40, -30, -20, -10, 0, 10, 20, 25, 30, 40, 50, 60, 70, 80, 85, 100];
const TABLE_kOhm: readonly (readonly [ThermistorType, readonly number[]])[] = [
  // biome-ignore format: one part, one line
  ["beta3950", [4018.6, 2002.0, 1053.8, 582.5, 336.2, 201.7, 125.4, 100, 80.37, 53.02, 35.88, 24.86, 17.6, 12.7, 10.87, 6.975]],
  // biome-ignore format: one part, one line
  ["beta4250", [5319.9, 2513.7, 1260.3, 665.9, 368.6, 212.8, 127.5, 100, 79.05, 50.52, 33.2, 22.37, 15.42, 10.86, 9.181, 5.698]],
  // biome-ignore format: one part, one line
  ["104GT-2", [4215.1, 2132.3, 1126.9, 619.8, 353.6, 208.5, 126.8, 99.94, 79.31, 50.91, 33.47, 22.5, 15.43, 10.79, 9.084, 5.557]],
];
const ROWS = TABLE_kOhm.flatMap(([type, values]) => values.map((kOhm, i) => [type, DEGREES[i]!, kOhm] as const));

describe("resistance", () => {
  test.each(ROWS)("%s at %f degC has %f kOhm", (type, degC, kOhm) => {
    expect(Math.abs(thermistor_Ohm(type, degC) / 1000 / kOhm - 1)).toBeLessThan(0.001);
  });

  test.each([
    [25, 100_000],
    [50, 31_230],
    [125, 2066],
  ])("the TDK part at %f degC has the %f Ohm its coefficients were fitted to", (degC, ohm) => {
    expect(Math.abs(thermistor_Ohm("NTCG104LH104", degC) / ohm - 1)).toBeLessThan(0.002);
  });
});

describe("divider", () => {
  test("100 kOhm to 5 V gives half the supply at 25 degC", () => {
    expect(divider_V(thermistor_Ohm("beta3950", 25), 5)).toBeCloseTo(2.5, 9);
  });

  test("cold reads high and warm reads low", () => {
    expect(divider_V(4_018_600, 5)).toBeCloseTo(4.879, 3);
    expect(divider_V(6975, 5)).toBeCloseTo(0.326, 3);
  });
});
