// Counting of charge and energy, exact in every tick; the cell model follows the same current.
// The charge is given to the cells with each new set of cell voltages, so that ten ticks cost one pass over the cells.

import type { Bms } from "../bms.ts";
import { CELL_INPUTS } from "../sensors.ts";
import { followModel } from "./cell-model.ts";
import { provenZero_A } from "./current-zero.ts";
import type { Estimated } from "./estimated.ts";
import type { EstimatePlan } from "./plan.ts";

const US_PER_H = 3.6e9;
/** With the current unknown, it is taken to be at most its last value and this rate more. */
const BLIND_RATE = 0.2;

/** Every tick: counters, the charge to give out, and the cell model's currents. */
export function countCharge(bms: Bms, dt_us: number): void {
  const { measure, estimate } = bms;
  const plan = bms.plan.estimate;
  const observer = estimate.observer;
  const believed = measure.currentValid === 1;
  const current_A = believed && isFlowing(bms, measure.current_A) ? measure.current_A : 0;
  const moved_Ah = (current_A * dt_us) / US_PER_H;
  observer.pending_us += dt_us;
  observer.second_us += dt_us;
  if (moved_Ah > 0) countIn(estimate, plan, moved_Ah, measure.battery_V);
  else if (moved_Ah < 0) countOut(estimate, -moved_Ah, measure.battery_V);
  if (!believed)
    observer.blind_Ah += ((Math.abs(observer.lastValid_A) + BLIND_RATE * plan.capacity_Ah) * dt_us) / US_PER_H;
  else observer.lastValid_A = current_A;
  const idle = current_A === 0 && believed && !isConnected(bms);
  observer.clock_s += dt_us * 1e-6 * (idle ? plan.idleShare : 1);
  if (believed && !idle) observer.pendingOffset_s += dt_us * 1e-6;
  followModel(bms, believed ? current_A : observer.lastValid_A, moved_Ah, dt_us * 1e-6);
}

/** With every contactor open and next to no current there is none: what is read is the sensor's offset. */
function isFlowing(bms: Bms, current_A: number): boolean {
  const plan = bms.plan.estimate;
  return isConnected(bms) || current_A >= plan.absentCharge_A || current_A <= -plan.absentDischarge_A;
}

function isConnected(bms: Bms): boolean {
  const { charge, discharge, common, precharge } = bms.decide.contactors;
  return charge.closed + discharge.closed + common.closed + precharge.closed > 0;
}

function countIn(estimate: Estimated, plan: EstimatePlan, moved_Ah: number, battery_V: number): void {
  const energy_Wh = moved_Ah * battery_V;
  const observer = estimate.observer;
  estimate.charged_Ah += moved_Ah;
  estimate.lifetimeCharged_Ah += moved_Ah;
  estimate.received_Wh += energy_Wh;
  estimate.lifetimeReceived_Wh += energy_Wh;
  observer.chargeCarried_Ah += moved_Ah;
  observer.moved_Ah += moved_Ah;
  observer.through_Ah += moved_Ah * plan.efficiency;
  observer.pending_Ah += moved_Ah * plan.efficiency;
}

function countOut(estimate: Estimated, moved_Ah: number, battery_V: number): void {
  const energy_Wh = moved_Ah * battery_V;
  const observer = estimate.observer;
  estimate.discharged_Ah += moved_Ah;
  estimate.lifetimeDischarged_Ah += moved_Ah;
  estimate.delivered_Wh += energy_Wh;
  estimate.lifetimeDelivered_Wh += energy_Wh;
  estimate.cycleDepth_Ah += moved_Ah;
  observer.moved_Ah += moved_Ah;
  observer.through_Ah -= moved_Ah;
  observer.pending_Ah -= moved_Ah;
}

/** Gives the pending charge to the cells, less what their balancing resistors took. */
export function spreadCharge(bms: Bms): void {
  const { estimate, measure } = bms;
  const plan = bms.plan.estimate;
  const observer = estimate.observer;
  const hours = observer.pending_us / US_PER_H;
  const zero_Ah = (observer.zero_A * observer.pendingOffset_s) / 3600;
  const proven_Ah = (provenZero_A(estimate, plan) * observer.pendingOffset_s) / 3600;
  const leak = plan.leakPerSecond * observer.pending_us * 1e-6;
  const mask = bms.decide.balanceMask;
  let burnt_Wh = 0;
  for (let cell = 0; cell < plan.cells; cell++) {
    let gained_Ah = observer.pending_Ah;
    if (mask[cell] === 1) {
      const bled_Ah = (measure.cells_V[cell] / plan.balance_Ohm) * hours;
      estimate.cellBled_Ah[cell] += bled_Ah;
      burnt_Wh += bled_Ah * measure.cells_V[cell];
      gained_Ah -= bled_Ah;
    }
    if (observer.due[cell] === 1) continue;
    if (estimate.cellDrawn_Ah[cell] >= 0) {
      const drawn_Ah = estimate.cellDrawn_Ah[cell] - gained_Ah + proven_Ah;
      estimate.cellDrawn_Ah[cell] = drawn_Ah > 0 ? drawn_Ah : 0;
    }
    const true_Ah = gained_Ah * (1 + observer.countError[cell]) - zero_Ah;
    const soc = estimate.cellSoc[cell] + true_Ah / estimate.cellCapacity_Ah[cell] - leak;
    estimate.cellSoc[cell] = soc < 0 ? 0 : soc > 1 ? 1 : soc;
  }
  estimate.balanced_Wh += burnt_Wh;
  estimate.lifetimeBalanced_Wh += burnt_Wh;
  if (burnt_Wh > 0) observer.chargeBalanced = 1;
  const drawn_Ah = estimate.dod_Ah - observer.pending_Ah;
  estimate.dod_Ah = drawn_Ah < 0 ? 0 : drawn_Ah;
  observer.pending_Ah = 0;
  observer.pending_us = 0;
  observer.pendingOffset_s = 0;
}

/** Sets every counter that a person may set to zero. Lifetime counters stay. */
export function clearCounters(estimate: Estimated): void {
  estimate.charged_Ah = 0;
  estimate.discharged_Ah = 0;
  estimate.received_Wh = 0;
  estimate.delivered_Wh = 0;
  estimate.balanced_Wh = 0;
  for (let cell = 0; cell < CELL_INPUTS; cell++) estimate.cellBled_Ah[cell] = 0;
}
