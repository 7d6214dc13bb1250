// Why a cell differs from the others: less capacity, more resistance, another state of charge, or a leak. Cells in series get
// the same charge, so a cell's state of charge less that of the mean cell is a straight line over the mean cell's:
//     deviation = imbalance at full + (mean capacity / capacity - 1) (mean state of charge - 1) - leak x time.
// Capacity turns the line, imbalance shifts it, a leak shifts it more each day; resistance is known from the answer to the
// current (response.ts) and taken off before. Errors of the rest-voltage table and of the current sensor hit all cells alike and
// cancel. One regression with fading memory serves all cells, as they share the regressors; balancing charge is added back.
// The idea of estimating differences apart from the mean: G. L. Plett, "bar-delta" filtering, EVS-24, 2009, and BMS vol. 2, 4.13.

import type { Bms } from "../bms.ts";
import { dropOf } from "./cell-model.ts";
import { judgeCells } from "./cell-verdict.ts";
import type { Health } from "./health.ts";
import { takeMiddleOff } from "./middle.ts";
import { socAt, surfaceAt } from "./surface.ts";
import { invert } from "./symmetric.ts";
import { NINETY_FIVE } from "./uncertainty.ts";

const MONTH_s = 30 * 86_400;
/** A sample is taken when so much charge has moved, or so much time has passed. */
const MOVED = 0.01;
const PASSED_s = 1800;
/** Memory: full cycles, and time. */
const MEMORY_CYCLES = 8;
const MEMORY_s = 60 * 86_400;
/** Doubt of a voltage against the mean, one standard deviation; of the drop's difference; and what the table cannot tell. */
const READ_V = 0.0015;
const DROP_DOUBT = 0.05;
const AXIS_DOUBT = 0.003;
/** Before anything is known: imbalance, capacity, and leak per month, one standard deviation. */
const PRIOR = [0.3, 0.08, 0.02] as const;
/** Neighbouring samples are alike: that many count as one. */
const ALIKE = 3;
/** How far the slope of the table may be off for this battery, and the least width of use that is assumed. */
const SLOPE_DOUBT = 0.1;
const LEAST_WIDTH = 0.02;
/** So long the current must have moved until half of a difference in resistance is believed. */
const KNOWN_s = 200;
const REACH = 0.02;

/** Each second. */
export function followSpread(bms: Bms, elapsed_s: number): void {
  const { estimate, measure } = bms;
  const { health } = estimate;
  health.spread_s += elapsed_s;
  if (estimate.started === 0 || measure.cellsValid === 0 || measure.currentValid === 0) return;
  const moved_Ah = estimate.observer.through_Ah - health.spreadAt_Ah;
  const part = (moved_Ah < 0 ? -moved_Ah : moved_Ah) / bms.plan.estimate.capacity_Ah;
  const passed_s = health.spread_s - health.spreadAt_s;
  if (health.spreadSamples > 0 && part < MOVED && passed_s < PASSED_s) return;
  fade(health, part, passed_s);
  takeSample(bms);
  health.spreadAt_Ah = estimate.observer.through_Ah;
  health.spreadAt_s = health.spread_s;
  solveSpread(bms);
  stateSelfDischarge(bms);
  judgeCells(bms);
}

function fade(health: Health, part: number, passed_s: number): void {
  const byCharge = part < 0.1 ? part / (2 * MEMORY_CYCLES) : 0;
  const byTime = passed_s < MEMORY_s ? passed_s / MEMORY_s : 1;
  const kept = (1 - byCharge) * (1 - byTime);
  for (let i = 0; i < health.spreadMatrix.length; i++) health.spreadMatrix[i] *= kept;
  for (let i = 0; i < health.spreadSums.length; i++) health.spreadSums[i] *= kept;
}

/** One reading of all cells, weighted by what their voltages tell where the battery stands. */
function takeSample(bms: Bms): void {
  const { estimate, measure } = bms;
  const { health } = estimate;
  const plan = bms.plan.estimate;
  const { cells } = plan;
  const degC = 0.5 * (measure.minTemperature_degC + measure.maxTemperature_degC);
  let soc = 0,
    drop_V = 0,
    factor = 0,
    response_Ohm = 0;
  for (let cell = 0; cell < cells; cell++) {
    soc += estimate.cellSoc[cell];
    drop_V += dropOf(estimate, cell, estimate.observer.bent_A);
    factor += health.dropFactor[cell];
    response_Ohm += health.tenth_Ohm[cell];
  }
  soc /= cells;
  drop_V = (drop_V / cells) * (factor / cells);
  response_Ohm /= cells;
  const trust = response_Ohm > 0 ? health.informed_s / (health.informed_s + KNOWN_s) : 0;
  const rest_V = surfaceAt(plan.hysteresis_V, soc, degC) * estimate.observer.hysteresis;
  let mean = 0;
  for (let cell = 0; cell < cells; cell++) {
    const share = trust > 0 ? 1 + trust * (health.tenth_Ohm[cell] / response_Ohm - 1) : 1;
    const read = socAt(plan.ocv_V, measure.cells_V[cell] - drop_V * share - rest_V, degC);
    health.spreadRead[cell] = read;
    mean += read / cells;
  }
  const slope = (surfaceAt(plan.ocv_V, soc + REACH, degC) - surfaceAt(plan.ocv_V, soc - REACH, degC)) / (2 * REACH);
  const error_V2 = READ_V * READ_V + DROP_DOUBT * DROP_DOUBT * drop_V * drop_V;
  addSample(bms, soc - 1, mean, 1 / (error_V2 / (slope * slope) + AXIS_DOUBT * AXIS_DOUBT));
}

