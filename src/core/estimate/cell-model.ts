// The states of the cell model that cells in series share, because one current flows through all of them: the currents in
// the two pairs, the lag of diffusion and the branch of the rest voltage; and the drop that follows from them for a cell.
// Charge transfer is straight for small currents only (Butler-Volmer with equal coefficients: the overvoltage goes with
// asinh(I / k), k twice the exchange current). Diffusion is a lag of the charge at the surface behind the mean, read
// through the rest-voltage table, so that its voltage grows where the table is steep (a single mode of the solid
// diffusion of G. L. Plett, Battery Management Systems I, 2015, chapter 3).

import { ln } from "../../base/exponential.ts";
import type { Bms } from "../bms.ts";
import type { Estimated } from "./estimated.ts";
import type { Observer } from "./observer.ts";
import { guessPast } from "./past.ts";
import type { EstimatePlan } from "./plan.ts";
import { curveAt } from "./surface.ts";

/** How well a branch is known after a long way on it, and how much less so between the two. */
const ON_BRANCH = 0.3;
const BETWEEN = 0.4;
/** How fast the memory of a load comes and goes. */
const HEATS_s = 120;
const COOLS_s = 1800;
/** A bend under this part of the current is none. */
const STRAIGHT = 0.05;

/** 1 - e^-x for x >= 0, by the Padé form (2,2): exact to 1e-3 up to 1.5. */
export const rise = (x: number): number => (12 * x) / (12 + 6 * x + x * x);

/** Every tick. @param current_A believed current @param moved_Ah charge that it moved */
export function followModel(bms: Bms, current_A: number, moved_Ah: number, dt_s: number): void {
  const plan = bms.plan.estimate;
  const o = bms.estimate.observer;
  const degC = 0.5 * (bms.measure.minTemperature_degC + bms.measure.maxTemperature_degC);
  o.bent_A = bend_A(current_A, curveAt(plan.exchange_A, degC));
  o.fast_A += (o.bent_A - o.fast_A) * rise(dt_s / plan.fastTime_s);
  const slow = rise(dt_s / plan.slowTime_s);
  o.slow_A += (current_A - o.slow_A) * slow;
  o.slowDoubt_A -= o.slowDoubt_A * slow;
  const steady = (curveAt(plan.diffusionLag_h, degC) * current_A) / plan.capacity_Ah;
  const diffused = rise(dt_s / plan.diffusionTime_s);
  o.lag += (steady - o.lag) * diffused;
  if (o.pastShare > 0) guessPast(o, plan, curveAt(plan.diffusionLag_h, degC), moved_Ah, dt_s, diffused);
  const square = o.bent_A * o.bent_A - o.recent_A2;
  o.recent_A2 += square * rise(dt_s / (square > 0 ? HEATS_s : COOLS_s));
  if (moved_Ah !== 0) followBranch(o, moved_Ah / (plan.hysteresisReach * plan.capacity_Ah));
}

/** Small cycles leave the branch where it is: it follows the net charge, with a play of its own width. */
function followBranch(o: Observer, part: number): void {
  const next = o.hysteresis + part;
  o.hysteresis = next > 1 ? 1 : next < -1 ? -1 : next;
  const doubt = ON_BRANCH + BETWEEN * (1 - (next < 0 ? (next < -1 ? 1 : -next) : next > 1 ? 1 : next));
  o.hysteresisDoubt += (doubt - o.hysteresisDoubt) * rise((part < 0 ? -part : part) / 3);
}

/** k asinh(I / k): the straight current that would cause the same overvoltage. */
export function bend_A(current_A: number, exchange_A: number): number {
  const x = (current_A < 0 ? -current_A : current_A) / exchange_A;
  if (x < STRAIGHT) return current_A;
  const bent_A = exchange_A * ln(x + Math.sqrt(x * x + 1));
  return current_A < 0 ? -bent_A : bent_A;
}

/**
 * Drop of a cell over its resistance and pairs by the model. A single step of the current does not move it: in the cold one
 * may show twice the resistance that there is. @param bent_A current now, bent
 */
export const dropOf = ({ observer: o }: Estimated, cell: number, bent_A: number): number =>
  o.modelShare[cell] * (o.actual_Ohm[cell] * bent_A + o.fast_Ohm[cell] * o.fast_A + o.slow_Ohm[cell] * o.slow_A);

/** Current that would cause the same drop over a cell's resistance alone, by the pairs at half charge and 25 degC. */
export const driveOf = (estimate: Estimated, plan: EstimatePlan, current_A: number): number =>
  current_A + plan.fastRatio * estimate.observer.fast_A + plan.slowRatio * estimate.observer.slow_A;
