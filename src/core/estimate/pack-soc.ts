// From the cells to one figure: the vendor's four rules, and the part of the range that is shown as 0 to 100 %.
// Between their limits the vendor gives no formula for the two mixed rules; ours is what a string can give and take:
// minMax: least charge over (least charge + least room); maxMin: the same with the greatest of both.

import { unreachable } from "../../base/assert.ts";
import type { Bms } from "../bms.ts";
import type { Estimated } from "./estimated.ts";
import type { EstimatePlan } from "./plan.ts";

export function mergeCells(bms: Bms): void {
  const { estimate } = bms;
  const plan = bms.plan.estimate;
  estimate.internalSoc = clamp(merge(estimate, plan));
  estimate.soc = clamp((estimate.internalSoc - plan.scaleLow) / plan.scaleSpan);
  estimate.socBound = clamp(boundOf(estimate, plan) / plan.scaleSpan);
  estimate.dod = 1 - estimate.soc;
}

/** State of charge of the battery before scaling. Also finds the most discharged cell. */
function merge(estimate: Estimated, plan: EstimatePlan): number {
  let lowest = 0,
    sum = 0;
  let leastCharge = Number.MAX_VALUE,
    leastRoom = Number.MAX_VALUE,
    mostCharge = 0,
    mostRoom = 0;
  for (let cell = 0; cell < plan.cells; cell++) {
    const soc = estimate.cellSoc[cell];
    // What the filter has found of the count is the capacity's fault as far as the pack's figure goes.
    const capacity_Ah = estimate.cellCapacity_Ah[cell] / (1 + estimate.observer.countError[cell]);
    const charge = soc * capacity_Ah;
    const room = capacity_Ah - charge;
    if (soc < estimate.cellSoc[lowest]) lowest = cell;
    sum += soc;
    if (charge < leastCharge) leastCharge = charge;
    if (charge > mostCharge) mostCharge = charge;
    if (room < leastRoom) leastRoom = room;
    if (room > mostRoom) mostRoom = room;
  }
  estimate.mostDischargedCell = lowest;
  switch (plan.merge) {
    case "minimal":
      return estimate.cellSoc[lowest];
    case "average":
      return sum / plan.cells;
    case "minMax":
      return share(leastCharge, leastRoom);
    case "maxMin":
      return share(mostCharge, mostRoom);
    default:
      return unreachable(plan.merge);
  }
}

/** With a cell full and another empty at once there is nothing to take. */
const share = (charge: number, room: number): number => (charge <= 0 ? 0 : charge / (charge + room));

/** Errors of the cells have one main cause, the current: they add, they do not average out. */
function boundOf(estimate: Estimated, plan: EstimatePlan): number {
  let sum = 0,
    highest = 0,
    lowest = 1;
  for (let cell = 0; cell < plan.cells; cell++) {
    const soc = estimate.cellSoc[cell];
    sum += estimate.cellSocBound[cell];
    if (soc > highest) highest = soc;
    if (soc < lowest) lowest = soc;
  }
  const mean = sum / plan.cells;
  const spread = highest - lowest < 0.9 ? highest - lowest : 0.9;
  switch (plan.merge) {
    case "minimal":
      return estimate.cellSocBound[estimate.mostDischargedCell];
    case "average":
      return mean;
    case "minMax":
      return mean / (1 - spread);
    case "maxMin":
      return mean / (1 + spread);
    default:
      return unreachable(plan.merge);
  }
}

const clamp = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value);
