// What the identified model misses: for each recording, and over temperature as the columns state it; and how much of the
// capacity comes out at each temperature.

import { interpolate } from "../base/interpolate.ts";
import type { CellColumns } from "../model/cell.ts";
import { monotone, round } from "./cell-record.ts";
import type { Identified } from "./identify.ts";
import { residualOf } from "./linear-fit.ts";
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

/** The model's error under load at 25 degC and over temperature, never less in the cold. */
export function errorColumns(leftovers: readonly Leftover[], nodes: readonly number[]): CellColumns {
  const loaded = leftovers.filter(({ kind }) => kind === "drive");
  const used = loaded.length > 0 ? loaded : leftovers;
  const means = nodes.map((node) => {
    const nearest = Math.min(...used.map(({ degC }) => Math.abs(degC - node)));
    const here = used.filter(({ degC }) => Math.abs(degC - node) <= nearest + 3);
    return Math.sqrt(here.reduce((sum, { rms_V }) => sum + rms_V * rms_V, 0) / here.length);
  });
  const falling = monotone(means.map((value) => -Math.log(value))).map((value) => Math.exp(-value));
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
