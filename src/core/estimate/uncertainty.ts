// How sure the state of charge of a cell is. Its variance grows with what the current sensor may have missed: an offset
// (with time), a gain or capacity error (with net charge; out and back cancel), charge that passed while the current was not
// believed. Errors that last are no noise: they are states beside the charge (covariance.ts), so that the bound never
// promises what a repeated reading of the same wrong voltage cannot give, and a contradiction between voltage and count
// finds the one that is likely to be wrong.

import { rise } from "./cell-model.ts";
import {
  BB,
  BLOCK,
  CC,
  createGains,
  cutCharge,
  growBlock,
  RR,
  reach,
  renewVoltage,
  SS,
  SV,
  shrink,
  VV,
} from "./covariance.ts";
import { forgetZero, takeZero } from "./current-zero.ts";
import type { Estimated } from "./estimated.ts";
import { type Observer, REMEMBERED } from "./observer.ts";
import type { EstimatePlan } from "./plan.ts";
import { curveAt } from "./surface.ts";

/** Half-width that holds the truth in 95 of 100 cases, in standard deviations. */
export const NINETY_FIVE = 1.96;
/** The model's error is that of another part of the curve after this share of the capacity, the resistance's later. */
const MODEL_REACH = 0.1;
/** That of the table and of the voltage's sensor lasts longer. */
const LASTING_REACH = 0.4;
const DROP_REACH = 0.5;
/** Share of a forgotten error of the resistance that the model takes over: all of it within some five capacities. */
const OWN_DROP = 0.1;
/** A model that once surprised is distrusted for this share of the capacity. */
const MISFIT_REACH = 0.5;
/** Random part of the count: rounding, noise, side reactions; standard deviation per square root of capacity moved. */
const WANDER_VARIANCE = 1e-6;
/** What was learned of the count is worth less with use, by ageing and by temperature: variance per capacity moved. */
const COUNT_WANDER = 1e-4;
/** At rest the model's own error wanders too, as relaxation and temperature go on: by its whole size in so long. */
const WANDER_h = 6;
/** Variance of a state of charge of which nothing is known. */
const UNKNOWN = 0.25;
/** Correlation of a charge that was read from a voltage with the error of the model that read it. */
const AT_REST = 0.995;
const UNDER_LOAD = 0.7;
const TINY = 1e-30;
const MOST_COUNT = 0.25;
const gains = createGains();

const fading = { errorStays: 1, errorVariance_V2: 0, dropStays: 1, dropVariance: 0 };

/** Lets the error of a cell grow to the present time. */
export function growError(estimate: Estimated, plan: EstimatePlan, cell: number, elapsed_us = 0): void {
  const o = estimate.observer;
  const p = o.covariance;
  const at = cell * BLOCK;
  const perCapacity = 1 / estimate.cellCapacity_Ah[cell];
  const hours = ((o.clock_s - o.markClock_s[cell]) / 3600) * perCapacity;
  const through = (o.through_Ah - o.markThrough_Ah[cell]) * perCapacity;
  const moved = (o.moved_Ah - o.markMoved_Ah[cell]) * perCapacity;
  const blind = (o.blind_Ah - o.markBlind_Ah[cell]) * perCapacity;
  markTurn(estimate, cell);
  if (p[at + CC] === 0) startBlock(estimate, plan, cell);
  takeZero(estimate, cell);
  const byTime = elapsed_us * 1e-6 * o.fadesPerSecond[cell];
  followLearned(estimate, cell);
  const lasting = o.lasting[cell];
  fading.errorStays = 1 - rise(moved * ((1 - lasting) / MODEL_REACH + lasting / LASTING_REACH) + byTime);
  fading.errorVariance_V2 = o.modelVariance_V2[cell];
  fading.dropStays = 1 - rise(moved / DROP_REACH);
  fading.dropVariance = o.dropVariance[cell];
  growBlock(p, at, through, hours, fading);
  o.modelError_V[cell] *= fading.errorStays;
  o.misfit_V2[cell] *= 1 - rise(moved / MISFIT_REACH);
  adoptDrop(o, cell, o.dropError[cell] * (1 - fading.dropStays));
  p[at + SS] += moved * WANDER_VARIANCE;
  age(p, at, plan, o.modelVariance_V2[cell] - o.loadVariance_V2[cell], (elapsed_us * 1e-6) / 3600, moved);
  if (blind > 0) widen(estimate, cell, blind);
  if (p[at + SS] > UNKNOWN) forget(estimate, cell);
}

/** An error of the resistance that is about to be forgotten may be the cell's own: part of it stays, with the model. */
function adoptDrop(o: Observer, cell: number, forgotten: number): void {
  o.model_Ohm[cell] *= 1 + OWN_DROP * forgotten;
  o.dropError[cell] -= forgotten;
}

