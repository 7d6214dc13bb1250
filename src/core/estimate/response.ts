// How each cell's voltage answers the current: its resistance at 0.1 s, 2 s, 10 s and 30 s, from any use that moves the current.
// The model is linear in what is sought: V = slow part + R0 I + R1 z1 + R2 z2, where z1 and z2 are the current through two
// fixed low-pass filters. The slow part (rest voltage, diffusion) is taken off by one high-pass filter over both sides. As
// cells in series share the current, they share the regressors: one 3 x 3 information matrix serves all, and a cell costs
// three products a sample. Least squares with fading memory: L. Ljung, System Identification, 2nd ed., section 11.2; the
// basis of fixed time constants: N. A. Windarko and others, and the "fixed pole" form of G. Plett, BMS vol. 2, section 4.

import { exp } from "../../base/exponential.ts";
import type { Bms } from "../bms.ts";
import { rise } from "./cell-model.ts";
import type { Health } from "./health.ts";
import type { EstimatePlan } from "./plan.ts";
import { surfaceAt } from "./surface.ts";
import { invert } from "./symmetric.ts";

/** Time constants of the two filters, and of the high-pass that takes off what is slow. */
export const FAST_s = 3;
export const SLOW_s = 30;
const DRIFT_s = 100;
/** Memory, in time during which the current moved. */
const MEMORY_s = 900;
/** A current that moved by less than this rate tells nothing. */
const LEAST_RATE = 0.1;
/** Voltages further apart do not show a step as it was; one that stays the same for longer than HELD_s is an old one. */
const LONGEST_s = 2.2;
const HELD_s = 1.2;
/** The prior is worth this many seconds of a movement of that rate. */
const PRIOR_s = 4;
const PRIOR_RATE = 0.1;
/** How firmly the fast part is tied to the immediate one by the settings' ratio, in units of its own information. */
const TIE = 1;
const SETTLE_s = 60;
const SCALE_s = 100;
const NOISE_V2 = 1e-7;
const WIDTH = 1.5;
/** Of a residual: neighbouring ones are alike, so that so many of them count as one. */
const ALIKE = 25;

/** Every tick: the charge since the last sample. */
export function followResponse(bms: Bms, dt_us: number): void {
  const { health } = bms.estimate;
  health.sample_As += bms.measure.current_A * dt_us * 1e-6;
  health.sample_us += dt_us;
}

/** With each set of cell voltages. */
export function learnResponse(bms: Bms): void {
  const { measure, estimate } = bms;
  const { health } = estimate;
  const plan = bms.plan.estimate;
  const dt_s = health.sample_us * 1e-6;
  const mean_A = dt_s > 0 ? health.sample_As / dt_s : 0;
  health.sample_As = 0;
  health.sample_us = 0;
  if (!plan.measureResistance || estimate.started === 0) return;
  if (dt_s > LONGEST_s || measure.currentValid === 0 || measure.cellsValid === 0) {
    health.primed_s = 0;
    return;
  }
  followVoltages(bms, dt_s);
  if (health.primed_s === 0) prime(bms);
  else filter(bms, mean_A, dt_s);
  health.primed_s += dt_s;
}

/** How old the voltages are, and whether their last change can be laid to the current of this moment. */
function followVoltages(bms: Bms, dt_s: number): void {
  const { health } = bms.estimate;
  const { cells_V } = bms.measure;
  const { cells } = bms.plan.estimate;
  let changed = 0;
  for (let cell = 0; cell < cells; cell++) {
    if (cells_V[cell] !== health.sample_V[cell]) changed = 1;
    health.sample_V[cell] = cells_V[cell];
  }
  health.held_s += dt_s;
  if (changed === 0) return;
  health.timely = health.held_s <= LONGEST_s ? 1 : 0;
  health.held_s = 0;
}

/** The filters begin where the signals are: as if they had always been there. */
function prime(bms: Bms): void {
  const { health } = bms.estimate;
  const { cells_V, current_A } = bms.measure;
  const ratio = conditions(bms);
  health.z_A[0] = current_A * ratio;
  health.z_A[1] = current_A * ratio;
  for (let i = 0; i < 3; i++) health.drift_A[i] = current_A * ratio;
  for (let cell = 0; cell < bms.plan.estimate.cells; cell++) health.drift_V[cell] = cells_V[cell];
}

