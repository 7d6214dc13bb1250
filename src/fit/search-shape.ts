// What the voltage is not linear in: time constants, bend and lag, searched for one after the other; at every step the curves
// are solved anew.

import { inverseKelvin, type Shape, STRAIGHT_RATE } from "./cell-curves.ts";
import { type Ground, solveCurves } from "./linear-fit.ts";
import { searchOne } from "./search.ts";
import type { Trial } from "./trial.ts";

const FIRST_SHAPE = { fastTime_s: 5, slowTime_s: 100, diffusionTime_s: 1500, hysteresisReach: 0.05 };
const NO_LAG_h = 1e-9;

/** Lag of diffusion over temperature by the law of Arrhenius: at 25 degC, and the energy of activation. */
type Lag = { readonly at25_h: number; readonly energy_kJ: number };
/** Solid diffusion in lithium cells takes 30 to 60 kJ/mol. */
const FIRST_LAG: Lag = { at25_h: 0.01, energy_kJ: 40 };
const GAS_J_per_molK = 8.314;

const lagsOf = (nodes: readonly number[], { at25_h, energy_kJ }: Lag): readonly number[] =>
  nodes.map(
    (degC) => at25_h * Math.exp(((1000 * energy_kJ) / GAS_J_per_molK) * (inverseKelvin(degC) - inverseKelvin(25))),
  );

/** @param bending whether charge transfer bends and diffusion lags */
export function searchShape(
  trials: readonly Trial[],
  ground: Ground,
  tell: (what: string) => void,
  bending: boolean,
): Shape {
  let lag = FIRST_LAG;
  let shape: Shape = {
    ...FIRST_SHAPE,
    exchangeRate: ground.nodes.map(() => STRAIGHT_RATE),
    diffusionLag_h: bending ? lagsOf(ground.nodes, lag) : ground.nodes.map(() => NO_LAG_h),
  };
  for (let round = 0; round < 2; round++) {
    shape = searchTimes(trials, shape, ground, tell, bending);
    if (!bending) continue;
    lag = searchLag(trials, shape, ground, tell, lag);
    shape = { ...shape, diffusionLag_h: lagsOf(ground.nodes, lag) };
    shape = { ...shape, exchangeRate: searchRates(trials, shape, ground, tell) };
  }
  return shape;
}

function searchTimes(
  trials: readonly Trial[],
  from: Shape,
  ground: Ground,
  tell: (what: string) => void,
  bending: boolean,
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
  if (bending) one("diffusionTime_s", 300, 10_000);
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

/**
 * One law for all temperatures: found for each alone, the lag of a cool cell would be told by a single recording, and a cell that
 * warms up under a heavy load would leave it too soon.
 */
function searchLag(
  trials: readonly Trial[],
  shape: Shape,
  ground: Ground,
  tell: (what: string) => void,
  from: Lag,
): Lag {
  const errorOf = (lag: Lag): number =>
    solveCurves(trials, { ...shape, diffusionLag_h: lagsOf(ground.nodes, lag) }, ground).mean_V2;
  const size = (energy_kJ: number, start: number, factor: number) =>
    searchOne(start, 0.0005, 0.2, factor, (at25_h) => errorOf({ at25_h, energy_kJ }));
  let found = size(from.energy_kJ, from.at25_h, 2.5);
  let energy_kJ = from.energy_kJ;
  if (ground.nodes.length > 1) {
    energy_kJ = searchOne(energy_kJ, 10, 90, 1.4, (value) => errorOf({ at25_h: found.value, energy_kJ: value })).value;
    found = size(energy_kJ, found.value, 1.5);
  }
  tell(
    `lag ${found.value.toFixed(4)} h at 25 degC, ${energy_kJ.toFixed(0)} kJ/mol, ${(Math.sqrt(found.error) * 1000).toFixed(2)} mV`,
  );
  return { at25_h: found.value, energy_kJ };
}

/** Bend at each temperature, on the recordings nearest to it. */
function searchRates(
  trials: readonly Trial[],
  shape: Shape,
  ground: Ground,
  tell: (what: string) => void,
): readonly number[] {
  return ground.nodes.map((node, n) => {
    const near = trials.filter(({ mean_degC }) => nearest(ground.nodes, mean_degC) === n);
    const alone: Ground = { ...ground, nodes: [node], hysteresisRatio: [ground.hysteresisRatio[n]] };
    const lag = [shape.diffusionLag_h[n]];
    const { value, error } = searchOne(
      Math.min(shape.exchangeRate[n], 3),
      0.05,
      STRAIGHT_RATE,
      3,
      (rate) => solveCurves(near, { ...shape, exchangeRate: [rate], diffusionLag_h: lag }, alone).mean_V2,
    );
    tell(`${node} degC: exchange ${value.toFixed(2)} C, ${(Math.sqrt(error) * 1000).toFixed(2)} mV`);
    return value;
  });
}

function nearest(nodes: readonly number[], degC: number): number {
  let best = 0;
  for (let i = 1; i < nodes.length; i++) if (Math.abs(nodes[i] - degC) < Math.abs(nodes[best] - degC)) best = i;
  return best;
}
