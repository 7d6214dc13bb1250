// Zero of the Hall sensor: its output averaged while no coil is driven, at each start and on command (vendor's "Calibrate"
// and "Recalibrate current sensor"). A zero far off is a broken sensor and is never taken.

import type { Measured } from "./measured.ts";
import type { CurrentPlan } from "./plan.ts";

/** A person asked for a new zero. The old one is gone at once. */
export function askCalibration(measured: Measured): void {
  measured.calibrated = 0;
  measured.calibrationAsked = 1;
  restart(measured);
}

/**
 * @param swing_V output over its reference, at 5 V supply; the second of the coarse channel (0 without one)
 * @param usable whether the sensor is electrically sound and no current may flow; else the average starts anew
 */
export function calibrate(
  measured: Measured,
  plan: CurrentPlan,
  swing_V: number,
  coarse_V: number,
  usable: boolean,
  dt_us: number,
): void {
  if (measured.calibratedSensor !== plan.sensor) {
    measured.calibratedSensor = plan.sensor;
    measured.calibrated = 0;
    restart(measured);
  }
  if (measured.calibrated === 1) return;
  if (!plan.calibrate && measured.calibrationAsked === 0) accept(measured, 0, 0);
  else if (usable) average(measured, plan, swing_V, coarse_V, dt_us);
  else restart(measured);
}

function average(measured: Measured, plan: CurrentPlan, swing_V: number, coarse_V: number, dt_us: number): void {
  measured.calibration_us += dt_us;
  measured.calibrationSum_V += swing_V;
  measured.coarseCalibrationSum_V += coarse_V;
  measured.calibrationCount++;
  if (measured.calibration_us < plan.calibrationTime_us) return;
  const zero_V = measured.calibrationSum_V / measured.calibrationCount;
  const coarseZero_V = measured.coarseCalibrationSum_V / measured.calibrationCount;
  restart(measured);
  if (Math.abs(zero_V) <= plan.zeroLimit_V && Math.abs(coarseZero_V) <= plan.zeroLimit_V)
    accept(measured, zero_V, coarseZero_V);
  else measured.zeroRejected = 1; // and try again: the sensor may have been magnetised or still warming up
}

function accept(measured: Measured, zero_V: number, coarseZero_V: number): void {
  measured.zero_V = zero_V;
  measured.coarseZero_V = coarseZero_V;
  measured.calibrated = 1;
  measured.calibrationAsked = 0;
  measured.zeroRejected = 0;
}

function restart(measured: Measured): void {
  measured.calibration_us = 0;
  measured.calibrationSum_V = 0;
  measured.coarseCalibrationSum_V = 0;
  measured.calibrationCount = 0;
}
