// Capacity of each cell from parts of charges and discharges. Between two readings of the state of charge from the voltage,
// the count says how much charge the difference stands for: capacity = charge / difference. Both sides are uncertain, the
// readings by what the cell model misses through the slope of the rest voltage, the count by offset and gain of the sensor,
// so plain least squares is biased; the sums below are those of approximate weighted total least squares with fading memory
// (G. L. Plett, Recursive approximate weighted total least squares estimation of battery cell total capacity, J. Power
// Sources 196 (2011) 2319; BMS vol. 2, section 4.11). How a pair is chosen and what its bound means: docs/estimation-health.md.

import type { Bms } from "../bms.ts";
import type { Estimated } from "./estimated.ts";
import type { Health } from "./health.ts";
import type { EstimatePlan } from "./plan.ts";
import { addToLine, beginLine, bendOfLine } from "./straightness.ts";
import { followDrop, readUnderLoad } from "./sustained-drop.ts";
import { NINETY_FIVE } from "./uncertainty.ts";

const FULL = 1;
const EMPTY = 2;
/** How well the ends are known that a cell shows by itself, one standard deviation. */
const FULL_DOUBT = 0.01;
const EMPTY_DOUBT = 0.015;
/** Least difference of a pair, and worst doubt of it relative to the difference. */
const LEAST_PART = 0.2;
const WORST = 0.15;
/** When the charge has come back from the end by this part of the capacity, a pair is complete. */
const PAST = 0.12;
/** What a pair counts after each later one. */
const MEMORY = 0.87;
/** Doubt of the nominal capacity, one standard deviation: the first of all pairs. */
const NOMINAL_DOUBT = 0.12;
/** Part of a pair's variance that returns in each pair and is not averaged away. */
const COMMON = 0.4;
/** A capacity outside these parts of the nominal one is a miscount. */
const LEAST = 0.3;
const MOST = 1.3;
/** Where the readings in between bend, both ends of a pair are off by this many times as much. */
const BEND = 1.4;
/** Two readings and the count between them agree to this and two deviations. */
const AGREES = 0.01;
/** A count since full that is off by this part of the capacity, and two deviations of the reading, has a hole. */
const UNSEEN = 0.08;
/** Most that may come after empty, as a part of what came before. */
const MORE = 0.06;
const SUMS = 6;
/** Doubt of a pair that has no end yet. */
const NONE = 99;

/** At each turn of a cell, after its anchors. */
export function watchCharge(bms: Bms, cell: number): void {
  const { estimate, measure } = bms;
  const { health } = estimate;
  const plan = bms.plan.estimate;
  if (measure.currentValid === 0) {
    loseReading(health, cell);
    return;
  }
  if (measure.cellValid[cell] === 0 || estimate.started === 0) return;
  followDrop(bms, cell);
  if (health.wholeOpen[cell] === 1) followWhole(bms, cell);
  if (health.sums[SUMS * cell] === 0) startPairs(estimate, plan, cell);
  const soc = read(bms, cell);
  const variance = health.readVariance;
  const charge_Ah = chargeOf(estimate, cell);
  if (health.fromVariance[cell] < 0) {
    doubtDrawn(estimate, cell, soc, variance);
    beginAt(health, cell, soc, variance, charge_Ah, estimate.observer.clock_s);
    return;
  }
  const capacity_Ah = estimate.cellCapacity_Ah[cell];
  if (isPast(health, cell, charge_Ah, capacity_Ah)) bookPair(bms, cell);
  considerPair(bms, cell, soc, variance, charge_Ah);
}

/** A first reading that the charge counted since full contradicts: something flowed that nobody saw, and the count is worth nothing. */
function doubtDrawn(estimate: Estimated, cell: number, soc: number, variance: number): void {
  const drawn_Ah = estimate.cellDrawn_Ah[cell];
  if (drawn_Ah < 0) return;
  const apart = 1 - drawn_Ah / estimate.cellCapacity_Ah[cell] - soc;
  if ((apart < 0 ? -apart : apart) < UNSEEN + 2 * Math.sqrt(variance)) return;
  estimate.cellDrawn_Ah[cell] = -1;
  estimate.countedFromFull = 0;
}

/** State of charge by the voltage alone, its variance in health.readVariance. */
function read(bms: Bms, cell: number): number {
  const { health, observer } = bms.estimate;
  if (observer.anchor[cell] === FULL) {
    health.readVariance = FULL_DOUBT * FULL_DOUBT;
    return 1;
  }
  if (observer.anchor[cell] === EMPTY) {
    health.readVariance = EMPTY_DOUBT * EMPTY_DOUBT;
    return 0;
  }
  return readUnderLoad(bms, cell);
}

/** What the cell has got so far, less what its balancing resistor took. */
const chargeOf = (estimate: Estimated, cell: number): number =>
  estimate.observer.through_Ah - estimate.health.bled_Ah[cell];

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
  beginLine(health, cell);
}

/** What was read before says nothing any more: the count has a gap. */
export function loseReading(health: Health, cell: number): void {
  health.fromVariance[cell] = -1;
  health.bestDoubt[cell] = NONE;
}

