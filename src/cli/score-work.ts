// The work of `bms score` on one recording: truth, then each perturbation, then what a step costs. Runs in a thread of its
// own or in the main one.

import { CHEMISTRIES } from "../model/chemistries.ts";
import type { Settings } from "../model/settings.ts";
import { deviceCost_us, sampleCost_us } from "../score/cost.ts";
import { countCoulombs } from "../score/coulomb-counter.ts";
import {
  PERTURBATIONS,
  type Perturbation,
  sensorErrors,
  TOGETHER,
  TOGETHER_NAMES,
  toldStart,
} from "../score/perturbation.ts";
import { filterPlainly } from "../score/plain-filter.ts";
import { plainModel } from "../score/plain-model.ts";
import { type Hints, type Reference, referenceOf } from "../score/reference.ts";
import { type EstimatorName, figuresOf, type Score, type Tracks, trackAll, worstOf } from "../score/score-recording.ts";
import { asPlain, deviceSettings, type ScoredCell } from "../score/scored-cell.ts";
import { sense } from "../score/sensed.ts";
import { inParallel, type Recording } from "../sim/recorded/recording.ts";
import { readRecording } from "./recording.ts";
import { emptiedAfter_Ah } from "./recording-source.ts";
import { scoredCell } from "./scored-cell.ts";
import { UsageError } from "./usage-error.ts";

export type ScoreOrder = {
  readonly cell: string;
  readonly perturbations: readonly string[];
  readonly cells: number;
  readonly start: number | undefined;
  readonly capacity_Ah: number | undefined;
  readonly seed: number;
  /** Whether to measure what a step costs. */
  readonly timed: boolean;
};

export type ScoredFile = {
  readonly file: string;
  readonly how: string;
  readonly capacity_Ah: number;
  readonly hours: number;
  /** At its first row: that of the surroundings. */
  readonly degC: number;
  /** By the perturbation's name; missing where the recording has nothing to say to it. */
  readonly scores: Readonly<Record<string, Score>>;
  readonly us: Readonly<Record<EstimatorName, number | null>>;
};

type Prepared = {
  /** Cells in parallel, so that the device takes their capacity. */
  readonly parallel: number;
  readonly recording: Recording;
  readonly reference: Reference;
  readonly settings: SettingsFor;
  readonly plain: SettingsFor;
};

/** A device takes 1 Ah and more, also when it is told a tenth too little: of smaller cells there are several in parallel. */
const LEAST_Ah = 1.2;

function prepare(order: ScoreOrder, file: string): Prepared {
  const cell = scoredCell(order.cell);
  const one = readRecording(file);
  const truth = truthOf(order, cell, one, file);
  const parallel = Math.max(1, Math.ceil(LEAST_Ah / truth.capacity_Ah));
  const recording = inParallel(one, parallel);
  const reference = { ...truth, capacity_Ah: truth.capacity_Ah * parallel };
  return {
    parallel,
    recording,
    reference,
    settings: settingsMaker(order, cell, recording, reference),
    plain: settingsMaker(order, asPlain(cell), recording, reference),
  };
}

/** What each estimator says along a recording under one perturbation; undefined where the recording has nothing to say to it. */
export function trackFile(order: ScoreOrder, file: string, perturbation: Perturbation): Tracks | undefined {
  return tracksOf(order, prepare(order, file), perturbation);
}

function tracksOf(order: ScoreOrder, prepared: Prepared, perturbation: Perturbation): Tracks | undefined {
  return trackAll({
    recording: prepared.recording,
    reference: prepared.reference,
    perturbation,
    settings: prepared.settings(perturbation.capacity),
    plain: prepared.plain(perturbation.capacity),
    seed: order.seed,
  });
}

