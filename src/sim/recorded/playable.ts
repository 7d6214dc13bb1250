// Settings for a device that a recording is played to: limits wide enough for what was recorded, as many cells as the board
// carries, and nothing that judges whether others obey, because a recording cannot.

import { CHEMISTRIES, type ChemistryName } from "../../model/chemistries.ts";
import { type Changes, presetSettings } from "../../model/presets.ts";
import type { CellLimits } from "./cell-limits.ts";
import { type Recording, rangeOf } from "./recording.ts";

/**
 * A recording has no contactors: nothing to precharge, nothing to feed back, nobody who could keep to a limit. Nor can it show what
 * a balancing resistor takes: a device that switched one on would count charge off that is still there.
 */
export const WITHOUT_CONTACTORS: Changes = {
  "precharge.enable": false,
  "balancing.enable": false,
  "charge.precharge": false,
  "discharge.precharge": false,
  "common.precharge": false,
  "feedback.assignment1": "none",
  "feedback.assignment2": "none",
  "feedback.assignment3": "none",
  "feedback.assignment4": "none",
  ...Object.fromEntries(
    [
      "chargeCurrentLimit",
      "dischargeCurrentLimit",
      "unallowableCharging",
      "stuckContactor",
      "chargeFeedback",
      "dischargeFeedback",
      "commonFeedback",
      "mainFeedback",
    ].map((name) => [`protections.${name}.enable`, false]),
  ),
};

/** Headroom over the largest value of a recording, for the errors of sensors. */
const HEADROOM = 1.1;
const COLD_HEADROOM_K = 3;

/** A recording names no data sheet: the chemistry's widest voltages, and what the cell was evidently allowed to do. */
export function shownLimits(chemistry: ChemistryName, capacity_Ah: number, recording: Recording): CellLimits {
  const { limits, rates, temperatures } = CHEMISTRIES[chemistry];
  const current = rangeOf(recording.current_A);
  const coldest_degC = Math.floor(rangeOf(recording.temperature_degC).min - COLD_HEADROOM_K);
  return {
    min_V: limits.absoluteMin_V,
    max_V: limits.absoluteMax_V,
    charge_A: Math.max(rates.overcurrentCharge * capacity_Ah, HEADROOM * current.max),
    discharge_A: Math.max(rates.overcurrentDischarge * capacity_Ah, HEADROOM * -current.min),
    chargeMin_degC: Math.max(-40, Math.min(temperatures.chargeMin_degC, coldest_degC)),
    dischargeMin_degC: Math.max(-50, Math.min(temperatures.dischargeMin_degC, coldest_degC)),
  };
}

const BOARD_MAXIMUM_V = 80;

/** 16 where they stay under the board's 80 V, else the most that do. */
export function mostCells(
  chemistry: ChemistryName,
  capacity_Ah: number,
  limits: CellLimits,
  recording: Recording,
): number {
  const preset = presetSettings(chemistry, 6, capacity_Ah);
  const limit_V = limits.max_V ?? Number(preset["protections.overvoltage.limit_V"]);
  const full_V = Math.max(limit_V, rangeOf(recording.voltage_V).max);
  return Math.max(6, Math.min(16, Math.floor(BOARD_MAXIMUM_V / full_V)));
}
