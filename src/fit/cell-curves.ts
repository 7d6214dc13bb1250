// The model that is identified, as plain numbers: what bends and lags (searched for), and curves over state of charge and
// temperature, in which the voltage is linear (solved for). The same model as the device's, written apart from it.

import { fraction, segment } from "../base/interpolate.ts";
import type { Trial } from "./trial.ts";

/** What is searched for. Curves over the temperature nodes. */
export type Shape = {
  readonly fastTime_s: number;
  readonly slowTime_s: number;
  readonly diffusionTime_s: number;
  readonly hysteresisReach: number;
  /** Rate at which charge transfer bends, A per Ah. */
  readonly exchangeRate: readonly number[];
  /** Share of the capacity per unit of rate by which the surface lags. */
  readonly diffusionLag_h: readonly number[];
};

export const STRAIGHT_RATE = 1000;

/** What the law of Arrhenius is straight in: one over the temperature from absolute zero. */
export const inverseKelvin = (degC: number): number => 1 / (degC + 273.15);

/** States of a trial under a shape, row by row. */
export type States = {
  readonly bent_A: Float64Array;
  readonly fast_A: Float64Array;
  readonly slow_A: Float64Array;
  readonly surface: Float64Array;
  readonly branch: Float64Array;
};

export function bend_A(current_A: number, exchange_A: number): number {
  const x = current_A / exchange_A;
  return Math.abs(x) < 0.05 ? current_A : exchange_A * Math.asinh(x);
}

/** @param nodes temperatures of the shape's curves */
export function followStates(trial: Trial, shape: Shape, nodes: readonly number[], capacity_Ah: number): States {
  const { time_s, mean_A, current_A, soc, degC } = trial;
  const rows = time_s.length;
  const column = (): Float64Array => new Float64Array(rows);
  const states = { bent_A: column(), fast_A: column(), slow_A: column(), surface: column(), branch: column() };
  let fast_A = 0,
    slow_A = 0,
    lag = 0,
    branch: number = trial.branch;
  for (let i = 0; i < rows; i++) {
    const exchange_A = capacity_Ah * curveAt(nodes, shape.exchangeRate, degC[i]);
    if (i > 0) {
      const step_s = time_s[i] - time_s[i - 1];
      const follow = (time_constant_s: number): number => 1 - Math.exp(-step_s / time_constant_s);
      fast_A += (bend_A(mean_A[i], exchange_A) - fast_A) * follow(shape.fastTime_s);
      slow_A += (mean_A[i] - slow_A) * follow(shape.slowTime_s);
      const steady = (curveAt(nodes, shape.diffusionLag_h, degC[i]) * mean_A[i]) / capacity_Ah;
      lag += (steady - lag) * follow(shape.diffusionTime_s);
      branch = clamp(branch + (soc[i] - soc[i - 1]) / shape.hysteresisReach, -1, 1);
    }
    states.bent_A[i] = bend_A(current_A[i], exchange_A);
    states.fast_A[i] = fast_A;
    states.slow_A[i] = slow_A;
    states.surface[i] = soc[i] + lag;
    states.branch[i] = branch;
  }
  return states;
}

const clamp = (value: number, low: number, high: number): number => (value < low ? low : value > high ? high : value);

/** Value of a curve at a temperature; its ends hold outside. One node: the same everywhere. */
export function curveAt(nodes: readonly number[], values: readonly number[], x: number): number {
  if (nodes.length < 2) return values[0];
  const at = segment(nodes, x);
  const part = fraction(nodes, at, x);
  return values[at] * (1 - part) + values[at + 1] * part;
}

/** The four nodes around a point and what each weighs; for one row of temperatures two of them weigh nothing. */
export type Hats = { readonly at: Int32Array; readonly part: Float64Array };
export const createHats = (): Hats => ({ at: new Int32Array(4), part: new Float64Array(4) });

export function placeHats(hats: Hats, xs: readonly number[], ys: readonly number[], x: number, y: number): void {
  const column = segment(xs, x);
  const right = fraction(xs, column, x);
  const row = ys.length < 2 ? 0 : segment(ys, y);
  const below = ys.length < 2 ? 0 : fraction(ys, row, y);
  const next = ys.length < 2 ? row : row + 1;
  hats.at[0] = row * xs.length + column;
  hats.at[1] = hats.at[0] + 1;
  hats.at[2] = next * xs.length + column;
  hats.at[3] = hats.at[2] + 1;
  hats.part[0] = (1 - right) * (1 - below);
  hats.part[1] = right * (1 - below);
  hats.part[2] = (1 - right) * below;
  hats.part[3] = right * below;
}
