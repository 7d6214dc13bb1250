// Corrections of the state of charge from the rest voltage: at the first start, after a long shutdown, when no correction
// has been made for long, and at rest for the method "simplified". On the plateau the voltage tells little: there it only
// joins in where it knows more than the count, or where both cannot be true at once.

import type { Bms } from "../bms.ts";
import { BLOCK, CC } from "./covariance.ts";
import { REASON } from "./estimated.ts";
import { doubtPast, FIRST_RATE, limitPast, VAGUE_RATE } from "./past.ts";
import { onPlateau } from "./plan.ts";
import { believeReading, joinReading, readVoltage, refreshCell } from "./reading.ts";
import { forget, growError, NINETY_FIVE, startBlock } from "./uncertainty.ts";

/** Without a rest for this long after the start, the voltage under load, corrected, has to do. */
const WAIT_us = 10_000_000;
/** Rest that is enough for the correction after a long time without one; the doubt of the slow pair covers the remainder. */
const SHORT_REST_us = 60_000_000;
/** A bound that much less is worth a new reading. */
const SURER = 0.8;
/** Kept values so far off, beyond both bounds, are those of another battery; nearer ones are the method's to settle. */
const ANOTHER = 0.15;
/** A kept charge with more than this bound is hardly known: it may as well be off by all of it. */
const VAGUE = 0.15;
/** So little current, as a rate, that the drop it causes is known well enough. */
const QUIET_RATE = 0.05;

/** Whether the voltage is nearly a rest voltage, relaxed or not. */
function isResting(bms: Bms): boolean {
  const quiet_A = QUIET_RATE * bms.plan.estimate.capacity_Ah;
  return bms.measure.currentValid === 1 && bms.measure.current_A < quiet_A && bms.measure.current_A > -quiet_A;
}

/** Settles what a cell waits for since the start, as soon as its voltage can be believed. */
export function settle(bms: Bms, cell: number): void {
  const { estimate, measure } = bms;
  const o = estimate.observer;
  if (measure.cellValid[cell] === 0) return;
  const first = o.due[cell] === 1;
  if (!isResting(bms) && !(first && o.waiting_us >= WAIT_us)) return;
  if (first) startCell(bms, cell);
  else if (o.due[cell] === 3) correctAtRest(bms, cell, REASON.longShutdown);
  else checkAfterRestart(bms, cell);
  o.due[cell] = 0;
}

/** The first figure of a cell: whatever its voltage says, with a bound that says how little that may be. */
function startCell(bms: Bms, cell: number): void {
  const { estimate } = bms;
  const o = estimate.observer;
  adoptCell(bms, cell);
  if (estimate.started === 0) doubtPast(bms, cell, FIRST_RATE);
  forget(estimate, cell);
  readFrom(bms, cell, 0.5);
  limitPast(o);
  believeReading(bms, cell, isResting(bms) ? o.readBound : 2 * o.readBound, REASON.start);
  refreshCell(bms, cell);
}

/** Reads the charge from the voltage, from some charge on: the drop depends on the one that is looked for. */
function readFrom(bms: Bms, cell: number, soc: number): void {
  const { cellSoc, observer } = bms.estimate;
  cellSoc[cell] = soc;
  for (let i = 0; i < 4; i++) {
    refreshCell(bms, cell);
    readVoltage(bms, cell);
    cellSoc[cell] = observer.readSoc;
  }
}

/** What was unknown before the first look has passed in part: the voltage is read once more, and only that part is news. */
export function lookAgain(bms: Bms, cell: number): void {
  const { cellSoc, cellSocBound, observer: o } = bms.estimate;
  readVoltage(bms, cell);
  const share = o.readBound / cellSocBound[cell];
  if (share > SURER) return;
  o.readSoc += share * share * (cellSoc[cell] - o.readSoc);
  believeReading(bms, cell, o.readBound, REASON.rest);
}

/** Nominal capacity and resistance for a cell that has none yet. */
export function adoptCell(bms: Bms, cell: number): void {
  const { estimate } = bms;
  const plan = bms.plan.estimate;
  if (!(estimate.cellCapacity_Ah[cell] > 0)) estimate.cellCapacity_Ah[cell] = plan.capacity_Ah;
  if (!(estimate.cellResistance_Ohm[cell] > 0)) estimate.cellResistance_Ohm[cell] = plan.resistance_Ohm;
  if (!(estimate.observer.model_Ohm[cell] > 0)) estimate.observer.model_Ohm[cell] = plan.resistance_Ohm;
  if (estimate.observer.covariance[cell * BLOCK + CC] === 0) startBlock(estimate, plan, cell);
  refreshCell(bms, cell);
}

/** Kept values that the voltage contradicts belong to another battery, or to another time; vague ones take the voltage in. */
function checkAfterRestart(bms: Bms, cell: number): void {
  const { estimate } = bms;
  const o = estimate.observer;
  growError(estimate, bms.plan.estimate, cell);
  const soc = estimate.cellSoc[cell];
  const bound = estimate.cellSocBound[cell];
  if (bound > VAGUE) doubtPast(bms, cell, VAGUE_RATE);
  readFrom(bms, cell, soc);
  limitPast(o);
  estimate.cellSoc[cell] = soc;
  if (Math.abs(o.readSoc - soc) > o.readBound + bound + ANOTHER) believeReading(bms, cell, o.readBound, REASON.start);
  else if (bound > VAGUE) joinVague(bms, cell, bound);
  refreshCell(bms, cell);
}

/** On a plateau even a vague count is worth more than a reading that is vaguer still. */
function joinVague(bms: Bms, cell: number, bound: number): void {
  const plan = bms.plan.estimate;
  const { readSoc, readBound } = bms.estimate.observer;
  const isFlat = onPlateau(plan, readSoc) || onPlateau(plan, bms.estimate.cellSoc[cell]);
  if (!isFlat) joinReading(bms, cell, NINETY_FIVE * bound, REASON.rest);
  else if (readBound < bound) joinReading(bms, cell, bound, REASON.rest);
}

/** Corrects a cell from its rest voltage now; `reason` is a code of CORRECTIONS. */
export function correctAtRest(bms: Bms, cell: number, reason: number): void {
  const { estimate } = bms;
  const plan = bms.plan.estimate;
  const o = estimate.observer;
  growError(estimate, plan, cell);
  readVoltage(bms, cell);
  const { readSoc, readBound } = o;
  const soc = estimate.cellSoc[cell];
  const bound = estimate.cellSocBound[cell];
  const apart = Math.abs(readSoc - soc) > readBound + bound;
  if (apart || (!onPlateau(plan, readSoc) && !onPlateau(plan, soc))) {
    believeReading(bms, cell, readBound, reason);
  } else if (readBound < bound) joinReading(bms, cell, bound, reason);
}

/** No correction for the whole period: the next rest outside the plateau corrects at once. */
export function correctWhenOverdue(bms: Bms, cell: number): void {
  const { estimate, measure } = bms;
  const plan = bms.plan.estimate;
  if (!plan.correct || estimate.correctionAge_s[cell] < plan.correction_s) return;
  if (estimate.rest_us < SHORT_REST_us || measure.cellValid[cell] === 0 || estimate.observer.anchor[cell] !== 0) return;
  readVoltage(bms, cell);
  const { readSoc, readBound } = estimate.observer;
  if (onPlateau(plan, readSoc) || onPlateau(plan, estimate.cellSoc[cell])) return;
  believeReading(bms, cell, readBound, REASON.rest);
}
