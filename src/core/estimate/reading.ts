// What a cell's voltage says about its state of charge: the rest voltage that belongs to it, after the drop over
// resistance and pairs and the branch of charge or discharge, read backwards from the table; and how far that may be off.

import type { Bms } from "../bms.ts";
import { dropOf } from "./cell-model.ts";
import type { Estimated } from "./estimated.ts";
import type { EstimatePlan } from "./plan.ts";
import { curveAt, socAt, surfaceAt } from "./surface.ts";
import { dropDoubt, NINETY_FIVE } from "./uncertainty.ts";

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
): number {
  const o = estimate.observer;
  const branch = o.hysteresisDoubt * branch_V;
  const past = o.slow_Ohm[cell] * o.slowDoubt_A;
  const pair = o.slow_Ohm[cell] * SLOW_DOUBT * o.slow_A;
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
  const byDrop = dropDoubt(plan, o.steps[cell]) * drop_V;
  const doubt =
    NINETY_FIVE * Math.sqrt(modelVariance(estimate, plan, cell, branch_V, degC) + byDrop * byDrop + NOISE_V2);
  const surface = socAt(plan.ocv_V, rest, degC);
  const above = socAt(plan.ocv_V, rest + doubt, degC) - surface;
  const below = surface - socAt(plan.ocv_V, rest - doubt, degC);
  const soc = surface - o.lag;
  o.readSoc = soc < 0 ? 0 : soc > 1 ? 1 : soc;
  o.readBound = (above > below ? above : below) + NINETY_FIVE * plan.axisError;
}

/** Refreshes a cell's rest voltage and resistance at its present state of charge and temperature. */
export function refreshCell(bms: Bms, cell: number): void {
  const { estimate, measure } = bms;
  const plan = bms.plan.estimate;
  const degC = measure.cellTemperatures_degC[cell];
  const soc = estimate.cellSoc[cell];
  estimate.cellOcv_V[cell] = surfaceAt(plan.ocv_V, soc, degC);
  const nominal_Ohm = estimate.cellResistance_Ohm[cell];
  estimate.observer.actual_Ohm[cell] = nominal_Ohm * surfaceAt(plan.resistanceRatio, soc, degC);
  estimate.observer.fast_Ohm[cell] = nominal_Ohm * surfaceAt(plan.fastResistance, soc, degC);
  estimate.observer.slow_Ohm[cell] = nominal_Ohm * surfaceAt(plan.slowResistance, soc, degC);
}
