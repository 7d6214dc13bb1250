// A cell at the end of each of the times the power is asked for: the current with which it would just be at the limit of its
// voltage. The whole model is solved (G. L. Plett, IEEE Trans. Veh. Technol. 53 (2004) 1586), by Newton's steps inside a range that
// narrows, from the answer a moment ago.

import type { Bms } from "../bms.ts";
import { bend_A } from "./cell-model.ts";
import { HORIZON_COUNT as COUNT, HORIZONS_s, throughOf } from "./power-state.ts";
import { FAST_s, SLOW_s } from "./response.ts";
import { curveAt, surfaceAt } from "./surface.ts";

export const DISCHARGE = -1;
export const CHARGE = 1;
/** Part of a step that the filters of response.ts and, by the plan, the pairs have let through after each of the times. */
const BY_FAST = throughOf(FAST_s);
const BY_SLOW = throughOf(SLOW_s);
/** Steps of the search, which ends so near the limit. */
const STEPS = 12;
const NEAR_V = 1e-4;
/** The slope of the rest voltage is taken over this part of the charge. */
const SLOPE_STEP = 0.005;
/** Moving time after which half of the learned answer is believed. */
const KNOWN_s = 60;

/** The currents of a cell in one direction, and its voltages under those of the string. */
export function lookAhead(bms: Bms, cell: number, sign: 1 | -1): void {
  const { power } = bms.estimate.health;
  const plan = bms.plan.estimate;
  const side = sign === CHARGE ? power.charge : power.discharge;
  const most_A = sign === CHARGE ? plan.charge.maximum_A : plan.discharge.maximum_A;
  const limit_V = sign === CHARGE ? plan.chargeEnd_V : plan.dischargeEnd_V;
  prepareCell(bms, cell);
  for (let k = 0; k < COUNT; k++) {
    prepareTime(bms, cell, k);
    const at = COUNT * cell + k;
    side.cell_A[at] = currentTo(bms, sign, limit_V, most_A, side.cell_A[at]);
    if (power.ahead.current_A !== sign * side.limit_A[k]) lookAt(bms, sign * side.limit_A[k]);
    side.end_V[at] = power.ahead.end_V;
  }
}

/** What the cell is like for all of the times, into power.ahead. */
function prepareCell(bms: Bms, cell: number): void {
  const { estimate, measure } = bms;
  const plan = bms.plan.estimate;
  const a = estimate.health.power.ahead;
  a.soc = estimate.cellSoc[cell];
  a.degC = measure.cellTemperatures_degC[cell];
  a.steadyLagPerA = curveAt(plan.diffusionLag_h, a.degC) / plan.capacity_Ah;
  a.exchange_A = curveAt(plan.exchange_A, a.degC);
  a.branch_V = estimate.observer.hysteresis * surfaceAt(plan.hysteresis_V, a.soc, a.degC);
}

/** What it will be like after the time, but for the current that is sought. */
function prepareTime(bms: Bms, cell: number, k: number): void {
  const { health, observer: o, cellCapacity_Ah } = bms.estimate;
  const plan = bms.plan.estimate;
  const a = health.power.ahead;
  const fast = plan.fastThrough[k];
  const slow = plan.slowThrough[k];
  a.perA = HORIZONS_s[k] / (3600 * cellCapacity_Ah[cell]);
  a.lag = o.lag * (1 - plan.lagThrough[k]);
  a.lagPerA = a.steadyLagPerA * plan.lagThrough[k];
  const factor = factorOf(bms, cell, k);
  a.bent_Ohm = factor * (o.actual_Ohm[cell] + o.fast_Ohm[cell] * fast);
  a.straight_Ohm = factor * o.slow_Ohm[cell] * slow;
  a.past_V = factor * (o.fast_Ohm[cell] * o.fast_A * (1 - fast) + o.slow_Ohm[cell] * o.slow_A * (1 - slow));
}

/** How much more than by the model a current drops: for half an hour what was learned under lasting currents, else the answer to steps. */
function factorOf(bms: Bms, cell: number, k: number): number {
  const { health } = bms.estimate;
  const plan = bms.plan.estimate;
  if (k === COUNT - 1) return health.dropFactor[cell];
  const parts = health.parts_Ohm;
  const learned_Ohm = parts[3 * cell] + parts[3 * cell + 1] * BY_FAST[k] + parts[3 * cell + 2] * BY_SLOW[k];
  const model_Ohm =
    bms.estimate.cellResistance_Ohm[cell] *
    (1 + plan.fastRatio * plan.fastThrough[k] + plan.slowRatio * plan.slowThrough[k]);
  const trust = health.informed_s / (health.informed_s + KNOWN_s);
  const factor = learned_Ohm > 0 && model_Ohm > 0 ? 1 + trust * (learned_Ohm / model_Ohm - 1) : 1;
  return factor < 0.3 ? 0.3 : factor > 6 ? 6 : factor;
}

/** The prepared cell at the end of the time under a current, charging positive: its voltage, and what an ampere more adds to it. */
function lookAt(bms: Bms, current_A: number): void {
  const { ocv_V } = bms.plan.estimate;
  const a = bms.estimate.health.power.ahead;
  const perA = a.perA + a.lagPerA;
  const soc = a.soc + a.lag + current_A * perA;
  const rest_V = surfaceAt(ocv_V, soc, a.degC);
  const slope_V = (surfaceAt(ocv_V, soc + SLOPE_STEP, a.degC) - rest_V) / SLOPE_STEP;
  const x = current_A / a.exchange_A;
  const drop_V = a.bent_Ohm * bend_A(current_A, a.exchange_A) + a.straight_Ohm * current_A;
  a.current_A = current_A;
  a.end_V = rest_V + a.branch_V + a.past_V + drop_V;
  a.end_Ohm = slope_V * perA + a.bent_Ohm / Math.sqrt(x * x + 1) + a.straight_Ohm;
}

/**
 * Amperes, 0 to most_A, with which the prepared cell would end at the limit: Newton's steps from the last answer, halving where
 * they leave what is left of the range. Its ends belong to the range until they have been looked at.
 */
function currentTo(bms: Bms, sign: 1 | -1, limit_V: number, most_A: number, last_A: number): number {
  const a = bms.estimate.health.power.ahead;
  let low_A = -1,
    high_A = most_A + 1;
  let at_A = last_A < most_A ? last_A : most_A;
  for (let step = 0; step < STEPS; step++) {
    lookAt(bms, sign * at_A);
    const room_V = sign * (limit_V - a.end_V);
    if (room_V < NEAR_V && room_V > -NEAR_V) return at_A;
    if (room_V > 0 ? at_A === most_A : at_A === 0) return at_A;
    if (room_V > 0) low_A = at_A;
    else high_A = at_A;
    const next_A = at_A + room_V / a.end_Ohm;
    const kept_A = next_A < 0 ? 0 : next_A > most_A ? most_A : next_A;
    at_A = kept_A > low_A && kept_A < high_A ? kept_A : 0.5 * (low_A + high_A);
  }
  return low_A > 0 ? low_A : 0;
}
