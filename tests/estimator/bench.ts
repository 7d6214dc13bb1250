// A device reduced to the stage "estimate": what the other stages would say is set by hand, tick by tick.

import type { Bms } from "../../src/core/bms.ts";
import { createDecided } from "../../src/core/decide/decided.ts";
import { estimate } from "../../src/core/estimate/estimate.ts";
import { createEstimated } from "../../src/core/estimate/estimated.ts";
import { planEstimate } from "../../src/core/estimate/plan.ts";
import { createMeasured } from "../../src/core/measure/measured.ts";
import { createProtection } from "../../src/core/protect/protection.ts";
import type { ChemistryName } from "../../src/model/chemistries.ts";
import { presetSettings } from "../../src/model/presets.ts";
import { createSettings, putSetting, type Settings, type SettingValue } from "../../src/model/settings.ts";

export type Overrides = Readonly<Record<string, SettingValue>>;

export function makeSettings(
  chemistry: ChemistryName,
  cells: number,
  capacity_Ah: number,
  overrides: Overrides = {},
): Settings {
  const settings = createSettings();
  for (const [name, value] of Object.entries(presetSettings(chemistry, cells, capacity_Ah)))
    putSetting(settings, name, value);
  putSetting(settings, "battery.cells", cells);
  putSetting(settings, "battery.capacity_Ah", capacity_Ah);
  for (const [name, value] of Object.entries(overrides)) putSetting(settings, name, value);
  return settings;
}

/** Everything believed, contactors closed, nothing in the way, 25 degC. */
export function makeBench(settings: Settings): Bms {
  const bms = {
    settings,
    plan: { estimate: planEstimate(settings) },
    time_us: 0,
    stateLost: 0,
    measure: createMeasured(),
    estimate: createEstimated(),
    protect: createProtection(),
    decide: createDecided(),
  } as unknown as Bms;
  const { measure, decide } = bms;
  Object.assign(measure, { cellsValid: 1, temperatureValid: 1, currentValid: 1, ready: 1 });
  measure.cellValid.fill(1);
  Object.assign(decide, { readyToCharge: 1, readyToDischarge: 1 });
  decide.contactors.charge.closed = 1;
  decide.contactors.discharge.closed = 1;
  return bms;
}

/** Settings change between two ticks, as the core does it. */
export function change(bms: Bms, overrides: Overrides): void {
  for (const [name, value] of Object.entries(overrides)) putSetting(bms.settings, name, value);
  bms.plan.estimate = planEstimate(bms.settings);
}

/** Sets the cells' voltages (one for all, or each) and what the measuring stage would conclude from them. */
export function setCells(bms: Bms, cells_V: number | readonly number[]): void {
  const { measure, settings } = bms;
  let sum_V = 0;
  measure.minCell = 0;
  measure.maxCell = 0;
  for (let cell = 0; cell < settings.battery.cells; cell++) {
    const cell_V = typeof cells_V === "number" ? cells_V : cells_V[cell];
    measure.cells_V[cell] = cell_V;
    sum_V += cell_V;
    if (cell_V < measure.cells_V[measure.minCell]) measure.minCell = cell;
    if (cell_V > measure.cells_V[measure.maxCell]) measure.maxCell = cell;
  }
  measure.minCell_V = measure.cells_V[measure.minCell];
  measure.maxCell_V = measure.cells_V[measure.maxCell];
  measure.battery_V = sum_V;
  measure.averageCell_V = sum_V / settings.battery.cells;
}

export function setCurrent(bms: Bms, current_A: number): void {
  bms.measure.current_A = current_A;
  bms.measure.chargeCurrent_A = current_A > 0 ? current_A : 0;
  bms.measure.dischargeCurrent_A = current_A < 0 ? -current_A : 0;
}

export function setTemperature(bms: Bms, degC: number): void {
  bms.measure.cellTemperatures_degC.fill(degC);
  bms.measure.minTemperature_degC = degC;
  bms.measure.maxTemperature_degC = degC;
}

/** One tick. @param fresh whether the front end delivered new voltages */
export function tick(bms: Bms, dt_us: number, fresh: boolean): void {
  bms.measure.fresh = fresh ? 1 : 0;
  bms.time_us += dt_us;
  estimate(bms, dt_us);
}

/** Ticks of 100 ms with new voltages in each. */
export function run(bms: Bms, seconds: number): void {
  const ticks = Math.round(seconds * 10);
  for (let i = 0; i < ticks; i++) tick(bms, 100_000, true);
}
