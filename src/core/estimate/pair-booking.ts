// What a pair of readings is booked as: it goes into the sums the capacity comes from (total-least-squares.ts) as far as it agrees
// with those before (pair-fit.ts). Afterwards the bound is stated anew.

import type { Bms } from "../bms.ts";
import { CAPACITY_RATIO, judgeFit, noteMisfit } from "./pair-fit.ts";
import { addPair, boundCapacity, settleCapacity } from "./total-least-squares.ts";

/** Worst doubt of a pair relative to its difference, one standard deviation. */
export const WORST_DOUBT = 0.12;

/**
 * Books a pair, as far as it agrees with those before. Pairs that contradict each other by more than they may show that the table is
 * not this cell's: all are doubted by as much, and one that is doubted too much then is none.
 * @param x difference in state of charge @param y counted charge, relative to the nominal capacity
 */
export function bookPair(bms: Bms, cell: number, x: number, y: number, xVariance: number, yVariance: number): void {
  const { estimate } = bms;
  const { health } = estimate;
  const plan = bms.plan.estimate;
  const misfit = judgeFit(estimate, plan, cell, x, y, xVariance + yVariance);
  const ratio = y / x;
  const doubt = (misfit * (xVariance + yVariance)) / (x * x);
  if (ratio > CAPACITY_RATIO.least && ratio < CAPACITY_RATIO.most && doubt < WORST_DOUBT * WORST_DOUBT) {
    addPair(health, cell, x, y, misfit * xVariance, misfit * yVariance);
    health.pairs[cell]++;
    settleCapacity(estimate, plan, cell);
  }
  boundCapacity(estimate, plan, cell);
}

/** What was read under way that no capacity can explain, where there was something, speaks against the table. */
export function bookImpossible(bms: Bms, cell: number): void {
  const { estimate } = bms;
  const { health } = estimate;
  if (!(health.impossible[cell] > 0)) return;
  noteMisfit(health, cell, health.impossible[cell]);
  health.impossible[cell] = 0;
  boundCapacity(estimate, bms.plan.estimate, cell);
}
