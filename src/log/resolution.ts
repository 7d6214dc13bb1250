// How finely the log keeps each signal: fine enough for whoever looks for a fault, coarse enough that noise does not fill
// the card. The unit decides, and a row of the signal tables may say otherwise in its column `logged`.

import type { SignalRow, Unit } from "../model/rows.ts";
import { SIGNALS } from "../model/signals.ts";

const MINUTE_us = 60e6;

/** Steps of real numbers and of times, in the unit itself; other whole numbers, flags and codes are kept as they are. */
export const RESOLUTIONS: Readonly<Partial<Record<Unit, number>>> = {
  V: 0.001,
  A: 0.01,
  Ah: 0.01,
  Wh: 1,
  W: 1,
  Ohm: 1e-5,
  degC: 0.1,
  s: 60,
  us: MINUTE_us,
  ratio: 0.001,
  J: 1,
  Hz: 0.01,
};
const OTHERWISE = 0.001;

/** Step to which the log rounds a signal, in its unit; 0 for one that is kept exactly. The name must be one of SIGNALS. */
export function resolutionOf(name: string): number {
  return stepOf(SIGNALS[name]!);
}

/** Step of a row; 0 for whole numbers, flags and codes, except for times. */
export function stepOf({ type, unit, logged }: SignalRow): number {
  if (logged !== undefined) return logged;
  if (type !== "real" && unit !== "us") return 0;
  return RESOLUTIONS[unit] ?? OTHERWISE;
}

/** Digits after the point that show every multiple of a step. */
export function digitsOf(step: number): number {
  let digits = 0;
  for (let scale = 1; digits < 9 && Math.abs(step * scale - Math.round(step * scale)) > 1e-9 * scale; digits++)
    scale *= 10;
  return digits;
}
