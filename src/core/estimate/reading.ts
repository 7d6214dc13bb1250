// What a cell's voltage says about its state of charge: the rest voltage that belongs to it, after the drop over
// resistance and pairs and the branch of charge or discharge, read backwards from the table; and how far that may be off.

import type { Bms } from "../bms.ts";
import type { Estimated } from "./estimated.ts";
import type { EstimatePlan } from "./plan.ts";
import { socAt, surfaceAt } from "./surface.ts";
import { dropDoubt, NINETY_FIVE } from "./uncertainty.ts";

/** How far the table's axis of charge may be off for a given cell, one standard deviation. */
export const AXIS_DOUBT = 0.01;
/** Noise of one voltage reading, one standard deviation squared. */
export const NOISE_V2 = 4e-6;

/** Relative doubt of the slow pair: it stands for diffusion, which is no single pair. */
const SLOW_DOUBT = 0.4;

/** Current that causes the drop: that of the resistance, plus the pairs by their share. */
export const driveOf = (estimate: Estimated, plan: EstimatePlan, current_A: number): number =>
  current_A + plan.fastRatio * estimate.observer.fast_A + plan.slowRatio * estimate.observer.slow_A;

/**
 * Variance of what the model misses at rest: its own error, which grows with the resistance in the cold and near empty,
 * the branch, and the slow pair.
 */
export function modelVariance(estimate: Estimated, plan: EstimatePlan, cell: number, branch_V: number): number {
  const o = estimate.observer;
  const branch = o.hysteresisDoubt * branch_V;
  const slow_Ohm = o.actual_Ohm[cell] * plan.slowRatio;
  const past = slow_Ohm * o.slowDoubt_A;
  const pair = slow_Ohm * SLOW_DOUBT * o.slow_A;
  const growth = o.actual_Ohm[cell] / estimate.cellResistance_Ohm[cell];
  const own = growth > 1 ? plan.voltageVariance_V2 * growth * growth : plan.voltageVariance_V2;
  return own + branch * branch + past * past + pair * pair;
}

/**
 * Reads the state of charge of a cell from its voltage into observer.readSoc and observer.readBound (95 %).
 * @param current_A current now; the model knows the past
 */
export function readVoltage(bms: Bms, cell: number, current_A: number): void {
  const { estimate, measure } = bms;
  const plan = bms.plan.estimate;
  const o = estimate.observer;
  const degC = measure.cellTemperatures_degC[cell];
  const drop_V = o.actual_Ohm[cell] * driveOf(estimate, plan, current_A);
  const middle = measure.cells_V[cell] - drop_V;
  const branch_V = surfaceAt(plan.hysteresis_V, socAt(plan.ocv_V, middle, degC), 25);
  const rest = middle - o.hysteresis * branch_V;
  const byDrop = dropDoubt(o.steps[cell]) * drop_V;
  const doubt = NINETY_FIVE * Math.sqrt(modelVariance(estimate, plan, cell, branch_V) + byDrop * byDrop + NOISE_V2);
  const soc = socAt(plan.ocv_V, rest, degC);
  const above = socAt(plan.ocv_V, rest + doubt, degC) - soc;
  const below = soc - socAt(plan.ocv_V, rest - doubt, degC);
  o.readSoc = soc;
  o.readBound = (above > below ? above : below) + NINETY_FIVE * AXIS_DOUBT;
}

/** Refreshes a cell's rest voltage and resistance at its present state of charge and temperature. */
export function refreshCell(bms: Bms, cell: number): void {
  const { estimate, measure } = bms;
  const plan = bms.plan.estimate;
  const degC = measure.cellTemperatures_degC[cell];
  const soc = estimate.cellSoc[cell];
  estimate.cellOcv_V[cell] = surfaceAt(plan.ocv_V, soc, degC);
  estimate.observer.actual_Ohm[cell] = estimate.cellResistance_Ohm[cell] * surfaceAt(plan.resistanceRatio, soc, degC);
}
