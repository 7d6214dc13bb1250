// The pair of readings under way, for each cell: where it began, and its best end so far. A pair is worth its relative doubt:
// variance of both readings and of the count in between, over the square of the difference. The readings are off by what the cell
// model misses through the slope of the rest voltage, the count by offset and gain of the sensor. It is closed once the charge has
// turned round. How a pair is chosen: docs/estimation-health.md.

import type { Bms } from "../bms.ts";
import { chargeOf } from "./cell-charge.ts";
import { provenZero_A } from "./current-zero.ts";
import type { Estimated } from "./estimated.ts";
import type { Health } from "./health.ts";
import { bookImpossible, bookPair, WORST_DOUBT } from "./pair-booking.ts";
import { noteImpossible } from "./pair-fit.ts";
import type { EstimatePlan } from "./plan.ts";
import { addToLine, beginLine, bendOfLine } from "./straightness.ts";

/** Least difference of a pair. */
const LEAST_PART = 0.2;
/** When the charge has come back from the end by this part of the capacity, a pair is complete. */
const PAST = 0.12;
/** Where the readings in between bend, both ends of a pair are off by this many times as much. */
const BEND = 1.4;
/** Two readings and the count between them agree to this and two deviations. */
const AGREES = 0.01;
/** Doubt of a pair that has no end yet. */
const NONE = 99;

/** A reading of now is the beginning of a pair. */
export function beginPair(estimate: Estimated, cell: number, soc: number, variance: number): void {
  beginAt(estimate.health, cell, soc, variance, chargeOf(estimate, cell), estimate.observer.clock_s);
}

function beginAt(
  health: Health,
  cell: number,
  soc: number,
  variance: number,
  charge_Ah: number,
  clock_s: number,
): void {
  health.fromSoc[cell] = soc;
  health.fromVariance[cell] = variance;
  health.from_Ah[cell] = charge_Ah;
  health.from_s[cell] = clock_s;
  health.bestDoubt[cell] = NONE;
  health.bestAnchored[cell] = 0;
  health.impossible[cell] = 0;
  beginLine(health, cell);
}

/** Whether there is a first reading. */
export const hasBegun = (health: Health, cell: number): boolean => !(health.fromVariance[cell] < 0);

/** What was read before says nothing any more: the count has a gap. */
export function losePair(health: Health, cell: number): void {
  health.fromVariance[cell] = -1;
  health.bestDoubt[cell] = NONE;
}

/**
 * Takes a reading of now for the end of the pair where that makes the best pair, or for its beginning where it is the better one.
 * A cell that shows its full or its empty by itself beats any reading of the table, which may be another cell's.
 */
export function considerReading(bms: Bms, cell: number, soc: number, variance: number): void {
  const { estimate } = bms;
  const { health } = estimate;
  const plan = bms.plan.estimate;
  const moved_Ah = movedSince_Ah(estimate, plan, cell);
  const part = moved_Ah / estimate.cellCapacity_Ah[cell];
  const x = soc - health.fromSoc[cell];
  const y = moved_Ah / plan.capacity_Ah;
  addToLine(health, cell, part, x, variance);
  const xVariance = variance + health.fromVariance[cell] + BEND * BEND * bendOfLine(health, cell);
  const yVariance = countVariance(estimate, plan, cell, y);
  const doubt = (xVariance + yVariance) / (part * part);
  const wide = part * part >= LEAST_PART * LEAST_PART;
  if (wide) noteImpossible(health, cell, x, y, xVariance + yVariance);
  if (wide && isBetterEnd(estimate, cell, doubt)) {
    endHere(estimate, cell, soc, variance, doubt);
    keepPair(health, cell, x, y, xVariance, yVariance);
  } else if (health.bestDoubt[cell] === NONE && isBetterStart(health, cell, x - part, variance, xVariance))
    beginPair(estimate, cell, soc, variance);
}

/** Time since the pair began. */
const passed_h = ({ health, observer }: Estimated, cell: number): number =>
  (observer.clock_s - health.from_s[cell]) / 3600;

