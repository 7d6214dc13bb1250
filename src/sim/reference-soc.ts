// The reference a recording is compared with: its own coulomb count from a state of charge at its first row. Where neither
// that nor the capacity is given, both are taken from the recording as far as it really tells them.

import { interpolateGrid } from "../base/interpolate.ts";
import type { ChemistryName } from "../model/chemistries.ts";
import type { Settings } from "../model/settings.ts";
import { restVoltage_V } from "./recorded-run.ts";
import { chargeSinceStart_Ah, type Recording, rangeOf } from "./recording.ts";

export type StartSoc = { readonly soc: number; readonly how: string };

/** A cell that rests at or above the voltage of this state of charge has just been charged. */
const FULL_FROM = 0.95;

/** State of charge at the first row: full when it rests like a full cell, else read from the rest-voltage table. */
export function startSoc(recording: Recording, settings: Settings): StartSoc {
  const degC = recording.temperature_degC.length > 0 ? recording.temperature_degC[0] : 25;
  const rest_V = restVoltage_V(recording, settings);
  const { ocv } = settings.socEstimation;
  const at_V = (soc: number): number => interpolateGrid(ocv.x, ocv.y, ocv.z, soc, degC);
  if (rest_V >= at_V(FULL_FROM)) return { soc: 1, how: `full: it begins at ${rest_V.toFixed(3)} V at rest` };
  let low = 0;
  let high = 1;
  for (let i = 0; i < 40; i++) {
    const middle = 0.5 * (low + high);
    if (at_V(middle) < rest_V) low = middle;
    else high = middle;
  }
  return { soc: low, how: `from the rest voltage of ${rest_V.toFixed(3)} V` };
}

/** The charge between full and empty, where a recording goes from one to the other; undefined where it does not. */
export function spannedCapacity_Ah(recording: Recording, settings: Settings): number | undefined {
  const volts = rangeOf(recording.voltage_V);
  const { fullVoltage_V, emptyVoltage_V } = settings.socEstimation;
  if (volts.max < fullVoltage_V || volts.min > emptyVoltage_V) return undefined;
  const charge = rangeOf(chargeSinceStart_Ah(recording));
  return charge.max - charge.min;
}

/** The chemistry a voltage range speaks for; a guess, to be said as one. */
export function likelyChemistry(recording: Recording): ChemistryName {
  const { max } = rangeOf(recording.voltage_V);
  if (max <= 2.95) return "LTO";
  return max <= 3.8 ? "LFP" : "NMC";
}