/** What was learned of a cell is worth less with time and use. */
function age(p: Float64Array, at: number, plan: EstimatePlan, own_V2: number, passed_h: number, moved: number): void {
  if (p[at + CC] < plan.countVariance) p[at + CC] += moved * COUNT_WANDER;
  if (p[at + VV] < own_V2) p[at + VV] += own_V2 * (passed_h / WANDER_h);
}

/** A capacity that has been learned elsewhere explains part of what the count seemed to be off. */
function followLearned(estimate: Estimated, cell: number): void {
  const o = estimate.observer;
  const capacity_Ah = estimate.cellCapacity_Ah[cell];
  if (o.countedFor_Ah[cell] === capacity_Ah) return;
  if (o.countedFor_Ah[cell] > 0)
    o.countError[cell] = ((1 + o.countError[cell]) * capacity_Ah) / o.countedFor_Ah[cell] - 1;
  o.countedFor_Ah[cell] = capacity_Ah;
}

/** What is assumed of a cell before anything was learned of it; the variance of its charge stays. */
export function startBlock(estimate: Estimated, plan: EstimatePlan, cell: number): void {
  const o = estimate.observer;
  const at = cell * BLOCK;
  const known = o.covariance[at + SS];
  const own_V = curveAt(plan.voltageError_V, 25);
  o.modelVariance_V2[cell] = own_V * own_V;
  o.expected_V2[cell] = own_V * own_V;
  o.dropVariance[cell] = curveAt(plan.dropVariance, 25);
  o.covariance.fill(0, at, at + BLOCK);
  o.covariance[at + SS] = known > 0 ? known : UNKNOWN;
  o.covariance[at + VV] = o.modelVariance_V2[cell];
  o.covariance[at + RR] = o.dropVariance[cell];
  o.covariance[at + CC] = plan.countVariance;
  if (o.zeroVariance_A2 === 0) forgetZero(estimate, plan);
  o.covariance[at + BB] = o.zeroVariance_A2;
  clearErrors(estimate, cell);
}

function clearErrors(estimate: Estimated, cell: number): void {
  const o = estimate.observer;
  o.modelError_V[cell] = 0;
  o.dropError[cell] = 0;
  o.countError[cell] = 0;
  o.countedFor_Ah[cell] = estimate.cellCapacity_Ah[cell];
  o.offset_A[cell] = o.zero_A;
  o.markWorn_A2[cell] = o.zeroWorn_A2;
  o.misfit_V2[cell] = 0;
}

/** Nothing is known of a cell any more, or there is none. */
export function clearBlock(estimate: Estimated, cell: number): void {
  estimate.observer.covariance.fill(0, cell * BLOCK, (cell + 1) * BLOCK);
  estimate.observer.remembered.fill(0, cell * REMEMBERED, (cell + 1) * REMEMBERED);
  clearErrors(estimate, cell);
}

/** Each second: what a later start will need to know. */
export function remember(estimate: Estimated, cells: number): void {
  const { covariance: p, remembered, modelError_V, countError } = estimate.observer;
  for (let cell = 0; cell < cells; cell++) {
    const at = cell * BLOCK;
    const to = cell * REMEMBERED;
    remembered[to] = modelError_V[cell];
    remembered[to + 1] = p[at + SV] / Math.sqrt(p[at + SS] * p[at + VV] + TINY);
    remembered[to + 2] = p[at + VV];
    remembered[to + 3] = countError[cell];
    remembered[to + 4] = p[at + CC];
  }
}

/**
 * After a restart: the charge is as sure as its kept bound, owes as much to the model's error as before, so that a restart
 * brings no news, and the current sensor's zero has been taken anew.
 */
export function resumeBlock(estimate: Estimated, plan: EstimatePlan, cell: number): void {
  const o = estimate.observer;
  const at = cell * BLOCK;
  const from = cell * REMEMBERED;
  const deviation = estimate.cellSocBound[cell] / NINETY_FIVE;
  o.covariance[at + SS] = deviation * deviation;
  o.slopeSoc[cell] = estimate.cellSoc[cell];
  startBlock(estimate, plan, cell);
  if (!(o.remembered[from + 2] > 0)) return;
  o.modelError_V[cell] = o.remembered[from];
  o.covariance[at + VV] = o.remembered[from + 2];
  o.expected_V2[cell] = o.remembered[from + 2];
  o.covariance[at + SV] = o.remembered[from + 1] * deviation * Math.sqrt(o.covariance[at + VV]);
  o.countError[cell] = o.remembered[from + 3];
  o.covariance[at + CC] = o.remembered[from + 4];
}

/** Adds `part` of the capacity to the bound, as when so much charge may have passed unseen. */
export function widen(estimate: Estimated, cell: number, part: number): void {
  const { covariance } = estimate.observer;
  const at = cell * BLOCK + SS;
  const deviation = Math.sqrt(covariance[at]) + part / NINETY_FIVE;
  covariance[at] = deviation * deviation;
}

