// Promises of the yard-stick: the textbook filter is a right one. On a cell that is exactly its model it finds the charge,
// and what it states of its own error is true there.

import { expect, test } from "vitest";
import { createRandom, gaussian } from "../base/random.ts";
import { filterPlainly } from "./plain-filter.ts";
import { type PlainModel, socAtRest } from "./plain-model.ts";
import type { Sensed } from "./sensed.ts";

const MODEL: PlainModel = {
  rest_V: (soc) => 3.2 + 0.9 * soc,
  slope_V: () => 0.9,
  resistance_Ohm: () => 0.03,
  fastRatio: 0.5,
  fastTime_s: 8,
  slowRatio: 1,
  slowTime_s: 200,
};
const CAPACITY_Ah = 3;
const NOISE_V = 0.01;

/** An hour of pulses on a cell that is the model, with white noise on its voltage. */
function exact(from: number, seed: number): { readonly sensed: Sensed; readonly truth: Float64Array } {
  const random = createRandom(seed);
  const rows = 3600;
  const mean_A = Float64Array.from({ length: rows }, (_, i) => (i > 0 && i % 60 < 40 ? -2.5 : 1));
  const truth = new Float64Array(rows).fill(from);
  const voltage_V = new Float64Array(rows);
  let fast_V = 0,
    slow_V = 0;
  for (let i = 1; i < rows; i++) {
    truth[i] = truth[i - 1] + mean_A[i] / 3600 / CAPACITY_Ah;
    fast_V += (0.5 * 0.03 * mean_A[i] - fast_V) * (1 - Math.exp(-1 / 8));
    slow_V += (0.03 * mean_A[i] - slow_V) * (1 - Math.exp(-1 / 200));
    voltage_V[i] = 3.2 + 0.9 * truth[i] + fast_V + slow_V + 0.03 * mean_A[i] + NOISE_V * gaussian(random);
  }
  const time_s = Float64Array.from({ length: rows }, (_, i) => i);
  return {
    sensed: { time_s, voltage_V, current_A: mean_A, mean_A, temperature_degC: new Float64Array(rows).fill(25) },
    truth,
  };
}

test("told 30 % too little it finds the charge within half a percent, and its bound holds the truth (seeds 1 to 20)", () => {
  let inside = 0,
    count = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const { sensed, truth } = exact(0.9, seed);
    const tuning = { voltage_V: NOISE_V, current_C: 0.001, pair_V: 1e-6 };
    const track = filterPlainly(sensed, MODEL, { soc: 0.6, bound: 0.6 }, CAPACITY_Ah, tuning);
    expect(Math.abs(track.soc[3599] - truth[3599])).toBeLessThan(0.005);
    for (let i = 1800; i < 3600; i++, count++) if (Math.abs(track.soc[i] - truth[i]) <= track.bound[i]) inside++;
  }
  expect(inside / count).toBeGreaterThan(0.9);
});

test("reading a rest voltage is the inverse of the rest voltage", () => {
  for (const soc of [0.02, 0.5, 0.98]) expect(socAtRest(MODEL, MODEL.rest_V(soc, 25), 25)).toBeCloseTo(soc, 6);
});
