// A cell's capacity from all its pairs: charge that was counted (y) over difference in state of charge (x). Both sides are uncertain,
// so plain least squares is biased; these are the sums of approximate weighted total least squares with fading memory (G. L. Plett,
// Recursive approximate weighted total least squares estimation of battery cell total capacity, J. Power Sources 196 (2011) 2319;
// BMS vol. 2, section 4.11). Everything is relative to the nominal capacity.

import type { Estimated } from "./estimated.ts";
import type { Health } from "./health.ts";
import { CAPACITY_RATIO } from "./pair-fit.ts";
import type { EstimatePlan } from "./plan.ts";
import { NINETY_FIVE } from "./uncertainty.ts";

/** What a pair counts after each later one. */
const MEMORY = 0.87;
/** Doubt of the nominal capacity, one standard deviation: the first of all pairs. */
const NOMINAL_DOUBT = 0.12;
/** Part of a pair's variance that returns in each pair and is not averaged away. */
const COMMON = 0.4;
const SUMS = 6;
/** Newton's steps to the least cost, and the longest of them. */
const STEPS = 8;
const LONGEST = 0.05;

/** Whether there is a pair already, if only that of the nominal capacity. */
export const hasSums = ({ sums }: Health, cell: number): boolean => sums[SUMS * cell] !== 0;

/** What was known is forgotten: a capacity that is only believed is the first pair. @param ratio to the nominal capacity */
export function assumeCapacity(health: Health, cell: number, ratio: number): void {
  restartSums(health, cell, ratio, NOMINAL_DOUBT * NOMINAL_DOUBT, NOMINAL_DOUBT * NOMINAL_DOUBT);
}

/** What was known is forgotten: one pair over the whole capacity is the only one. @param ratio to the nominal capacity */
export function restartSums(health: Health, cell: number, ratio: number, xVariance: number, yVariance: number): void {
  health.sums.fill(0, SUMS * cell, SUMS * cell + SUMS);
  addPair(health, cell, 1, ratio, xVariance, yVariance);
}

/** One pair more; those before fade. Both variances are above 0. */
export function addPair(
  health: Health,
  cell: number,
  x: number,
  y: number,
  xVariance: number,
  yVariance: number,
): void {
  const { sums } = health;
  const at = SUMS * cell;
  for (let i = at; i < at + SUMS; i++) sums[i] *= MEMORY;
  sums[at] += (x * x) / yVariance;
  sums[at + 1] += (x * y) / yVariance;
  sums[at + 2] += (y * y) / yVariance;
  sums[at + 3] += (x * x) / xVariance;
  sums[at + 4] += (x * y) / xVariance;
  sums[at + 5] += (y * y) / xVariance;
  const doubt = (xVariance + yVariance) / (x * x);
  health.pairDoubt[cell] += (doubt - health.pairDoubt[cell]) * (health.pairs[cell] === 0 ? 1 : 1 - MEMORY);
}

/**
 * The capacity that makes the weighted squares least: Newton's steps on the cost's slope, from where it was. One outside
 * CAPACITY_RATIO is not taken.
 */
export function settleCapacity(estimate: Estimated, plan: EstimatePlan, cell: number): void {
  const { sums } = estimate.health;
  let q = estimate.cellCapacity_Ah[cell] / plan.capacity_Ah;
  for (let step = 0; step < STEPS; step++) {
    const bend = bendOf(sums, SUMS * cell, q);
    const move = slopeOf(sums, SUMS * cell, q) / (bend > 1 ? bend : 1);
    q -= move > LONGEST ? LONGEST : move < -LONGEST ? -LONGEST : move;
  }
  if (q > CAPACITY_RATIO.least && q < CAPACITY_RATIO.most) estimate.cellCapacity_Ah[cell] = q * plan.capacity_Ah;
}

/**
 * Bound of the capacity, Ah: half of the cost's bend is the inverse of the variance; a part of each pair's error is in all of them.
 * Where pairs contradict each other it is wider.
 */
export function boundCapacity(estimate: Estimated, plan: EstimatePlan, cell: number): void {
  const { health } = estimate;
  const q = estimate.cellCapacity_Ah[cell] / plan.capacity_Ah;
  const bend = bendOf(health.sums, SUMS * cell, q);
  const own = bend > 0 ? 2 / bend : NOMINAL_DOUBT * NOMINAL_DOUBT;
  const common = health.pairs[cell] > 0 ? COMMON * health.pairDoubt[cell] * q * q : 0;
  const misfit = health.misfit[cell] > 1 ? health.misfit[cell] : 1;
  health.capacityBound_Ah[cell] = NINETY_FIVE * Math.sqrt(misfit * own + common) * plan.capacity_Ah;
}

/** Slope of the cost J(Q) = (c4 Q^4 - 2 c5 Q^3 + (c1 + c6) Q^2 - 2 c2 Q + c3) / (Q^2 + 1)^2. */
function slopeOf(c: Float64Array, at: number, q: number): number {
  const square = q * q;
  const top =
    c[at + 4] * square * square +
    (2 * c[at + 3] - c[at] - c[at + 5]) * square * q +
    3 * (c[at + 1] - c[at + 4]) * square +
    (c[at] - 2 * c[at + 2] + c[at + 5]) * q -
    c[at + 1];
  const bottom = square + 1;
  return (2 * top) / (bottom * bottom * bottom);
}

const bendOf = (c: Float64Array, at: number, q: number): number =>
  (slopeOf(c, at, q + 1e-4) - slopeOf(c, at, q - 1e-4)) / 2e-4;
