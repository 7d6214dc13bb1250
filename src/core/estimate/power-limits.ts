// Power the battery can give and take for 2 s, 10 s, 30 s and half an hour: for each cell the current at which its voltage would
// just reach the end of discharge or charge at the end of that time, by the cell model with the learned resistance and the
// state it is in now; never more than the state of charge allows for that time, the greatest current of the settings, and the
// temperature. The cell with the least decides for the string. (G. L. Plett, J. Power Sources 134 (2004) 262, part 2, section 7,
// and High-performance battery-pack power estimation, IEEE Trans. Veh. Technol. 53 (2004) 1586: bisection on the whole model.)
// These are forecasts for an energy manager; what may flow is said by the current limits (limits.ts) alone.

import { interpolateGrid } from "../../base/interpolate.ts";
import type { Bms } from "../bms.ts";
import { bend_A } from "./cell-model.ts";
import type { LimitMap } from "./plan.ts";
import { HORIZON_COUNT as COUNT, HORIZONS_s, type PowerSide, throughOf } from "./power-state.ts";
import { FAST_s, SLOW_s } from "./response.ts";
import { curveAt, surfaceAt } from "./surface.ts";

/** What limits the power; the index is the code. */
export const POWER_REASONS = [
  "maximum current",
  "cell voltage",
  "state of charge",
  "temperature",
  "measurement not believed",
] as const;
/** Codes of POWER_REASONS by name. */
export const POWER = { maximum: 0, voltage: 1, soc: 2, temperature: 3, notBelieved: 4 } as const;

/** Part of a step that the filters of response.ts and, by the plan, the pairs have let through after each of the times. */
const BY_FAST = throughOf(FAST_s);
const BY_SLOW = throughOf(SLOW_s);
/** Steps of the false-position search; it ends within a thousandth of the greatest current. */
const STEPS = 12;
/** Moving time after which half of the learned answer is believed. */
const KNOWN_s = 60;
/** State of charge at which the map's factor shows the temperature alone. */
const MIDDLE = 0.5;
const DISCHARGE = -1;
const CHARGE = 1;

/** With each set of cell voltages: one cell, in one direction. */
export function followPower(bms: Bms): void {
  const { power } = bms.estimate.health;
  const { cells } = bms.plan.estimate;
  if (bms.estimate.started === 0) return;
  const turn = power.turn < 2 * cells ? power.turn : 0;
  power.turn = turn + 1;
  const cell = turn >> 1;
  if (bms.measure.cellValid[cell] === 0) return;
  lookAhead(bms, cell, (turn & 1) === 0 ? DISCHARGE : CHARGE);
}

function lookAhead(bms: Bms, cell: number, sign: 1 | -1): void {
  const { power } = bms.estimate.health;
  const plan = bms.plan.estimate;
  const side = sign === CHARGE ? power.charge : power.discharge;
  const most_A = sign === CHARGE ? plan.charge.maximum_A : plan.discharge.maximum_A;
  const limit_V = sign === CHARGE ? plan.chargeEnd_V : plan.dischargeEnd_V;
  for (let k = 0; k < COUNT; k++) {
    prepareCell(bms, cell, k);
    side.cell_A[COUNT * cell + k] = currentTo(bms, sign, limit_V, most_A);
    side.end_V[COUNT * cell + k] = voltageAt(bms, sign * side.limit_A[k]);
  }
}

