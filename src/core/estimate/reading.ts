// What a cell's voltage says about its state of charge: the rest voltage that belongs to it, after the drop over
// resistance and pairs and the branch of charge or discharge, read backwards from the table; and how far that may be off.

import type { Bms } from "../bms.ts";
import { dropOf } from "./cell-model.ts";
import type { Estimated } from "./estimated.ts";
import type { EstimatePlan } from "./plan.ts";
import { takeSlope } from "./slope.ts";
import { curveAt, socAt, surfaceAt } from "./surface.ts";
import { blameVoltage, NINETY_FIVE, placeCharge } from "./uncertainty.ts";

/** Noise of one voltage reading, one standard deviation squared. */
export const NOISE_V2 = 4e-6;

/** Relative doubt of the slow pair: it stands for diffusion, which is no single pair. */
const SLOW_DOUBT = 0.4;

/**
 * Variance of what the model misses at rest: its own error, the branch, and the slow pair.
 */
export function modelVariance(
  estimate: Estimated,
  plan: EstimatePlan,
  cell: number,
  branch_V: number,
  degC: number,
  pairDoubt = SLOW_DOUBT,
): number {
  const o = estimate.observer;
  const branch = o.hysteresisDoubt * branch_V;
  const slow_Ohm = o.modelShare[cell] * o.slow_Ohm[cell];
  const past = slow_Ohm * o.slowDoubt_A;
  const pair = slow_Ohm * pairDoubt * o.slow_A;
  const own = curveAt(plan.voltageError_V, degC);
  return own * own + branch * branch + past * past + pair * pair;
}

/** Reads the state of charge of a cell from its voltage now into observer.readSoc and observer.readBound (95 %). */
export function readVoltage(bms: Bms, cell: number): void {
  const { estimate, measure } = bms;
  const plan = bms.plan.estimate;
  const o = estimate.observer;
  const degC = measure.cellTemperatures_degC[cell];
  const drop_V = dropOf(estimate, cell, o.bent_A);
  const middle = measure.cells_V[cell] - drop_V;
  const branch_V = surfaceAt(plan.hysteresis_V, socAt(plan.ocv_V, middle, degC), degC);
  const rest = middle - o.hysteresis * branch_V;
  const byDrop = Math.sqrt(curveAt(plan.dropVariance, degC) + plan.loadError * plan.loadError) * drop_V;
  const doubt =
    NINETY_FIVE * Math.sqrt(modelVariance(estimate, plan, cell, branch_V, degC) + byDrop * byDrop + NOISE_V2);
  const surface = socAt(plan.ocv_V, rest, degC);
  const above = socAt(plan.ocv_V, rest + doubt, degC) - surface;
  const below = surface - socAt(plan.ocv_V, rest - doubt, degC);
  const soc = surface - o.lag;
  o.readSoc = soc < 0 ? 0 : soc > 1 ? 1 : soc;
  const beyond_V = rest - surfaceAt(plan.ocv_V, surface, degC);
  const own_V = curveAt(plan.voltageError_V, degC);
  o.beyond_V = beyond_V > own_V ? own_V : beyond_V < -own_V ? -own_V : beyond_V;
  const byVoltage = above > below ? above : below;
  const byLag = NINETY_FIVE * o.lagDoubt;
  o.readBound = Math.sqrt(byVoltage * byVoltage + byLag * byLag) + NINETY_FIVE * plan.axisError;
}

/** The charge is the one last read, with such a bound. What lies beyond full or empty is the model's error. */
export function believeReading(bms: Bms, cell: number, bound: number, reason: number): void {
  const o = bms.estimate.observer;
  placeCharge(bms.estimate, cell, o.readSoc, bound, reason);
  takeSlope(bms, cell);
  blameVoltage(bms.estimate, cell, o.slope_V[cell], o.beyond_V);
}

/** The reading and a charge known to `bound` both count. What the reading does not move is the model's error. */
export function joinReading(bms: Bms, cell: number, bound: number, reason: number): void {
  const { estimate } = bms;
  const { readSoc, readBound } = estimate.observer;
  const soc = estimate.cellSoc[cell];
  const share = (bound * bound) / (bound * bound + readBound * readBound);
  placeCharge(estimate, cell, soc + share * (readSoc - soc), Math.sqrt(share) * readBound, reason);
  takeSlope(bms, cell);
  const slope_V = estimate.observer.slope_V[cell];
  blameVoltage(estimate, cell, slope_V, (1 - share) * (readSoc - soc) * slope_V);
}

/** Refreshes a cell's rest voltage and resistance at its present state of charge and temperature. */
export function refreshCell(bms: Bms, cell: number): void {
  const { estimate, measure } = bms;
  const plan = bms.plan.estimate;
  const degC = measure.cellTemperatures_degC[cell];
  const soc = estimate.cellSoc[cell];
  estimate.cellOcv_V[cell] = surfaceAt(plan.ocv_V, soc, degC);
  const nominal_Ohm = estimate.cellResistance_Ohm[cell];
  estimate.observer.modelShare[cell] = estimate.observer.model_Ohm[cell] / nominal_Ohm;
  estimate.observer.actual_Ohm[cell] = nominal_Ohm * surfaceAt(plan.resistanceRatio, soc, degC);
  estimate.observer.fast_Ohm[cell] = nominal_Ohm * surfaceAt(plan.fastResistance, soc, degC);
  estimate.observer.slow_Ohm[cell] = nominal_Ohm * surfaceAt(plan.slowResistance, soc, degC);
}
