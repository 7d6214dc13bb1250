// A string of test cells that differ, used as a battery is: driven down with a jumping load, rested, charged, rested. Steps of a
// second while current flows and of a minute at rest, so that weeks cost seconds.

import { createRandom, gaussian, type Random } from "../../src/base/random.ts";
import type { Bms } from "../../src/core/bms.ts";
import type { CellModelName } from "../../src/sim/plant/cell-models.ts";
import { makeBench, makeSettings, type Overrides, setCells, setCurrent, tick } from "./bench.ts";
import { drive, makeCell, type TestCell } from "./cell.ts";
import { jumping } from "./field.ts";

/** What one cell has that the others have not. */
export type Odd = {
  readonly capacity?: number;
  readonly resistance?: number;
  readonly soc?: number;
  /** Part of the capacity that leaks away in 30 days. */
  readonly leak?: number;
};

export type TestString = {
  readonly bms: Bms;
  /** The usual cell, which stands for all alike, and the odd one. */
  readonly usual: TestCell;
  readonly odd: TestCell;
  readonly leak_A: number;
  readonly random: Random;
  readonly noise_V: number;
  readonly offset_A: number;
};

export const CELL_COUNT = 8;
export const ODD_CELL = 3;
const CAPACITY_Ah = 100;

/** All cells alike but one. @param truth_Ah what the others really hold, of the 100 Ah that the settings say */
export function makeString(
  model: "LFP" | "NMC",
  startSoc: number,
  odd: Odd = {},
  truth_Ah = CAPACITY_Ah,
  overrides: Overrides = {},
): TestString {
  const bms = makeBench(makeSettings(model, CELL_COUNT, CAPACITY_Ah, overrides));
  const make = (own: Odd): TestCell =>
    makeCell(
      model satisfies CellModelName,
      truth_Ah * (1 + (own.capacity ?? 0)),
      bms.settings.battery.resistance_Ohm * (1 + (own.resistance ?? 0)),
      startSoc + (own.soc ?? 0),
    );
  const leak_A = ((odd.leak ?? 0) * CAPACITY_Ah) / 720;
  return { bms, usual: make({}), odd: make(odd), leak_A, random: createRandom(7), noise_V: 0.001, offset_A: 0 };
}

/** Lets a current flow for a while, in steps. */
export function flow(string: TestString, current_A: number, seconds: number, step_s: number): void {
  const { bms, usual, odd, leak_A, random, noise_V } = string;
  for (let at = 0; at < seconds; at += step_s) {
    const usual_V = drive(usual, current_A, step_s);
    const odd_V = drive(odd, current_A - leak_A, step_s);
    const noisy = (_: unknown, cell: number): number =>
      (cell === ODD_CELL ? odd_V : usual_V) + noise_V * gaussian(random);
    setCells(bms, Array.from({ length: CELL_COUNT }, noisy));
    setCurrent(bms, current_A === 0 ? 0 : current_A + string.offset_A);
    tick(bms, step_s * 1e6, true);
  }
}

export const rest = (string: TestString, hours: number): void => flow(string, 0, hours * 3600, 60);

/** Drives until the first cell has come down to `soc`, at half a C on average. */
export function driveDown(string: TestString, soc: number): void {
  const load = jumping(-0.5 * CAPACITY_Ah, 0.4 * CAPACITY_Ah, string.random);
  while (lowest(string) > soc) flow(string, load(), 1, 1);
}

/** Charges at a third of a C until the first cell has come up to `soc`. */
export function charge(string: TestString, soc: number): void {
  while (highest(string) < soc) flow(string, CAPACITY_Ah / 3, 1, 1);
}

const lowest = ({ usual, odd }: TestString): number => Math.min(usual.soc, odd.soc);
const highest = ({ usual, odd }: TestString): number => Math.max(usual.soc, odd.soc);

/** So many times down and up again, with an hour's rest at each end. */
export function cycle(string: TestString, times: number, low: number, high: number): void {
  rest(string, 1);
  for (let i = 0; i < times; i++) {
    driveDown(string, low);
    rest(string, 1);
    charge(string, high);
    rest(string, 1);
  }
}