/**
 * Takes a reading for the end of the pair where that makes the best pair, or for its beginning where it is the better one. A cell
 * that shows its full or its empty by itself beats any reading of the table, which may be another cell's.
 */
function considerPair(bms: Bms, cell: number, soc: number, variance: number, charge_Ah: number): void {
  const { estimate } = bms;
  const { health } = estimate;
  const plan = bms.plan.estimate;
  const clock_s = estimate.observer.clock_s;
  const moved_Ah = charge_Ah - health.from_Ah[cell];
  const part = moved_Ah / estimate.cellCapacity_Ah[cell];
  const y = moved_Ah / plan.capacity_Ah;
  const offset = (plan.offset_A * (clock_s - health.from_s[cell])) / (3600 * plan.capacity_Ah);
  const yVariance = y * y * plan.gainVariance + offset * offset;
  addToLine(health, cell, part, soc - health.fromSoc[cell], variance);
  const xVariance = variance + health.fromVariance[cell] + BEND * BEND * bendOfLine(health, cell);
  const doubt = (xVariance + yVariance) / (part * part);
  const anchored = estimate.observer.anchor[cell] !== 0 ? 1 : 0;
  const better = anchored === health.bestAnchored[cell] ? doubt < health.bestDoubt[cell] : anchored === 1;
  if (part * part >= LEAST_PART * LEAST_PART && doubt < WORST * WORST && better) {
    health.bestAnchored[cell] = anchored;
    health.bestDoubt[cell] = doubt;
    health.bestSoc[cell] = soc;
    health.bestVariance[cell] = variance;
    health.best_Ah[cell] = charge_Ah;
    health.best_s[cell] = clock_s;
    health.bestX[cell] = soc - health.fromSoc[cell];
    health.bestY[cell] = y;
    health.bestXVariance[cell] = xVariance;
    health.bestYVariance[cell] = yVariance;
  } else if (health.bestDoubt[cell] === NONE && isBetterStart(health, cell, soc, variance, xVariance, part)) {
    beginAt(health, cell, soc, variance, charge_Ah, clock_s);
  }
}

/** A reading that is surer than the first, and agrees with it and the count in between: else one of both is the table's fault. */
function isBetterStart(
  health: Health,
  cell: number,
  soc: number,
  variance: number,
  both: number,
  part: number,
): boolean {
  if (variance >= health.fromVariance[cell]) return false;
  const apart = soc - health.fromSoc[cell] - part;
  const allowed = AGREES + 2 * Math.sqrt(both);
  return apart < allowed && apart > -allowed;
}

/** Whether the charge has turned round since the pair's end: going on, a better end may still come. */
function isPast(health: Health, cell: number, charge_Ah: number, capacity_Ah: number): boolean {
  if (health.bestDoubt[cell] === NONE) return false;
  const back = (health.best_Ah[cell] - charge_Ah) / capacity_Ah;
  return health.best_Ah[cell] > health.from_Ah[cell] ? back > PAST : -back > PAST;
}

/** Books the pair; its end is the beginning of the next. */
function bookPair(bms: Bms, cell: number): void {
  const { health } = bms.estimate;
  addBest(bms, cell);
  beginAt(health, cell, health.bestSoc[cell], health.bestVariance[cell], health.best_Ah[cell], health.best_s[cell]);
}

function addBest(bms: Bms, cell: number): void {
  const { estimate } = bms;
  const { health } = estimate;
  const x = health.bestX[cell];
  const y = health.bestY[cell];
  const ratio = y / x;
  if (!(ratio > LEAST && ratio < MOST)) return;
  addPair(health, cell, x, y, health.bestXVariance[cell], health.bestYVariance[cell]);
  health.pairs[cell]++;
  settleCapacity(estimate, bms.plan.estimate, cell);
}

/** The six sums of AWTLS, everything relative to the nominal capacity. */
function addPair(health: Health, cell: number, x: number, y: number, xVariance: number, yVariance: number): void {
  const { sums } = health;
  const at = SUMS * cell;
  for (let i = at; i < at + SUMS; i++) sums[i] *= MEMORY;
  sums[at] += (x * x) / yVariance;
  sums[at + 1] += (x * y) / yVariance;
  sums[at + 2] += (y * y) / yVariance;
  sums[at + 3] += (x * x) / xVariance;
  sums[at + 4] += (x * y) / xVariance;
  sums[at + 5] += (y * y) / xVariance;
  const doubt = (xVariance + yVariance) / (x * x);
  health.pairDoubt[cell] += (doubt - health.pairDoubt[cell]) * (health.pairs[cell] === 0 ? 1 : 1 - MEMORY);
}

