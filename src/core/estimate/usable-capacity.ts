// What comes out of the battery from full to empty as it is used: the cells' capacities less what stays in them when the voltage
// under load reaches its lower end, at the current at which the battery is usually used and with the drop that has been learned.
// A tester's "measured capacity" is this figure: it ends at a voltage under load, not at the end of the rest-voltage curve.

import type { Bms } from "../bms.ts";
import { bend_A } from "./cell-model.ts";
import type { Estimated } from "./estimated.ts";
import type { EstimatePlan } from "./plan.ts";
import { curveAt, socAt, surfaceAt } from "./surface.ts";

/** Resistances near empty are taken here. */
const LOW = 0.05;
/** Usual current, as a rate, of a battery that has not been used for ten minutes yet. */
const USUAL_RATE = 0.5;
const LEAST_s = 600;

/** Each second. */
export function followUsable(bms: Bms): void {
  const { estimate } = bms;
  const { health } = estimate;
  const plan = bms.plan.estimate;
  const usual_A = usualCurrent_A(estimate, plan);
  let left_Ah = Number.MAX_VALUE,
    room_Ah = Number.MAX_VALUE,
    bound_Ah = 0;
  for (let cell = 0; cell < plan.cells; cell++) {
    const capacity_Ah = estimate.cellCapacity_Ah[cell];
    const kept_Ah = health.emptied[cell] === 1 ? 0 : stuckAt(bms, cell, usual_A) * capacity_Ah;
    health.usable_Ah[cell] = capacity_Ah - kept_Ah;
    const cellLeft_Ah = estimate.cellSoc[cell] * capacity_Ah - kept_Ah;
    const cellRoom_Ah = (1 - estimate.cellSoc[cell]) * capacity_Ah;
    if (cellLeft_Ah < left_Ah) {
      left_Ah = cellLeft_Ah;
      bound_Ah = health.capacityBound_Ah[cell];
    }
    if (cellRoom_Ah < room_Ah) room_Ah = cellRoom_Ah;
  }
  const whole_Ah = left_Ah + room_Ah;
  health.usableCapacity_Ah = estimate.started === 1 && whole_Ah > 0 ? whole_Ah : 0;
  health.usableCapacityBound_Ah = bound_Ah;
  health.usableSoh = health.usableCapacity_Ah / plan.capacity_Ah;
  health.usableSohBound = bound_Ah / plan.capacity_Ah;
}

/** Mean of the discharges so far, else of the charges, else half the capacity per hour. */
function usualCurrent_A(estimate: Estimated, plan: EstimatePlan): number {
  if (estimate.supplying_s >= LEAST_s) return estimate.meanDischarge_A;
  if (estimate.receiving_s >= LEAST_s) return estimate.meanCharge_A;
  return USUAL_RATE * plan.capacity_Ah;
}

/** State of charge at which a cell's voltage reaches the end of discharge under a current that lasts. */
export function stuckAt(bms: Bms, cell: number, current_A: number): number {
  const { estimate, measure } = bms;
  const plan = bms.plan.estimate;
  const degC = measure.cellTemperatures_degC[cell];
  const bent_A = bend_A(current_A, curveAt(plan.exchange_A, degC));
  const nominal_Ohm = estimate.cellResistance_Ohm[cell];
  const quick = surfaceAt(plan.resistanceRatio, LOW, degC) + surfaceAt(plan.fastResistance, LOW, degC);
  const drop_V = nominal_Ohm * (quick * bent_A + surfaceAt(plan.slowResistance, LOW, degC) * current_A);
  const lag = (curveAt(plan.diffusionLag_h, degC) * current_A) / plan.capacity_Ah;
  return socAt(plan.ocv_V, plan.dischargeEnd_V + estimate.health.dropFactor[cell] * drop_V, degC) + lag;
}
