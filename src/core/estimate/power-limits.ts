// Power the battery can give and take for 2 s, 10 s, 30 s and half an hour: for each cell the current at which its voltage would
// just reach the end of discharge or charge at the end of that time, by the cell model with the learned resistance and the
// state it is in now; never more than the state of charge allows for that time, the greatest current of the settings, and the
// temperature. The cell with the least decides for the string. (G. L. Plett, J. Power Sources 134 (2004) 262, part 2, section 7,
// and High-performance battery-pack power estimation, IEEE Trans. Veh. Technol. 53 (2004) 1586.)
// These are forecasts for an energy manager; what may flow is said by the current limits (limits.ts) alone.

import { interpolateGrid } from "../../base/interpolate.ts";
import type { Bms } from "../bms.ts";
import type { LimitMap } from "./plan.ts";
import { CHARGE, DISCHARGE, lookAhead } from "./power-ahead.ts";
import { HORIZON_COUNT as COUNT, HORIZONS_s, type PowerSide } from "./power-state.ts";

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

/** State of charge at which the map's factor shows the temperature alone. */
const MIDDLE = 0.5;

/** With each set of cell voltages, or every other one: one cell, in one direction. */
export function followPower(bms: Bms): void {
  const { power } = bms.estimate.health;
  const { cells, turnsPerForecast } = bms.plan.estimate;
  if (bms.estimate.started === 0 || ++power.waited < turnsPerForecast) return;
  power.waited = 0;
  const turn = power.turn < 2 * cells ? power.turn : 0;
  power.turn = turn + 1;
  const cell = turn >> 1;
  if (bms.measure.cellValid[cell] === 0) return;
  lookAhead(bms, cell, (turn & 1) === 0 ? DISCHARGE : CHARGE);
}

/** Each second: the weakest cell, the state of charge, the greatest current and the temperature, whichever is least. */
export function statePower(bms: Bms): void {
  const { estimate, measure } = bms;
  const { power } = estimate.health;
  const believed = estimate.started === 1 && measure.cellsValid === 1 && measure.temperatureValid === 1;
  stateSide(bms, power.discharge, DISCHARGE, believed);
  stateSide(bms, power.charge, CHARGE, believed);
}

function stateSide(bms: Bms, side: PowerSide, sign: 1 | -1, believed: boolean): void {
  const map = sign === CHARGE ? bms.plan.estimate.charge : bms.plan.estimate.discharge;
  const warm = believed ? warmth(bms, map) : 0;
  for (let k = 0; k < COUNT; k++) {
    side.cell[k] = -1;
    if (believed) stateTime(bms, side, k, sign, map.maximum_A, warm);
    else {
      side.limit_A[k] = 0;
      side.limit_W[k] = 0;
      side.reason[k] = POWER.notBelieved;
    }
  }
}

function stateTime(bms: Bms, side: PowerSide, k: number, sign: 1 | -1, most_A: number, warm: number): void {
  const { cells } = bms.plan.estimate;
  const short = sign === DISCHARGE && k < COUNT - 1 && warm > 0; // cold cells give their power for seconds
  side.limit_A[k] = short ? most_A : most_A * warm;
  side.reason[k] = short || warm >= 1 ? POWER.maximum : POWER.temperature;
  let sum_V = 0;
  for (let cell = 0; cell < cells; cell++) {
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
