// What an estimator outside the device would read of a recording, sample by sample, through the same wrong sensors.

import { createRandom } from "../base/random.ts";
import { noise } from "../sim/plant/chance.ts";
import type { SensorErrors } from "../sim/recorded/recorded-board.ts";
import type { Recording } from "../sim/recorded/recording.ts";

/** Columns of equal length; the mean current is that since the sample before. */
export type Sensed = {
  readonly time_s: Float64Array;
  readonly voltage_V: Float64Array;
  readonly current_A: Float64Array;
  readonly mean_A: Float64Array;
  readonly temperature_degC: Float64Array;
};

export function sense(recording: Recording, errors: SensorErrors, seed: number): Sensed {
  const { time_s, voltage_V, current_A, mean_A, temperature_degC } = recording;
  const random = createRandom(seed);
  const felt = (value_A: number): number => value_A * (1 + errors.currentGain) + errors.currentOffset_A;
  const mean = (i: number): number =>
    mean_A.length > 0 ? mean_A[i] : 0.5 * (current_A[i] + current_A[i > 0 ? i - 1 : 0]);
  return {
    time_s,
    voltage_V: voltage_V.map((value) => value + errors.cellOffset_V + errors.cellNoise_V * noise(random)),
    current_A: current_A.map(felt),
    mean_A: current_A.map((_, i) => felt(mean(i))),
    temperature_degC: time_s.map(
      (_, i) => (temperature_degC.length > 0 ? temperature_degC[i] : 25) + errors.temperatureOffset_K,
    ),
  };
}

/** The same recording with the current read once at each row and taken for its mean. */
export const sampledOnce = (recording: Recording): Recording => ({ ...recording, mean_A: recording.current_A });
