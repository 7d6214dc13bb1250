// The one flag that says whether contactors may be considered: everything needed has been measured and is believed.

import type { Measured } from "./measured.ts";
import type { MeasurePlan } from "./plan.ts";

/** Tests that stop coming leave the wires untested: after this many periods and what a conversion may take. */
const MISSED_TESTS = 2;

/**
 * Ready as soon as nothing is missing; no longer ready once something has been missing for longer than cells may be
 * stale. A disturbed conversion or a calibration is shorter than that, and a lasting doubt is told by its own error.
 */
export function judgeReadiness(measured: Measured, plan: MeasurePlan, dt_us: number): void {
  const missing = firstMissing(measured, plan);
  measured.notReady = missing;
  if (missing === 0) {
    measured.ready = 1;
    measured.doubt_us = 0;
    return;
  }
  measured.doubt_us += dt_us;
  if (measured.doubt_us > plan.cells.stale_us) measured.ready = 0;
}

/** Index of NOT_READY. */
function firstMissing(measured: Measured, { cells, temperature }: MeasurePlan): number {
  if (measured.cellsValid === 0) return 1;
  if (measured.wiresTested === 0 || measured.wireTest_us > MISSED_TESTS * cells.wireTestPeriod_us + cells.stale_us)
    return 2;
  if (measured.cellCountWrong === 1) return 3;
  if (measured.wiringFault !== 0 || measured.wiringPattern !== 0) return 4;
  if (temperature.onCells > 0 && measured.temperatureValid === 0) return 5;
  if (cells.bySupply && measured.batteryValid === 0) return 8;
  if (measured.currentValid === 1) return 0;
  return measured.calibrated === 0 && measured.contactorClosed === 1 ? 7 : 6; // its current may not be taken as zero
}