/** Resistance now over that at 25 degC and half charge, by the table, for the mean cell. */
function conditions(bms: Bms): number {
  const { measure, estimate } = bms;
  const degC = 0.5 * (measure.minTemperature_degC + measure.maxTemperature_degC);
  return surfaceAt(bms.plan.estimate.resistanceRatio, estimate.internalSoc, degC);
}

function filter(bms: Bms, mean_A: number, dt_s: number): void {
  const { health } = bms.estimate;
  const plan = bms.plan.estimate;
  const ratio = conditions(bms);
  const z = health.z_A;
  z[0] += (mean_A * ratio - z[0]) * rise(dt_s / FAST_s);
  z[1] += (mean_A * ratio - z[1]) * rise(dt_s / SLOW_s);
  const drift = health.drift_A;
  const part = rise(dt_s / DRIFT_s);
  drift[0] += (bms.measure.current_A * ratio - drift[0]) * part;
  drift[1] += (z[0] - drift[1]) * part;
  drift[2] += (z[1] - drift[2]) * part;
  const x0 = bms.measure.current_A * ratio - drift[0];
  const x1 = z[0] - drift[1];
  const x2 = z[1] - drift[2];
  const least = LEAST_RATE * plan.capacity_Ah * ratio;
  const telling = health.primed_s > FAST_s && health.timely === 1 && health.held_s <= HELD_s;
  const moved = telling && x0 * x0 + x1 * x1 > least * least;
  const weight_s = moved ? dt_s * trust(bms, x0, x1, x2, dt_s) : 0;
  if (moved) gather(health, x0, x1, x2, dt_s, weight_s);
  gatherCells(bms, moved, part, x0, x1, x2, dt_s, weight_s);
}

/**
 * Weight of a sample, 0 to 1, by how well the mean cell's answer is explained so far: voltage and current that were not
 * read at the same instant would make every resistance too small. (Cauchy's weight function of robust regression.)
 */
function trust(bms: Bms, x0: number, x1: number, x2: number, dt_s: number): number {
  const { health } = bms.estimate;
  const { cells } = bms.plan.estimate;
  const { cells_V } = bms.measure;
  const { parts_Ohm, drift_V } = health;
  let y = 0,
    r0 = 0,
    r1 = 0,
    r2 = 0;
  for (let cell = 0; cell < cells; cell++) {
    y += cells_V[cell] - drift_V[cell];
    r0 += parts_Ohm[3 * cell];
    r1 += parts_Ohm[3 * cell + 1];
    r2 += parts_Ohm[3 * cell + 2];
  }
  const left_V = (y - r0 * x0 - r1 * x1 - r2 * x2) / cells;
  const square_V2 = left_V * left_V;
  const scale_V2 = health.left_V2 > NOISE_V2 ? health.left_V2 : NOISE_V2;
  const weight = health.informed_s < SETTLE_s ? 1 : 1 / (1 + square_V2 / (WIDTH * WIDTH * scale_V2));
  health.left_V2 += (weight * square_V2 - health.left_V2) * rise(dt_s / SCALE_s);
  return weight;
}

/** Information of the regressors, per second. */
function gather(health: Health, x0: number, x1: number, x2: number, dt_s: number, w: number): void {
  const a = health.information;
  const kept = 1 - dt_s / MEMORY_s;
  a[0] = a[0] * kept + x0 * x0 * w;
  a[1] = a[1] * kept + x0 * x1 * w;
  a[2] = a[2] * kept + x0 * x2 * w;
  a[3] = a[3] * kept + x1 * x1 * w;
  a[4] = a[4] * kept + x1 * x2 * w;
  a[5] = a[5] * kept + x2 * x2 * w;
  health.informed_s = health.informed_s * kept + w;
}

function gatherCells(
  bms: Bms,
  moved: boolean,
  part: number,
  x0: number,
  x1: number,
  x2: number,
  dt_s: number,
  weight_s: number,
): void {
  const { health } = bms.estimate;
  const { cells_V } = bms.measure;
  const { cells } = bms.plan.estimate;
  const kept = 1 - dt_s / MEMORY_s;
  const { drift_V, answers, answersSquare_V2 } = health;
  for (let cell = 0; cell < cells; cell++) {
    drift_V[cell] += (cells_V[cell] - drift_V[cell]) * part;
    if (!moved) continue;
    const y = (cells_V[cell] - drift_V[cell]) * weight_s;
    const at = 3 * cell;
    answers[at] = answers[at] * kept + x0 * y;
    answers[at + 1] = answers[at + 1] * kept + x1 * y;
    answers[at + 2] = answers[at + 2] * kept + x2 * y;
    answersSquare_V2[cell] = answersSquare_V2[cell] * kept + (cells_V[cell] - drift_V[cell]) * y;
  }
}

