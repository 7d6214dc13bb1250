// The two ends where a battery shows its state of charge by itself. Full: the cell is above the full voltage at less than
// the tail current. Empty: its voltage, corrected for the drop, is under the empty voltage. Both must last for a while.

import { interpolate } from "../../base/interpolate.ts";
import type { Bms } from "../bms.ts";
import { learnCapacity } from "./capacity.ts";
import { dropOf } from "./cell-model.ts";
import { REASON } from "./estimated.ts";
import { readVoltage } from "./reading.ts";
import { setCharge } from "./uncertainty.ts";

const HOLD_us = 5_000_000;
/** Empty is only believed while the voltage leaves no more than this. */
const MOST_LEFT = 0.06;
const FULL = 1;
const EMPTY = 2;

/** At each turn of a cell. @param elapsed_us since the cell's last turn */
export function anchorCell(bms: Bms, cell: number, elapsed_us: number): void {
  const { estimate, measure } = bms;
  const o = estimate.observer;
  const end = measure.cellValid[cell] === 1 && measure.currentValid === 1 ? endReached(bms, cell) : 0;
  if (end === 0) {
    o.anchor[cell] = 0;
    o.anchor_us[cell] = 0;
    return;
  }
  if (o.anchor_us[cell] < HOLD_us) o.anchor_us[cell] += elapsed_us;
  if (o.anchor_us[cell] < HOLD_us) return;
  if (end === FULL) holdFull(bms, cell);
  else holdEmpty(bms, cell);
}

function endReached(bms: Bms, cell: number): number {
  const { measure } = bms;
  const plan = bms.plan.estimate;
  const current_A = measure.current_A;
  if (measure.cells_V[cell] >= plan.full_V && current_A < plan.full_A && current_A > -plan.absentDischarge_A)
    return FULL;
  const rest_V = measure.cells_V[cell] - dropOf(bms.estimate, cell, bms.estimate.observer.bent_A);
  return rest_V < plan.empty_V && current_A < plan.absentCharge_A ? EMPTY : 0;
}

function holdFull(bms: Bms, cell: number): void {
  const { estimate } = bms;
  const o = estimate.observer;
  if (o.anchor[cell] === FULL && estimate.cellSoc[cell] === 1) return;
  readVoltage(bms, cell);
  const bound = 1 - o.readSoc + 0.5 * o.readBound;
  setAnchor(bms, cell, 1, bound < 0.25 ? bound : 0.25, REASON.full);
  estimate.cellDrawn_Ah[cell] = 0;
  o.anchor[cell] = FULL;
}

/** The voltage may be low for the resistance's sake: then this is not the end. */
function holdEmpty(bms: Bms, cell: number): void {
  const { estimate } = bms;
  const o = estimate.observer;
  if (o.anchor[cell] === EMPTY && estimate.cellSoc[cell] === 0) return;
  readVoltage(bms, cell);
  const most = o.readSoc + o.readBound + keptBack(bms, cell);
  if (most > MOST_LEFT) return;
  setAnchor(bms, cell, 0, most, REASON.empty);
  learnCapacity(estimate, bms.plan.estimate, cell);
  o.anchor[cell] = EMPTY;
}

/** Part of the capacity that the cold keeps in a cell whose voltage says empty. */
function keptBack({ plan, measure }: Bms, cell: number): number {
  const { x, y } = plan.estimate.capacityRatio;
  return 1 - interpolate(x, y, measure.cellTemperatures_degC[cell]);
}

/** A cell held at an end is corrected again and again; only the first time, or a real step, is told. */
function setAnchor(bms: Bms, cell: number, soc: number, bound: number, reason: number): void {
  const { estimate } = bms;
  const told = estimate.correctionReason[cell] === reason && Math.abs(soc - estimate.cellSoc[cell]) < 0.002;
  const size = estimate.correction[cell];
  setCharge(estimate, cell, soc, bound, reason);
  if (told) estimate.correction[cell] = size;
}
