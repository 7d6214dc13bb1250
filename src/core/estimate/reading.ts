// What a cell's voltage says about its state of charge: the rest voltage that belongs to it, after the drop over
// resistance and pairs and the branch of charge or discharge, read backwards from the table; and how far that may be off.

import type { Bms } from "../bms.ts";
import { dropOf } from "./cell-model.ts";
import type { Estimated } from "./estimated.ts";
import type { EstimatePlan } from "./plan.ts";
import { curveAt, type Surface, socAt, surfaceAt } from "./surface.ts";
import { NINETY_FIVE } from "./uncertainty.ts";

/** Noise of one voltage reading, one standard deviation squared. */
export const NOISE_V2 = 4e-6;

/** Share of the drop of late that the model misses for minutes, whatever the cell and the temperature. */
export const LOADED = 0.07;
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
  const past = o.slow_Ohm[cell] * o.slowDoubt_A;
  const pair = o.slow_Ohm[cell] * pairDoubt * o.slow_A;
  const own = curveAt(plan.voltageError_V, degC);
  return own * own + branch * branch + past * past + pair * pair;
}

/** A slope is taken over this much to each side. */
export const LEAST_WIDTH = 0.01;
export const MOST_WIDTH = 0.1;

/** Wider than this, the two sides are different parts of the curve. */
const NARROW = 0.03;

/**
 * Slope of the rest voltage over a deviation to each side, within those widths and as far as the axis goes: the mean of
 * both sides, or where it is wide the lesser one, because a knee that may be near says nothing about a charge on the plateau.
 */
export function slopeOver(ocv_V: Surface, soc: number, deviation: number, lag: number, degC: number): number {
  const width = deviation < LEAST_WIDTH ? LEAST_WIDTH : deviation > MOST_WIDTH ? MOST_WIDTH : deviation;
  const high = soc + width > 1 ? 1 : soc + width;
  const low = soc - width < 0 ? 0 : soc - width;
  const high_V = surfaceAt(ocv_V, high + lag, degC);
  const low_V = surfaceAt(ocv_V, low + lag, degC);
  if (width < NARROW || high - soc < LEAST_WIDTH || soc - low < LEAST_WIDTH) return (high_V - low_V) / (high - low);
  const middle_V = surfaceAt(ocv_V, soc + lag, degC);
  const above_V = (high_V - middle_V) / (high - soc);
  const below_V = (middle_V - low_V) / (soc - low);
  return above_V < below_V ? above_V : below_V;
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
  const byDrop = Math.sqrt(curveAt(plan.dropVariance, degC) + LOADED * LOADED) * drop_V;
  const doubt =
    NINETY_FIVE * Math.sqrt(modelVariance(estimate, plan, cell, branch_V, degC) + byDrop * byDrop + NOISE_V2);
  const surface = socAt(plan.ocv_V, rest, degC);
  const above = socAt(plan.ocv_V, rest + doubt, degC) - surface;
  const below = surface - socAt(plan.ocv_V, rest - doubt, degC);
  const soc = surface - o.lag;
  o.readSoc = soc < 0 ? 0 : soc > 1 ? 1 : soc;
  o.readBound = (above > below ? above : below) + NINETY_FIVE * plan.axisError;
  o.readSlope_V = slopeOver(plan.ocv_V, o.readSoc, o.readBound / NINETY_FIVE, o.lag, degC);
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