/** Each second: the resistances that belong to what has been gathered, at each cell's present temperature and charge. */
export function solveResponse(bms: Bms): void {
  const { health } = bms.estimate;
  const plan = bms.plan.estimate;
  const prior = PRIOR_s * PRIOR_RATE * PRIOR_RATE * plan.capacity_Ah * plan.capacity_Ah;
  prepare(health, prior, plan.responseBasis[1] / plan.responseBasis[0]);
  for (let cell = 0; cell < plan.cells; cell++) solveCell(bms, cell, prior);
}

/** Inverse of the information with the prior, and with the fast part tied to the immediate one. */
function prepare({ information, scratch, inverse }: Health, prior: number, shape: number): void {
  const tie = TIE * information[3];
  scratch.set(information);
  scratch[0] += prior + tie * shape * shape;
  scratch[1] -= tie * shape;
  scratch[3] += prior + tie;
  scratch[5] += prior;
  invert(scratch, inverse);
}

function solveCell(bms: Bms, cell: number, prior: number): void {
  const { health, cellSoc } = bms.estimate;
  const plan = bms.plan.estimate;
  const { inverse: p, answers, parts_Ohm } = health;
  const at = 3 * cell;
  const basis = plan.responseBasis;
  const b0 = answers[at] + prior * basis[0];
  const b1 = answers[at + 1] + prior * basis[1];
  const b2 = answers[at + 2] + prior * basis[2];
  const r0 = p[0] * b0 + p[1] * b1 + p[2] * b2;
  const r1 = p[1] * b0 + p[3] * b1 + p[4] * b2;
  const r2 = p[2] * b0 + p[4] * b1 + p[5] * b2;
  parts_Ohm[at] = r0;
  parts_Ohm[at + 1] = r1;
  parts_Ohm[at + 2] = r2;
  const degC = bms.measure.cellTemperatures_degC[cell];
  const ratio = surfaceAt(plan.resistanceRatio, cellSoc[cell], degC);
  const first = r0 + SHORT[0] * r1 + SHORT[1] * r2;
  const tenth = r0 + TEN[0] * r1 + TEN[1] * r2;
  health.tenth_Ohm[cell] = tenth;
  health.resistance100ms_Ohm[cell] = positive(first * ratio);
  health.resistance10s_Ohm[cell] = positive(tenth * ratio);
  boundCell(health, cell, b0 * r0 + b1 * r1 + b2 * r2, ratio);
}

const positive = (value: number): number => (value > 0 ? value : 0);

/** What the fit leaves over says how sure the ten-second value is. */
function boundCell(health: Health, cell: number, explained: number, ratio: number): void {
  const left = positive(health.answersSquare_V2[cell] - explained);
  const noise = health.informed_s > 0 ? (left / health.informed_s) * ALIKE : 0;
  const { inverse: p } = health;
  const spread =
    p[0] +
    TEN[0] * TEN[0] * p[3] +
    TEN[1] * TEN[1] * p[5] +
    2 * (TEN[0] * p[1] + TEN[1] * p[2] + TEN[0] * TEN[1] * p[4]);
  health.resistanceBound_Ohm[cell] = 1.96 * Math.sqrt(positive(noise * spread)) * ratio;
}

/** What the two filters have let through of a step after a time. */
export const through = (seconds: number): readonly [number, number] => [
  1 - exp(-seconds / FAST_s),
  1 - exp(-seconds / SLOW_s),
];
const SHORT = through(0.1);
const TEN = through(10);

/** The cell model of the settings on this basis: the same answer to a step at once, after 3 s and after 30 s. */
export function basisOf(
  plan: Pick<EstimatePlan, "resistance_Ohm" | "fastRatio" | "fastTime_s" | "slowRatio" | "slowTime_s">,
): readonly [number, number, number] {
  const answer = (t: number): number =>
    plan.fastRatio * (1 - exp(-t / plan.fastTime_s)) + plan.slowRatio * (1 - exp(-t / plan.slowTime_s));
  const [a, b] = through(FAST_s);
  const [c, d] = through(SLOW_s);
  const early = answer(FAST_s);
  const late = answer(SLOW_s);
  const scale = plan.resistance_Ohm / (a * d - b * c);
  return [plan.resistance_Ohm, (early * d - late * b) * scale, (late * a - early * c) * scale];
}
