// Capacity of each cell from parts of charges and discharges. Between two readings of the state of charge from the voltage,
// the count says how much charge the difference stands for: capacity = charge / difference. Here a cell is read at each of its turns,
// and the reading goes where it belongs: into the pair under way (charge-pair.ts), which is booked (pair-booking.ts) into the sums
// the capacity comes from (total-least-squares.ts). What the bound means: docs/estimation-health.md.

import type { Bms } from "../bms.ts";
import { beginPair, closePair, considerReading, hasBegun, isPast, losePair } from "./charge-pair.ts";
import type { Estimated } from "./estimated.ts";
import type { EstimatePlan } from "./plan.ts";
import { forgetShown, watchShown } from "./shown-capacity.ts";
import { followDrop, readUnderLoad } from "./sustained-drop.ts";
import { assumeCapacity, boundCapacity, hasSums } from "./total-least-squares.ts";
import { bookShown, EMPTY_DOUBT, FULL_DOUBT, followWhole } from "./whole-discharge.ts";

const FULL = 1;
const EMPTY = 2;
/** A count since full that is off by this part of the capacity, and two deviations of the reading, has a hole. */
const UNSEEN = 0.08;

/** At each turn of a cell, after its anchors. */
export function watchCharge(bms: Bms, cell: number): void {
  const { estimate, measure } = bms;
  const { health } = estimate;
  if (measure.currentValid === 0) {
    losePair(health, cell);
    return;
  }
  if (measure.cellValid[cell] === 0 || estimate.started === 0) return;
  followDrop(bms, cell);
  followWhole(bms, cell);
  const shown = watchShown(bms, cell);
  if (!hasSums(health, cell)) startPairs(estimate, bms.plan.estimate, cell);
  const soc = read(bms, cell);
  followPair(bms, cell, soc, health.readVariance, shown);
}

/** @param shown whether the cell has just come from full to its end under load */
function followPair(bms: Bms, cell: number, soc: number, variance: number, shown: boolean): void {
  const { estimate } = bms;
  if (!hasBegun(estimate.health, cell)) {
    doubtDrawn(estimate, cell, soc, variance);
    beginPair(estimate, cell, soc, variance);
    return;
  }
  if (shown) {
    bookShown(bms, cell);
    beginPair(estimate, cell, soc, variance);
  } else if (isPast(estimate, cell)) closePair(bms, cell);
  considerReading(bms, cell, soc, variance);
}

/** A first reading that the charge counted since full contradicts: something flowed that nobody saw, and the count is worth nothing. */
function doubtDrawn(estimate: Estimated, cell: number, soc: number, variance: number): void {
  const drawn_Ah = estimate.cellDrawn_Ah[cell];
  if (drawn_Ah < 0) return;
  const apart = 1 - drawn_Ah / estimate.cellCapacity_Ah[cell] - soc;
  if ((apart < 0 ? -apart : apart) < UNSEEN + 2 * Math.sqrt(variance)) return;
  estimate.cellDrawn_Ah[cell] = -1;
  estimate.countedFromFull = 0;
}

/** State of charge by the voltage alone, its variance in health.readVariance. */
function read(bms: Bms, cell: number): number {
  const { health, observer } = bms.estimate;
  if (observer.anchor[cell] === FULL) {
    health.readVariance = FULL_DOUBT * FULL_DOUBT;
    return 1;
  }
  if (observer.anchor[cell] === EMPTY) {
    health.readVariance = EMPTY_DOUBT * EMPTY_DOUBT;
    return 0;
  }
  return readUnderLoad(bms, cell);
}

/** Starts with the capacity that is believed now as the only pair. */
export function startPairs(estimate: Estimated, plan: EstimatePlan, cell: number): void {
  const { health } = estimate;
  assumeCapacity(health, cell, estimate.cellCapacity_Ah[cell] / plan.capacity_Ah);
  health.pairs[cell] = 0;
  health.pairDoubt[cell] = 0;
  health.misfit[cell] = 1;
  health.judged[cell] = 0;
  health.impossible[cell] = 0;
  forgetShown(health, cell);
  health.emptied[cell] = 0;
  health.wholeOpen[cell] = 0;
  boundCapacity(estimate, plan, cell);
  losePair(health, cell);
}
