// Cells grow old: by charge moved, by time (as its square root, faster when warm and full), and by abuse.
// Capacity lost makes resistance rise. Also the slow part of the truth: capacities, resistances, state of the pack.

import { ABUSE, type Truth } from "../truth.ts";
import type { Cells } from "./cell.ts";

const YEAR_s = 365.25 * 86_400;

/** The life before the run: cycles and years at 25 degC and half charge, or a capacity left of the nominal one. */
export function ageTo(
  cells: Cells,
  life: { readonly cycles: number; readonly years: number; readonly soh: number },
): void {
  const model = cells.model;
  for (let k = 0; k < cells.count; k++) {
    cells.fadeCycles[k] = life.cycles * model.fadePerCycle;
    cells.fadeCalendar[k] = model.fadeFirstYear * Math.sqrt(life.years);
    if (life.soh > 0) {
      cells.fadeCycles[k] = 1 - life.soh;
      cells.fadeCalendar[k] = 0;
    }
    const fade = Math.min(0.8, cells.fadeCycles[k] + cells.fadeCalendar[k]);
    cells.capacity25_Ah[k] = cells.newCapacity_Ah[k] * (1 - fade);
    cells.resistanceFactor[k] *= 1 + model.resistanceGrowth * fade;
  }
}

/** Let dt_s of life pass at the present temperature and SOC, with the charge moved since the last call. */
export function age(cells: Cells, dt_s: number): void {
  const model = cells.model;
  for (let k = 0; k < cells.count; k++) {
    const temperature = cells.temperature_degC[k];
    const soc = cells.soc[k];
    const warmth = Math.exp((temperature - 25) * 0.0577623); // doubles each 12 K
    const cold = temperature < 10 ? 1 + (10 - temperature) * 0.1 : 1; // plating
    const cycles = cells.throughput_Ah[k] / (2 * cells.newCapacity_Ah[k]);
    const worn = cycles * model.fadePerCycle * cold * (0.5 + 0.5 * warmth);
    const perYear = model.fadeFirstYear * warmth * (0.5 + (soc > 0 ? soc : 0));
    const lived = (perYear * perYear * (dt_s / YEAR_s)) / (2 * Math.max(cells.fadeCalendar[k], 1e-4));
    const harm = abuse(cells, k) * (dt_s / 3600);
    cells.throughput_Ah[k] = 0;
    cells.fadeCycles[k] += worn + harm;
    cells.fadeCalendar[k] += lived;
    const lost = Math.min(worn + lived + harm, 0.5);
    const ratio = cells.capacity25_Ah[k] / cells.newCapacity_Ah[k];
    if (ratio - lost < 0.05) continue; // nothing left to lose
    cells.capacity25_Ah[k] -= lost * cells.newCapacity_Ah[k];
    cells.resistanceFactor[k] *= 1 + model.resistanceGrowth * lost;
  }
}

/** Part of the capacity lost per hour beyond full, empty or 70 degC. */
function abuse(cells: Cells, k: number): number {
  const soc = cells.soc[k];
  const over = soc > 1.02 ? 2 * (soc - 1.02) : 0;
  const under = soc < -0.01 ? -1.5 * (soc + 0.01) : 0;
  const hot = cells.temperature_degC[k] > 70 ? 0.002 * (cells.temperature_degC[k] - 70) : 0;
  return over + under + hot;
}

/** Bring capacities, resistances, SOC figures and abuse marks of the truth up to date. */
export function refreshLimits(cells: Cells, truth: Truth, nominal_Ah: number): void {
  let remaining_Ah = Number.POSITIVE_INFINITY;
  let room_Ah = Number.POSITIVE_INFINITY;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let k = 0; k < cells.count; k++) {
    const soc = cells.soc[k];
    const capacity_Ah = cells.capacity25_Ah[k];
    remaining_Ah = Math.min(remaining_Ah, soc * capacity_Ah);
    room_Ah = Math.min(room_Ah, (1 - soc) * capacity_Ah);
    low = Math.min(low, soc);
    high = Math.max(high, soc);
    sum += soc;
    mark(cells, k);
    truth.capacity_Ah[k] = capacity_Ah;
    truth.resistance_Ohm[k] = cells.r0_Ohm[k];
    truth.resistance25_Ohm[k] = (cells.model.r0_OhmAh * cells.resistanceFactor[k]) / cells.newCapacity_Ah[k];
  }
  remaining_Ah = Math.max(0, remaining_Ah);
  room_Ah = Math.max(0, room_Ah);
  truth.packCapacity_Ah = remaining_Ah + room_Ah;
  truth.packSoc = truth.packCapacity_Ah > 0 ? remaining_Ah / truth.packCapacity_Ah : 0;
  truth.minSoc = low;
  truth.maxSoc = high;
  truth.meanSoc = sum / cells.count;
  truth.soh = truth.packCapacity_Ah / nominal_Ah;
  truth.abuse.set(cells.abuse);
}

function mark(cells: Cells, k: number): void {
  if (cells.terminal_V[k] > cells.model.maximum_V) cells.abuse[k] |= ABUSE.overcharged;
  if (cells.terminal_V[k] < cells.model.minimum_V) cells.abuse[k] |= ABUSE.overdischarged;
  if (cells.temperature_degC[k] > 70) cells.abuse[k] |= ABUSE.overheated;
}
