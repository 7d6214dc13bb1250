// Whether pairs of readings agree with each other, and with what a capacity can be: the mean square of how far they are off, over
// their doubts (normalised innovation squared; Y. Bar-Shalom, X. R. Li, T. Kirubarajan, Estimation with Applications to Tracking
// and Navigation, 2001, section 5.4). Above 1 the rest-voltage table is not this cell's, and all that it says is doubted by as much.

import type { Estimated } from "./estimated.ts";
import type { Health } from "./health.ts";
import type { EstimatePlan } from "./plan.ts";
import { NINETY_FIVE } from "./uncertainty.ts";

/** A capacity outside these parts of the nominal one is a miscount. */
export const CAPACITY_RATIO = { least: 0.3, most: 1.3 };
/** One pair may not say more than this against all others. */
const MOST_MISFIT = 25;
/** How much a contradiction counts at least, and how much of it is forgotten with each pair that agrees. */
const BELIEVED = 0.13;
const HEALS = 0.05;

/** What two readings and the count in between say that no capacity can explain speaks against the table, also where it makes no pair. */
export function noteImpossible(health: Health, cell: number, x: number, y: number, variance: number): void {
  const moved = y < 0 ? -y : y;
  const risen = y < 0 ? -x : x;
  const least = moved / CAPACITY_RATIO.most;
  const most = moved / CAPACITY_RATIO.least;
  const off = risen < least ? least - risen : risen > most ? risen - most : 0;
  const square = (off * off) / variance;
  if (square > health.impossible[cell]) health.impossible[cell] = square;
}

/** How far a pair is off what was known, over the doubts of both; in the mean of late, and at least as much as they allow. */
export function judgeFit(
  { health, cellCapacity_Ah }: Estimated,
  plan: EstimatePlan,
  cell: number,
  x: number,
  y: number,
  variance: number,
): number {
  const ratio = cellCapacity_Ah[cell] / plan.capacity_Ah;
  const known = (x * health.capacityBound_Ah[cell]) / (NINETY_FIVE * plan.capacity_Ah);
  const off = y - ratio * x;
  const square = (off * off) / (variance * (ratio > 1 ? ratio * ratio : 1) + known * known);
  return noteMisfit(health, cell, square);
}

/** A contradiction is forgotten more slowly than it is believed. @returns at least as much as the doubts allow */
export function noteMisfit(health: Health, cell: number, square: number): number {
  const more = (square < MOST_MISFIT ? square : MOST_MISFIT) - health.misfit[cell];
  const part = 1 / (++health.judged[cell] + 1);
  health.misfit[cell] += more * (more < 0 ? HEALS : part > BELIEVED ? part : BELIEVED);
  return health.misfit[cell] > 1 ? health.misfit[cell] : 1;
}
