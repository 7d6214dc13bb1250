// With the shape given, the voltage is linear in what is left: the rest voltage at the nodes (as a difference to a first
// curve), the resistances of the ohmic part and of both pairs, and half the hysteresis gap. One solution of the normal
// equations gives all of them; weak penalties carry values to where no recording has been.

import { interpolate } from "../base/interpolate.ts";
import type { Curve } from "../model/rows.ts";
import { createHats, curveAt, followStates, type Hats, placeHats, type Shape, type States } from "./cell-curves.ts";
import { addRow, createEquations, type NormalEquations, solve } from "./normal-equations.ts";
import type { Trial } from "./trial.ts";

export const OCV_NODES: readonly number[] = [
  0, 0.01, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85,
  0.9, 0.95, 0.97, 0.985, 1,
];
export const RESISTANCE_NODES: readonly number[] = [0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 0.95, 1];
export const HYSTERESIS_NODES: readonly number[] = [0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1];

/** What is known before: a rest voltage at 25 degC, and the hysteresis gap over temperature relative to 25 degC. */
export type Ground = {
  readonly capacity_Ah: number;
  /** Temperatures of the rows, degC, ascending. */
  readonly nodes: readonly number[];
  /** At OCV_NODES. */
  readonly rest_V: readonly number[];
  readonly hysteresisRatio: readonly number[];
  /** Whether both branches of the rest voltage were recorded. */
  readonly bothBranches: boolean;
  /** Half the gap that is taken for granted where it was not recorded: the device will reckon with it. */
  readonly assumedGap_V?: Curve;
};

export type Curves = {
  /** Row by row over temperature. */
  readonly rest_V: Float64Array;
  readonly ohmic_Ohm: Float64Array;
  readonly fast_Ohm: Float64Array;
  readonly slow_Ohm: Float64Array;
  readonly hysteresis_V: Float64Array;
};

export type Solved = { readonly curves: Curves; readonly mean_V2: number };

/**
 * Weight of the penalties, in seconds of use. Rest voltage hardly changes with temperature (entropy: some tenths of a millivolt for a
 * kelvin). Left free, its cold rows take up what the mean load of their one recording drops, and miss a heavier load by as much.
 */
const SMOOTH_REST = 30;
const LIKE_NEXT_VK = 20_000;
/** Near empty a cold row also carries what a cold cell cannot give. */
const NEAR_EMPTY = 0.1;
const LIKE_NEXT_NEAR_EMPTY_VK = 200;
const SMOOTH_OHM = 300;
const FLAT_OHM = 10;
const WARM_OHM = 0.5;
const SMOOTH_GAP = 200;

export function solveCurves(trials: readonly Trial[], shape: Shape, ground: Ground): Solved {
  const states = trials.map((trial) => followStates(trial, shape, ground.nodes, ground.capacity_Ah));
  const first = solveOnce(trials, states, ground, undefined);
  const curves = solveOnce(trials, states, ground, first);
  return { curves, mean_V2: meanLoss(trials, states, curves, ground) };
}

/** Error beyond which a row counts less and less (P. J. Huber, Ann. Math. Statist. 35 (1964) 73): knees near empty, spikes. */
const DOUBTFUL_V = 0.02;

/** @param before a first solution, whose large errors then weigh less */
function solveOnce(
  trials: readonly Trial[],
  states: readonly States[],
  ground: Ground,
  before: Curves | undefined,
): Curves {
  const layout = layoutOf(ground);
  const equations = createEquations(layout.size);
  addPenalties(equations, layout, ground);
  const row = createRow();
  trials.forEach((trial, t) => {
    for (let i = 1; i < trial.time_s.length; i++) {
      if (trial.weight[i] === 0 || !isInside(trial, i)) continue;
      fillRow(row, layout, ground, trial, states[t], i);
      const error_V =
        before === undefined ? 0 : trial.voltage_V[i] - modelled_V(trial, states[t], before, ground, i, row.rest);
      const weight = trial.weight[i] * Math.min(1, DOUBTFUL_V / Math.abs(error_V));
      addRow(equations, row.at, row.factor, row.count, trial.voltage_V[i] - row.known_V, weight);
    }
  });
  return curvesOf(solve(equations), layout, ground);
}

/** Mean of Huber's loss, in the square of a voltage. */
function meanLoss(trials: readonly Trial[], states: readonly States[], curves: Curves, ground: Ground): number {
  return meanOf(trials, states, curves, ground, (error_V) =>
    Math.abs(error_V) <= DOUBTFUL_V ? error_V * error_V : 2 * DOUBTFUL_V * Math.abs(error_V) - DOUBTFUL_V * DOUBTFUL_V,
  );
}

