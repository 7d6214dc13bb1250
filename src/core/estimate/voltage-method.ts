// SOC method "voltage": the state of charge is what the rest voltage says, at every turn of the cell. The bound is the
// voltage's error over the slope of the curve: wide on a plateau.

import type { Bms } from "../bms.ts";
import { REASON } from "./estimated.ts";
import { readVoltage } from "./reading.ts";
import { growError, placeCharge, stateBound } from "./uncertainty.ts";

export function followVoltage(bms: Bms, cell: number): void {
  const { estimate, measure } = bms;
  if (measure.cellValid[cell] === 0 || measure.currentValid === 0) {
    growError(estimate, bms.plan.estimate, cell);
    stateBound(estimate, cell);
    return;
  }
  readVoltage(bms, cell);
  const { readSoc, readBound } = estimate.observer;
  placeCharge(estimate, cell, readSoc, readBound, REASON.filter);
}
