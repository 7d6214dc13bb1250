// Identifies a cell: temperatures from the recordings, first guesses from slow sweeps, then the shape by search and the
// curves by least squares, and what is left over as the model's own error. Says of each part whether the recordings carry it.

import { type Shape, STRAIGHT_RATE } from "./cell-curves.ts";
import { lawful } from "./cell-record.ts";
import { branchesOf, hasBoth, meanGap_V, middleOf } from "./ground.ts";
import type { Curves, Ground } from "./linear-fit.ts";
import { solveCurves } from "./linear-fit.ts";
import { searchOne } from "./search.ts";
import type { Trial } from "./trial.ts";

export type Identified = {
  readonly ground: Ground;
  readonly shape: Shape;
  readonly curves: Curves;
  /** Trials that speak for a temperature at which a load was recorded. */
  readonly used: readonly Trial[];
  /** What could not be read, and from what it is taken instead. */
  readonly missing: readonly string[];
};

export type Identification =
  | { readonly ok: true; readonly cell: Identified }
  | { readonly ok: false; readonly reason: string };

const FIRST_SHAPE = { fastTime_s: 5, slowTime_s: 100, diffusionTime_s: 1500, hysteresisReach: 0.05 };

/**
 * Searches the shape and solves the curves.
 * @param plain a textbook's model instead: straight, without diffusion and without hysteresis
 */
export function identify(
  trials: readonly Trial[],
  capacity_Ah: number,
  tell: (what: string) => void,
  plain = false,
): Identification {
  const loaded = trials.filter(({ kind }) => kind !== "sweep");
  const branches = branchesOf(trials);
  if (branches.length === 0)
    return refuse("rest voltage: there is no slow sweep (at most C/9) over at least a third of the capacity");
  if (loaded.length === 0)
    return refuse("resistance: there is no recording with pulses or a changing load, only slow sweeps");
  const nodes = nodesOf(loaded);
  const missing: string[] = [];
  const whole = groundOf(branches, nodes, capacity_Ah, missing);
  const ground = plain ? { ...whole, bothBranches: false } : whole;
  const used = trials.filter((trial) => trial.kind !== "sweep" || nearNode(trial, nodes));
  const shape = lawful(searchShape(used, ground, tell, plain));
  return { ok: true, cell: { ground, shape, curves: solveCurves(used, shape, ground).curves, used, missing } };
}

const NO_LAG_h = 1e-9;

function searchShape(trials: readonly Trial[], ground: Ground, tell: (what: string) => void, plain: boolean): Shape {
  let shape: Shape = {
    ...FIRST_SHAPE,
    exchangeRate: ground.nodes.map(() => STRAIGHT_RATE),
    diffusionLag_h: ground.nodes.map(() => (plain ? NO_LAG_h : 0.001)),
  };
  for (let round = 0; round < 2; round++) {
    shape = searchTimes(trials, shape, ground, tell, !plain);
    if (!plain) shape = searchTemperatures(trials, shape, ground, tell);
  }
  return shape;
}

const refuse = (reason: string): Identification => ({ ok: false, reason });

/** Temperatures at which a load was recorded; within 6 K they are one. */
function nodesOf(loaded: readonly Trial[]): readonly number[] {
  const sorted = loaded.map(({ degC }) => degC[0]).sort((a, b) => a - b);
  const groups: number[][] = [];
  for (const degC of sorted) {
    const group = groups[groups.length - 1];
    if (group !== undefined && degC - group[0] < 6) group.push(degC);
    else groups.push([degC]);
  }
  return groups.map((group) => Math.round(group.reduce((sum, value) => sum + value, 0) / group.length));
}

/** How far from the next node a sweep still speaks for it. */
const NEAR_K = 4;
const nearNode = ({ mean_degC }: Trial, nodes: readonly number[]): boolean =>
  nodes.some((node) => Math.abs(node - mean_degC) <= NEAR_K);

