// The stage "measure" in the order of the data: inputs, cells with their wires, temperatures, current; at the end the one
// flag that says whether all that is needed is believed. It writes `measure` and nothing else.

import type { Bms } from "../bms.ts";
import type { Decided } from "../decide/decided.ts";
import type { Sensors } from "../sensors.ts";
import { askCalibration, beginCalibration } from "./calibration.ts";
import { measureCells } from "./cells.ts";
import { measureCurrent } from "./current.ts";
import { readInputs } from "./inputs.ts";
import type { Measured } from "./measured.ts";
import { judgeReadiness } from "./readiness.ts";
import { measureTemperatures } from "./temperatures.ts";

/** Takes the zero of the current sensor anew; until it is done the current is not believed. Only with open contactors. */
export const startCalibration = (measured: Measured): void => askCalibration(measured);

/**
 * Turns the board's raw values of this tick into quantities and says which of them are believed.
 * Any numbers may stand in `sensors`, even none (NaN): what makes no sense is not believed, and never thrown at.
 */
export function measure(bms: Bms, sensors: Sensors, dt_us: number): void {
  const { measure: measured, plan } = bms;
  if (bms.decide.beginning === 1) beginAnew(measured);
  readInputs(measured, plan.measure.inputs, sensors, dt_us);
  measureCells(measured, plan.measure.cells, sensors, dt_us);
  measureTemperatures(measured, plan.measure.temperature, sensors, dt_us);
  const off = noCoilDriven(bms.decide) && measured.contactorClosed === 0;
  measureCurrent(measured, plan.measure, sensors, off, bms.decide.stuckContactor !== 0, dt_us);
  judgeReadiness(measured, plan.measure, dt_us);
}

/** At a start out of standby or by restart, the zero is taken anew and nothing counts as believed until it is. */
function beginAnew(measured: Measured): void {
  beginCalibration(measured);
  measured.ready = 0;
}

/** Only then, and with no feedback that says otherwise, is no current certain enough to call it zero. */
function noCoilDriven({ contactors }: Decided): boolean {
  const { charge, discharge, precharge, common, main } = contactors;
  return charge.on + discharge.on + precharge.on + common.on + main.on === 0;
}
