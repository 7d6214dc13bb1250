// What the kept values are worth after a power cycle: self-discharge for the time off, wider bounds, and whether the state
// of charge is to be taken anew from the rest voltage.

import { exp } from "../../base/exponential.ts";
import type { Bms } from "../bms.ts";
import { adoptNominals } from "./capacity.ts";
import { spreadThroughOff } from "./cell-spread.ts";
import { takePairsUp } from "./charge-pair.ts";
import { adoptCell } from "./correction.ts";
import { forgetZero } from "./current-zero.ts";
import { REASON } from "./estimated.ts";
import { mergeCells } from "./pack-soc.ts";
import { tripThroughOff } from "./round-trip.ts";
import { restThroughOff } from "./self-discharge.ts";
import { markTurn, resumeBlock, stateBound, widen } from "./uncertainty.ts";

/** With the time off unknown, a month is assumed for the bound. */
const UNKNOWN_s = 30 * 86_400;
/** A clock that says more than this is wrong. */
const LONGEST_s = 20 * 366 * 86_400;

/**
 * Takes the kept values up again. Call once after they have been restored, before the first tick.
 * @param off_s time without power; negative, or more than 20 years: not known
 */
export function takeUp(bms: Bms, off_s: number): void {
  const { estimate } = bms;
  const plan = bms.plan.estimate;
  const o = estimate.observer;
  adoptNominals(bms);
  forgetZero(estimate, plan); // a start takes it anew
  takePairsUp(bms);
  const known = off_s >= 0 && off_s <= LONGEST_s;
  const passed_s = known ? off_s : UNKNOWN_s;
  restThroughOff(estimate.life, known ? off_s : -1);
  tripThroughOff(estimate.life, known ? off_s : -1);
  spreadThroughOff(estimate.health, known ? off_s : -1);
  o.fast_A = known ? o.fast_A * exp(-off_s / plan.fastTime_s) : 0;
  o.slow_A = known ? o.slow_A * exp(-off_s / plan.slowTime_s) : 0;
  o.lag = known ? o.lag * exp(-off_s / plan.diffusionTime_s) : 0;
  o.slowDoubt_A = known && off_s > 5 * plan.slowTime_s ? 0 : 0.1 * plan.capacity_Ah;
  const long = plan.correct && (!known || off_s >= plan.shutdown_s);
  const lost = plan.leakPerSecond * passed_s;
  let restored = 0;
  for (let cell = 0; cell < plan.cells; cell++) {
    if (!isSane(bms, cell)) {
      o.due[cell] = 1;
      continue;
    }
    resumeCell(bms, cell, known ? lost : 0, lost);
    o.due[cell] = long ? 3 : 2;
    restored++;
  }
  const drained_Ah = estimate.dod_Ah + (known ? lost * plan.capacity_Ah : 0);
  estimate.dod_Ah = drained_Ah < plan.capacity_Ah ? drained_Ah : plan.capacity_Ah;
  if (!known) estimate.countedFromFull = 0;
  if (restored < plan.cells) return;
  estimate.started = 1;
  mergeCells(bms);
}

function isSane(bms: Bms, cell: number): boolean {
  const { estimate } = bms;
  const nominal_Ah = bms.plan.estimate.capacity_Ah;
  const soc = estimate.cellSoc[cell];
  const bound = estimate.cellSocBound[cell];
  const capacity_Ah = estimate.cellCapacity_Ah[cell];
  return (
    soc >= 0 &&
    soc <= 1 &&
    bound > 0 &&
    bound < 1 &&
    capacity_Ah > 0.1 * nominal_Ah &&
    capacity_Ah < 10 * nominal_Ah &&
    estimate.cellResistance_Ohm[cell] > 0
  );
}

function resumeCell(bms: Bms, cell: number, loss: number, doubt: number): void {
  const { estimate } = bms;
  const soc = estimate.cellSoc[cell] - loss;
  estimate.cellSoc[cell] = soc < 0 ? 0 : soc;
  resumeBlock(estimate, bms.plan.estimate, cell);
  widen(estimate, cell, doubt);
  markTurn(estimate, cell);
  stateBound(estimate, cell);
  adoptCell(bms, cell);
  estimate.correctionReason[cell] = REASON.restored;
  estimate.correction[cell] = -loss;
}