/** Beyond full and empty the count, not the cell, is wrong. */
const isInside = ({ soc }: Trial, i: number): boolean => soc[i] >= -0.01 && soc[i] <= 1.01;

type Layout = {
  readonly ohmic: number;
  readonly fast: number;
  readonly slow: number;
  readonly gap: number;
  readonly size: number;
};

function layoutOf({ nodes, bothBranches }: Ground): Layout {
  const rests = OCV_NODES.length * nodes.length;
  const resistances = RESISTANCE_NODES.length * nodes.length;
  const gap = rests + 3 * resistances;
  return {
    ohmic: rests,
    fast: rests + resistances,
    slow: rests + 2 * resistances,
    gap,
    size: gap + (bothBranches ? HYSTERESIS_NODES.length : 0),
  };
}

type Row = {
  readonly at: Int32Array;
  readonly factor: Float64Array;
  count: number;
  known_V: number;
  readonly rest: Hats;
  readonly resistance: Hats;
};
const createRow = (): Row => ({
  at: new Int32Array(24),
  factor: new Float64Array(24),
  count: 0,
  known_V: 0,
  rest: createHats(),
  resistance: createHats(),
});

function fillRow(row: Row, layout: Layout, ground: Ground, trial: Trial, states: States, i: number): void {
  const degC = trial.degC[i];
  row.count = 0;
  placeHats(row.rest, OCV_NODES, ground.nodes, states.surface[i], degC);
  put(row, row.rest, 0, 1);
  row.known_V = interpolate(OCV_NODES, ground.rest_V, states.surface[i]);
  placeHats(row.resistance, RESISTANCE_NODES, ground.nodes, trial.soc[i], degC);
  put(row, row.resistance, layout.ohmic, states.bent_A[i]);
  put(row, row.resistance, layout.fast, states.fast_A[i]);
  put(row, row.resistance, layout.slow, states.slow_A[i]);
  row.known_V += assumed_V(ground, states.branch[i], trial.soc[i], degC);
  if (!ground.bothBranches) return;
  placeHats(row.rest, HYSTERESIS_NODES, [0], trial.soc[i], 0);
  const times = states.branch[i] * curveAt(ground.nodes, ground.hysteresisRatio, degC);
  for (let k = 0; k < 2; k++) {
    row.at[row.count] = layout.gap + row.rest.at[k];
    row.factor[row.count++] = row.rest.part[k] * times;
  }
}

/** What an assumed hysteresis adds to the rest voltage. */
function assumed_V({ nodes, hysteresisRatio, assumedGap_V: gap }: Ground, branch: number, soc: number, degC: number) {
  return gap === undefined ? 0 : branch * curveAt(nodes, hysteresisRatio, degC) * interpolate(gap.x, gap.y, soc);
}

function put(row: Row, hats: Hats, start: number, times: number): void {
  for (let k = 0; k < 4; k++) {
    if (hats.part[k] === 0) continue;
    row.at[row.count] = start + hats.at[k];
    row.factor[row.count++] = hats.part[k] * times;
  }
}

function addPenalties(equations: NormalEquations, layout: Layout, ground: Ground): void {
  const rows = ground.nodes.length;
  const ohms = RESISTANCE_NODES.length;
  for (let row = 0; row < rows; row++) {
    bends(equations, row * OCV_NODES.length, OCV_NODES.length, SMOOTH_REST);
    if (row > 0) tieRests(equations, row, ground.nodes[row] - ground.nodes[row - 1]);
    for (let k = 0; k < OCV_NODES.length; k++) ties(equations, row * OCV_NODES.length + k, -1, 0.05);
    for (const start of [layout.ohmic, layout.fast, layout.slow]) {
      bends(equations, start + row * ohms, ohms, SMOOTH_OHM * ground.capacity_Ah);
      for (let k = 1; k < ohms; k++)
        ties(equations, start + row * ohms + k, start + row * ohms + k - 1, FLAT_OHM * ground.capacity_Ah);
      for (let k = 0; k < ohms; k++) ties(equations, start + row * ohms + k, -1, WARM_OHM);
    }
  }
  if (!ground.bothBranches) return;
  bends(equations, layout.gap, HYSTERESIS_NODES.length, SMOOTH_GAP);
  for (let k = 0; k < HYSTERESIS_NODES.length; k++) ties(equations, layout.gap + k, -1, 1);
}

