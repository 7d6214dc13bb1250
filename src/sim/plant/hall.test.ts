// Current sensors against their makers' sheets.
import { describe, expect, test } from "vitest";
import { type CurrentSensorConfig, DEFAULT_WORLD } from "../world-config.ts";
import { believed_A, createHall, sense } from "./hall.ts";

const sensor = (changes: Partial<CurrentSensorConfig>): CurrentSensorConfig => ({
  ...DEFAULT_WORLD.currentSensor,
  referenceError_V: 0,
  ...changes,
});

function read(config: CurrentSensorConfig, current_A: number, supply_V = 5): readonly [number, number] {
  const hall = createHall();
  sense(hall, config, current_A, supply_V);
  return [hall.hall_V, hall.reference_V];
}

describe("output and reference", () => {
  const HASS = sensor({ family: "HASS", nominal_A: 200, range_A: 600 });
  const HTFS = sensor({ family: "HTFS", nominal_A: 800, range_A: 1200 });
  const DHAB = sensor({ family: "DHAB", nominal_A: 75, range_A: 75, secondRange_A: 500 });
  test.each([
    ["HASS at nominal", HASS, 200, 5, 3.125, 2.5],
    ["HASS at three times nominal swings 1.875 V", HASS, 600, 5, 4.375, 2.5],
    ["HASS backwards", HASS, -600, 5, 0.625, 2.5],
    ["HASS beyond its range stays there", HASS, 900, 5, 4.375, 2.5],
    ["HASS keeps its own reference on a low supply", HASS, 0, 4.8, 2.5, 2.5],
    ["HTFS at nominal", HTFS, 800, 5, 3.75, 2.5],
    ["HTFS at 1200 A, the limit of the board", HTFS, 1200, 5, 4.375, 2.5],
    ["HTFS zero follows half the supply", HTFS, 0, 4.8, 2.4, 2.4],
    ["DHAB S/24 channel 1 26.67 mV/A, channel 2 4 mV/A", DHAB, 30, 5, 3.3, 2.62],
    ["DHAB channel 1 clamps at 4.75 V, channel 2 goes on", DHAB, 200, 5, 4.75, 3.3],
    ["DHAB clamps at 0.25 V", DHAB, -750, 5, 0.25, 0.25],
    ["DHAB follows its supply", DHAB, 30, 4.9, 3.234, 2.5676],
  ])("%s", (_, config, current_A, supply_V, hall_V, reference_V) => {
    const [output_V, second_V] = read(config, current_A, supply_V);
    expect(output_V).toBeCloseTo(hall_V, 6);
    expect(second_V).toBeCloseTo(reference_V, 6);
  });

  test("a sensor mounted the wrong way round reads the other sign", () => {
    expect(read(sensor({ family: "HASS", nominal_A: 200, invert: true }), 200)[0]).toBeCloseTo(1.875, 6);
  });
});

test("offset, gain and drift add up as their names say", () => {
  const config = sensor({ offset_A: 1, gainError: 0.01, drift_A_per_K: 0.1, linearity: 0 });
  expect(believed_A(config, 100, 25, 0)).toBeCloseTo(102, 9);
  expect(believed_A(config, 100, 45, 0)).toBeCloseTo(104, 9);
  expect(believed_A(config, -100, 25, 0.5)).toBeCloseTo(-99.5, 9);
});

test("the curve of the sensor bends most at the end of its range", () => {
  const config = sensor({ offset_A: 0, gainError: 0, drift_A_per_K: 0, linearity: 0.01, nominal_A: 200, range_A: 600 });
  expect(believed_A(config, 600, 25, 0) - 600).toBeCloseTo(2, 9);
  expect(believed_A(config, 200, 25, 0) - 200).toBeLessThan(0.1);
});
