// Hall sensors against their data sheets: what a sheet says the output reads at its currents.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CURRENT_MAX_A, CURRENT_SENSOR_FAMILIES, CURRENT_SENSOR_NAMES, CURRENT_SENSORS, coarseSensitivity_V_per_A, customSensor,
  isCurrentSensorName, output_V, referenceOutput_V, sensitivity_V_per_A,
} from "./current-sensors.ts";

describe("data sheets", () => {
  test.each([
    // HASS: 0.625 V at nominal, 1.875 V at three times nominal
    ["HASS 50-S", 0, 2.5], ["HASS 50-S", 50, 3.125], ["HASS 50-S", -150, 0.625], ["HASS 300-S", 900, 4.375], ["HASS 600-S", -600, 1.875],
    // HTFS: 1.25 V at nominal
    ["HTFS 200-P", 200, 3.75], ["HTFS 800-P", 1200, 4.375], ["HTFS 800-P", -1200, 0.625],
    // DHAB: 2 V at the range of the fine channel
    ["DHAB S/14", 100, 4.5], ["DHAB S/24", -75, 0.5], ["DHAB S/133", 30, 3.3],
  ] as const)("%s at %f A gives %f V", (name, current_A, volts) => {
    expect(output_V(CURRENT_SENSORS[name], current_A)).toBeCloseTo(volts, 6);
  });

  test.each([
    ["DHAB S/14", 0.02, 0.003333], ["DHAB S/24", 0.02667, 0.004], ["DHAB S/124", 0.02667, 0.004], ["DHAB S/133", 0.02667, 0.002667],
    ["DHAB S/118", 0.0667, 0.00571], ["DHAB S/18", 0.0667, 0.00571], ["DHAB S/106", 0.1, 0.00222],
  ] as const)("%s gives %f V/A on its fine and %f V/A on its coarse channel", (name, fine, coarse) => {
    expect(Math.abs(sensitivity_V_per_A(CURRENT_SENSORS[name]) / fine - 1)).toBeLessThan(0.002);
    expect(Math.abs(coarseSensitivity_V_per_A(CURRENT_SENSORS[name]) / coarse - 1)).toBeLessThan(0.002);
  });

  test("a single sensor has no coarse channel", () => {
    expect(coarseSensitivity_V_per_A(CURRENT_SENSORS["HASS 200-S"])).toBe(0);
  });
});

describe("references", () => {
  test.each([[4.75, 2.375], [5, 2.5], [5.25, 2.625]])("at a supply of %f V a HASS keeps 2.5 V and a HTFS gives %f V", (supply_V, half_V) => {
    expect(referenceOutput_V(CURRENT_SENSORS["HASS 100-S"], 77, supply_V)).toBe(2.5);
    expect(referenceOutput_V(CURRENT_SENSORS["HTFS 400-P"], 77, supply_V)).toBe(half_V);
  });

  test("a DHAB carries its coarse channel on the reference pin, both in proportion to the supply", () => {
    const sensor = CURRENT_SENSORS["DHAB S/14"];
    expect(referenceOutput_V(sensor, 300)).toBeCloseTo(3.5, 6);
    expect(output_V(sensor, 50, 4.8)).toBeCloseTo((4.8 / 5) * 3.5, 9);
    expect(referenceOutput_V(sensor, 300, 4.8)).toBeCloseTo((4.8 / 5) * 3.5, 9);
  });
});

describe("every listed type", () => {
  test.each(CURRENT_SENSOR_NAMES)("%s reads its whole range inside 0.25..4.75 V, and 1200 A bounds all", (name) => {
    const sensor = CURRENT_SENSORS[name];
    for (const current_A of [-sensor.range_A, sensor.range_A]) {
      const volts = output_V(sensor, current_A);
      expect(volts > 0.25 && volts < 4.75).toBe(true);
      expect(volts - 2.5).toBeCloseTo(current_A * sensitivity_V_per_A(sensor), 9);
    }
    expect(Math.max(sensor.range_A, sensor.coarseRange_A)).toBeLessThanOrEqual(CURRENT_MAX_A);
    expect(name.startsWith(sensor.family)).toBe(true);
  });

  test("names are recognised exactly", () => {
    expect(["HASS 50-S", "hass 50-s", "toString"].map(isCurrentSensorName)).toEqual([true, false, false]);
  });
});

test("any nominal current up to 1200 A makes a sensor whose output rises with current and stays clamped", () => {
  const family = fc.constantFrom(...(Object.keys(CURRENT_SENSOR_FAMILIES) as (keyof typeof CURRENT_SENSOR_FAMILIES)[]));
  const amps = fc.double({ min: -3000, max: 3000, noNaN: true });
  fc.assert(fc.property(family, fc.double({ min: 5, max: 1200, noNaN: true }), amps, amps, (name, nominal_A, a, b) => {
    const sensor = customSensor(name, nominal_A);
    expect(sensor.range_A <= 1200 && sensor.range_A >= nominal_A).toBe(true);
    const [low, high] = [output_V(sensor, Math.min(a, b)), output_V(sensor, Math.max(a, b))];
    expect(low <= high && low >= 0.25 && high <= 4.75).toBe(true);
  }));
});
