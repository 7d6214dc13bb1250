// Balancing: bringing every cell down to the lowest one through its resistor (the vendor's manual).
// Decided anew with each conversion of the front end; whatever forbids it switches off at once.

import type { Bms } from "../bms.ts";
import { type BalancingPlan, SIGNAL } from "./plan.ts";

const ON_CHARGE = 0,
  ALWAYS = 2;
/** Balancing resumes this far under the heat sink limit. */
const COOLED_K = 10;

export function balance(bms: Bms): void {
  const {
    decide: decided,
    measure: measured,
    plan: { decide: plan },
  } = bms;
  judgeHeat(bms, plan.balancing);
  const allowed =
    decided.balancingHot === 0 &&
    decided.mode === "running" &&
    measured.cellMonitorOnline === 1 &&
    plan.balancing.enabled;
  if (!allowed) decided.balanceMask.fill(0);
  else if (measured.fresh === 1) chooseCells(bms, plan.balancing, plan.cells);
  if (measured.fresh === 0 && decided.balancing === 0) return; // nothing is on, and nothing can come on
  const mask = decided.balanceMask;
  let any = 0;
  for (let cell = 0; cell < mask.length; cell++) {
    mask[cell] &= measured.cellValid[cell];
    any |= mask[cell];
    bms.commands.balance[cell] = mask[cell];
  }
  decided.balancing = any;
}

function judgeHeat({ decide: decided, measure: measured }: Bms, plan: BalancingPlan): void {
  if (measured.heatSinkValid === 0 || measured.heatSink_degC >= plan.heatSinkLimit_degC) decided.balancingHot = 1;
  else if (measured.heatSink_degC <= plan.heatSinkLimit_degC - COOLED_K) decided.balancingHot = 0;
}

function chooseCells(bms: Bms, plan: BalancingPlan, cells: number): void {
  const { decide: decided, measure: measured } = bms;
  const byRule = measured.cellsValid === 1 && bms.estimate.analysis.running === 0 && ruleHolds(bms, plan);
  const { balanceMask, cellDischarge } = decided;
  for (let cell = 0; cell < cells; cell++) {
    const cell_V = measured.cells_V[cell];
    if (cellDischarge[cell] === 1 && measured.cellValid[cell] === 1 && cell_V <= plan.floor_V) cellDischarge[cell] = 0;
    const forced = cell_V > plan.forced_V || cellDischarge[cell] === 1;
    balanceMask[cell] = forced || (byRule && isHigh(plan, cell_V, measured.minCell_V, balanceMask[cell])) ? 1 : 0;
  }
}

/** Above the start voltage, and further above the lowest cell than it takes to start, or to go on. */
function isHigh(plan: BalancingPlan, cell_V: number, lowest_V: number, on: number): boolean {
  const deviation_V = cell_V - lowest_V;
  if (cell_V <= plan.start_V) return false;
  if (plan.onRequest) return deviation_V > plan.stopDeviation_V;
  return deviation_V > plan.startDeviation_V || (on === 1 && deviation_V >= plan.stopDeviation_V);
}

function ruleHolds({ decide: decided, estimate: estimated, measure: { signals } }: Bms, plan: BalancingPlan): boolean {
  if (plan.onRequest && signals[SIGNAL.balancingRequest] === 0) return false;
  if (plan.rule === ALWAYS) return true;
  const afterCharging = estimated.lastDirection === 1 && estimated.relaxed === 0 && decided.dischargingPresent === 0;
  const onCharge = decided.chargingPresent === 1 || afterCharging;
  return onCharge || (plan.rule !== ON_CHARGE && estimated.relaxed === 1);
}
