// What the identified model misses: for each recording, and over temperature as the columns state it; and how much of the
// capacity comes out at each temperature.

import { interpolate } from "../base/interpolate.ts";
import type { CellColumns } from "../model/cell.ts";
import { monotone, round } from "./cell-record.ts";
import type { Identified } from "./identify.ts";
import { residualOf } from "./linear-fit.ts";
import { lasting_V, type Stretch } from "./stretches.ts";
import type { Trial } from "./trial.ts";

export type Leftover = {
  readonly name: string;
  readonly kind: Trial["kind"];
  readonly degC: number;
  readonly rms_V: number;
};

export const leftoversOf = (trials: readonly Trial[], { shape, curves, ground }: Identified): readonly Leftover[] =>
  trials.map((trial) => ({
    name: trial.name,
    kind: trial.kind,
    degC: trial.mean_degC,
    rms_V: Math.sqrt(residualOf(trial, shape, curves, ground)),
  }));

/** A stretch speaks for temperatures so near, or for those to which none is nearer. */
const NEAR_K = 5;

/** The model's error that lasts, at 25 degC and over temperature, never less in the cold. */
export const lastingColumns = (stretches: readonly Stretch[], nodes: readonly number[]): CellColumns =>
  errorColumns(nodes, (node) => {
    const nearest = Math.min(...stretches.map(({ degC }) => Math.abs(degC - node)));
    const near_K = Math.max(NEAR_K, nearest + 1);
    return lasting_V(stretches.filter(({ degC }) => Math.abs(degC - node) <= near_K));
  });

/** All that is missed under load, where no second recording could tell what of it lasts. */
export function wholeColumns(leftovers: readonly Leftover[], nodes: readonly number[]): CellColumns {
  const loaded = leftovers.filter(({ kind }) => kind !== "sweep");
  return errorColumns(nodes, (node) => {
    const nearest = Math.min(...loaded.map(({ degC }) => Math.abs(degC - node)));
    const near = loaded.filter(({ degC }) => Math.abs(degC - node) < nearest + 1);
    return Math.sqrt(near.reduce((sum, { rms_V }) => sum + rms_V * rms_V, 0) / near.length);
  });
}

function errorColumns(nodes: readonly number[], errorAt_V: (node: number) => number): CellColumns {
  const falling = monotone(nodes.map((node) => -Math.log(errorAt_V(node)))).map((value) => Math.exp(-value));
  const at25_V = interpolate(nodes, falling, 25);
  const points = nodes.map((degC, i): [number, number] => [degC, round(falling[i] / at25_V, 3)]);
  if (!nodes.includes(25)) points.push([25, 1]);
  points.sort((a, b) => a[0] - b[0]);
  return {
    voltageError_V: round(at25_V, 5),
    voltageErrorRatio: { x: points.map(([degC]) => degC), y: points.map(([, value]) => value) },
  };
}

/** Part of the capacity that came out under load, over temperature, 1 at the most; undefined without a run to empty. */
export function capacityRatioOf(trials: readonly Trial[], nodes: readonly number[]): CellColumns {
  const drawn = nodes.map((node) => {
    const near = trials.filter(({ kind, mean_degC }) => kind !== "sweep" && Math.abs(mean_degC - node) <= 5);
    const least = Math.min(1, ...near.map(({ soc }) => soc.reduce((low, value) => (value < low ? value : low), 1)));
    return 1 - least;
  });
  const rise = monotone(drawn);
  const full = interpolate(nodes, rise, 25);
  if (!(full > 0.8)) return {};
  return { capacityRatio: { x: nodes, y: rise.map((value) => round(Math.min(1, value / full), 3)) } };
}
