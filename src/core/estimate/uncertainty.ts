// How sure the state of charge of a cell is. Its variance grows with what the current sensor may have missed: an offset
// (with time), a gain error (with net charge; out and back cancel), charge that passed while the current was not believed.
// Errors that last are no noise: offset, gain, the cell model's error and that of the resistance are carried as covariances
// that no measurement shrinks (a Schmidt-Kalman filter: S. F. Schmidt, 1966), so the bound never promises what a repeated
// reading of the same wrong voltage cannot give.

import { rise } from "./cell-model.ts";
import type { Estimated } from "./estimated.ts";
import type { EstimatePlan } from "./plan.ts";

/** Half-width that holds the truth in 95 of 100 cases, in standard deviations. */
export const NINETY_FIVE = 1.96;
/** The model's error is that of another part of the curve after this share of the capacity, the resistance's later. */
const MODEL_REACH = 0.3;
const DROP_REACH = 0.5;
/** Random part of the count: rounding, noise, side reactions; standard deviation per square root of capacity moved. */
const WANDER_VARIANCE = 1e-6;
/** Variance of a state of charge of which nothing is known. */
const UNKNOWN = 0.25;
/** Variance below which no state of charge is known; negative covariances may not take it through zero. */
const LEAST = 1e-8;

/** Relative doubt of a resistance: as set, and once measured on steps of the current. */
export const dropDoubt = (plan: EstimatePlan, steps: number): number =>
  steps > 2 && plan.resistanceError > 0.15 ? 0.15 : plan.resistanceError;

/** Lets the error of a cell grow to the present time. */
export function growError(estimate: Estimated, plan: EstimatePlan, cell: number): void {
  const o = estimate.observer;
  const perCapacity = 1 / estimate.cellCapacity_Ah[cell];
  const byOffset = ((o.clock_s - o.markClock_s[cell]) / 3600) * perCapacity;
  const byGain = (o.through_Ah - o.markThrough_Ah[cell]) * perCapacity;
  const moved = (o.moved_Ah - o.markMoved_Ah[cell]) * perCapacity;
  const blind = (o.blind_Ah - o.markBlind_Ah[cell]) * perCapacity;
  markTurn(estimate, cell);
  o.variance[cell] +=
    2 * (byOffset * o.offsetCovariance[cell] + byGain * o.gainCovariance[cell]) +
    byOffset * byOffset * plan.offsetVariance_A2 +
    byGain * byGain * plan.gainVariance +
    moved * WANDER_VARIANCE;
  if (o.variance[cell] < LEAST) o.variance[cell] = LEAST;
  o.offsetCovariance[cell] += byOffset * plan.offsetVariance_A2;
  o.gainCovariance[cell] += byGain * plan.gainVariance;
  o.modelCovariance[cell] *= 1 - rise(moved / MODEL_REACH);
  o.dropCovariance[cell] *= 1 - rise(moved / DROP_REACH);
  if (blind > 0) widen(estimate, cell, blind);
  if (o.variance[cell] > UNKNOWN) forget(estimate, cell);
}

/** Adds `part` of the capacity to the bound, as when so much charge may have passed unseen. */
export function widen(estimate: Estimated, cell: number, part: number): void {
  const deviation = Math.sqrt(estimate.observer.variance[cell]) + part / NINETY_FIVE;
  estimate.observer.variance[cell] = deviation * deviation;
}

/** Nothing is known any more. */
export function forget(estimate: Estimated, cell: number): void {
  clearCovariances(estimate, cell);
  estimate.observer.variance[cell] = UNKNOWN;
}

function clearCovariances(estimate: Estimated, cell: number): void {
  const o = estimate.observer;
  o.offsetCovariance[cell] = 0;
  o.gainCovariance[cell] = 0;
  o.modelCovariance[cell] = 0;
  o.dropCovariance[cell] = 0;
}

export function markTurn(estimate: Estimated, cell: number): void {
  const o = estimate.observer;
  o.markClock_s[cell] = o.clock_s;
  o.markThrough_Ah[cell] = o.through_Ah;
  o.markMoved_Ah[cell] = o.moved_Ah;
  o.markBlind_Ah[cell] = o.blind_Ah;
}

/** No cell's full and empty are known better than this: tables differ between makers and ages. */
const LEAST_BOUND = 0.015;

/** States the bound that follows from the variance, up to 1. */
export function stateBound(estimate: Estimated, cell: number): void {
  const bound = NINETY_FIVE * Math.sqrt(estimate.observer.variance[cell]);
  estimate.cellSocBound[cell] = bound > 1 ? 1 : bound < LEAST_BOUND ? LEAST_BOUND : bound;
}

/**
 * Sets the state of charge of a cell from evidence, and remembers why.
 * @param bound 95 % half-width of the evidence
 * @param byVoltage 1 when the evidence is a voltage, whose model error then stays in the estimate
 */
export function setCharge(
  estimate: Estimated,
  cell: number,
  soc: number,
  bound: number,
  reason: number,
  byVoltage: number,
): void {
  const o = estimate.observer;
  tellCorrection(estimate, cell, soc - estimate.cellSoc[cell], reason);
  estimate.cellSoc[cell] = soc;
  clearCovariances(estimate, cell);
  const deviation = bound / NINETY_FIVE;
  o.variance[cell] = deviation * deviation < UNKNOWN ? deviation * deviation : UNKNOWN;
  o.modelCovariance[cell] = -byVoltage * deviation;
  o.filtered[cell] = 0;
  o.outliers[cell] = 0;
  markTurn(estimate, cell);
  stateBound(estimate, cell);
}

export function tellCorrection(estimate: Estimated, cell: number, size: number, reason: number): void {
  estimate.correction[cell] = size;
  estimate.correctionReason[cell] = reason;
  estimate.correctionAge_s[cell] = 0;
}
