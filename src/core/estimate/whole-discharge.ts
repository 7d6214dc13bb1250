// A discharge from full to the end shows the capacity without any reading of the table. To empty it decides alone, and what comes
// out after that counts too; to the end under load it is a pair of which only what stays in the cell is the model's word.

import type { Bms } from "../bms.ts";
import { chargeOf } from "./cell-charge.ts";
import { losePair } from "./charge-pair.ts";
import type { Estimated } from "./estimated.ts";
import { stuckAt } from "./left-behind.ts";
import { bookPair } from "./pair-booking.ts";
import type { EstimatePlan } from "./plan.ts";
import { boundCapacity, restartSums } from "./total-least-squares.ts";

/** How well the ends are known that a cell shows by itself, one standard deviation. */
export const FULL_DOUBT = 0.01;
export const EMPTY_DOUBT = 0.015;
/** What the model says that stays in a cell at the end under load is off by this share. */
const STUCK_DOUBT = 0.3;
/** Most that may come after empty, as a part of what came before. */
const MORE = 0.06;

/** The cell has gone from full to empty: that decides, and what came before is forgotten. @param ratio to the nominal capacity */
export function adoptWhole(estimate: Estimated, plan: EstimatePlan, cell: number, ratio: number): void {
  const { health } = estimate;
  health.wholeOpen[cell] = 1;
  health.wholeAt_Ah[cell] = chargeOf(estimate, cell);
  health.whole_Ah[cell] = ratio * plan.capacity_Ah;
  health.emptied[cell] = 1;
  const variance = FULL_DOUBT * FULL_DOUBT + EMPTY_DOUBT * EMPTY_DOUBT;
  restartSums(health, cell, ratio, variance, ratio * ratio * plan.gainVariance);
  if (health.shownOpen[cell] === 0) health.pairs[cell]++;
  boundCapacity(estimate, plan, cell);
  losePair(health, cell);
}

/** What a cell still gives after it has been held at empty is capacity too, until the discharge ends. */
export function followWhole(bms: Bms, cell: number): void {
  const { estimate, measure } = bms;
  const { health } = estimate;
  if (health.wholeOpen[cell] === 0) return;
  const more_Ah = health.wholeAt_Ah[cell] - chargeOf(estimate, cell);
  const over = more_Ah < 0 || measure.current_A > -bms.plan.estimate.absentDischarge_A;
  if (over || more_Ah > MORE * health.whole_Ah[cell]) health.wholeOpen[cell] = 0;
  else estimate.cellCapacity_Ah[cell] = health.whole_Ah[cell] + more_Ah;
}

/** A discharge from full to the end under load tells the capacity too: all of it but what stays. It stands for its pair of readings. */
export function bookShown(bms: Bms, cell: number): void {
  const { estimate, measure } = bms;
  const { health } = estimate;
  if (health.wholeOpen[cell] === 1) return; // the empty cell has told it already
  const plan = bms.plan.estimate;
  const stuck = stuckAt(bms, cell, -measure.current_A);
  const stuckDoubt = EMPTY_DOUBT + STUCK_DOUBT * stuck;
  const y = estimate.cellDrawn_Ah[cell] / plan.capacity_Ah;
  const before = health.pairs[cell];
  bookPair(bms, cell, 1 - stuck, y, FULL_DOUBT * FULL_DOUBT + stuckDoubt * stuckDoubt, y * y * plan.gainVariance);
  health.pairs[cell] = before + 1; // the usable capacity has been shown, whatever the table makes of it
}
