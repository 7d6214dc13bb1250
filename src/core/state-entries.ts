// The device's state as a list of named numbers, and back. Every number, flag, word and array of the stages' records is an
// entry under its path; words of closed sets are written as their index. Settings, plans and answers are not state.

import type { Bms } from "./bms.ts";
import { createCommands } from "./commands.ts";
import { createDecided, DECIDE_KEPT, MODES, PHASES } from "./decide/decided.ts";
import { createEquipment } from "./equipment.ts";
import { ESTIMATE_KEPT } from "./estimate/estimate.ts";
import { createEstimated } from "./estimate/estimated.ts";
import { createMeasured } from "./measure/measured.ts";
import { createProtection } from "./protect/protection.ts";
import type { Restored } from "./saved-state.ts";

export type Entries = Map<string, Float64Array>;

/** A record of the state, whatever it holds. */
export type Node = { [key: string]: unknown };
/** Every part of a device that is state, in the order in which it is written. */
export const ROOTS = ["measure", "estimate", "protect", "decide", "equipment", "commands"] as const;
/** Every word that may stand in the state, by the key that holds it. */
export const WORDS: Readonly<Record<string, readonly string[]>> = { mode: MODES, phase: PHASES };

const KEPT_NAMES: ReadonlySet<string> = new Set([
  ...ESTIMATE_KEPT.map((name) => `estimate.${name}`),
  ...DECIDE_KEPT.map((name) => `decide.${name}`),
]);
const KEPT_TRIPS = /^protect\.faults\.[a-zA-Z0-9]+\.trips$/;
/** Overrides of inputs and the zero of the current sensor do not survive: a new start follows the physical inputs. */
const isKept = (name: string): boolean => KEPT_NAMES.has(name) || KEPT_TRIPS.test(name);

const MAKERS: Readonly<Record<(typeof ROOTS)[number], () => object>> = {
  measure: createMeasured,
  estimate: createEstimated,
  protect: createProtection,
  decide: createDecided,
  equipment: createEquipment,
  commands: createCommands,
};

const isRecord = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && !ArrayBuffer.isView(value);

const namesOf = (value: unknown, path: string): readonly string[] =>
  isRecord(value) ? Object.keys(value).flatMap((key) => namesOf(value[key], `${path}.${key}`)) : [path];

/** The path of every entry, in the order of the places: the same for every device, whatever its settings. */
export const ENTRY_NAMES: readonly string[] = [
  "time_us",
  "stateLost",
  ...ROOTS.flatMap((root) => namesOf(MAKERS[root](), root)),
];

/** Which entries are meant, by their place in ENTRY_NAMES. */
export type Selection = Uint8Array;
export const ALL: Selection = new Uint8Array(ENTRY_NAMES.length).fill(1);
export const KEPT: Selection = Uint8Array.from(ENTRY_NAMES, (name) => (isKept(name) ? 1 : 0));

/** Visits every place of the state: a number or a word by its key, an array as one. `index` is that of its name. */
export function eachPlace(bms: Bms, visit: (holder: Node, key: string, index: number) => void): void {
  let index = 0;
  const visitNext = (holder: Node, key: string): void => visit(holder, key, index++);
  visitNext(bms as unknown as Node, "time_us");
  visitNext(bms as unknown as Node, "stateLost");
  for (const root of ROOTS) walk(bms[root] as unknown as Node, visitNext);
}

function walk(node: Node, visit: (holder: Node, key: string) => void): void {
  for (const key of Object.keys(node)) {
    const value = node[key];
    if (isRecord(value)) walk(value, visit);
    else visit(node, key);
  }
}

type Values = Float64Array | Uint8Array;

/** Visits the chosen entries. A single number comes in an array that serves for the next one too. */
export function eachEntry(bms: Bms, chosen: Selection, visit: (name: string, values: Values) => void): void {
  const single = new Float64Array(1);
  eachPlace(bms, (holder, key, index) => {
    if (chosen[index] === 1) visit(ENTRY_NAMES[index], read(holder, key, single));
  });
}

/** The chosen entries by name, as they are saved: tests alter them to make states of older programs and damaged ones. */
export function gather(bms: Bms, chosen: Selection): Entries {
  const entries: Entries = new Map();
  eachEntry(bms, chosen, (name, values) => entries.set(name, new Float64Array(values)));
  return entries;
}

/** Writes the chosen entries into the state. Checks everything first: a state that does not fit changes nothing. */
export function scatter(bms: Bms, entries: Entries, chosen: Selection, version: number): Restored {
  const writes: (() => void)[] = [];
  const rest = new Set(entries.keys());
  let misfit = "";
  eachPlace(bms, (holder, key, index) => {
    const name = ENTRY_NAMES[index];
    const values = entries.get(name);
    rest.delete(name);
    if (values === undefined || chosen[index] === 0) return;
    if (!fits(holder, key, values)) misfit ||= name;
    writes.push(() => write(holder, key, values));
  });
  if (misfit !== "") return { ok: false, reason: `the saved state does not fit at ${misfit}` };
  for (const act of writes) act();
  return { ok: true, migratedFrom: version, ignored: [...rest] };
}

function read(holder: Node, key: string, single: Float64Array): Values {
  const value = holder[key];
  if (ArrayBuffer.isView(value)) return value as Values;
  single[0] = typeof value === "string" ? (WORDS[key] ?? []).indexOf(value) : Number(value);
  return single;
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
