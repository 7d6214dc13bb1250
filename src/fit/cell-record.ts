// The identified cell as the columns of a chemistry: everything relative where the columns are, kept to the laws every
// chemistry obeys (cold never makes it straighter, quicker or surer), and carried to temperatures where no load was recorded.

import { interpolate } from "../base/interpolate.ts";
import type { CellColumns } from "../model/cell.ts";
import type { Curve, Grid } from "../model/rows.ts";
import { inverseKelvin, type Shape, STRAIGHT_RATE } from "./cell-curves.ts";
import { type Branches, hasBoth, middleOf, rising } from "./ground.ts";
import type { Identified } from "./identify.ts";
import { HYSTERESIS_NODES, OCV_NODES, RESISTANCE_NODES } from "./linear-fit.ts";

const OHMS = RESISTANCE_NODES.length;
const RESTS = OCV_NODES.length;
const HALF = RESISTANCE_NODES.indexOf(0.5);

/** Rows of the identification and, beyond and between them, rows where only slow sweeps were recorded. */
type Rows = { readonly degC: readonly number[]; readonly sweeps: ReadonlyMap<number, Branches> };

export function columnsOf(cell: Identified, branches: readonly Branches[]): CellColumns {
  const rows = rowsOf(cell, branches);
  const scaled = (values: Float64Array): readonly (readonly number[])[] =>
    rows.degC.map((degC) => RESISTANCE_NODES.map((_, k) => overTemperature(cell, values, k, degC)));
  const ohmic = scaled(cell.curves.ohmic_Ohm);
  const fast = scaled(cell.curves.fast_Ohm);
  const slow = scaled(cell.curves.slow_Ohm);
  const at25 = (values: readonly (readonly number[])[]): number =>
    interpolate(
      rows.degC,
      values.map((row) => row[HALF]),
      25,
    );
  const ohmic_Ohm = at25(ohmic);
  const fastRatio = at25(fast) / ohmic_Ohm;
  const slowRatio = at25(slow) / ohmic_Ohm;
  const grid = (values: (row: number, k: number) => number): Grid => ({
    x: RESISTANCE_NODES,
    y: rows.degC,
    z: rows.degC.flatMap((_, row) => RESISTANCE_NODES.map((_, k) => round(bounded(values(row, k)), 4))),
  });
  return {
    ocv: {
      x: OCV_NODES,
      y: rows.degC,
      z: rows.degC.flatMap((degC) => restRow(cell, rows, degC).map((v) => round(v, 4))),
    },
    ...hysteresisOf(cell, rows),
    resistance_OhmAh: round(ohmic_Ohm * cell.ground.capacity_Ah, 5),
    resistanceRatio: grid((row, k) => ohmic[row][k] / ohmic_Ohm),
    fastRatio: round(fastRatio, 4),
    fastTime_s: round(cell.shape.fastTime_s, 2),
    fastProfile: grid((row, k) => fast[row][k] / ohmic[row][k] / fastRatio),
    slowRatio: round(slowRatio, 4),
    slowTime_s: round(cell.shape.slowTime_s, 1),
    slowProfile: grid((row, k) => slow[row][k] / ohmic[row][k] / slowRatio),
    ...shapeOf(cell.shape, cell.ground.nodes, rows.degC),
  };
}

const bounded = (value: number): number => (value < 0.1 ? 0.1 : value > 50 ? 50 : value);

function rowsOf({ ground }: Identified, branches: readonly Branches[]): Rows {
  const extra = branches.filter(
    (each) => hasBoth(each) && ground.nodes.every((node) => Math.abs(node - each.degC) > 4),
  );
  const sweeps = new Map(extra.map((each) => [Math.round(each.degC), each]));
  return { degC: [...ground.nodes, ...sweeps.keys()].sort((a, b) => a - b), sweeps };
}

/** Rest voltage of a row: solved for, or the middle of both ways of a sweep. */
function restRow(cell: Identified, { sweeps }: Rows, degC: number): readonly number[] {
  const sweep = sweeps.get(degC);
  const row = cell.ground.nodes.indexOf(degC);
  if (sweep !== undefined && row < 0) return middleOf(sweep);
  return rising([...cell.curves.rest_V.subarray(row * RESTS, (row + 1) * RESTS)]);
}

