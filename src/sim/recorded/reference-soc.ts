// The reference a recording is compared with: its own coulomb count from a state of charge at its first row. Where neither
// that nor the capacity is given, both are taken from the recording as far as it really tells them.

import { interpolate, interpolateGrid } from "../../base/interpolate.ts";
import type { ChemistryName } from "../../model/chemistries.ts";
import type { Settings } from "../../model/settings.ts";
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

/**
 * The cell's capacity at 25 degC from a recording that ends empty: the charge it moved over the part of the capacity it
 * drew. In the cold a part stays in the cell. Undefined where the recording does not reach empty or drew too little.
 */
export function drawnCapacity_Ah(recording: Recording, settings: Settings): number | undefined {
  if (rangeOf(recording.voltage_V).min > settings.socEstimation.emptyVoltage_V) return undefined;
  const { capacityRatio } = settings.cellModel;
  const stuck = 1 - Math.min(1, interpolate(capacityRatio.x, capacityRatio.y, meanOf(recording.temperature_degC)));
  const drawn = startSoc(recording, settings).soc - stuck;
  const charge = rangeOf(chargeSinceStart_Ah(recording));
  return drawn < LEAST_DRAWN ? undefined : (charge.max - charge.min) / drawn;
}

const LEAST_DRAWN = 0.3;

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return values.length > 0 ? sum / values.length : 25;
}

/** The chemistry a voltage range speaks for; a guess, to be said as one. */
export function likelyChemistry(recording: Recording): ChemistryName {
  const { max } = rangeOf(recording.voltage_V);
  if (max <= 2.95) return "LTO";
  return max <= 3.8 ? "LFP" : "NMC";
}
