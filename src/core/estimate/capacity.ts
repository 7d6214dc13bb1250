// Capacity, health and cycles (the vendor's rules): the effective capacity is the charge drawn from full when the state of
// charge reaches zero; health is that over the nominal one, or falls in a line with all charge ever drawn; a cycle is a
// discharge of 80 % of the capacity.

import type { Bms } from "../bms.ts";
import { CELL_INPUTS } from "../sensors.ts";
import type { Estimated } from "./estimated.ts";
import { startPairs } from "./partial-charges.ts";
import type { EstimatePlan } from "./plan.ts";
import { clearBlock, startBlock } from "./uncertainty.ts";
import { adoptWhole } from "./whole-discharge.ts";

const CYCLE_DEPTH = 0.8;
/** A capacity outside these parts of the nominal one is a miscount, not a capacity. */
const LEAST = 0.3;
const MOST = 1.3;
/** Longest time without a believed current for which the count from full still holds. */
const GAP_s = 10;
const EMPTY_ANCHOR = 2;

/** Each second, after the cells have been merged. */
export function followCapacity(bms: Bms): void {
  const { estimate } = bms;
  const plan = bms.plan.estimate;
  watchGap(bms);
  if (estimate.started === 1) {
    if (estimate.internalSoc >= 0.9995) startFromFull(estimate);
    watchEmpty(estimate, plan);
  }
  countCycles(estimate, plan);
  judgeHealth(estimate, plan);
}

function watchGap(bms: Bms): void {
  const { estimate } = bms;
  if (bms.measure.currentValid === 1 || ++estimate.observer.gap_s <= GAP_s) return;
  estimate.countedFromFull = 0;
  for (let cell = 0; cell < CELL_INPUTS; cell++) estimate.cellDrawn_Ah[cell] = -1;
}

function startFromFull(estimate: Estimated): void {
  estimate.dod_Ah = 0;
  estimate.countedFromFull = 1;
  estimate.observer.gap_s = 0;
}

/** Empty needs the voltage's word: a count alone would only repeat the capacity it was made with. */
function watchEmpty(estimate: Estimated, plan: EstimatePlan): void {
  const o = estimate.observer;
  if (estimate.internalSoc > 0.05) o.wasEmpty = 0;
  if (o.wasEmpty === 1 || estimate.internalSoc > 0.0005 || o.anchor[estimate.mostDischargedCell] !== EMPTY_ANCHOR)
    return;
  o.wasEmpty = 1;
  estimate.deepDischarges++;
  if (estimate.countedFromFull === 1 && isCapacity(plan, estimate.dod_Ah))
    estimate.effectiveCapacity_Ah = estimate.dod_Ah;
}

const isCapacity = (plan: EstimatePlan, drawn_Ah: number): boolean =>
  drawn_Ah >= LEAST * plan.capacity_Ah && drawn_Ah <= MOST * plan.capacity_Ah;

/** A cell that has gone from full to empty has shown its capacity. */
export function learnCapacity(estimate: Estimated, plan: EstimatePlan, cell: number): void {
  const drawn_Ah = estimate.cellDrawn_Ah[cell];
  if (!isCapacity(plan, drawn_Ah)) return;
  estimate.cellCapacity_Ah[cell] = drawn_Ah;
  estimate.cellDrawn_Ah[cell] = -1;
  adoptWhole(estimate, plan, cell, drawn_Ah / plan.capacity_Ah);
}

function countCycles(estimate: Estimated, plan: EstimatePlan): void {
  const depth_Ah = CYCLE_DEPTH * plan.capacity_Ah;
  while (estimate.cycleDepth_Ah >= depth_Ah) {
    estimate.cycleDepth_Ah -= depth_Ah;
    estimate.cycles++;
  }
}

function judgeHealth(estimate: Estimated, plan: EstimatePlan): void {
  let resistance_Ohm = 0;
  for (let cell = 0; cell < plan.cells; cell++) resistance_Ohm += estimate.cellResistance_Ohm[cell];
  estimate.resistance_Ohm = resistance_Ohm;
  const growth = resistance_Ohm / (plan.cells * plan.resistance_Ohm) - 1;
  estimate.sohResistance = resistance_Ohm > 0 ? fraction(1 - (1 - plan.endOfLife) * growth) : 1;
  estimate.sohCapacity = fraction(estimate.effectiveCapacity_Ah / plan.capacity_Ah);
  const lives = estimate.lifetimeDischarged_Ah / (plan.lifeCycles * plan.capacity_Ah);
  estimate.soh = plan.healthByCharge ? fraction(1 - (1 - plan.endOfLife) * lives) : estimate.sohCapacity;
}

const fraction = (value: number): number => (value < 0 ? 0 : value > 1 ? 1 : value);

/** Learned values belong to the settings they were learned under: another nominal capacity or resistance starts anew. */
export function adoptNominals(bms: Bms): void {
  const { estimate } = bms;
  const plan = bms.plan.estimate;
  if (estimate.learnedFor_Ah !== plan.capacity_Ah) {
    estimate.learnedFor_Ah = plan.capacity_Ah;
    estimate.effectiveCapacity_Ah = plan.capacity_Ah;
    estimate.countedFromFull = 0;
    for (let cell = 0; cell < plan.cells; cell++) {
      estimate.cellCapacity_Ah[cell] = plan.capacity_Ah;
      estimate.observer.slope_V[cell] = 0;
      startPairs(estimate, plan, cell);
      startBlock(estimate, plan, cell);
    }
  }
  if (estimate.learnedFor_Ohm !== plan.resistance_Ohm) {
    estimate.learnedFor_Ohm = plan.resistance_Ohm;
    for (let cell = 0; cell < plan.cells; cell++) {
      estimate.cellResistance_Ohm[cell] = plan.resistance_Ohm;
      estimate.observer.model_Ohm[cell] = plan.resistance_Ohm;
      estimate.observer.steps[cell] = 0;
    }
  }
  for (let cell = plan.cells; cell < CELL_INPUTS; cell++) dropCell(estimate, cell);
}

/** An input without a cell: its figures read zero, and a cell put there later starts anew. */
function dropCell(estimate: Estimated, cell: number): void {
  if (estimate.observer.due[cell] === 1 && estimate.cellCapacity_Ah[cell] === 0 && estimate.cellSoc[cell] === 0) return;
  estimate.cellSoc[cell] = 0;
  estimate.cellSocBound[cell] = 0;
  estimate.cellOcv_V[cell] = 0;
  estimate.cellResistance_Ohm[cell] = 0;
  estimate.cellCapacity_Ah[cell] = 0;
  estimate.cellDrawn_Ah[cell] = -1;
  estimate.cellBled_Ah[cell] = 0;
  estimate.correction[cell] = 0;
  estimate.correctionReason[cell] = 0;
  estimate.correctionAge_s[cell] = 0;
  estimate.observer.due[cell] = 1;
  estimate.observer.model_Ohm[cell] = 0;
  estimate.observer.steps[cell] = 0;
  clearBlock(estimate, cell);
}
