// First guesses from slow sweeps: the rest voltage at 25 degC as the middle of discharge and charge, and how the gap between
// both grows in the cold. What the gap owes to resistance the later solution finds; here only its course is read.

import { interpolate } from "../base/interpolate.ts";
import { HYSTERESIS_NODES, OCV_NODES } from "./linear-fit.ts";
import type { Trial } from "./trial.ts";

export type Branches = {
  readonly degC: number;
  /** At OCV_NODES; NaN where the branch has not been. */
  readonly down_V: readonly number[];
  readonly up_V: readonly number[];
};

/** Both ways of the sweeps, by temperature. Sweeps within 4 K belong together. */
export function branchesOf(trials: readonly Trial[]): readonly Branches[] {
  const sweeps = trials.filter(({ kind }) => kind === "sweep");
  const groups: Trial[][] = [];
  for (const sweep of sweeps) {
    const group = groups.find(([first]) => Math.abs(first.mean_degC - sweep.mean_degC) < 4);
    if (group === undefined) groups.push([sweep]);
    else group.push(sweep);
  }
  return groups
    .map((group) => ({
      degC: group.reduce((sum, { mean_degC }) => sum + mean_degC, 0) / group.length,
      down_V: onNodes(group, -1),
      up_V: onNodes(group, 1),
    }))
    .sort((a, b) => a.degC - b.degC);
}

function onNodes(group: readonly Trial[], sign: 1 | -1): readonly number[] {
  const points = group.flatMap((trial) => pointsOf(trial, sign)).sort((a, b) => a.soc - b.soc);
  if (points.length < 20) return OCV_NODES.map(() => Number.NaN);
  const xs = points.map(({ soc }) => soc);
  const ys = points.map(({ voltage_V }) => voltage_V);
  return OCV_NODES.map((soc) =>
    soc < xs[0] - 0.015 || soc > xs[xs.length - 1] + 0.015 ? Number.NaN : interpolate(xs, ys, soc),
  );
}

function pointsOf({ soc, voltage_V, mean_A, weight }: Trial, sign: 1 | -1): { soc: number; voltage_V: number }[] {
  const points: { soc: number; voltage_V: number }[] = [];
  let last = Number.NaN;
  for (let i = 1; i < soc.length; i++) {
    if (weight[i] === 0 || Math.sign(mean_A[i]) !== sign || Math.abs(soc[i] - soc[i - 1]) < 1e-6) continue;
    if (Math.abs(soc[i] - last) < 0.0005) continue;
    points.push({ soc: soc[i], voltage_V: voltage_V[i] });
    last = soc[i];
  }
  return points;
}

/** Part of the way on which both branches must have been for a hysteresis to be read. */
const BOTH = 0.9;

export const hasBoth = ({ down_V, up_V }: Branches): boolean =>
  down_V.filter((value, i) => !Number.isNaN(value + up_V[i])).length >= BOTH * OCV_NODES.length;

/** The middle of both branches; where there is one only, half the usual gap away from it: knees at the ends are no gap. */
export function middleOf(branches: Branches): readonly number[] {
  const { down_V, up_V } = branches;
  const gap_V = meanGap_V(branches);
  const half_V = Number.isNaN(gap_V) ? 0 : 0.5 * gap_V;
  const middle = down_V.map((value, i) => {
    if (Number.isNaN(value)) return up_V[i] - half_V;
    return Number.isNaN(up_V[i]) ? value + half_V : 0.5 * (value + up_V[i]);
  });
  const known = OCV_NODES.flatMap((soc, i) => (Number.isNaN(middle[i]) ? [] : [{ soc, value: middle[i] }]));
  const filled = OCV_NODES.map((soc) =>
    interpolate(
      known.map((point) => point.soc),
      known.map((point) => point.value),
      soc,
    ),
  );
  return rising(filled);
}

/** Made to ascend, so that it can be read backwards. */
export function rising(values: readonly number[]): readonly number[] {
  const result = [...values];
  for (let i = 1; i < result.length; i++) result[i] = Math.max(result[i], result[i - 1] + 0.0002);
  return result;
}

/** Mean gap between the branches from 20 to 80 %. */
export function meanGap_V({ down_V, up_V }: Branches): number {
  let sum = 0,
    count = 0;
  OCV_NODES.forEach((soc, i) => {
    const gap_V = up_V[i] - down_V[i];
    if (soc < 0.2 || soc > 0.8 || Number.isNaN(gap_V)) return;
    sum += gap_V;
    count++;
  });
  return count > 0 ? sum / count : Number.NaN;
}

export const HYSTERESIS_COUNT = HYSTERESIS_NODES.length;