/** A row of rest voltages and the one before it, `apart_K` colder. */
function tieRests(equations: NormalEquations, row: number, apart_K: number): void {
  OCV_NODES.forEach((soc, k) => {
    const like_VK = soc < NEAR_EMPTY ? LIKE_NEXT_NEAR_EMPTY_VK : LIKE_NEXT_VK;
    const at = row * OCV_NODES.length + k;
    ties(equations, at, at - OCV_NODES.length, like_VK / (apart_K * apart_K));
  });
}

const AT = new Int32Array(3);
const FACTOR = new Float64Array(3);

function bends(equations: NormalEquations, start: number, count: number, weight: number): void {
  for (let k = 1; k < count - 1; k++) {
    AT.set([start + k - 1, start + k, start + k + 1]);
    FACTOR.set([1, -2, 1]);
    addRow(equations, AT, FACTOR, 3, 0, weight);
  }
}

/** Draws two unknowns together, or one to nothing (with -1). */
function ties(equations: NormalEquations, one: number, other: number, weight: number): void {
  AT[0] = one;
  AT[1] = other;
  FACTOR[0] = 1;
  FACTOR[1] = -1;
  addRow(equations, AT, FACTOR, other < 0 ? 1 : 2, 0, weight);
}

/** Resistances below a thousandth of an ohm times the capacity are noise of the solution. */
const LEAST_OHM_AH = 0.0005;

function curvesOf(found: Float64Array, layout: Layout, ground: Ground): Curves {
  const least_Ohm = LEAST_OHM_AH / ground.capacity_Ah;
  const positive = (from: number, to: number): Float64Array =>
    found.slice(from, to).map((value) => (value < least_Ohm ? least_Ohm : value));
  return {
    rest_V: found.slice(0, layout.ohmic).map((value, i) => value + ground.rest_V[i % OCV_NODES.length]),
    ohmic_Ohm: positive(layout.ohmic, layout.fast),
    fast_Ohm: positive(layout.fast, layout.slow),
    slow_Ohm: positive(layout.slow, layout.gap),
    hysteresis_V: found.slice(layout.gap).map((value) => (value < 0 ? 0 : value)),
  };
}

/** Voltage of the model at a row. */
export function modelled_V(
  trial: Trial,
  states: States,
  curves: Curves,
  ground: Ground,
  i: number,
  hats: Hats,
): number {
  const degC = trial.degC[i];
  const sum_V =
    rest_V(states.surface[i], degC, curves, ground, hats) +
    drop_V(trial, states, curves, ground, i, hats) +
    assumed_V(ground, states.branch[i], trial.soc[i], degC);
  if (!ground.bothBranches) return sum_V;
  const times = states.branch[i] * curveAt(ground.nodes, ground.hysteresisRatio, degC);
  return sum_V + times * interpolate(HYSTERESIS_NODES, curves.hysteresis_V, trial.soc[i]);
}

/** Rest voltage between both branches. */
export function rest_V(surface: number, degC: number, curves: Curves, ground: Ground, hats: Hats): number {
  placeHats(hats, OCV_NODES, ground.nodes, surface, degC);
  return sumOf(hats, curves.rest_V);
}

/** Drop over resistance and pairs at a row. */
export function drop_V(trial: Trial, states: States, curves: Curves, ground: Ground, i: number, hats: Hats): number {
  placeHats(hats, RESISTANCE_NODES, ground.nodes, trial.soc[i], trial.degC[i]);
  return (
    sumOf(hats, curves.ohmic_Ohm) * states.bent_A[i] +
    sumOf(hats, curves.fast_Ohm) * states.fast_A[i] +
    sumOf(hats, curves.slow_Ohm) * states.slow_A[i]
  );
}

function sumOf({ at, part }: Hats, values: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < 4; k++) if (part[k] !== 0) sum += part[k] * values[at[k]];
  return sum;
}

function meanOf(
  trials: readonly Trial[],
  states: readonly States[],
  curves: Curves,
  ground: Ground,
  lossOf: (error_V: number) => number,
): number {
  const hats = createHats();
  let sum = 0,
    weight = 0;
  trials.forEach((trial, t) => {
    for (let i = 1; i < trial.time_s.length; i++) {
      if (trial.weight[i] === 0 || !isInside(trial, i)) continue;
      sum += trial.weight[i] * lossOf(trial.voltage_V[i] - modelled_V(trial, states[t], curves, ground, i, hats));
      weight += trial.weight[i];
    }
  });
  return weight > 0 ? sum / weight : 0;
}

/** Mean square of what the model misses in one trial, weighted as it was solved for. */
export function residualOf(trial: Trial, shape: Shape, curves: Curves, ground: Ground): number {
  const states = followStates(trial, shape, ground.nodes, ground.capacity_Ah);
  return meanOf([trial], [states], curves, ground, (error_V) => error_V * error_V);
}
