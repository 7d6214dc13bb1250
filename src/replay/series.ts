// The quantity a protection judges, tick by tick, with current, limits and contactors beside it: what an explanation says in
// numbers and draws.

import type { Bms } from "../core/bms.ts";
import { CONTACTORS } from "../core/decide/decided.ts";
import { numberAt, resolve } from "../core/path.ts";
import { FAULT_ROWS, type FaultName } from "../model/faults.ts";

/** Columns by tick; `time_us` is log time. NaN where a value was not believed. */
export type Series = {
  readonly time_us: number[];
  /** Of the cell or sensor the trip names, or of the whole. */
  readonly value: number[];
  readonly minCell_V: number[];
  readonly maxCell_V: number[];
  readonly current_A: number[];
  readonly chargeLimit_A: number[];
  readonly dischargeLimit_A: number[];
  /** Bit k: coil of contactor k (CONTACTORS) on; bit 8 + k: believed closed. */
  readonly contactors: number[];
  /** 0 healthy, 1 the delay runs, 2 set. */
  readonly condition: number[];
  readonly allowCharging: number[];
};

export const createSeries = (): Series => ({
  time_us: [],
  value: [],
  minCell_V: [],
  maxCell_V: [],
  current_A: [],
  chargeLimit_A: [],
  dischargeLimit_A: [],
  contactors: [],
  condition: [],
  allowCharging: [],
});

/** Which fault is looked at, and which cell or sensor (index from 0; -1: the whole); none: only current and cells. */
export type Subject = { readonly fault: FaultName | undefined; readonly element: number };

/** Takes down one tick. */
export function noteSeries(series: Series, subject: Subject, bms: Bms, at_us: number): void {
  const { measure, estimate, decide: decided, protect } = bms;
  series.time_us.push(at_us);
  series.value.push(subject.fault === undefined ? Number.NaN : judgedValue(bms, subject.fault, subject.element));
  series.minCell_V.push(measure.someCellValid === 1 ? measure.minCell_V : Number.NaN);
  series.maxCell_V.push(measure.someCellValid === 1 ? measure.maxCell_V : Number.NaN);
  series.current_A.push(measure.currentValid === 1 ? measure.current_A : Number.NaN);
  series.chargeLimit_A.push(estimate.chargeLimit_A);
  series.dischargeLimit_A.push(estimate.dischargeLimit_A);
  series.allowCharging.push(decided.allowCharging);
  let bits = 0;
  for (let k = 0; k < CONTACTORS.length; k++) {
    const { on, closed } = decided.contactors[CONTACTORS[k]];
    bits |= (on << k) | (closed << (8 + k));
  }
  series.contactors.push(bits);
  const state = subject.fault === undefined ? undefined : protect.faults[subject.fault];
  series.condition.push(state === undefined ? 0 : state.active === 1 ? 2 : state.since_us >= 0 ? 1 : 0);
}

/** The last tick at or before a time; -1: none. */
export function lastIndex({ time_us }: Series, at_us: number): number {
  let index = -1;
  for (let i = 0; i < time_us.length && time_us[i] <= at_us; i++) index = i;
  return index;
}

/** The value of the cell or sensor where the row is about one, else of the whole. */
function judgedValue(bms: Bms, fault: FaultName, element: number): number {
  const { of } = FAULT_ROWS[fault];
  const { measure } = bms;
  if (element >= 0 && /^measure\.(min|max)Cell_V$/.test(of))
    return measure.cellValid[element] === 1 ? measure.cells_V[element] : Number.NaN;
  if (element >= 0 && /^measure\.(min|max)Temperature_degC$/.test(of)) return measure.temperatures_degC[element];
  const { validIf } = FAULT_ROWS[fault];
  if (validIf !== undefined && numberAt(resolve(bms, validIf)) !== 1) return Number.NaN;
  return numberAt(resolve(bms, of));
}
