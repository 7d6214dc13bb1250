// Identifies a cell: temperatures from the recordings, first guesses from slow sweeps, then the shape by search and the
// curves by least squares, and what is left over as the model's own error. Says of each part whether the recordings carry it.

import { interpolate } from "../base/interpolate.ts";
import type { Chemistry } from "../model/chemistry.ts";
import type { Shape } from "./cell-curves.ts";
import { lawful } from "./cell-record.ts";
import { branchesOf, hasBoth, meanGap_V, middleOf } from "./ground.ts";
import type { Curves, Ground } from "./linear-fit.ts";
import { solveCurves } from "./linear-fit.ts";
import { searchShape } from "./search-shape.ts";
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

/** What holds where no recording tells it, because the device will use it. */
export type Assumed = Pick<Chemistry, "hysteresis_V" | "hysteresisRatio">;

/** A textbook's model instead: straight, without diffusion and without hysteresis. */
export const PLAIN = "plain";

/**
 * Searches the shape and solves the curves.
 * @param assumed the chemistry, or the textbook
 */
export function identify(
  trials: readonly Trial[],
  capacity_Ah: number,
  tell: (what: string) => void,
  assumed: Assumed | typeof PLAIN,
): Identification {
  const loaded = trials.filter(({ kind }) => kind !== "sweep");
  const branches = branchesOf(trials);
  if (branches.length === 0)
    return refuse("rest voltage: there is no slow sweep (at most C/9) over at least a third of the capacity");
  if (loaded.length === 0)
    return refuse("resistance: there is no recording with pulses or a changing load, only slow sweeps");
  const nodes = nodesOf(loaded);
  const missing: string[] = [];
  const plain = assumed === PLAIN;
  const whole = groundOf(branches, nodes, capacity_Ah, missing);
  const ground = plain ? { ...whole, bothBranches: false } : withAssumed(whole, assumed);
  const used = trials.filter((trial) => trial.kind !== "sweep" || nearNode(trial, nodes));
  const shape = lawful(searchShape(used, ground, tell, !plain));
  return { ok: true, cell: { ground, shape, curves: solveCurves(used, shape, ground).curves, used, missing } };
}

function withAssumed(ground: Ground, { hysteresis_V, hysteresisRatio: { x, y } }: Assumed): Ground {
  if (ground.bothBranches) return ground;
  return {
    ...ground,
    assumedGap_V: hysteresis_V,
    hysteresisRatio: ground.nodes.map((degC) => interpolate(x, y, degC)),
  };
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
