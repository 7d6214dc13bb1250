// What is wrong with each cell, in one code, and which cells end the battery's discharge first. The four figures it rests on come
// from cell-spread.ts and response.ts; a figure counts once it is both large enough to matter and larger than its doubt.

import { CELL_MATTERS, LEAK_SURE } from "../../model/cell-sentence.ts";
import type { Bms } from "../bms.ts";
import type { Health } from "./health.ts";
import { stuckAt } from "./left-behind.ts";
import { middleOf } from "./middle.ts";
import { surfaceAt } from "./surface.ts";

/** What a cell suffers from most; the index is the code. */
export const VERDICTS = [
  "like the others",
  "low capacity",
  "high resistance",
  "charged less than the others",
  "charged more than the others",
  "leaks",
  "voltage apart",
] as const;
/** Codes of VERDICTS by name. */
export const VERDICT = { alike: 0, capacity: 1, resistance: 2, low: 3, high: 4, leak: 5, apart: 6 } as const;

const { capacity: CAPACITY, resistance: RESISTANCE, imbalance: IMBALANCE, leak: LEAK } = CELL_MATTERS;
/** A voltage that stays apart from the middle by this, and by so many times of what the cells usually differ. */
const APART_V = 0.015;
const APART_TIMES = 4;
const APART_s = 3600;
/** Volts per unit of charge from which on the curve is steep. */
const STEEP_V = 1.5;

/** With each sample of the spread. */
export function judgeCells(bms: Bms): void {
  const { health } = bms.estimate;
  const { cells } = bms.plan.estimate;
  judgeResistances(health, cells);
  const usual_V = usualDifference_V(health, cells);
  for (let cell = 0; cell < cells; cell++) health.verdict[cell] = verdictOf(health, cell, usual_V);
}

function judgeResistances(health: Health, cells: number): void {
  const middle_Ohm = middleOf(health.spreadSorted, health.tenth_Ohm, cells);
  for (let cell = 0; cell < cells; cell++)
    health.resistanceDeviation[cell] =
      health.informed_s > 30 && middle_Ohm > 0 ? health.tenth_Ohm[cell] / middle_Ohm - 1 : 0;
}

/** The cause that stands out most against what matters. */
function verdictOf(health: Health, cell: number, usual_V: number): number {
  const scores = health.scores;
  scores[VERDICT.capacity] = scoreOf(-health.capacityDeviation[cell], CAPACITY, health.capacityDeviationBound[cell]);
  scores[VERDICT.resistance] = scoreOf(health.resistanceDeviation[cell], RESISTANCE, resistanceDoubt(health, cell));
  scores[VERDICT.low] = scoreOf(-health.imbalance[cell], IMBALANCE, health.imbalanceBound);
  scores[VERDICT.high] = scoreOf(health.imbalance[cell], IMBALANCE, health.imbalanceBound);
  scores[VERDICT.leak] = scoreOf(health.leak[cell], LEAK, LEAK_SURE * health.leakBound);
  let verdict: number = VERDICT.alike;
  for (let cause = 1; cause < VERDICT.apart; cause++) {
    if (scores[cause] >= 1 && (verdict === VERDICT.alike || scores[cause] > scores[verdict])) verdict = cause;
  }
  return verdict === VERDICT.alike && isApart(health, cell, usual_V) ? VERDICT.apart : verdict;
}

/** Of a cell's resistance relative to the others, 95 %. */
const resistanceDoubt = (health: Health, cell: number): number =>
  health.resistance10s_Ohm[cell] > 0 ? health.resistanceBound_Ohm[cell] / health.resistance10s_Ohm[cell] : 1;

/** How much more than what matters; 0 where it may be nothing. */
const scoreOf = (size: number, matters: number, bound: number): number => (size < bound ? 0 : size / matters);

/** Middle of what the cells' lasting voltages differ from the middle. */
function usualDifference_V(health: Health, cells: number): number {
  for (let cell = 0; cell < cells; cell++) {
    const apart_V = health.apart_V[cell];
    health.spreadRead[cell] = apart_V < 0 ? -apart_V : apart_V;
  }
  return middleOf(health.spreadSorted, health.spreadRead, cells);
}

