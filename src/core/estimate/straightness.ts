// Whether the rest-voltage table is this cell's: between two readings the state of charge by the voltage has to run straight over
// the counted charge. Where it bends, the table is another cell's, or an older one's, and the ends of the pair are no surer than
// what lies between them. Weighted sums of a straight line for each cell; a reading counts when some charge has moved, and
// where it says little, on a plateau, it weighs little.

import type { Health } from "./health.ts";

/** Sums for each cell: weights, charge, reading, their squares and product; the charge at the last reading; their number. */
export const LINE_SUMS = 8;
const STEP = 0.005;
const LEAST_READINGS = 10;

/** A new pair begins. */
export function beginLine({ line }: Health, cell: number): void {
  line.fill(0, LINE_SUMS * cell, LINE_SUMS * cell + LINE_SUMS);
}

/** @param part charge since the beginning as a part of the capacity @param rise reading less that at the beginning */
export function addToLine({ line }: Health, cell: number, part: number, rise: number, variance: number): void {
  const at = LINE_SUMS * cell;
  const moved = part - line[at + 6];
  if (line[at] > 0 && moved < STEP && moved > -STEP) return;
  const weight = 1 / variance;
  line[at] += weight;
  line[at + 1] += weight * part;
  line[at + 2] += weight * rise;
  line[at + 3] += weight * part * part;
  line[at + 4] += weight * part * rise;
  line[at + 5] += weight * rise * rise;
  line[at + 6] = part;
  line[at + 7]++;
}

/** Mean square of what lies beside the straight line, weighted: in parts of the capacity, squared. */
export function bendOfLine({ line }: Health, cell: number): number {
  const at = LINE_SUMS * cell;
  const weight = line[at];
  if (line[at + 7] < LEAST_READINGS) return 0;
  const part = line[at + 1] / weight;
  const rise = line[at + 2] / weight;
  const across = line[at + 3] / weight - part * part;
  const along = line[at + 4] / weight - part * rise;
  const square = line[at + 5] / weight - rise * rise;
  const left = across > 1e-9 ? square - (along * along) / across : square;
  return left > 0 ? left : 0;
}
