// What the estimator of a cell does not know, as one symmetric matrix for each cell: the errors of its state of charge, of
// the model's voltage, of the drop over its resistance (a share), of the count (a share: capacity and the sensor's gain) and
// of the current sensor's zero. All five are states of one Kalman filter: what lasts is carried, not averaged away.

import { CELL_INPUTS } from "../sensors.ts";

/** Places of the upper triangle in a cell's block; S charge, V voltage, R resistance, C count, B zero of the current. */
export const SS = 0;
export const SV = 1;
export const SR = 2;
export const SC = 3;
export const SB = 4;
export const VV = 5;
export const VR = 6;
export const VC = 7;
export const VB = 8;
export const RR = 9;
export const RC = 10;
export const RB = 11;
export const CC = 12;
export const CB = 13;
export const BB = 14;
/** Numbers in a cell's block. */
export const BLOCK = 15;

/** Variance below which no state of charge is known; rounding may not take it through zero. */
export const LEAST_VARIANCE = 1e-8;

export const createCovariance = (): Float64Array => new Float64Array(CELL_INPUTS * BLOCK);

/** Shares of the voltage's and the resistance's error that stay, and what they tend to. */
export type Fading = { errorStays: number; errorVariance_V2: number; dropStays: number; dropVariance: number };

/**
 * Lets a block grow: `count` of the capacity was counted (signed), `hours` of an offset as share of the capacity per
 * ampere; the errors of voltage and resistance become those of another part of the curve (Ornstein-Uhlenbeck).
 */
export function growBlock(p: Float64Array, at: number, count: number, hours: number, fading: Fading): void {
  const sc = p[at + SC];
  const sb = p[at + SB];
  const cc = p[at + CC];
  const cb = p[at + CB];
  const bb = p[at + BB];
  const ss =
    p[at + SS] + 2 * (count * sc - hours * sb) + count * count * cc - 2 * count * hours * cb + hours * hours * bb;
  const { errorStays: v, dropStays: r } = fading;
  p[at + SS] = ss > LEAST_VARIANCE ? ss : LEAST_VARIANCE;
  p[at + SV] = v * (p[at + SV] + count * p[at + VC] - hours * p[at + VB]);
  p[at + SR] = r * (p[at + SR] + count * p[at + RC] - hours * p[at + RB]);
  p[at + SC] = sc + count * cc - hours * cb;
  p[at + SB] = sb + count * cb - hours * bb;
  p[at + VV] = v * v * p[at + VV] + (1 - v * v) * fading.errorVariance_V2;
  p[at + VR] *= v * r;
  p[at + VC] *= v;
  p[at + VB] *= v;
  p[at + RR] = r * r * p[at + RR] + (1 - r * r) * fading.dropVariance;
  p[at + RC] *= r;
  p[at + RB] *= r;
}

/** Gains of the last reading: what one volt (or one unit of charge) of surprise moves in each state. */
export type Gains = { charge: number; error: number; drop: number; count: number; offset: number };
export const createGains = (): Gains => ({ charge: 0, error: 0, drop: 0, count: 0, offset: 0 });

/**
 * Variance of a reading that sees `slope` of the charge, `own` of the voltage's error and `drop` of the resistance's; the
 * block's part of the gains is left in `gains` (to be divided by the whole variance).
 */
export function reach(p: Float64Array, at: number, slope: number, own: number, drop: number, gains: Gains): number {
  gains.charge = slope * p[at + SS] + own * p[at + SV] + drop * p[at + SR];
  gains.error = slope * p[at + SV] + own * p[at + VV] + drop * p[at + VR];
  gains.drop = slope * p[at + SR] + own * p[at + VR] + drop * p[at + RR];
  gains.count = slope * p[at + SC] + own * p[at + VC] + drop * p[at + RC];
  gains.offset = slope * p[at + SB] + own * p[at + VB] + drop * p[at + RB];
  const seen = slope * gains.charge + own * gains.error + drop * gains.drop;
  return seen > 0 ? seen : 0;
}

/** Takes a reading of variance `whole` into the block; turns what `reach` left into gains. */
export function shrink(p: Float64Array, at: number, whole: number, gains: Gains): void {
  const { charge: s, error: v, drop: r, count: c, offset: b } = gains;
  const k = 1 / whole;
  const ss = p[at + SS] - k * s * s;
  p[at + SS] = ss > LEAST_VARIANCE ? ss : LEAST_VARIANCE;
  p[at + SV] -= k * s * v;
  p[at + SR] -= k * s * r;
  p[at + SC] -= k * s * c;
  p[at + SB] -= k * s * b;
  p[at + VV] -= k * v * v;
  p[at + VR] -= k * v * r;
  p[at + VC] -= k * v * c;
  p[at + VB] -= k * v * b;
  p[at + RR] -= k * r * r;
  p[at + RC] -= k * r * c;
  p[at + RB] -= k * r * b;
  p[at + CC] -= k * c * c;
  p[at + CB] -= k * c * b;
  p[at + BB] -= k * b * b;
  gains.charge = k * s;
  gains.error = k * v;
  gains.drop = k * r;
  gains.count = k * c;
  gains.offset = k * b;
}

/**
 * The zero is known otherwise than the block thought: what hangs on it follows, and `gains` says by how much for each ampere.
 * What does not hang on it stays (the conditional covariance).
 */
export function retie(p: Float64Array, at: number, variance_A2: number, gains: Gains): void {
  const per = 1 / p[at + BB];
  const s = p[at + SB] * per;
  const v = p[at + VB] * per;
  const r = p[at + RB] * per;
  const c = p[at + CB] * per;
  const more = variance_A2 - p[at + BB];
  const ss = p[at + SS] + more * s * s;
  p[at + SS] = ss > LEAST_VARIANCE ? ss : LEAST_VARIANCE;
  p[at + SV] += more * s * v;
  p[at + SR] += more * s * r;
  p[at + SC] += more * s * c;
  p[at + SB] = s * variance_A2;
  p[at + VV] += more * v * v;
  p[at + VR] += more * v * r;
  p[at + VC] += more * v * c;
  p[at + VB] = v * variance_A2;
  p[at + RR] += more * r * r;
  p[at + RC] += more * r * c;
  p[at + RB] = r * variance_A2;
  p[at + CC] += more * c * c;
  p[at + CB] = c * variance_A2;
  p[at + BB] = variance_A2;
  gains.charge = s;
  gains.error = v;
  gains.drop = r;
  gains.count = c;
}

/** Nothing is known of the voltage's error but its size. */
export function renewVoltage(p: Float64Array, at: number, variance_V2: number): void {
  p[at + SV] = 0;
  p[at + VV] = variance_V2;
  p[at + VR] = 0;
  p[at + VC] = 0;
  p[at + VB] = 0;
}

/** The charge is known anew, from evidence that shares nothing with the other errors. */
export function cutCharge(p: Float64Array, at: number, variance: number): void {
  p[at + SS] = variance > LEAST_VARIANCE ? variance : LEAST_VARIANCE;
  p[at + SV] = 0;
  p[at + SR] = 0;
  p[at + SC] = 0;
  p[at + SB] = 0;
}
