// One recording under one perturbation: the shipping device, the plain counter and the textbook filter side by side, told
// the same, reading the same wrong sensors, compared with the same truth.

import type { Settings } from "../model/settings.ts";
import { restVoltage_V } from "../sim/recorded/recorded-run.ts";
import { type Recording, recordingFrom } from "../sim/recorded/recording.ts";
import { countCoulombs } from "./coulomb-counter.ts";
import { trackDevice } from "./device-track.ts";
import { type Perturbation, sensorErrors, type Told, toldStart } from "./perturbation.ts";
import { filterPlainly } from "./plain-filter.ts";
import { type PlainModel, plainModel, socAtRest } from "./plain-model.ts";
import { type Reference, rowAt } from "./reference.ts";
import { sampledOnce, sense } from "./sensed.ts";
import { type Figures, type Track, tally } from "./tally.ts";

export const ESTIMATORS = ["bms", "counter", "ekf"] as const;
export type EstimatorName = (typeof ESTIMATORS)[number];

export type Tracks = {
  readonly recording: Recording;
  readonly truth: Float64Array;
} & Readonly<Record<EstimatorName, Track>>;

export type ScoreTask = {
  readonly recording: Recording;
  readonly reference: Reference;
  /** Settings of the device as told under this perturbation. */
  readonly settings: Settings;
  /** The same for the yard-sticks: the cell by the textbook's model. */
  readonly plain: Settings;
  readonly perturbation: Perturbation;
  readonly seed: number;
};

/** What each estimator says after each sample; undefined where the recording never comes to the joining point. */
export function trackAll(task: ScoreTask): Tracks | undefined {
  const { perturbation, settings, seed } = task;
  const row = perturbation.joinAt < 1 ? rowAt(task.reference, perturbation.joinAt) : 0;
  if (row === undefined || row > task.recording.time_s.length - 2) return undefined;
  const whole = row === 0 ? task.recording : recordingFrom(task.recording, row);
  const truth = task.reference.soc.subarray(row);
  const recording = perturbation.sampled ? sampledOnce(whole) : whole;
  const errors = sensorErrors(perturbation, task.reference.capacity_Ah);
  const told = toldStart(perturbation, truth[0]);
  const sensed = sense(recording, errors, seed);
  const model = plainModel(task.plain);
  const start = told ?? readStart(model, recording, task.plain, errors.cellOffset_V, errors.temperatureOffset_K);
  const told_Ah = settings.battery.capacity_Ah;
  return {
    recording,
    truth,
    bms: trackDevice({ recording, settings, told, errors, seed }),
    counter: countCoulombs(sensed, start.soc, told_Ah),
    ekf: filterPlainly(sensed, model, start, told_Ah),
  };
}

/** Half-width with which the yard-sticks believe a state of charge they had to read from the first voltage. */
const READ_BOUND = 0.4;

function readStart(
  model: PlainModel,
  recording: Recording,
  settings: Settings,
  offset_V: number,
  offset_K: number,
): Told {
  const degC = (recording.temperature_degC.length > 0 ? recording.temperature_degC[0] : 25) + offset_K;
  return { soc: socAtRest(model, restVoltage_V(recording, settings) + offset_V, degC), bound: READ_BOUND };
}

export type Score = Readonly<Record<EstimatorName, Figures>>;

export function figuresOf(tracks: Tracks): Score {
  const { truth, recording } = tracks;
  return {
    bms: tally(tracks.bms, truth, recording.time_s),
    counter: tally(tracks.counter, truth, recording.time_s),
    ekf: tally(tracks.ekf, truth, recording.time_s),
  };
}

/** For each estimator the worst of several scores, by its root mean square error. */
export function worstOf(scores: readonly Score[]): Score {
  const worst = (name: EstimatorName): Figures =>
    scores.map((score) => score[name]).reduce((a, b) => ((b.rmse ?? Infinity) > (a.rmse ?? Infinity) ? b : a));
  return { bms: worst("bms"), counter: worst("counter"), ekf: worst("ekf") };
}
