// The names a condition may use: what is really so (truth.*), what the device believes and does (device.*), its trips.
// A name is looked up once, when the scenario is read, against the shapes of the real records; nothing is listed by hand
// but what has to be computed. Indexes of arrays count from 1, as on the headers.

import { type Bms, createBms } from "../../core/bms.ts";
import { FAULT_NAMES, type FaultName } from "../../model/faults.ts";
import { createSettings } from "../../model/settings.ts";
import { createTruth, type Truth } from "../truth.ts";

/** What conditions are asked about: the world and the device at this instant. */
export type Scene = { readonly truth: Truth; readonly bms: Bms; readonly time_us: number; readonly soc: number };

export type Derived = keyof typeof DERIVED;

/** A value of the scene: a path into truth or device, a computed one, or a trip. */
export type Place =
  | { readonly root: "truth" | "device"; readonly path: readonly string[]; readonly type: "number" | "list" | "text" }
  | { readonly root: "derived"; readonly name: Derived; readonly type: "number" }
  | { readonly root: "active" | "tripped"; readonly fault: FaultName; readonly type: "number" };

const cellsOf = (scene: Scene, values: Float64Array, least: boolean): number => {
  let best = values[0];
  for (let k = 1; k < scene.truth.cells; k++) if (least ? values[k] < best : values[k] > best) best = values[k];
  return best;
};

/** Computed names, each with its help. */
export const DERIVED = {
  time: { help: "Seconds since the start.", read: (scene: Scene) => scene.time_us * 1e-6 },
  "truth.minCell_V": { help: "Lowest cell voltage.", read: (s: Scene) => cellsOf(s, s.truth.cells_V, true) },
  "truth.maxCell_V": { help: "Highest cell voltage.", read: (s: Scene) => cellsOf(s, s.truth.cells_V, false) },
  "truth.spread_V": {
    help: "Highest minus lowest cell voltage.",
    read: (s: Scene) => cellsOf(s, s.truth.cells_V, false) - cellsOf(s, s.truth.cells_V, true),
  },
  "truth.minTemperature_degC": {
    help: "Coldest cell.",
    read: (s: Scene) => cellsOf(s, s.truth.temperature_degC, true),
  },
  "truth.maxTemperature_degC": {
    help: "Hottest cell.",
    read: (s: Scene) => cellsOf(s, s.truth.temperature_degC, false),
  },
  "truth.socSpread": {
    help: "Fullest minus emptiest cell, 0..1.",
    read: (s: Scene) => s.truth.maxSoc - s.truth.minSoc,
  },
  "truth.mergedSoc": { help: "True state of charge, merged by the rule the device uses.", read: (s: Scene) => s.soc },
  "truth.abused": {
    help: "1 once a cell was overcharged, overdischarged or overheated.",
    read: (s: Scene) => anyAbuse(s),
  },
  "truth.contactsOpen": { help: "1 while no main contact conducts.", read: (s: Scene) => noneOf(s.truth.contacts) },
  "device.contactorsOpen": { help: "1 while no contactor coil is commanded.", read: (s: Scene) => coilsOff(s.bms) },
  "device.socError": {
    help: "Shown state of charge minus the true one.",
    read: (s: Scene) => s.bms.estimate.internalSoc - s.soc,
  },
} as const;

function anyAbuse(scene: Scene): number {
  for (let k = 0; k < scene.truth.cells; k++) if (scene.truth.abuse[k] !== 0) return 1;
  return 0;
}

function noneOf(flags: Uint8Array): number {
  for (let k = 0; k < flags.length; k++) if (flags[k] !== 0) return 0;
  return 1;
}

function coilsOff(bms: Bms): number {
  const { charge, discharge, precharge, common } = bms.decide.contactors;
  return charge.on + discharge.on + precharge.on + common.on === 0 ? 1 : 0;
}

export type Vocabulary = ReadonlyMap<string, Place>;

/** Every name, with short forms: device.soc for device.estimate.soc wherever only one stage has that name. */
export function createVocabulary(): Vocabulary {
  const names = new Map<string, Place>();
  for (const name of Object.keys(DERIVED) as Derived[]) names.set(name, { root: "derived", name, type: "number" });
  addPaths(names, "truth", [], createTruth(1));
  const bms = createBms(createSettings());
  for (const stage of ["measure", "estimate", "protect", "decide", "commands"] as const)
    addPaths(names, "device", [stage], bms[stage]);
  addPaths(names, "device", [], { stateLost: 0 });
  addShortForms(names);
  for (const fault of FAULT_NAMES) {
    names.set(`trip.${fault}`, { root: "active", fault, type: "number" });
    names.set(`tripped.${fault}`, { root: "tripped", fault, type: "number" });
  }
  return names;
}

function addPaths(
  names: Map<string, Place>,
  root: "truth" | "device",
  before: readonly string[],
  record: object,
): void {
  for (const [key, value] of Object.entries(record)) {
    const path = [...before, key];
    const name = [root, ...path].join(".");
    if (names.has(name)) continue;
    if (ArrayBuffer.isView(value)) names.set(name, { root, path, type: "list" });
    else if (typeof value === "number") names.set(name, { root, path, type: "number" });
    else if (typeof value === "string") names.set(name, { root, path, type: "text" });
    else if (typeof value === "object" && value !== null && !Array.isArray(value)) addPaths(names, root, path, value);
  }
}

function addShortForms(names: Map<string, Place>): void {
  const full = [...names].filter(([name]) => name.startsWith("device."));
  const count = new Map<string, number>();
  const shortOf = (name: string): string => `device.${name.split(".").slice(2).join(".")}`;
  for (const [name] of full) count.set(shortOf(name), (count.get(shortOf(name)) ?? 0) + 1);
  for (const [name, place] of full)
    if (count.get(shortOf(name)) === 1 && !names.has(shortOf(name))) names.set(shortOf(name), place);
}

type Holder = { readonly [key: string]: unknown };

/** The value at a place now: a number, a list, or a word. */
export function valueAt(place: Place, scene: Scene): number | ArrayLike<number> | string {
  switch (place.root) {
    case "derived":
      return DERIVED[place.name].read(scene);
    case "active":
      return scene.bms.protect.active[place.fault];
    case "tripped":
      return scene.bms.protect.faults[place.fault].trips;
    case "truth":
    case "device": {
      let at: unknown = place.root === "truth" ? scene.truth : scene.bms;
      for (let i = 0; i < place.path.length; i++) at = (at as Holder)[place.path[i]];
      return at as number | ArrayLike<number> | string;
    }
  }
}