export function scoreFile(order: ScoreOrder, file: string): ScoredFile {
  const prepared = prepare(order, file);
  const { recording, reference } = prepared;
  const scores: { [name: string]: Score } = {};
  const chosen = PERTURBATIONS.filter(({ name }) => order.perturbations.includes(name));
  for (const perturbation of chosen) {
    const tracks = tracksOf(order, prepared, perturbation);
    if (tracks !== undefined) scores[perturbation.name] = figuresOf(tracks);
  }
  const combined = TOGETHER_NAMES.flatMap((name) => scores[name] ?? []);
  if (combined.length === TOGETHER_NAMES.length) scores[TOGETHER] = worstOf(combined);
  return {
    file,
    how: reference.how,
    capacity_Ah: reference.capacity_Ah / prepared.parallel,
    hours: (recording.time_s.at(-1)! - recording.time_s[0]!) / 3600,
    degC: recording.temperature_degC[0] ?? 25,
    scores,
    us: order.timed ? costs(order, prepared) : { bms: null, counter: null, ekf: null },
  };
}

/** What a step costs, for one cell and sample, in a pack of `order.cells`. */
export const stepCosts = (order: ScoreOrder, file: string): ScoredFile["us"] => costs(order, prepare(order, file));

/** A capacity before any is known, to read tables with that do not depend on it. */
const ANY_Ah = 3;

function truthOf(order: ScoreOrder, cell: ScoredCell, recording: Recording, file: string): Reference {
  const rated_Ah = cell.capacity_Ah ?? ANY_Ah;
  const tables = unwrapSettings(deviceSettings(cell, recording, order.cells, rated_Ah, rated_Ah), file);
  const hints: Hints = { start: order.start, capacity_Ah: order.capacity_Ah, emptiedBy_Ah: emptiedAfter_Ah(file) };
  const reference = referenceOf(recording, tables, cell.capacity_Ah, hints);
  if (reference === undefined)
    throw new UsageError(`${file} does not go to empty, so it does not tell the cell's capacity: say --capacity`);
  if (!(reference.capacity_Ah >= 0.1))
    throw new UsageError(`${file} speaks for a cell of ${reference.capacity_Ah.toFixed(3)} Ah: say --capacity`);
  return reference;
}

type SettingsFor = (toldRatio: number) => Settings;

function settingsMaker(order: ScoreOrder, cell: ScoredCell, recording: Recording, reference: Reference): SettingsFor {
  const made = new Map<number, Settings>();
  const { capacity_Ah } = reference;
  return (ratio) => {
    const known = made.get(ratio);
    if (known !== undefined) return known;
    const settings = unwrapSettings(
      deviceSettings(cell, recording, order.cells, capacity_Ah, capacity_Ah * ratio),
      `a cell of ${capacity_Ah.toFixed(3)} Ah`,
    );
    made.set(ratio, settings);
    return settings;
  };
}

/** The settings, or UsageError with what the device refuses. */
export function unwrapSettings(result: ReturnType<typeof deviceSettings>, what: string): Settings {
  if (result.ok) return result.settings;
  throw new UsageError(`${what}: the device refuses these settings: ${result.reason}`);
}

const COST_TICKS = 4000;
const clock_us = (): number => performance.now() * 1000;

function costs(order: ScoreOrder, { recording, reference, ...prepared }: Prepared): ScoredFile["us"] {
  const settings = prepared.settings(1);
  const perturbation = PERTURBATIONS[0]!;
  const errors = sensorErrors(perturbation, reference.capacity_Ah);
  const told = toldStart(perturbation, reference.soc[0]!)!;
  const sensed = sense(recording, errors, order.seed);
  const model = plainModel(prepared.plain(1));
  const samples = sensed.time_s.length;
  return {
    bms: deviceCost_us({ recording, settings, told, errors, seed: order.seed }, COST_TICKS, clock_us),
    counter: sampleCost_us(() => countCoulombs(sensed, told.soc, reference.capacity_Ah), samples, clock_us),
    ekf: sampleCost_us(() => filterPlainly(sensed, model, told, reference.capacity_Ah), samples, clock_us),
  };
}

/** Whether the cell's title belongs to a known chemistry; for messages. */
export const cellTitle = (word: string): string => {
  const { title, chemistry } = scoredCell(word);
  return title === chemistry ? CHEMISTRIES[chemistry].title : `${title}, ${chemistry}`;
};