/** Charge since the pair began, less what the sensor's zero has made of it. */
const movedSince_Ah = (estimate: Estimated, plan: EstimatePlan, cell: number): number =>
  chargeOf(estimate, cell) - estimate.health.from_Ah[cell] - provenZero_A(estimate, plan) * passed_h(estimate, cell);

/** Of the count since the pair began: what is not known of the sensor's gain, and of its zero. */
function countVariance(estimate: Estimated, plan: EstimatePlan, cell: number, y: number): number {
  const zero = passed_h(estimate, cell) / plan.capacity_Ah;
  return y * y * plan.gainVariance + zero * zero * zeroVariance_A2(estimate, plan);
}

/** What is not known of the sensor's zero: no more than is assumed of a sensor whose zero has just been taken. */
const zeroVariance_A2 = (
  { observer: { zeroVariance_A2: learned_A2 } }: Estimated,
  { offset_A }: EstimatePlan,
): number => (learned_A2 < offset_A * offset_A ? learned_A2 : offset_A * offset_A);

const isAnchored = ({ observer }: Estimated, cell: number): number => (observer.anchor[cell] !== 0 ? 1 : 0);

function isBetterEnd(estimate: Estimated, cell: number, doubt: number): boolean {
  const { health } = estimate;
  if (!(doubt < WORST_DOUBT * WORST_DOUBT)) return false;
  const anchored = isAnchored(estimate, cell);
  return anchored === health.bestAnchored[cell] ? doubt < health.bestDoubt[cell] : anchored === 1;
}

function endHere(estimate: Estimated, cell: number, soc: number, variance: number, doubt: number): void {
  const { health } = estimate;
  health.bestAnchored[cell] = isAnchored(estimate, cell);
  health.bestDoubt[cell] = doubt;
  health.bestSoc[cell] = soc;
  health.bestVariance[cell] = variance;
  health.best_Ah[cell] = chargeOf(estimate, cell);
  health.best_s[cell] = estimate.observer.clock_s;
}

function keepPair(health: Health, cell: number, x: number, y: number, xVariance: number, yVariance: number): void {
  health.bestX[cell] = x;
  health.bestY[cell] = y;
  health.bestXVariance[cell] = xVariance;
  health.bestYVariance[cell] = yVariance;
}

/** A reading that is surer than the first, and agrees with it and the count in between: else one of both is the table's fault. */
function isBetterStart(health: Health, cell: number, apart: number, variance: number, both: number): boolean {
  if (variance >= health.fromVariance[cell]) return false;
  const allowed = AGREES + 2 * Math.sqrt(both);
  return apart < allowed && apart > -allowed;
}

/** Whether the charge has turned round since the pair's end: going on, a better end may still come. */
export function isPast(estimate: Estimated, cell: number): boolean {
  const { health } = estimate;
  if (health.bestDoubt[cell] === NONE) return false;
  const back = (health.best_Ah[cell] - chargeOf(estimate, cell)) / estimate.cellCapacity_Ah[cell];
  return health.best_Ah[cell] > health.from_Ah[cell] ? back > PAST : -back > PAST;
}

/** Books the pair; its end is the beginning of the next. */
export function closePair(bms: Bms, cell: number): void {
  const { health } = bms.estimate;
  bookBest(bms, cell);
  beginAt(health, cell, health.bestSoc[cell], health.bestVariance[cell], health.best_Ah[cell], health.best_s[cell]);
}

/** Books what there is of the pair: its best end, if there is one, and what spoke against the table on the way. */
function bookBest(bms: Bms, cell: number): void {
  const { bestDoubt, bestX, bestY, bestXVariance, bestYVariance } = bms.estimate.health;
  bookImpossible(bms, cell);
  if (bestDoubt[cell] < NONE) bookPair(bms, cell, bestX[cell], bestY[cell], bestXVariance[cell], bestYVariance[cell]);
}

/** After a power cycle: what was complete before it counts; nobody knows what flowed in between. */
export function takePairsUp(bms: Bms): void {
  for (let cell = 0; cell < bms.plan.estimate.cells; cell++) {
    bookBest(bms, cell);
    losePair(bms.estimate.health, cell);
  }
}
