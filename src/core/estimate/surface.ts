// Tables over state of charge and temperature, drawn out on an even grid when settings change, so that a value costs four
// loads in the tick. Beyond 0 and 1 the grid goes on with the slope of its ends; temperature is clamped.

import { interpolate, interpolateGrid } from "../../base/interpolate.ts";
import type { Curve, Grid } from "../../model/rows.ts";

const LOW = -0.05;
const PER_UNIT = 200;
const COLUMNS = 221;
const COLD_degC = -40;
const ROW_degC = 5;
const ROWS = 25;

/** Values row by row: one row for each 5 degC from -40 to 80, 221 columns from -5 % to 105 %. */
export type Surface = Float64Array;

/** `rising` makes each row ascend by at least 1 uV a column, so that it can be read backwards. */
export function makeSurface(grid: Grid, rising: boolean): Surface {
  const surface = new Float64Array(ROWS * COLUMNS);
  for (let row = 0; row < ROWS; row++) {
    const start = row * COLUMNS;
    const degC = COLD_degC + row * ROW_degC;
    for (let column = 0; column < COLUMNS; column++)
      surface[start + column] = tableAt(grid, LOW + column / PER_UNIT, degC, rising);
    for (let at = start + 1; rising && at < start + COLUMNS; at++) {
      if (surface[at] < surface[at - 1] + 1e-6) surface[at] = surface[at - 1] + 1e-6;
    }
  }
  return surface;
}

function tableAt(grid: Grid, soc: number, degC: number, extend: boolean): number {
  const inside = soc < 0 ? 0 : soc > 1 ? 1 : soc;
  const value = interpolateGrid(grid.x, grid.y, grid.z, inside, degC);
  if (!extend || inside === soc) return value;
  const step = inside === 0 ? 0.01 : -0.01;
  const slope = (interpolateGrid(grid.x, grid.y, grid.z, inside + step, degC) - value) / step;
  return value + slope * (soc - inside);
}

/** A curve over state of charge (x), with a factor over temperature in degC. */
export const surfaceOfCurve = (curve: Curve, factor: Curve): Surface =>
  makeSurface({ x: curve.x, y: factor.x, z: factor.y.flatMap((times) => curve.y.map((y) => y * times)) }, false);

/** Value by value: the surface of `grid`, times another one, times a factor. */
export const productSurface = (grid: Grid, other: Surface, factor: number): Surface =>
  makeSurface(grid, false).map((value, i) => value * other[i] * factor);

/** Temperature of a value of a drawn-out curve. */
export const rowTemperature_degC = (row: number): number => COLD_degC + row * ROW_degC;

/** A curve over temperature, one value for each 5 degC from -40 to 80. */
export const curveOverTemperature = (curve: Curve): Float64Array =>
  Float64Array.from({ length: ROWS }, (_, row) => interpolate(curve.x, curve.y, COLD_degC + row * ROW_degC));

/** Value of a drawn-out curve at a temperature. */
export function curveAt(values: Float64Array, degC: number): number {
  const y = degC <= COLD_degC ? 0 : degC >= 80 ? ROWS - 1.000001 : (degC - COLD_degC) / ROW_degC;
  const row = y | 0;
  return values[row] + (values[row + 1] - values[row]) * (y - row);
}

/** Value at a state of charge (-0.05..1.05) and a temperature. */
export function surfaceAt(surface: Surface, soc: number, degC: number): number {
  const x = soc <= LOW ? 0 : soc >= 1.05 ? COLUMNS - 1.000001 : (soc - LOW) * PER_UNIT;
  const y = degC <= COLD_degC ? 0 : degC >= 80 ? ROWS - 1.000001 : (degC - COLD_degC) / ROW_degC;
  const column = x | 0;
  const row = y | 0;
  const right = x - column;
  const below = y - row;
  const at = row * COLUMNS + column;
  const upper = surface[at] + (surface[at + 1] - surface[at]) * right;
  const lower = surface[at + COLUMNS] + (surface[at + COLUMNS + 1] - surface[at + COLUMNS]) * right;
  return upper + (lower - upper) * below;
}

/** A place on all surfaces, for reading several of them there. */
export type Place = { at: number; right: number; below: number };
export const createPlace = (): Place => ({ at: 0, right: 0, below: 0 });

export function goTo(place: Place, soc: number, degC: number): void {
  const x = soc <= LOW ? 0 : soc >= 1.05 ? COLUMNS - 1.000001 : (soc - LOW) * PER_UNIT;
  const y = degC <= COLD_degC ? 0 : degC >= 80 ? ROWS - 1.000001 : (degC - COLD_degC) / ROW_degC;
  const column = x | 0;
  const row = y | 0;
  place.at = row * COLUMNS + column;
  place.right = x - column;
  place.below = y - row;
}

export function valueAt(surface: Surface, { at, right, below }: Place): number {
  const upper = surface[at] + (surface[at + 1] - surface[at]) * right;
  const lower = surface[at + COLUMNS] + (surface[at + COLUMNS + 1] - surface[at + COLUMNS]) * right;
  return upper + (lower - upper) * below;
}

/** State of charge, 0..1, at which a rising surface has the value; the nearer end outside. */
export function socAt(surface: Surface, value: number, degC: number): number {
  const y = degC <= COLD_degC ? 0 : degC >= 80 ? ROWS - 1.000001 : (degC - COLD_degC) / ROW_degC;
  const row = y | 0;
  const below = y - row;
  const start = row * COLUMNS;
  let low = 0;
  let high = COLUMNS - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (between(surface, start + middle, below) <= value) low = middle;
    else high = middle - 1;
  }
  const from = between(surface, start + low, below);
  const soc = LOW + (low + (value - from) / (between(surface, start + low + 1, below) - from)) / PER_UNIT;
  return soc < 0 ? 0 : soc > 1 ? 1 : soc;
}

const between = (surface: Surface, at: number, below: number): number =>
  surface[at] + (surface[at + COLUMNS] - surface[at]) * below;
