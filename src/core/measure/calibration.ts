// Zero of the Hall sensor: its output averaged while no coil is driven and no feedback says closed, at each start and on
// command (vendor's "Calibrate" and "Recalibrate current sensor"); then followed through the drift with temperature
// whenever no current can flow. A zero far off is a broken sensor, or a current, and is never taken.

import type { Measured } from "./measured.ts";
import type { CurrentPlan } from "./plan.ts";

/** Loads and links have died down so long after the contactors opened; a drift is one once it has lasted as long. */
const REST_us = 10_000_000;
/** The zero is taken anew at least so often while no current can flow. */
const RENEWAL_us = 600_000_000;

/** A start: the zero is taken anew, and what was collected of it before is not used. */
export function beginCalibration(measured: Measured): void {
  measured.calibrated = 0;
  restart(measured);
}

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
  collect(measured, swing_V, coarse_V, dt_us);
  if (measured.calibration_us < plan.calibrationTime_us) return;
  const zero_V = measured.calibrationSum_V / measured.calibrationCount;
  const coarseZero_V = measured.coarseCalibrationSum_V / measured.calibrationCount;
  restart(measured);
  if (isZero(plan, zero_V, coarseZero_V)) accept(measured, zero_V, coarseZero_V);
  else measured.zeroRejected = 1; // and try again: the sensor may have been magnetised or still warming up
}

const isZero = ({ zeroLimit_V }: CurrentPlan, zero_V: number, coarseZero_V: number): boolean =>
  Math.abs(zero_V) <= zeroLimit_V && Math.abs(coarseZero_V) <= zeroLimit_V;

/**
 * Takes a known zero anew while no current can flow; the old one counts meanwhile. A step larger than temperature makes is
 * a current, and stays one.
 * @param resting no coil is driven, nothing says that a contactor is closed, and the sensor is in order
 */
export function followDrift(
  measured: Measured,
  plan: CurrentPlan,
  swing_V: number,
  coarse_V: number,
  resting: boolean,
  dt_us: number,
): void {
  if (measured.calibrated === 0) return;
  measured.zeroAge_us += dt_us;
  if (!resting || !plan.calibrate) {
    if (measured.rest_us > 0) unsettle(measured);
    return;
  }
  measured.rest_us += dt_us;
  if (measured.rest_us <= REST_us) return;
  collect(measured, swing_V, coarse_V, dt_us);
  if (measured.calibration_us >= plan.calibrationTime_us) judgeDrift(measured, plan);
}

function judgeDrift(measured: Measured, plan: CurrentPlan): void {
  const zero_V = measured.calibrationSum_V / measured.calibrationCount;
  const coarseZero_V = measured.coarseCalibrationSum_V / measured.calibrationCount;
  const step_V = Math.abs(zero_V - measured.zero_V);
  const noticed = step_V > plan.driftNoticed_V;
  measured.drifted_us = noticed ? measured.drifted_us + measured.calibration_us : 0;
  restart(measured);
  if (noticed ? measured.drifted_us < REST_us : measured.zeroAge_us < RENEWAL_us) return;
  const coarseStep_V = Math.abs(coarseZero_V - measured.coarseZero_V);
  if (step_V > plan.driftLimit_V || coarseStep_V > plan.driftLimit_V) return;
  if (isZero(plan, zero_V, coarseZero_V)) accept(measured, zero_V, coarseZero_V);
}

function unsettle(measured: Measured): void {
  measured.rest_us = 0;
  measured.drifted_us = 0;
  restart(measured);
}

function accept(measured: Measured, zero_V: number, coarseZero_V: number): void {
  measured.zero_V = zero_V;
  measured.coarseZero_V = coarseZero_V;
  measured.calibrated = 1;
  measured.calibrationAsked = 0;
  measured.zeroRejected = 0;
  measured.zeroAge_us = 0;
  measured.drifted_us = 0;
}

function collect(measured: Measured, swing_V: number, coarse_V: number, dt_us: number): void {
  measured.calibration_us += dt_us;
  measured.calibrationSum_V += swing_V;
  measured.coarseCalibrationSum_V += coarse_V;
  measured.calibrationCount++;
}

function restart(measured: Measured): void {
  measured.calibration_us = 0;
  measured.calibrationSum_V = 0;
  measured.coarseCalibrationSum_V = 0;
  measured.calibrationCount = 0;
}
