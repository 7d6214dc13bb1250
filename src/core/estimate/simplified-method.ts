// SOC method "simplified": the charge is counted; when the cell has relaxed, its rest voltage corrects the count. Outside
// the plateau the rest voltage wins; inside it only joins in when it knows more than the count.

import type { Bms } from "../bms.ts";
import { correctAtRest } from "./correction.ts";
import { REASON } from "./estimated.ts";
import { growError, stateBound } from "./uncertainty.ts";

export function countAndCorrect(bms: Bms, cell: number): void {
  const { estimate, measure } = bms;
  const o = estimate.observer;
  growError(estimate, bms.plan.estimate, cell);
  stateBound(estimate, cell);
  if (estimate.relaxed === 0) o.restDone[cell] = 0;
  else if (
    o.restDone[cell] === 0 &&
    measure.cellValid[cell] === 1 &&
    measure.currentValid === 1 &&
    o.anchor[cell] === 0
  ) {
    o.restDone[cell] = 1;
    correctAtRest(bms, cell, REASON.rest);
  }
}
