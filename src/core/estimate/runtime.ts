// What is left, in charge and energy, and how long it lasts at the mean current of the last minute. The weakest cell
// decides; in the cold the last part of the charge does not come out.

import { interpolate } from "../../base/interpolate.ts";
import type { Bms } from "../bms.ts";
import { rise } from "./cell-model.ts";
import { energyAt } from "./plan.ts";

const MEAN_s = 60;
const LONGEST_s = 9_999_999;

/** Each second. */
export function followRuntime(bms: Bms, elapsed_s: number): void {
  const { estimate, measure } = bms;
  const plan = bms.plan.estimate;
  const current_A = measure.currentValid === 1 ? measure.current_A : 0;
  estimate.averageCurrent_A +=
    (current_A - estimate.averageCurrent_A) * weight(elapsed_s, estimate.stateTime_us * 1e-6);
  if (estimate.started === 0) {
    estimate.remaining_Ah = 0;
    estimate.remaining_Wh = 0;
    estimate.timeToEmpty_s = -1;
    estimate.timeToFull_s = -1;
    return;
  }
  let left_Ah = Number.MAX_VALUE,
    room_Ah = Number.MAX_VALUE;
  for (let cell = 0; cell < plan.cells; cell++) {
    const capacity_Ah = estimate.cellCapacity_Ah[cell];
    const stuck = 1 - interpolate(plan.capacityRatio.x, plan.capacityRatio.y, measure.cellTemperatures_degC[cell]);
    const cellLeft_Ah = (estimate.cellSoc[cell] - (stuck > 0 ? stuck : 0)) * capacity_Ah;
    const cellRoom_Ah = (1 - estimate.cellSoc[cell]) * capacity_Ah;
    if (cellLeft_Ah < left_Ah) left_Ah = cellLeft_Ah;
    if (cellRoom_Ah < room_Ah) room_Ah = cellRoom_Ah;
  }
  estimate.remaining_Ah = left_Ah > 0 ? left_Ah : 0;
  estimate.remaining_Wh = energyLeft_Wh(bms, estimate.remaining_Ah);
  const mean_A = estimate.averageCurrent_A;
  estimate.timeToEmpty_s = -mean_A >= plan.absentDischarge_A ? bounded_s(estimate.remaining_Ah / -mean_A) : -1;
  estimate.timeToFull_s = mean_A >= plan.absentCharge_A ? bounded_s(room_Ah / (mean_A * plan.efficiency)) : -1;
}

/** Of the newest second. A charge or discharge that has just begun is averaged from its beginning, not with the rest before. */
const weight = (elapsed_s: number, since_s: number): number =>
  since_s <= elapsed_s ? 1 : rise(elapsed_s / (since_s < MEAN_s ? since_s : MEAN_s));

/** Under the rest voltage of each cell, less what its resistance burns at the present mean discharge. */
function energyLeft_Wh(bms: Bms, left_Ah: number): number {
  const { estimate } = bms;
  const plan = bms.plan.estimate;
  const mean_A = estimate.averageCurrent_A < 0 ? -estimate.averageCurrent_A : 0;
  const ratio = 1 + plan.fastRatio + plan.slowRatio;
  let energy_Wh = 0;
  for (let cell = 0; cell < plan.cells; cell++) {
    const capacity_Ah = estimate.cellCapacity_Ah[cell];
    const soc = estimate.cellSoc[cell];
    const rest_Wh = capacity_Ah * (energyAt(plan, soc) - energyAt(plan, soc - left_Ah / capacity_Ah));
    energy_Wh += rest_Wh - mean_A * estimate.observer.actual_Ohm[cell] * ratio * left_Ah;
  }
  return energy_Wh > 0 ? energy_Wh : 0;
}

const bounded_s = (hours: number): number => (hours * 3600 < LONGEST_s ? hours * 3600 : LONGEST_s);
