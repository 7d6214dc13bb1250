// The columns of a scenario run, for its plot and its golden trace.

import type { Bms } from "../../core/bms.ts";
import { OUTPUTS } from "../../core/sensors.ts";
import type { World } from "../world.ts";
import { createTrace, openBin, put, type Trace } from "./trace.ts";

const FIXED = [
  "current_A",
  "deviceCurrent_A",
  "pack_V",
  "link_V",
  "soc",
  "deviceSoc",
  "boundLow",
  "boundHigh",
  "minCell_degC",
  "maxCell_degC",
  "deviceMin_degC",
  "deviceMax_degC",
  "ambient_degC",
  "contact1",
  "contact2",
  "contact3",
  "contact4",
  "error",
  "balancing",
  "charger_A",
  "chargeLimit_A",
  "dischargeLimit_A",
  "minCell_V",
  "maxCell_V",
] as const;
const CELLS_AT = FIXED.length;

/** A trace with a column for each cell behind the fixed ones. */
export const createRunTrace = (world: World, duration_s: number, bins: number): Trace =>
  createTrace([...FIXED, ...Array.from({ length: world.truth.cells }, (_, k) => `cell${k + 1}_V`)], duration_s, bins);

export type Recorded = {
  readonly world: World;
  readonly bms: Bms;
  readonly time_us: number;
  readonly awake: number;
  readonly scene: { readonly soc: number };
};

/** Note everything as it stands after a tick. */
export function record(trace: Trace, run: Recorded): void {
  const { world, bms } = run;
  const { truth } = world;
  openBin(trace, run.time_us);
  put(trace, 0, truth.current_A);
  put(trace, 2, truth.pack_V);
  put(trace, 3, truth.link_V);
  put(trace, 4, run.scene.soc);
  put(trace, 12, truth.ambient_degC);
  for (let k = 0; k < OUTPUTS; k++) put(trace, 13 + k, truth.contacts[k]);
  put(trace, 17, bms.protect.anyError);
  put(trace, 19, truth.chargerCurrent_A);
  recordCells(trace, world);
  if (run.awake === 1) recordDevice(trace, bms);
}

function recordCells(trace: Trace, world: World): void {
  const { cells_V, temperature_degC, balancing_A, cells } = world.truth;
  let least_V = cells_V[0],
    most_V = cells_V[0],
    coldest = temperature_degC[0],
    hottest = temperature_degC[0],
    balancing = 0;
  for (let k = 0; k < cells; k++) {
    put(trace, CELLS_AT + k, cells_V[k]);
    if (cells_V[k] < least_V) least_V = cells_V[k];
    if (cells_V[k] > most_V) most_V = cells_V[k];
    if (temperature_degC[k] < coldest) coldest = temperature_degC[k];
    if (temperature_degC[k] > hottest) hottest = temperature_degC[k];
    if (balancing_A[k] > 0) balancing++;
  }
  put(trace, 8, coldest);
  put(trace, 9, hottest);
  put(trace, 18, balancing);
  put(trace, 22, least_V);
  put(trace, 23, most_V);
}

function recordDevice(trace: Trace, bms: Bms): void {
  const { measure, estimate } = bms;
  put(trace, 20, estimate.chargeLimit_A);
  put(trace, 21, estimate.dischargeLimit_A);
  if (measure.currentValid === 1) put(trace, 1, measure.current_A);
  if (measure.temperatureValid === 1) {
    put(trace, 10, measure.minTemperature_degC);
    put(trace, 11, measure.maxTemperature_degC);
  }
  if (estimate.started !== 1) return;
  put(trace, 5, estimate.internalSoc);
  put(trace, 6, Math.max(0, estimate.internalSoc - estimate.socBound));
  put(trace, 7, Math.min(1, estimate.internalSoc + estimate.socBound));
}
