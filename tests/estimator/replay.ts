// A recording through the estimator: one cell, one tick a row, judged against the tester's own count.

import type { Bms } from "../../src/core/bms.ts";
import { setCells, setCurrent, setTemperature, tick } from "./bench.ts";
import type { Recording } from "./recording.ts";

export type Disturbance = { readonly gain: number; readonly offset_A: number; readonly noise_V: () => number };
export const CLEAN: Disturbance = { gain: 1, offset_A: 0, noise_V: () => 0 };

/** RMSE and largest error after ten minutes, share of rows inside the stated bound, mean bound. */
export type Score = { readonly rmse: number; readonly worst: number; readonly inside: number; readonly bound: number };

export function replay(bms: Bms, recording: Recording, capacity_Ah: number, startSoc: number, disturb = CLEAN): Score {
  const { time_s, cell_V, mean_A, degC, charge_Ah } = recording;
  let square = 0,
    worst = 0,
    inside = 0,
    rows = 0,
    bound = 0;
  for (let row = 1; row < time_s.length; row++) {
    let left_us = Math.round((time_s[row] - time_s[row - 1]) * 1e6);
    if (left_us <= 0) continue;
    setTemperature(bms, degC[row]);
    setCurrent(bms, mean_A[row] * disturb.gain + disturb.offset_A);
    for (; left_us > 1_000_000; left_us -= 1_000_000) tick(bms, 1_000_000, false);
    setCells(bms, cell_V[row] + disturb.noise_V());
    tick(bms, left_us, true);
    if (bms.estimate.started === 0) continue;
    const error = bms.estimate.cellSoc[0] - (startSoc + charge_Ah[row] / capacity_Ah);
    rows++;
    square += error * error;
    bound += bms.estimate.cellSocBound[0];
    if (Math.abs(error) <= bms.estimate.cellSocBound[0]) inside++;
    if (time_s[row] > 600 && Math.abs(error) > worst) worst = Math.abs(error);
  }
  return { rmse: Math.sqrt(square / rows), worst, inside: inside / rows, bound: bound / rows };
}