function groundOf(
  branches: ReturnType<typeof branchesOf>,
  nodes: readonly number[],
  capacity_Ah: number,
  missing: string[],
): Ground {
  const base = [...branches].sort((a, b) => Math.abs(a.degC - 25) - Math.abs(b.degC - 25))[0];
  const bothBranches = hasBoth(base);
  if (!bothBranches) missing.push("hysteresis: no slow sweep back over at least 90 % of the same way");
  const both = branches.filter(hasBoth);
  const base_V = meanGap_V(base);
  return {
    capacity_Ah,
    nodes,
    rest_V: middleOf(base),
    bothBranches,
    hysteresisRatio: nodes.map((degC) => {
      const near = both.find((each) => Math.abs(each.degC - degC) <= NEAR_K);
      return near === undefined || !bothBranches ? 1 : Math.max(1, Math.min(3, meanGap_V(near) / base_V));
    }),
  };
}

function searchTimes(
  trials: readonly Trial[],
  from: Shape,
  ground: Ground,
  tell: (what: string) => void,
  diffusing: boolean,
): Shape {
  const sparse = thinned(trials);
  let shape = from;
  const one = (name: "fastTime_s" | "slowTime_s" | "diffusionTime_s", low: number, high: number): void => {
    const found = searchOne(
      shape[name],
      low,
      high,
      1.8,
      (value) => solveCurves(sparse, { ...shape, [name]: value }, ground).mean_V2,
    );
    shape = { ...shape, [name]: found.value };
    tell(`${name} ${found.value.toFixed(1)}, ${(Math.sqrt(found.error) * 1000).toFixed(2)} mV`);
  };
  one("fastTime_s", 1, 40);
  one("slowTime_s", 30, 600);
  if (diffusing) one("diffusionTime_s", 300, 10_000);
  return shape;
}

/** Nearest to 25 degC and the coldest speak for the time constants. */
function thinned(trials: readonly Trial[]): readonly Trial[] {
  const drives = trials.filter(({ kind }) => kind !== "sweep");
  const chosen = drives.length > 0 ? drives : trials;
  const warm = [...chosen].sort((a, b) => Math.abs(a.mean_degC - 25) - Math.abs(b.mean_degC - 25)).slice(0, 3);
  const cool = [...chosen].sort((a, b) => Math.abs(a.mean_degC) - Math.abs(b.mean_degC)).slice(0, 2);
  return [...new Set([...warm, ...cool])];
}

/** Bend and lag of each temperature on the recordings nearest to it. */
function searchTemperatures(
  trials: readonly Trial[],
  from: Shape,
  ground: Ground,
  tell: (what: string) => void,
): Shape {
  const exchangeRate = [...from.exchangeRate];
  const diffusionLag_h = [...from.diffusionLag_h];
  ground.nodes.forEach((node, n) => {
    const near = trials.filter(({ mean_degC }) => nearest(ground.nodes, mean_degC) === n);
    const alone: Ground = { ...ground, nodes: [node], hysteresisRatio: [ground.hysteresisRatio[n]] };
    const errorOf = (rate: number, lag_h: number): number =>
      solveCurves(near, { ...from, exchangeRate: [rate], diffusionLag_h: [lag_h] }, alone).mean_V2;
    let lag = searchOne(Math.max(diffusionLag_h[n], 0.002), 0.0005, 0.2, 2.5, (value) =>
      errorOf(exchangeRate[n], value),
    );
    const rate = searchOne(Math.min(exchangeRate[n], 3), 0.05, STRAIGHT_RATE, 3, (value) => errorOf(value, lag.value));
    lag = searchOne(lag.value, 0.0005, 0.2, 1.6, (value) => errorOf(rate.value, value));
    exchangeRate[n] = rate.value;
    diffusionLag_h[n] = lag.value;
    tell(
      `${node} degC: exchange ${rate.value.toFixed(2)} C, lag ${lag.value.toFixed(4)} h, ${(Math.sqrt(lag.error) * 1000).toFixed(2)} mV`,
    );
  });
  return { ...from, exchangeRate, diffusionLag_h };
}

function nearest(nodes: readonly number[], degC: number): number {
  let best = 0;
  for (let i = 1; i < nodes.length; i++) if (Math.abs(nodes[i] - degC) < Math.abs(nodes[best] - degC)) best = i;
  return best;
}
