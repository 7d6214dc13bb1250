// The device's state as a list of named numbers, and back. Every number, flag, word and array of the stages' records is an
// entry under its path; words of closed sets are written as their index. Settings, plans and answers are not state.

import type { Bms } from "./bms.ts";
import { DECIDE_KEPT, MODES, PHASES } from "./decide/decided.ts";
import { ESTIMATE_KEPT } from "./estimate/estimate.ts";
import type { Restored } from "./saved-state.ts";

export type Entries = Map<string, Float64Array>;

/** A record of the state, whatever it holds. */
export type Node = { [key: string]: unknown };
/** Every part of a device that is state, in the order in which it is written. */
export const ROOTS = ["measure", "estimate", "protect", "decide", "equipment", "commands"] as const;
/** Every word that may stand in the state, by the key that holds it. */
export const WORDS: Readonly<Record<string, readonly string[]>> = { mode: MODES, phase: PHASES };

const KEPT: ReadonlySet<string> = new Set([
  ...ESTIMATE_KEPT.map((name) => `estimate.${name}`),
  ...DECIDE_KEPT.map((name) => `decide.${name}`),
]);
const KEPT_TRIPS = /^protect\.faults\.[a-zA-Z0-9]+\.trips$/;
/** Overrides of inputs and the zero of the current sensor do not survive: a new start follows the physical inputs. */
export const isKept = (name: string): boolean => KEPT.has(name) || KEPT_TRIPS.test(name);

export function gather(bms: Bms, wanted: (name: string) => boolean): Entries {
  const entries: Entries = new Map();
  entries.set("time_us", Float64Array.of(bms.time_us));
  entries.set("stateLost", Float64Array.of(bms.stateLost));
  for (const root of ROOTS)
    walk(bms[root] as unknown as Node, root, (holder, key, name) => {
      if (wanted(name)) entries.set(name, read(holder, key));
    });
  if (!wanted("time_us")) entries.delete("time_us");
  if (!wanted("stateLost")) entries.delete("stateLost");
  return entries;
}

/** Writes the entries into the state. Checks everything first: a state that does not fit changes nothing. */
export function scatter(bms: Bms, entries: Entries, wanted: (name: string) => boolean, version: number): Restored {
  const writes: (() => void)[] = [];
  const rest = new Set(entries.keys());
  let misfit = "";
  for (const root of ROOTS)
    walk(bms[root] as unknown as Node, root, (holder, key, name) => {
      const values = entries.get(name);
      rest.delete(name);
      if (values === undefined || !wanted(name)) return;
      if (!fits(holder, key, values)) misfit ||= name;
      writes.push(() => write(holder, key, values));
    });
  if (misfit !== "") return { ok: false, reason: `the saved state does not fit at ${misfit}` };
  for (const act of writes) act();
  takeRoot(bms, entries, wanted, rest);
  return { ok: true, migratedFrom: version, ignored: [...rest] };
}

function takeRoot(bms: Bms, entries: Entries, wanted: (name: string) => boolean, rest: Set<string>): void {
  for (const name of ["time_us", "stateLost"] as const) {
    rest.delete(name);
    if (entries.has(name) && wanted(name)) bms[name] = entries.get(name)![0];
  }
}

/** Visits every value of a record and of the records inside it, arrays as one. */
export function walk(node: Node, path: string, visit: (holder: Node, key: string, name: string) => void): void {
  for (const key of Object.keys(node)) {
    const value = node[key];
    const name = `${path}.${key}`;
    if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) walk(value as Node, name, visit);
    else visit(node, key, name);
  }
}

function read(holder: Node, key: string): Float64Array {
  const value = holder[key];
  if (ArrayBuffer.isView(value)) return new Float64Array(value as unknown as ArrayLike<number>);
  const entry = new Float64Array(1);
  entry[0] = typeof value === "string" ? (WORDS[key] ?? []).indexOf(value) : Number(value);
  return entry;
}

function fits(holder: Node, key: string, values: Float64Array): boolean {
  const value = holder[key];
  if (ArrayBuffer.isView(value)) return (value as unknown as ArrayLike<number>).length === values.length;
  if (values.length !== 1) return false;
  return typeof value !== "string" || (WORDS[key] ?? [])[values[0]] !== undefined;
}

function write(holder: Node, key: string, values: Float64Array): void {
  const value = holder[key];
  if (ArrayBuffer.isView(value)) (value as Float64Array).set(values);
  else if (typeof value === "string") holder[key] = WORDS[key][values[0]];
  else holder[key] = typeof value === "boolean" ? values[0] !== 0 : values[0];
}