/** What the cell will be like after the time, but for the current that is sought, into power.ahead. */
function prepareCell(bms: Bms, cell: number, k: number): void {
  const { estimate, measure } = bms;
  const { health, observer: o } = estimate;
  const plan = bms.plan.estimate;
  const a = health.power.ahead;
  const degC = measure.cellTemperatures_degC[cell];
  const fast = plan.fastThrough[k];
  const slow = plan.slowThrough[k];
  const soc = estimate.cellSoc[cell];
  a.soc = soc;
  a.degC = degC;
  a.perA = HORIZONS_s[k] / (3600 * estimate.cellCapacity_Ah[cell]);
  a.lag = o.lag * (1 - plan.lagThrough[k]);
  a.lagPerA = (curveAt(plan.diffusionLag_h, degC) / plan.capacity_Ah) * plan.lagThrough[k];
  a.exchange_A = curveAt(plan.exchange_A, degC);
  a.branch_V = o.hysteresis * surfaceAt(plan.hysteresis_V, soc, degC);
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

/** Voltage of the prepared cell at the end of the time under a current, charging positive. */
function voltageAt(bms: Bms, current_A: number): number {
  const a = bms.estimate.health.power.ahead;
  const soc = a.soc + a.lag + current_A * (a.perA + a.lagPerA);
  const rest_V = surfaceAt(bms.plan.estimate.ocv_V, soc, a.degC) + a.branch_V;
  return rest_V + a.past_V + a.bent_Ohm * bend_A(current_A, a.exchange_A) + a.straight_Ohm * current_A;
}

/** Amperes, 0 to most_A, with which the prepared cell would end at the limit: false position with halving (Illinois). */
function currentTo(bms: Bms, sign: 1 | -1, limit_V: number, most_A: number): number {
  let low_A = 0,
    high_A = most_A;
  let low_V = sign * (limit_V - voltageAt(bms, 0));
  let high_V = sign * (limit_V - voltageAt(bms, sign * most_A));
  if (low_V <= 0) return 0;
  if (high_V >= 0) return most_A;
  let side = 0;
  for (let step = 0; step < STEPS && high_A - low_A > 0.001 * most_A; step++) {
    const at_A = low_A + ((high_A - low_A) * low_V) / (low_V - high_V);
    const at_V = sign * (limit_V - voltageAt(bms, sign * at_A));
    if (at_V >= 0) {
      low_A = at_A;
      low_V = at_V;
      if (side === 1) high_V *= 0.5;
      side = 1;
    } else {
      high_A = at_A;
      high_V = at_V;
      if (side === -1) low_V *= 0.5;
      side = -1;
    }
  }
  return low_A;
}

/** Each second: the weakest cell, the state of charge, the greatest current and the temperature, whichever is least. */
export function statePower(bms: Bms): void {
  const { estimate, measure } = bms;
  const { power } = estimate.health;
  const believed = estimate.started === 1 && measure.cellsValid === 1 && measure.temperatureValid === 1;
  for (let k = 0; k < COUNT; k++) {
    stateSide(bms, power.discharge, k, DISCHARGE, believed);
    stateSide(bms, power.charge, k, CHARGE, believed);
  }
}

function stateSide(bms: Bms, side: PowerSide, k: number, sign: 1 | -1, believed: boolean): void {
  const plan = bms.plan.estimate;
  side.cell[k] = -1;
  if (!believed) {
    side.limit_A[k] = 0;
    side.limit_W[k] = 0;
    side.reason[k] = POWER.notBelieved;
    return;
  }
  const map = sign === CHARGE ? plan.charge : plan.discharge;
  const warm = warmth(bms, map);
  const short = sign === DISCHARGE && k < COUNT - 1 && warm > 0; // cold cells give their power for seconds
  side.limit_A[k] = short ? map.maximum_A : map.maximum_A * warm;
  side.reason[k] = short || warm >= 1 ? POWER.maximum : POWER.temperature;
  let sum_V = 0;
  for (let cell = 0; cell < plan.cells; cell++) {
    const byVoltage_A = side.cell_A[COUNT * cell + k];
    const byCharge_A = chargeLimited_A(bms, cell, k, sign);
    const own_A = byVoltage_A < byCharge_A ? byVoltage_A : byCharge_A;
    sum_V += side.end_V[COUNT * cell + k];
    if (own_A >= side.limit_A[k]) continue;
    side.limit_A[k] = own_A;
    side.reason[k] = byVoltage_A < byCharge_A ? POWER.voltage : POWER.soc;
    side.cell[k] = cell;
  }
  side.limit_W[k] = side.limit_A[k] * sum_V;
}

/** Current that takes the cell to empty, or to full, in just that time. */
function chargeLimited_A(bms: Bms, cell: number, k: number, sign: 1 | -1): number {
  const { cellSoc, cellCapacity_Ah } = bms.estimate;
  const part = sign === DISCHARGE ? cellSoc[cell] : 1 - cellSoc[cell];
  return (part * cellCapacity_Ah[cell] * 3600) / HORIZONS_s[k];
}

/** Factor of the map at half charge for the coldest and the hottest cell. */
function warmth(bms: Bms, map: LimitMap): number {
  if (!map.enable || !map.bySoc) return 1;
  const { x, y, z } = map.socFactor;
  const cold = interpolateGrid(x, y, z, MIDDLE, bms.measure.minTemperature_degC);
  const hot = interpolateGrid(x, y, z, MIDDLE, bms.measure.maxTemperature_degC);
  return cold < hot ? cold : hot;
}
