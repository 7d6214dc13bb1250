// A cell of known parameters, recorded as a tester does: sweeps, and a load as in use.

import { createRandom, uniform } from "../../src/base/random.ts";
import { type Trial, trialOf } from "../../src/fit/trial.ts";
import type { Recording } from "../../src/sim/recorded/recording.ts";

export const CAPACITY_Ah = 3;
export const OHMIC_Ohm = 0.02;
export const FAST = { ohm: 0.01, time_s: 6 };
export const SLOW = { ohm: 0.015, time_s: 120 };
export const GAP_V = 0.015;
export const LAG_TIME_s = 1500;
export const rest_V = (soc: number): number => 3.2 + 0.8 * soc + 0.1 * Math.sin(6 * soc);

export type Step = { readonly current_A: number; readonly seconds: number; readonly rows: number };

/** Temperature all along, and how far the surface lags behind the mean for each unit of rate. */
export type Cold = { readonly degC: number; readonly lag_h: number };
const WARM: Cold = { degC: 25, lag_h: 0 };

/** A straight resistance, two pairs, a hysteresis of known size, and a lag of diffusion in the cold. */
export function recorded(
  from: number,
  steps: readonly Step[],
  branch: 1 | -1,
  { degC, lag_h }: Cold = WARM,
): Recording {
  const rows: number[][] = [[0, rest_V(from) + branch * GAP_V, 0, 0]];
  let soc = from,
    fast_A = 0,
    slow_A = 0,
    lag = 0,
    side: number = branch,
    time_s = 0;
  for (const { current_A, seconds, rows: count } of steps)
    for (let i = 0; i < count; i++) {
      const step_s = seconds / count;
      const moved = (current_A * step_s) / 3600 / CAPACITY_Ah;
      soc += moved;
      side = Math.max(-1, Math.min(1, side + moved / 0.05));
      fast_A += (current_A - fast_A) * (1 - Math.exp(-step_s / FAST.time_s));
      slow_A += (current_A - slow_A) * (1 - Math.exp(-step_s / SLOW.time_s));
      lag += ((lag_h * current_A) / CAPACITY_Ah - lag) * (1 - Math.exp(-step_s / LAG_TIME_s));
      time_s += step_s;
      const drop_V = OHMIC_Ohm * current_A + FAST.ohm * fast_A + SLOW.ohm * slow_A;
      rows.push([time_s, rest_V(soc + lag) + side * GAP_V + drop_V, current_A, (soc - from) * CAPACITY_Ah]);
    }
  const column = (i: number): Float64Array => Float64Array.from(rows, (row) => row[i]!);
  return {
    time_s: column(0),
    voltage_V: column(1),
    current_A: column(2),
    temperature_degC: new Float64Array(rows.length).fill(degC),
    charge_Ah: column(3),
    mean_A: column(2),
    reference: new Float64Array(0),
  };
}

export const down = recorded(1, [{ current_A: -0.15, seconds: 20 * 3600, rows: 1200 }], 1);
export const up = recorded(0, [{ current_A: 0.15, seconds: 20 * 3600, rows: 1200 }], -1);

/** @param heavier times the current, for as much less time */
export function use(seed: number, cold: Cold = WARM, heavier = 1): Recording {
  const random = createRandom(seed);
  const steps: Step[] = Array.from({ length: 500 }, () => {
    const seconds = 2 + Math.floor((18 * uniform(random)) / heavier);
    return { current_A: heavier * (-7 + 10 * uniform(random)), seconds, rows: seconds };
  });
  return recorded(1, steps, 1, cold);
}

export const source = (name: string, recording: Recording) => ({ name, recording, emptiedBy_Ah: undefined });
export const trials = (...recordings: readonly Recording[]): readonly Trial[] =>
  recordings.flatMap((recording, i) => trialOf(source(`${i}`, recording), CAPACITY_Ah) ?? []);
