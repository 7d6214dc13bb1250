// Every signal that leaves the device, one row each: the stages' own rows, and one flag for each fault and each internal
// signal, made from their tables. Registers, object dictionary, topics, log columns and forms are projections of this.

import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "./faults.ts";
import { INTERNAL_SIGNALS } from "./internal-signals.ts";
import type { SignalRow } from "./rows.ts";
import { DECIDE_SIGNALS } from "./signals-decide.ts";
import { EQUIPMENT_SIGNALS } from "./signals-equipment.ts";
import { ESTIMATE_SIGNALS } from "./signals-estimate.ts";
import { MEASURE_SIGNALS } from "./signals-measure.ts";

/** What a signal counts that counts the trips of a protection. */
export const TRIPS_HELP = "How often: {title}.";

/** The fault that a signal is of: its flag, or how often it has tripped. */
export function faultOfSignal(name: string): { readonly fault: FaultName | undefined; readonly isCount: boolean } {
  const [, fault = "", trips] = /^fault\.(\w+)(\.trips)?$/.exec(name) ?? [];
  return { fault: Object.hasOwn(FAULT_ROWS, fault) ? (fault as FaultName) : undefined, isCount: trips !== undefined };
}

const FAULT_SIGNALS: Readonly<Record<string, SignalRow>> = Object.fromEntries(FAULT_NAMES.flatMap((name) => {
  const row = FAULT_ROWS[name];
  const group = row.level === "error" ? "Errors" : "Indications";
  return [
    [`fault.${name}`, { unit: "none", type: "flag", group, from: `protect.active.${name}`, help: `${row.title}. ${row.help}` }],
    [`fault.${name}.trips`, { unit: "count", type: "integer", group, from: `protect.faults.${name}.trips`, help: TRIPS_HELP.replace("{title}", row.title) }],
  ] satisfies [string, SignalRow][];
}));

const FLAG_SIGNALS: Readonly<Record<string, SignalRow>> = Object.fromEntries(Object.entries(INTERNAL_SIGNALS).map(([name, row]) =>
  [`signal.${name}`, { unit: "none", type: "flag", group: "Internal signals", from: row.from, help: row.help, vendor: row.title }] satisfies [string, SignalRow]));

export type StageSignalName = keyof typeof MEASURE_SIGNALS | keyof typeof ESTIMATE_SIGNALS | keyof typeof DECIDE_SIGNALS | keyof typeof EQUIPMENT_SIGNALS;

/** All rows by name, in the order in which they are shown. */
export const SIGNALS: Readonly<Record<string, SignalRow>> = { ...MEASURE_SIGNALS, ...ESTIMATE_SIGNALS, ...DECIDE_SIGNALS, ...EQUIPMENT_SIGNALS, ...FLAG_SIGNALS, ...FAULT_SIGNALS };
export const SIGNAL_NAMES: readonly string[] = Object.keys(SIGNALS);
