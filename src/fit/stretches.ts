// What the identified model misses for long: the mean over a tenth of the capacity of use, by curves that were solved without
// that recording. Misses of seconds are another matter, and steep curves and heavy loads have doubts of their own in a
// device; what those explain is told beside it.

import { createHats, followStates, type Hats, type States } from "./cell-curves.ts";
import type { Identified } from "./identify.ts";
import { type Curves, drop_V, type Ground, modelled_V, rest_V, solveCurves } from "./linear-fit.ts";
import type { Trial } from "./trial.ts";

export type Stretch = { readonly degC: number; readonly missed_V: number; readonly explained_V2: number };

/** Part of the capacity over which an error counts as one. */
const STRETCH = 0.1;
/** How far a cell lies off its table along the axis of charge. */
export const AXIS = 0.005;
/** A load speaks for the curves at temperatures so near. */
const LIKE_K = 8;
/** No model is surer of what lasts. */
const LEAST_V = 0.003;

/**
 * The stretches of every recording of use; of pulse tests where there is none. A recording without another load near its temperature has
 * none: nothing else tells the curves there.
 * @param loadError share of the drop, now and of late, that is missed
 */
export const stretchesOf = (trials: readonly Trial[], cell: Identified, loadError: number): readonly Stretch[] =>
  inUse(trials).flatMap((trial) => {
    const others = trials.filter((each) => each !== trial);
    const near = others.filter(({ mean_degC }) => Math.abs(mean_degC - trial.mean_degC) < LIKE_K);
    if (!near.some(({ kind }) => kind !== "sweep")) return [];
    const kept = near.some(({ kind }) => kind === trial.kind) ? [undefined] : [0, 1];
    return kept.flatMap((half) => stretchesWithout(trial, half, others, cell, loadError));
  });

/**
 * What is missed in a recording by curves solved without it. Where it is the only one of its kind there, pulses alone would be judged
 * instead of the cell that is written: then every second stretch stays in, and only the others are judged.
 * @param half which stretches stay in; undefined: none
 */
function stretchesWithout(
  trial: Trial,
  half: number | undefined,
  others: readonly Trial[],
  cell: Identified,
  loadError: number,
): readonly Stretch[] {
  const stretch = stretchOfRows(trial);
  const isJudged = (number: number): boolean => number % 2 !== half;
  const rest = { ...trial, weight: trial.weight.map((weight, i) => (isJudged(stretch[i]) ? 0 : weight)) };
  const { curves } = solveCurves([...others, rest], cell.shape, cell.ground);
  return stretchesIn(trial, cell, curves, loadError, stretch).filter(
    ({ degC }, number) => isJudged(number) && !Number.isNaN(degC),
  );
}

/** Number of the stretch each row belongs to. */
function stretchOfRows({ soc }: Trial): Int32Array {
  let from = soc[0],
    number = 0;
  return Int32Array.from(soc, (value) => {
    const now = number;
    if (Math.abs(value - from) >= STRETCH) {
      from = value;
      number++;
    }
    return now;
  });
}

/** Recordings of use; pulse tests where there is none. */
export function inUse(trials: readonly Trial[]): readonly Trial[] {
  const loaded = trials.filter(({ kind }) => kind !== "sweep");
  const drives = loaded.filter(({ kind }) => kind === "drive");
  return drives.length > 0 ? drives : loaded;
}

type Sum = { weight: number; missed: number; explained: number; degC: number };

function stretchesIn(
  trial: Trial,
  { shape, ground }: Identified,
  curves: Curves,
  loadError: number,
  stretch: Int32Array,
): readonly Stretch[] {
  const states = followStates(trial, shape, ground.nodes, ground.capacity_Ah);
  const hats = createHats();
  const sums: Sum[] = [];
  for (let i = 1; i < trial.soc.length; i++) {
    const weight = trial.weight[i];
    sums[stretch[i]] ??= { weight: 0, missed: 0, explained: 0, degC: 0 };
    const sum = sums[stretch[i]];
    sum.weight += weight;
    sum.missed += weight * (trial.voltage_V[i] - modelled_V(trial, states, curves, ground, i, hats));
    sum.explained +=
      weight *
      (steep_V2(trial, states, curves, ground, i, hats) +
        2 * (loadError * drop_V(trial, states, curves, ground, i, hats)) ** 2);
    sum.degC += weight * trial.degC[i];
  }
  const whole = sums.slice(0, -1); // the last one is what was left
  return whole.map(({ weight, missed, explained, degC }) => ({
    degC: degC / weight,
    missed_V: missed / weight,
    explained_V2: explained / weight,
  }));
}

function steep_V2(trial: Trial, states: States, curves: Curves, ground: Ground, i: number, hats: Hats): number {
  const surface = states.surface[i];
  const above_V = rest_V(surface + AXIS, trial.degC[i], curves, ground, hats);
  const axis_V = (above_V - rest_V(surface - AXIS, trial.degC[i], curves, ground, hats)) / 2;
  return axis_V * axis_V;
}

/**
 * The standard deviation that is left beside what is explained: the likeliest one. A stretch of which much is explained, as on
 * the knee near empty, says little about it.
 */
export function lasting_V(stretches: readonly Stretch[]): number {
  let variance_V2 = 0.01 * 0.01;
  for (let round = 0; round < 50; round++) {
    let sum = 0,
      weights = 0;
    for (const { missed_V, explained_V2: known_V2 } of stretches) {
      const weight = 1 / (variance_V2 + known_V2) ** 2;
      sum += weight * (missed_V * missed_V - known_V2);
      weights += weight;
    }
    variance_V2 = Math.max(LEAST_V * LEAST_V, weights > 0 ? sum / weights : 0);
  }
  return Math.sqrt(variance_V2);
}
