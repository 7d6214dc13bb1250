// The yard-stick: the extended Kalman filter of the textbooks on a model with two RC pairs (G. L. Plett, J. Power Sources
// 134 (2004) 262 and 277). State: charge and the voltages of both pairs. It has the same fitted cell as the device, reads
// the same wrong sensors once a sample, and knows neither hysteresis nor an offset of its current sensor. Written apart from
// the core's filter, so that neither can share a mistake with the other.

import type { PlainModel } from "./plain-model.ts";
import type { Sensed } from "./sensed.ts";
import type { Track } from "./tally.ts";

export type PlainTuning = {
  /** Deviation of the measured voltage from the model, taken for white noise. */
  readonly voltage_V: number;
  /** Error of the current, taken for white noise of one second, in parts of the capacity per hour. */
  readonly current_C: number;
  /** Wander of each pair's voltage per square root of a second. */
  readonly pair_V: number;
};

/** Chosen once by the least mean error over all perturbations on the recordings the cells were fitted on. */
export const PLAIN_TUNING: PlainTuning = { voltage_V: 0.03, current_C: 0.2, pair_V: 0.0002 };

/** Deviation of the first voltage of a pair. */
const FIRST_PAIR_V = 0.005;
const NINETY_FIVE = 1.96;

export type PlainStart = { readonly soc: number; readonly bound: number };

/** State of charge after each sample, with 1.96 standard deviations of the filter's own covariance. */
export function filterPlainly(
  sensed: Sensed,
  model: PlainModel,
  start: PlainStart,
  capacity_Ah: number,
  tuning: PlainTuning = PLAIN_TUNING,
): Track {
  const { time_s, voltage_V, current_A, mean_A, temperature_degC } = sensed;
  const soc = new Float64Array(time_s.length);
  const bound = new Float64Array(time_s.length);
  const filter = createFilter(start);
  soc[0] = start.soc;
  bound[0] = start.bound;
  for (let i = 1; i < soc.length; i++) {
    predict(filter, model, capacity_Ah, tuning, mean_A[i], temperature_degC[i], time_s[i] - time_s[i - 1]);
    correct(filter, model, tuning, voltage_V[i], current_A[i], temperature_degC[i]);
    soc[i] = filter.soc;
    bound[i] = NINETY_FIVE * Math.sqrt(filter.p[0]);
  }
  return { soc, bound };
}

/** Covariance by rows of the upper triangle: charge, charge with each pair, pairs. */
export type PlainFilter = { soc: number; fast_V: number; slow_V: number; readonly p: Float64Array };

export function createFilter({ soc, bound }: PlainStart): PlainFilter {
  const deviation = bound / NINETY_FIVE;
  const pair = FIRST_PAIR_V * FIRST_PAIR_V;
  return { soc, fast_V: 0, slow_V: 0, p: Float64Array.of(deviation * deviation, 0, 0, pair, 0, pair) };
}

export function predict(
  f: PlainFilter,
  model: PlainModel,
  capacity_Ah: number,
  tuning: PlainTuning,
  mean_A: number,
  degC: number,
  dt_s: number,
): void {
  const resistance_Ohm = model.resistance_Ohm(f.soc, degC);
  const fast = Math.exp(-dt_s / model.fastTime_s);
  const slow = Math.exp(-dt_s / model.slowTime_s);
  f.fast_V = fast * f.fast_V + (1 - fast) * model.fastRatio * resistance_Ohm * mean_A;
  f.slow_V = slow * f.slow_V + (1 - slow) * model.slowRatio * resistance_Ohm * mean_A;
  f.soc += (mean_A * dt_s) / (3600 * capacity_Ah);
  f.soc = f.soc < 0 ? 0 : f.soc > 1 ? 1 : f.soc;
  const charge = tuning.current_C / 3600;
  const pair = tuning.pair_V * tuning.pair_V * dt_s;
  f.p[0] += charge * charge * dt_s;
  f.p[1] *= fast;
  f.p[2] *= slow;
  f.p[3] = fast * fast * f.p[3] + pair;
  f.p[4] *= fast * slow;
  f.p[5] = slow * slow * f.p[5] + pair;
}

export function correct(
  f: PlainFilter,
  model: PlainModel,
  tuning: PlainTuning,
  voltage_V: number,
  current_A: number,
  degC: number,
): void {
  const { p } = f;
  const slope_V = model.slope_V(f.soc, degC);
  const innovation_V =
    voltage_V - model.rest_V(f.soc, degC) - f.fast_V - f.slow_V - model.resistance_Ohm(f.soc, degC) * current_A;
  const charge = p[0] * slope_V + p[1] + p[2];
  const fast = p[1] * slope_V + p[3] + p[4];
  const slow = p[2] * slope_V + p[4] + p[5];
  const total = slope_V * charge + fast + slow + tuning.voltage_V * tuning.voltage_V;
  f.soc += (charge / total) * innovation_V;
  f.soc = f.soc < 0 ? 0 : f.soc > 1 ? 1 : f.soc;
  f.fast_V += (fast / total) * innovation_V;
  f.slow_V += (slow / total) * innovation_V;
  p[0] -= (charge * charge) / total;
  p[1] -= (charge * fast) / total;
  p[2] -= (charge * slow) / total;
  p[3] -= (fast * fast) / total;
  p[4] -= (fast * slow) / total;
  p[5] -= (slow * slow) / total;
}