/** No further than that many times what was measured last. */
const MOST_TIMES = 8;

const overTemperature = ({ ground }: Identified, values: Float64Array, k: number, degC: number): number =>
  alongArrhenius(ground.nodes, (row) => values[row * OHMS + k], degC);

/** A value at a temperature: between rows, and beyond them, along the law of Arrhenius through the two nearest. */
function alongArrhenius(nodes: readonly number[], at: (row: number) => number, degC: number): number {
  if (nodes.length === 1) return at(0);
  let low = 0;
  while (low < nodes.length - 2 && nodes[low + 1] < degC) low++;
  const coldest = inverseKelvin(nodes[low]);
  const part = (inverseKelvin(degC) - coldest) / (inverseKelvin(nodes[low + 1]) - coldest);
  const between = Math.exp(Math.log(at(low)) + part * (Math.log(at(low + 1)) - Math.log(at(low))));
  const nearest = at(part < 0.5 ? low : low + 1);
  return Math.min(Math.max(between, nearest / MOST_TIMES), nearest * MOST_TIMES);
}

function hysteresisOf({ ground, curves }: Identified, rows: Rows): CellColumns {
  if (!ground.bothBranches) return {};
  const ratio = rows.degC.map((degC) => interpolate(ground.nodes, ground.hysteresisRatio, degC));
  const at25 = interpolate(rows.degC, ratio, 25);
  const falling = monotone(ratio.map((value) => -value / at25)).map((value) => -value);
  return {
    hysteresis_V: { x: HYSTERESIS_NODES, y: [...curves.hysteresis_V].map((value) => round(Math.min(value, 0.3), 4)) },
    hysteresisRatio: withNode25({ x: rows.degC, y: falling.map((value) => round(value, 3)) }),
  };
}

/** A curve that is relative to 25 degC has a point there. */
function withNode25({ x, y }: Curve): Curve {
  if (x.includes(25)) return { x, y: y.map((value) => value / y[x.indexOf(25)]) };
  const both = x.map((degC, i): [number, number] => [degC, y[i]]);
  const sorted = [...both, [25, 1] as [number, number]].sort((a, b) => a[0] - b[0]);
  return { x: sorted.map(([degC]) => degC), y: sorted.map(([, value]) => value) };
}

/** Charge transfer bends more in the cold, never less: neighbours that say otherwise are averaged. */
export function lawful(shape: Shape): Shape {
  const rates = monotone(shape.exchangeRate.map((rate) => Math.log(Math.min(rate, STRAIGHT_RATE))));
  return { ...shape, exchangeRate: rates.map(Math.exp) };
}

function shapeOf(shape: Shape, nodes: readonly number[], rows: readonly number[]): CellColumns {
  const carried = (values: readonly number[], digits: number): Curve => ({
    x: rows,
    y: rows.map((degC) =>
      round(
        alongArrhenius(nodes, (row) => values[row], degC),
        digits,
      ),
    ),
  });
  return {
    hysteresisReach: round(shape.hysteresisReach, 4),
    exchangeRate: carried(shape.exchangeRate, 3),
    diffusionLag_h: carried(shape.diffusionLag_h, 5),
    diffusionTime_s: round(shape.diffusionTime_s, 0),
  };
}

/** The nearest ascending values: neighbours in the wrong order are replaced by their mean (pool adjacent violators). */
export function monotone(values: readonly number[]): readonly number[] {
  const pools: { mean: number; count: number }[] = [];
  for (const value of values) {
    let pool = { mean: value, count: 1 };
    for (let last = pools.at(-1); last !== undefined && last.mean > pool.mean; last = pools.at(-1)) {
      const count = last.count + pool.count;
      pool = { mean: (last.mean * last.count + pool.mean * pool.count) / count, count };
      pools.pop();
    }
    pools.push(pool);
  }
  return pools.flatMap(({ mean, count }) => new Array<number>(count).fill(mean));
}

export const round = (value: number, digits: number): number => Number(value.toFixed(digits));
