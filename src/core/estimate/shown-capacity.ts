// The usable capacity that a cell has shown by itself: what it gave from full, held above the full voltage at less than the tail
// current, until its voltage reached the end of discharge under a current that lasts. Neither end is read from the rest-voltage
// table, so no other cell's table and no unknown resistance spoils it: of all segments these are the surest. A scalar Kalman
// filter for each cell joins them; between two of them the capacity may fade.

import { interpolate } from "../../base/interpolate.ts";
import type { Bms } from "../bms.ts";
import type { Estimated } from "./estimated.ts";
import type { Health } from "./health.ts";
import { stuckAt, usualCurrent_A } from "./left-behind.ts";
import { CAPACITY_RATIO } from "./pair-fit.ts";
import type { EstimatePlan } from "./plan.ts";
import { NINETY_FIVE } from "./uncertainty.ts";

/** How well both ends are known together, one standard deviation: chargers end their tail at one current or another. */
const ENDS_DOUBT = 0.01;
/** What the usable capacity may fade in a full cycle, one standard deviation. */
const FADE = 0.004;
/** What the model says of another current than the usual one is off by this share. */
const RATE_DOUBT = 0.5;
/** A current that differs by more than this share from its mean over the slow pair's time is a pulse. */
const LASTING = 0.3;
/** Where the cold keeps back more, a discharge does not show the capacity. */
const WARM = 0.97;

/** At each turn of a cell, after its anchors. @returns whether it has just come from full to its end under load */
export function watchShown(bms: Bms, cell: number): boolean {
  const { estimate, measure } = bms;
  const { health } = estimate;
  const counted = health.wholeOpen[cell] === 1;
  const drawn_Ah = counted ? estimate.cellCapacity_Ah[cell] : estimate.cellDrawn_Ah[cell];
  const discharging = measure.current_A < -bms.plan.estimate.absentDischarge_A;
  if (health.shownOpen[cell] === 0) return discharging && drawn_Ah > 0 && isEnd(bms, cell) && open(bms, cell, drawn_Ah);
  if (discharging && drawn_Ah > 0) adjust(health, cell, drawn_Ah);
  else close(estimate, cell);
  return false;
}

/** Under the end of discharge, warm, by a current that is no pulse. */
function isEnd({ plan, measure, estimate }: Bms, cell: number): boolean {
  const { dischargeEnd_V, capacityRatio } = plan.estimate;
  if (measure.cells_V[cell] > dischargeEnd_V) return false;
  const apart_A = measure.current_A - estimate.observer.slow_A;
  if ((apart_A < 0 ? -apart_A : apart_A) > -LASTING * measure.current_A) return false;
  return interpolate(capacityRatio.x, capacityRatio.y, measure.cellTemperatures_degC[cell]) >= WARM;
}

function open(bms: Bms, cell: number, drawn_Ah: number): boolean {
  const { estimate } = bms;
  const { health } = estimate;
  const plan = bms.plan.estimate;
  if (drawn_Ah < CAPACITY_RATIO.least * plan.capacity_Ah || drawn_Ah > CAPACITY_RATIO.most * plan.capacity_Ah)
    return false;
  const usual = stuckAt(bms, cell, usualCurrent_A(estimate, plan));
  const more_Ah = (stuckAt(bms, cell, -bms.measure.current_A) - usual) * estimate.cellCapacity_Ah[cell];
  const ends_Ah = ENDS_DOUBT * drawn_Ah;
  const rate_Ah = RATE_DOUBT * more_Ah;
  const variance_Ah2 = ends_Ah * ends_Ah + rate_Ah * rate_Ah;
  const first = health.shownVariance_Ah2[cell] < 0;
  const known_Ah2 = first ? 0 : shownVariance_Ah2(estimate, plan, cell);
  const gain = first ? 1 : known_Ah2 / (known_Ah2 + variance_Ah2);
  health.shownBefore_Ah[cell] = first ? 0 : (1 - gain) * health.shown_Ah[cell];
  health.shownGain[cell] = gain;
  health.shownMore_Ah[cell] = more_Ah;
  health.shownVariance_Ah2[cell] = gain * variance_Ah2;
  health.shownAt_Ah[cell] = estimate.lifetimeDischarged_Ah;
  health.shownOpen[cell] = 1;
  adjust(health, cell, drawn_Ah);
  return true;
}

/** What still comes out under the same load belongs to it. */
function adjust(health: Health, cell: number, drawn_Ah: number): void {
  health.shown_Ah[cell] = health.shownBefore_Ah[cell] + health.shownGain[cell] * (drawn_Ah + health.shownMore_Ah[cell]);
}

/** The count from full is used up. */
function close(estimate: Estimated, cell: number): void {
  estimate.health.shownOpen[cell] = 0;
  if (estimate.cellDrawn_Ah[cell] > 0) estimate.cellDrawn_Ah[cell] = -1;
}

/** What is not known of it by now, without what is not known of the sensor's gain. */
function shownVariance_Ah2({ health, lifetimeDischarged_Ah }: Estimated, plan: EstimatePlan, cell: number): number {
  const cycles = (lifetimeDischarged_Ah - health.shownAt_Ah[cell]) / plan.capacity_Ah;
  const fade_Ah = FADE * cycles * health.shown_Ah[cell];
  return health.shownVariance_Ah2[cell] + fade_Ah * fade_Ah;
}

/** Joins what the model says of a cell's usable capacity with what the cell has shown. */
export function joinShown(
  estimate: Estimated,
  plan: EstimatePlan,
  cell: number,
  model_Ah: number,
  model_Ah2: number,
): void {
  const { health } = estimate;
  if (health.shownVariance_Ah2[cell] < 0) {
    health.usable_Ah[cell] = model_Ah;
    health.usableBound_Ah[cell] = NINETY_FIVE * Math.sqrt(model_Ah2);
    return;
  }
  const shown_Ah = health.shown_Ah[cell];
  const shown_Ah2 = shownVariance_Ah2(estimate, plan, cell);
  const share = model_Ah2 / (model_Ah2 + shown_Ah2);
  health.usable_Ah[cell] = model_Ah + share * (shown_Ah - model_Ah);
  health.usableBound_Ah[cell] = NINETY_FIVE * Math.sqrt(share * shown_Ah2 + plan.gainVariance * shown_Ah * shown_Ah);
}

/** Other settings, or another cell: nothing has been shown. */
export function forgetShown(health: Health, cell: number): void {
  health.shown_Ah[cell] = 0;
  health.shownVariance_Ah2[cell] = -1;
  health.shownOpen[cell] = 0;
}
