// Promises of playing packs larger than the board: every cell is played once, under its own number.

import { expect, test } from "vitest";
import type { PackLog } from "../score/pack.ts";
import { splitPack } from "./score-pack.ts";

const none = new Float64Array(0);
const recording = {
  time_s: none,
  voltage_V: none,
  current_A: none,
  temperature_degC: none,
  charge_Ah: none,
  mean_A: none,
  reference: none,
};
/** A pack whose cells show their own number. */
const packOf = (cells: number): PackLog => ({
  recording,
  cells_V: Array.from({ length: cells }, (_, k) => Float64Array.of(k + 1)),
});

test.each([6, 18, 19, 36, 87, 96])("%i cells", (cells) => {
  const parts = splitPack(packOf(cells));
  const numbers = parts.flatMap(({ part, first }) => part.cells_V.map((column, k) => [first + k, column[0]]));
  expect(numbers).toEqual(Array.from({ length: cells }, (_, k) => [k + 1, k + 1]));
  for (const { part } of parts) {
    expect(part.cells_V.length).toBeLessThanOrEqual(18);
    expect(part.cells_V.length).toBeGreaterThanOrEqual(6);
  }
});