/** @param x mean state of charge from full @param mean of the readings @param weight inverse variance of a deviation */
function addSample(bms: Bms, x: number, mean: number, weight: number): void {
  const { health } = bms.estimate;
  const { cells, capacity_Ah } = bms.plan.estimate;
  const months = health.spread_s / MONTH_s;
  const m = health.spreadMatrix;
  m[0] += weight;
  m[1] += weight * x;
  m[2] += weight * months;
  m[3] += weight * x * x;
  m[4] += weight * x * months;
  m[5] += weight * months * months;
  const bled_Ah = meanOf(health.bled_Ah, cells);
  for (let cell = 0; cell < cells; cell++) {
    const y = health.spreadRead[cell] - mean + (health.bled_Ah[cell] - bled_Ah) / capacity_Ah;
    const at = 4 * cell;
    health.spreadSums[at] += weight * y;
    health.spreadSums[at + 1] += weight * x * y;
    health.spreadSums[at + 2] += weight * months * y;
    health.spreadSums[at + 3] += weight * y * y;
  }
  health.spreadSamples++;
}

const meanOf = (values: Float64Array, cells: number): number => {
  let sum = 0;
  for (let cell = 0; cell < cells; cell++) sum += values[cell];
  return sum / cells;
};

/** Imbalance at full, capacity and leak of each cell against the middle of all, and how sure they are (95 %). */
function solveSpread(bms: Bms): void {
  const { health } = bms.estimate;
  const { cells, capacity_Ah } = bms.plan.estimate;
  const { spreadMatrix: m, spreadScratch: s, spreadInverse: p } = health;
  for (let i = 0; i < 6; i++) s[i] = m[i] / ALIKE;
  s[0] += 1 / (PRIOR[0] * PRIOR[0]);
  s[3] += 1 / (PRIOR[1] * PRIOR[1]);
  s[5] += 1 / (PRIOR[2] * PRIOR[2]);
  invert(s, p);
  const months = health.spread_s / MONTH_s;
  const bled_Ah = meanOf(health.bled_Ah, cells);
  for (let cell = 0; cell < cells; cell++) {
    const at = 4 * cell;
    const b0 = health.spreadSums[at] / ALIKE;
    const b1 = health.spreadSums[at + 1] / ALIKE;
    const b2 = health.spreadSums[at + 2] / ALIKE;
    const offset = p[0] * b0 + p[1] * b1 + p[2] * b2;
    const turn = p[1] * b0 + p[3] * b1 + p[4] * b2;
    const drift = p[2] * b0 + p[4] * b1 + p[5] * b2;
    health.imbalance[cell] = offset + drift * months - (health.bled_Ah[cell] - bled_Ah) / capacity_Ah;
    health.capacityDeviation[cell] = -turn / (1 + turn);
    health.leak[cell] = -drift;
  }
  takeMiddleOff(health.spreadSorted, health.imbalance, cells);
  takeMiddleOff(health.spreadSorted, health.capacityDeviation, cells);
  takeMiddleOff(health.spreadSorted, health.leak, cells);
  health.imbalanceBound = NINETY_FIVE * Math.sqrt(positive(p[0] + 2 * months * p[2] + months * months * p[5]));
  boundCapacities(health, cells, positive(p[3]));
  health.leakBound = NINETY_FIVE * Math.sqrt(positive(p[5]));
}

/**
 * Where the table is steeper or flatter than the cell, a cell that is only charged less or more seems to get away from the others
 * or to come back: the wider the battery has been used, the less this matters.
 */
function boundCapacities(health: Health, cells: number, variance: number): void {
  const m = health.spreadMatrix;
  const x = m[1] / m[0];
  const width = positive(m[3] / m[0] - x * x) + LEAST_WIDTH * LEAST_WIDTH;
  for (let cell = 0; cell < cells; cell++) {
    const seeming = SLOPE_DOUBT * health.imbalance[cell];
    health.capacityDeviationBound[cell] = NINETY_FIVE * Math.sqrt(variance + (seeming * seeming) / width);
  }
}

const positive = (value: number): number => (value > 0 ? value : 0);

/** What the whole battery loses was measured at rest (self-discharge.ts), or is that of the settings. */
function stateSelfDischarge(bms: Bms): void {
  const { health, life } = bms.estimate;
  const plan = bms.plan.estimate;
  const whole = life.windows > 0 ? life.windowRate[life.windows - 1] : plan.leakPerSecond * MONTH_s;
  for (let cell = 0; cell < plan.cells; cell++) health.selfDischarge[cell] = whole + health.leak[cell];
}

/** Time without power belongs to the leak's time. @param off_s negative: not known, and the past says nothing of leaks */
export function spreadThroughOff(health: Health, off_s: number): void {
  if (off_s >= 0) health.spread_s += off_s;
  health.spreadAt_Ah = 0;
}
