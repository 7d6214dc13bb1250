// What stays in a cell when its voltage under load reaches the lower end, by the model and the drop that has been learned, and the
// current at which the battery is usually used.

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

/** Mean of the discharges so far, else of the charges, else half the capacity per hour. */
export function usualCurrent_A(estimate: Estimated, plan: EstimatePlan): number {
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