/** Starts with the capacity that is believed now as the only pair. */
export function startPairs(estimate: Estimated, plan: EstimatePlan, cell: number): void {
  const { health } = estimate;
  const { sums } = health;
  const ratio = estimate.cellCapacity_Ah[cell] / plan.capacity_Ah;
  const variance = NOMINAL_DOUBT * NOMINAL_DOUBT;
  sums.fill(0, SUMS * cell, SUMS * cell + SUMS);
  addPair(health, cell, 1, ratio, variance, variance);
  health.pairs[cell] = 0;
  health.pairDoubt[cell] = 0;
  health.emptied[cell] = 0;
  health.wholeOpen[cell] = 0;
  boundCapacity(health, plan, cell, ratio);
  loseReading(health, cell);
}

/** The cell has gone from full to empty: that decides, and what came before is forgotten. @param ratio to the nominal capacity */
export function adoptWhole(estimate: Estimated, plan: EstimatePlan, cell: number, ratio: number): void {
  const { health } = estimate;
  health.wholeOpen[cell] = 1;
  health.wholeAt_Ah[cell] = chargeOf(estimate, cell);
  health.whole_Ah[cell] = ratio * plan.capacity_Ah;
  health.emptied[cell] = 1;
  health.sums.fill(0, SUMS * cell, SUMS * cell + SUMS);
  const variance = FULL_DOUBT * FULL_DOUBT + EMPTY_DOUBT * EMPTY_DOUBT;
  addPair(health, cell, 1, ratio, variance, ratio * ratio * plan.gainVariance);
  health.pairs[cell]++;
  boundCapacity(health, plan, cell, ratio);
  loseReading(health, cell);
}

/** What a cell still gives after it has been held at empty is capacity too, until the discharge ends. */
function followWhole(bms: Bms, cell: number): void {
  const { estimate, measure } = bms;
  const { health } = estimate;
  const more_Ah = health.wholeAt_Ah[cell] - chargeOf(estimate, cell);
  const over = more_Ah < 0 || measure.current_A > -bms.plan.estimate.absentDischarge_A;
  if (over || more_Ah > MORE * health.whole_Ah[cell]) health.wholeOpen[cell] = 0;
  else estimate.cellCapacity_Ah[cell] = health.whole_Ah[cell] + more_Ah;
}

/** The capacity that makes the weighted squares least: Newton's steps on the cost's slope, from where it was. */
function settleCapacity(estimate: Estimated, plan: EstimatePlan, cell: number): void {
  const { health } = estimate;
  let q = estimate.cellCapacity_Ah[cell] / plan.capacity_Ah;
  for (let step = 0; step < 8; step++) {
    const bend = bendOf(health.sums, SUMS * cell, q);
    const move = slopeOf(health.sums, SUMS * cell, q) / (bend > 1 ? bend : 1);
    q -= move > 0.05 ? 0.05 : move < -0.05 ? -0.05 : move;
  }
  if (!(q > LEAST && q < MOST)) return;
  estimate.cellCapacity_Ah[cell] = q * plan.capacity_Ah;
  boundCapacity(health, plan, cell, q);
}

/** Slope of the cost J(Q) = (c4 Q^4 - 2 c5 Q^3 + (c1 + c6) Q^2 - 2 c2 Q + c3) / (Q^2 + 1)^2. */
function slopeOf(c: Float64Array, at: number, q: number): number {
  const square = q * q;
  const top =
    c[at + 4] * square * square +
    (2 * c[at + 3] - c[at] - c[at + 5]) * square * q +
    3 * (c[at + 1] - c[at + 4]) * square +
    (c[at] - 2 * c[at + 2] + c[at + 5]) * q -
    c[at + 1];
  const bottom = square + 1;
  return (2 * top) / (bottom * bottom * bottom);
}

const bendOf = (c: Float64Array, at: number, q: number): number =>
  (slopeOf(c, at, q + 1e-4) - slopeOf(c, at, q - 1e-4)) / 2e-4;

/** Half of the cost's bend is the inverse of the variance; a part of each pair's error is in all of them. */
function boundCapacity(health: Health, plan: EstimatePlan, cell: number, q: number): void {
  const bend = bendOf(health.sums, SUMS * cell, q);
  const own = bend > 0 ? 2 / bend : NOMINAL_DOUBT * NOMINAL_DOUBT;
  const common = health.pairs[cell] > 0 ? COMMON * health.pairDoubt[cell] * q * q : 0;
  health.capacityBound_Ah[cell] = NINETY_FIVE * Math.sqrt(own + common) * plan.capacity_Ah;
}

/** After a power cycle: what was complete before it counts; nobody knows what flowed in between. */
export function takePairsUp(bms: Bms): void {
  const { health } = bms.estimate;
  for (let cell = 0; cell < bms.plan.estimate.cells; cell++) {
    if (health.bestDoubt[cell] < NONE) addBest(bms, cell);
    loseReading(health, cell);
  }
}

/** Each second: what the balancing resistors took, also when a person has set that counter to zero. */
export function followBleeding(estimate: Estimated, cells: number): void {
  const { health, cellBled_Ah } = estimate;
  for (let cell = 0; cell < cells; cell++) {
    const more = cellBled_Ah[cell] - health.lastBled_Ah[cell];
    health.bled_Ah[cell] += more >= 0 ? more : cellBled_Ah[cell];
    health.lastBled_Ah[cell] = cellBled_Ah[cell];
  }
}