function isApart(health: Health, cell: number, usual_V: number): boolean {
  const apart_V = health.apart_V[cell] < 0 ? -health.apart_V[cell] : health.apart_V[cell];
  return health.apart_s >= APART_s && apart_V > APART_V && apart_V > APART_TIMES * usual_V;
}

/** Each second: how far each cell's voltage lies from the middle one's, over hours. */
export function followApart(bms: Bms, elapsed_s: number): void {
  const { health } = bms.estimate;
  const { measure } = bms;
  const { cells } = bms.plan.estimate;
  if (measure.cellsValid === 0 || isSteep(bms)) return;
  const middle_V = middleOf(health.spreadSorted, measure.cells_V, cells);
  health.apart_s += elapsed_s;
  const memory_s = health.apart_s < 2 * APART_s ? health.apart_s : 2 * APART_s;
  const part = elapsed_s < memory_s ? elapsed_s / memory_s : 1;
  for (let cell = 0; cell < cells; cell++)
    health.apart_V[cell] += (measure.cells_V[cell] - middle_V - health.apart_V[cell]) * part;
}

/** Near the ends of the curve a hundredth of the charge is tens of millivolts: what lies apart there is told as imbalance. */
function isSteep(bms: Bms): boolean {
  const { estimate, measure } = bms;
  const { ocv_V } = bms.plan.estimate;
  const soc = estimate.internalSoc;
  const degC = measure.minTemperature_degC;
  return surfaceAt(ocv_V, soc + 0.01, degC) - surfaceAt(ocv_V, soc - 0.01, degC) > 0.02 * STEEP_V;
}

/** Each second: the two cells that end a discharge first, at the present discharge current or half the capacity per hour. */
export function findWeakest(bms: Bms): void {
  const { estimate } = bms;
  const { health } = estimate;
  const plan = bms.plan.estimate;
  const drawn_A = -estimate.averageCurrent_A;
  const current_A = drawn_A > 0.05 * plan.capacity_Ah ? drawn_A : 0.5 * plan.capacity_Ah;
  for (let cell = 0; cell < plan.cells; cell++) {
    const { capacityDeviation, resistanceDeviation } = health;
    const stuck = stuckAt(bms, cell, current_A * (1 + resistanceDeviation[cell]));
    const capacity_Ah = estimate.cellCapacity_Ah[cell] * (1 + capacityDeviation[cell]);
    health.untilEmpty_Ah[cell] = (estimate.cellSoc[cell] - stuck) * capacity_Ah;
  }
  rankCells(health, plan.cells);
}

function rankCells(health: Health, cells: number): void {
  const left_Ah = health.untilEmpty_Ah;
  let first = left_Ah[1] < left_Ah[0] ? 1 : 0;
  let second = 1 - first;
  for (let cell = 2; cell < cells; cell++) {
    if (left_Ah[cell] < left_Ah[first]) {
      second = first;
      first = cell;
    } else if (left_Ah[cell] < left_Ah[second]) second = cell;
  }
  health.weakestCell = first;
  health.secondCell = second;
}

/** How long the balancing resistors have to be on until all cells become full at the same time. */
export function followBalancingTime(bms: Bms): void {
  const { health } = bms.estimate;
  const plan = bms.plan.estimate;
  let low = Number.MAX_VALUE,
    high = -Number.MAX_VALUE;
  for (let cell = 0; cell < plan.cells; cell++) {
    if (health.imbalance[cell] < low) low = health.imbalance[cell];
    if (health.imbalance[cell] > high) high = health.imbalance[cell];
  }
  const bleed_A = plan.full_V / plan.balance_Ohm;
  const known = health.spreadSamples > 0 && health.imbalanceBound < 0.1;
  health.balancingTime_s = known ? (((high - low) * plan.capacity_Ah) / bleed_A) * 3600 : -1;
}
