// A pack of test cells in the field: a day of driving or solar use, read through a sensor with gain error, offset and noise.

import { gaussian, type Random, uniform } from "../../src/base/random.ts";
import type { Bms } from "../../src/core/bms.ts";
import { setCells, setCurrent, tick } from "./bench.ts";
import { drive, type TestCell } from "./cell.ts";

export type Sensing = { readonly gain: number; readonly offset_A: number; readonly noise_V: number };

/** Share of readings inside the stated bound, largest error, mean error and bound over all cells. */
export type Coverage = { inside: number; count: number; worst: number; square: number; bound: number };
export const createCoverage = (): Coverage => ({ inside: 0, count: 0, worst: 0, square: 0, bound: 0 });

/** One second of a current through every cell: ten conversions would tell no more, so there is one. */
export function second(
  bms: Bms,
  cells: readonly TestCell[],
  current_A: number,
  sensing: Sensing,
  random: Random,
  coverage: Coverage,
): void {
  const cells_V = cells.map((cell) => drive(cell, current_A, 1) + sensing.noise_V * gaussian(random));
  setCells(bms, cells_V);
  const zero = Math.abs(current_A) < 0.001 * cells[0].capacity_Ah;
  setCurrent(bms, zero ? 0 : current_A * sensing.gain + sensing.offset_A);
  for (let i = 0; i < 9; i++) tick(bms, 100_000, true);
  tick(bms, 100_000, true);
  if (bms.estimate.started === 0) return;
  for (let i = 0; i < cells.length; i++) {
    const error = Math.abs(bms.estimate.cellSoc[i] - Math.min(1, Math.max(0, cells[i].soc)));
    coverage.count++;
    if (error <= bms.estimate.cellSocBound[i]) coverage.inside++;
    if (error > coverage.worst) coverage.worst = error;
    coverage.square += error * error;
    coverage.bound += bms.estimate.cellSocBound[i];
  }
}

/** A load that jumps every few seconds, with braking, towards a mean; stops where a real device would. */
export function jumping(mean_A: number, swing_A: number, random: Random): () => number {
  let current_A = 0;
  let left_s = 0;
  return () => {
    if (left_s-- > 0) return current_A;
    left_s = 2 + Math.floor(20 * uniform(random));
    current_A = uniform(random) < 0.15 ? 0 : mean_A + swing_A * gaussian(random);
    return current_A;
  };
}
