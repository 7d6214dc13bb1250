// Zero calibration of the current sensor: at start, on command, refused when too far off or while coils are driven.
import { describe, expect, test } from "vitest";
import { createRawBoard } from "../../../tests/raw-board.ts";
import { CONTACTORS } from "../decide/decided.ts";
import { startCalibration } from "./measure.ts";

const ZERO = 6;

test("the zero is the mean over 300 ms; until then the current is not believed and not broken", () => {
  const { sensors, measured, tick } = createRawBoard();
  for (let i = 0; i < 29; i++) {
    sensors.hall_V = i % 2 === 0 ? 2.51 : 2.53;
    tick();
    expect([measured.calibrated, measured.currentValid, measured.currentFault, measured.currentBroken]).toEqual([
      0, 0, 0, 0,
    ]);
  }
  sensors.hall_V = 2.53;
  tick();
  expect([measured.calibrated, measured.currentValid]).toEqual([1, 1]);
  expect(measured.zero_V).toBeCloseTo(0.02, 9);
  expect(measured.calibratedReference_V).toBeCloseTo(2.52, 9);
  sensors.hall_V = 2.5 + measured.zero_V + 0.0625;
  tick();
  expect(measured.current_A).toBeCloseTo(20, 6);
});

test.each([
  [0.0599, 1, 0],
  [-0.0599, 1, 0],
  [0.0601, 0, ZERO],
  [-0.0601, 0, ZERO],
])("a zero of %f V is taken: %i", (zero_V, taken, fault) => {
  const { sensors, measured, tick } = createRawBoard();
  sensors.hall_V = 2.5 + zero_V;
  for (let i = 0; i < 40; i++) tick();
  expect([measured.calibrated, measured.currentValid, measured.currentFault]).toEqual([taken, taken, fault]);
});

test("after a zero too far off the next good one heals", () => {
  const { sensors, measured, tick } = createRawBoard();
  sensors.hall_V = 2.6;
  for (let i = 0; i < 45; i++) tick();
  expect(measured.currentFault).toBe(ZERO);
  sensors.hall_V = 2.51;
  for (let i = 0; i < 60; i++) tick();
  expect([measured.currentFault, measured.currentValid]).toEqual([0, 1]);
});

describe("no current may flow meanwhile", () => {
  test.each(CONTACTORS)("a driven %s coil holds the calibration up, and it starts anew", (name) => {
    const { measured, decided, tick } = createRawBoard();
    for (let i = 0; i < 20; i++) tick();
    decided.contactors[name].on = 1;
    for (let i = 0; i < 100; i++) tick();
    expect(measured.calibrated).toBe(0);
    decided.contactors[name].on = 0;
    for (let i = 0; i < 29; i++) tick();
    expect(measured.calibrated).toBe(0);
    tick();
    expect(measured.calibrated).toBe(1);
  });

  test("a sensor without supply holds it up too", () => {
    const { sensors, measured, tick } = createRawBoard();
    sensors.hallSupply_V = 0;
    for (let i = 0; i < 100; i++) tick();
    expect([measured.calibrated, measured.currentFault]).toEqual([0, 3]);
  });
});

test("without calibration the zero is 0 and believed at once", () => {
  const { settings, sensors, measured, plan, tick } = createRawBoard();
  settings.currentSensor.calibrate = false;
  plan();
  sensors.hall_V = 2.5625;
  tick();
  expect([measured.calibrated, measured.currentValid]).toEqual([1, 1]);
  expect(measured.current_A).toBeCloseTo(20, 6);
});

test.each([true, false])("on command it is taken anew, with calibration at start %s", (calibrate) => {
  const { settings, sensors, measured, plan, tick } = createRawBoard();
  settings.currentSensor.calibrate = calibrate;
  plan();
  for (let i = 0; i < 30; i++) tick();
  sensors.hall_V = 2.505;
  startCalibration(measured);
  tick();
  expect([measured.calibrated, measured.currentValid]).toEqual([0, 0]);
  for (let i = 0; i < 29; i++) tick();
  expect([measured.calibrated, measured.currentValid]).toEqual([1, 1]);
  expect(measured.zero_V).toBeCloseTo(0.005, 9);
  expect(measured.current_A).toBeCloseTo(0, 6);
});

test("a DHAB takes a zero for each channel", () => {
  const { settings, sensors, measured, plan, tick } = createRawBoard();
  settings.currentSensor.type = "DHAB S/24";
  plan();
  sensors.hall_V = 2.51;
  sensors.hallReference_V = 2.48;
  for (let i = 0; i < 30; i++) tick();
  expect([measured.zero_V, measured.coarseZero_V]).toEqual([expect.closeTo(0.01, 9), expect.closeTo(-0.02, 9)]);
  expect([measured.currentFault, measured.current_A]).toEqual([0, expect.closeTo(0, 6)]);
});

test("another type of sensor needs another zero", () => {
  const { settings, measured, plan, tick } = createRawBoard();
  for (let i = 0; i < 30; i++) tick();
  settings.currentSensor.type = "HTFS 400-P";
  plan();
  tick();
  expect([measured.calibrated, measured.currentValid]).toEqual([0, 0]);
  for (let i = 0; i < 30; i++) tick();
  expect(measured.currentValid).toBe(1);
});