/** Nothing is known any more. */
export const forget = (estimate: Estimated, cell: number): void =>
  cutCharge(estimate.observer.covariance, cell * BLOCK, UNKNOWN);

export function markTurn(estimate: Estimated, cell: number): void {
  const o = estimate.observer;
  o.markClock_s[cell] = o.clock_s;
  o.markThrough_Ah[cell] = o.through_Ah;
  o.markMoved_Ah[cell] = o.moved_Ah;
  o.markBlind_Ah[cell] = o.blind_Ah;
}

/** No cell's full and empty are known better than this: tables differ between makers and ages. */
const LEAST_BOUND = 0.02;

/** States the bound that follows from the variance, up to 1. */
export function stateBound(estimate: Estimated, cell: number): void {
  const bound = NINETY_FIVE * Math.sqrt(estimate.observer.covariance[cell * BLOCK + SS]);
  estimate.cellSocBound[cell] = bound > 1 ? 1 : bound < LEAST_BOUND ? LEAST_BOUND : bound;
}

/**
 * Sets the state of charge of a cell from evidence of the charge alone, which also tells of the count, and remembers why.
 * @param bound 95 % half-width of the evidence
 */
export function setCharge(estimate: Estimated, cell: number, soc: number, bound: number, reason: number): void {
  const deviation = bound / NINETY_FIVE;
  learnFrom(estimate, cell, soc, deviation * deviation);
  placeCharge(estimate, cell, soc, bound, reason);
}

/** The same from evidence that tells nothing of the count. */
export function placeCharge(estimate: Estimated, cell: number, soc: number, bound: number, reason: number): void {
  const o = estimate.observer;
  const at = cell * BLOCK;
  tellCorrection(estimate, cell, soc - estimate.cellSoc[cell], reason);
  const deviation = bound / NINETY_FIVE;
  estimate.cellSoc[cell] = soc;
  cutCharge(o.covariance, at, deviation * deviation < UNKNOWN ? deviation * deviation : UNKNOWN);
  o.modelError_V[cell] = 0;
  renewVoltage(o.covariance, at, o.modelVariance_V2[cell]);
  o.slope_V[cell] = 0;
  o.filtered[cell] = 0;
  o.outliers[cell] = 0;
  markTurn(estimate, cell);
  stateBound(estimate, cell);
}

/** Evidence of the charge alone, as full and empty are, also says how far count and zero were off since the last one. */
function learnFrom(estimate: Estimated, cell: number, soc: number, variance: number): void {
  const o = estimate.observer;
  const at = cell * BLOCK;
  const apart = soc - estimate.cellSoc[cell];
  const whole = reach(o.covariance, at, 1, 0, 0, gains) + variance;
  shrink(o.covariance, at, whole, gains);
  learnCount(estimate, cell, gains.count * apart, gains.offset * apart);
}

/** Count and zero are never believed to be off by more than three deviations of what was assumed of them. */
export function learnCount(estimate: Estimated, cell: number, byCount: number, byOffset_A: number): void {
  const o = estimate.observer;
  o.countError[cell] = clamp(o.countError[cell] + byCount, -MOST_COUNT, MOST_COUNT);
  o.offset_A[cell] += byOffset_A;
}

const clamp = (value: number, low: number, high: number): number => (value < low ? low : value > high ? high : value);

/**
 * The charge was read from a voltage: what the model missed is in it, and the same voltage is no news.
 * @param slope_V slope of the rest voltage there
 * @param left_V what of the reading was not believed
 */
export function blameVoltage(estimate: Estimated, cell: number, slope_V: number, left_V: number): void {
  const o = estimate.observer;
  const at = cell * BLOCK;
  const charge = o.covariance[at + SS];
  o.modelError_V[cell] = left_V;
  const shared_V2 = charge * slope_V * slope_V;
  renewVoltage(o.covariance, at, shared_V2 > o.modelVariance_V2[cell] ? shared_V2 : o.modelVariance_V2[cell]);
  o.covariance[at + SV] = -AT_REST * charge * slope_V;
}

/** The same under load, where part of the error has passed a minute later. */
export function blameLoadedVoltage(estimate: Estimated, cell: number): void {
  const o = estimate.observer;
  const at = cell * BLOCK;
  o.modelError_V[cell] = 0;
  o.slope_V[cell] = 0;
  o.clear[cell] = 0;
  renewVoltage(o.covariance, at, o.modelVariance_V2[cell]);
  o.covariance[at + SV] = -UNDER_LOAD * Math.sqrt(o.covariance[at + SS] * o.covariance[at + VV]);
}

export function tellCorrection(estimate: Estimated, cell: number, size: number, reason: number): void {
  estimate.correction[cell] = size;
  estimate.correctionReason[cell] = reason;
  estimate.correctionAge_s[cell] = 0;
}
