// What world a run takes place in: pack, wiring, sensors, contactors, charger, load, surroundings. Plain data, complete,
// so that a scenario file, a seed and this record rebuild the same world. Start from DEFAULT_WORLD and override.
// Hardware numbers follow the connection manual (X1..X9) and the makers' sheets of LEM sensors and NTC thermistors.

import { CELL_MODELS, type CellModel, type CellModelName } from "./plant/cell-models.ts";

import { type ChargerConfig, NO_CHARGER } from "./plant/charger.ts";

import { type LoadConfig, NO_LOAD } from "./plant/load.ts";
import type { ThermistorType } from "./plant/thermistor.ts";

/** What an output of X1 drives. "common" is one contactor for charging and discharging on one shared bus. */
export type OutputRole = "charge" | "precharge" | "discharge" | "common" | "main" | "heater" | "cooler" | "none";

/** What closes a discrete input of X3 by itself; setInput closes any of them by hand. */
export type InputRole = "none" | "chargerPlugged" | "fuseBlown" | "insulationFault";

/** Where a thermistor sits: at a cell (1..18), at the contactor of an output (1..4), in the air, on the heat sink. */
export type ThermistorPlace =
  | { readonly at: "cell"; readonly cell: number }
  | { readonly at: "contactor"; readonly output: number }
  | { readonly at: "ambient" }
  | { readonly at: "heatSink" }
  | { readonly at: "none" };

/** A cell that differs in a known way from what the seed would give it. Absent fields follow the seed. */
export type CellOverride = {
  /** 1..18, as on header X8. */
  readonly cell: number;
  readonly soc?: number;
  /** Factor on the capacity and on the resistance the cell would otherwise have. */
  readonly capacityFactor?: number;
  readonly resistanceFactor?: number;
  readonly selfDischargeFactor?: number;
};

export type PackConfig = {
  readonly model: CellModelName | CellModel;
  readonly cells: number;
  readonly capacity_Ah: number;
  readonly startSoc: number;
  readonly temperature_degC: number;
  /** Standard deviations: capacity and resistance as a fraction, soc in 0..1, self-discharge as a fraction. */
  readonly spread: {
    readonly capacity: number;
    readonly resistance: number;
    readonly soc: number;
    readonly selfDischarge: number;
  };
  /** Life before the run. An soh in 0..1 (0: unused) replaces the capacity that cycles and years would leave. */
  readonly age: { readonly cycles: number; readonly years: number; readonly soh: number };
  readonly overrides: readonly CellOverride[];
  /** Inter-cell links and cables in the main path, all together. */
  readonly linkage_Ohm: number;
};

export type WiringConfig = {
  /** Unused upper inputs are bridged to the top cell ("tied", reads 0 V) or left open (float). */
  readonly unusedInputs: "tied" | "open";
  /** The board is fed through C0 and the top cell wire of X8, or through its own pair X9. */
  readonly boardFedBy: "X9" | "X8";
  readonly firstWire_Ohm: number;
  readonly lastWire_Ohm: number;
  /** The minus wire of the board passes through the Hall sensor too, so that its own draw is measured. */
  readonly boardThroughHall: boolean;
};

export type CurrentSensorConfig = {
  /** HASS 0.625 V at nominal about a 2.5 V reference; HTFS 1.25 V about Uc/2; DHAB 2 V at range, no reference. */
  readonly family: "HASS" | "HTFS" | "DHAB";
  /** Nominal current; for DHAB the range of channel 1 (at hall_V). */
  readonly nominal_A: number;
  /** Measuring range where the output stops following. */
  readonly range_A: number;
  /** DHAB: range of channel 2, seen at hallReference_V; 0: not wired, the pin reads Uc/2. */
  readonly secondRange_A: number;
  readonly offset_A: number;
  /** Fraction: 0.01 reads one percent too much. */
  readonly gainError: number;
  readonly drift_A_per_K: number;
  /** Standard deviation of one 10 ms value. */
  readonly noise_A: number;
  /** Error of linearity at the end of the range, as a fraction of the nominal current. */
  readonly linearity: number;
  /** Error of the sensor's reference output. */
  readonly referenceError_V: number;
  readonly invert: boolean;
};

export type BoardConfig = {
  readonly resolution_V: number;
  readonly cellNoise_V: number;
  /** Standard deviations over the inputs; each board draws its own from the seed. */
  readonly cellOffset_V: number;
  readonly cellGain: number;
  readonly analogNoise_V: number;
  readonly conversion_us: number;
  readonly working_W: number;
  readonly standby_W: number;
  readonly balance_Ohm: number;
  /** Share of each conversion period in which balancing is paused for the measurement. */
  readonly balancePause: number;
  readonly heatSink_K_per_W: number;
};

export type OutputConfig = {
  readonly role: OutputRole;
  readonly closing_ms: number;
  readonly opening_ms: number;
  readonly bounce_ms: number;
  /** An auxiliary contact is wired to FBk. */
  readonly feedback: boolean;
  readonly contact_Ohm: number;
  readonly coil_W: number;
  /** Peak current at closing that welds the contact; 0: never. */
  readonly weld_A: number;
};

export type WorldConfig = {
  readonly pack: PackConfig;
  readonly wiring: WiringConfig;
  /** Six thermistors of header X6. */
  readonly thermistors: readonly ThermistorPlace[];
  readonly thermistorType: ThermistorType;
  /** Tolerance of the thermistors: standard deviation in kelvin. */
  readonly thermistorSpread_K: number;
  readonly currentSensor: CurrentSensorConfig;
  readonly board: BoardConfig;
  /** Four outputs of header X1. */
  readonly outputs: readonly OutputConfig[];
  /** Four discrete inputs of header X3. */
  readonly inputs: readonly InputRole[];
  readonly precharge_Ohm: number;
  readonly link_F: number;
  /** Discharges the link when nothing else does; 0: none. */
  readonly bleeder_Ohm: number;
  readonly fuse: { readonly rating_A: number; readonly melt_A2s: number };
  readonly heater_W: number;
  readonly cooler_W: number;
  /** Heater and cooler draw from the pack (behind the current sensor) or from elsewhere. */
  readonly heaterFedBy: "pack" | "mains";
  readonly ambient_degC: number;
  readonly charger: ChargerConfig;
  readonly load: LoadConfig;
};

const contactor = (role: OutputRole): OutputConfig => ({
  role,
  closing_ms: 20,
  opening_ms: 10,
  bounce_ms: 3,
  feedback: true,
  contact_Ohm: 0.0003,
  coil_W: 2,
  weld_A: 0,
});

/** Four thermistors evenly along a pack: of 16 cells at 2, 6, 10 and 14. */
function spreadThermistors(cells: number): ThermistorPlace[] {
  const places: ThermistorPlace[] = [];
  for (let k = 0; k < 4; k++) places.push({ at: "cell", cell: Math.max(1, Math.round(((2 * k + 1) * cells) / 8)) });
  places.push({ at: "none" }, { at: "none" });
  return places;
}

/** A 16-cell 100 Ah LFP pack with four contactors, one HASS 200-S, four thermistors, and nothing connected to it. */
export const DEFAULT_WORLD: WorldConfig = {
  pack: {
    model: "LFP",
    cells: 16,
    capacity_Ah: 100,
    startSoc: 0.5,
    temperature_degC: 25,
    spread: { capacity: 0.01, resistance: 0.05, soc: 0.005, selfDischarge: 0.3 },
    age: { cycles: 0, years: 0, soh: 0 },
    overrides: [],
    linkage_Ohm: 0.0015,
  },
  wiring: { unusedInputs: "tied", boardFedBy: "X9", firstWire_Ohm: 0.05, lastWire_Ohm: 0.05, boardThroughHall: false },
  thermistors: spreadThermistors(16),
  thermistorType: "beta3950",
  thermistorSpread_K: 0.3,
  currentSensor: {
    family: "HASS",
    nominal_A: 200,
    range_A: 600,
    secondRange_A: 0,
    offset_A: 0.2,
    gainError: 0.002,
    drift_A_per_K: 0.03, // 0.1 mV/K, the better end of the HASS sheet, which allows 0.525
    noise_A: 0.1,
    linearity: 0.002,
    referenceError_V: 0.005,
    invert: false,
  },
  board: {
    resolution_V: 0.0001,
    cellNoise_V: 0.0003,
    cellOffset_V: 0.0005,
    cellGain: 0.0003,
    analogNoise_V: 0.0005,
    conversion_us: 100_000,
    working_W: 1.44, // 30 mA at 48 V
    standby_W: 0.0096, // 0.2 mA at 48 V
    balance_Ohm: 4.2 / 0.22,
    balancePause: 0.1,
    heatSink_K_per_W: 2,
  },
  outputs: [contactor("charge"), contactor("precharge"), contactor("discharge"), contactor("main")],
  inputs: ["none", "none", "none", "none"],
  precharge_Ohm: 10,
  link_F: 0.005,
  bleeder_Ohm: 10_000,
  fuse: { rating_A: 400, melt_A2s: 100_000 },
  heater_W: 200,
  cooler_W: 100,
  heaterFedBy: "mains",
  ambient_degC: 25,
  charger: NO_CHARGER,
  load: NO_LOAD,
};

/** Fields to change, at any depth; arrays and named alternatives are replaced whole. */
export type Changes<T> = {
  readonly [K in keyof T]?: T[K] extends readonly unknown[] | string | number | boolean ? T[K] : Changes<T[K]> | T[K];
};

/**
 * The default world with changes. Loads and cell models are replaced whole, not merged.
 * Thermistors that are not placed spread along the cells there are.
 */
export function worldConfig(changes: Changes<WorldConfig>): WorldConfig {
  const world = merge(DEFAULT_WORLD, changes);
  if (changes.thermistors !== undefined || !Number.isInteger(world.pack.cells)) return world;
  return { ...world, thermistors: spreadThermistors(world.pack.cells) };
}

function merge<T>(base: T, changes: Changes<T>): T {
  const result = { ...base } as Record<string, unknown>;
  for (const [key, change] of Object.entries(changes)) {
    if (change === undefined) continue;
    const old = result[key];
    result[key] = isRecord(old) && isRecord(change) && !isWhole(change) ? merge(old, change) : change;
  }
  return result as T;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isWhole = (value: Record<string, unknown>): boolean => "kind" in value || "ocv" in value;

/** What a person must correct before createWorld accepts the world; empty when all is well. */
export function checkWorld(config: WorldConfig): string[] {
  const problems: string[] = [];
  const demand = (good: boolean, sentence: string): void => {
    if (!good) problems.push(sentence);
  };
  const { pack } = config;
  demand(
    Number.isInteger(pack.cells) && pack.cells >= 6 && pack.cells <= 18,
    "pack.cells is a whole number from 6 to 18",
  );
  demand(pack.capacity_Ah > 0 && pack.capacity_Ah <= 10_000, "pack.capacity_Ah is above 0 and at most 10000");
  demand(pack.startSoc >= 0 && pack.startSoc <= 1, "pack.startSoc is from 0 to 1");
  demand(pack.temperature_degC >= -60 && pack.temperature_degC <= 100, "pack.temperature_degC is from -60 to 100");
  demand(pack.age.soh >= 0 && pack.age.soh <= 1, "pack.age.soh is from 0 to 1 (0: from cycles and years)");
  demand(
    typeof pack.model !== "string" || pack.model in CELL_MODELS,
    "pack.model is a known chemistry or a cell model",
  );
  for (const override of pack.overrides)
    demand(isElement(override.cell, pack.cells), "overrides name cells of the pack");
  demand(config.thermistors.length === 6, "thermistors has six places");
  for (const place of config.thermistors) {
    if (place.at === "cell") demand(isElement(place.cell, pack.cells), "thermistors sit at cells of the pack");
    if (place.at === "contactor") demand(isElement(place.output, 4), "thermistors sit at contactors 1 to 4");
  }
  demand(config.outputs.length === 4, "outputs has four rows");
  demand(config.inputs.length === 4, "inputs has four rows");
  const roles = config.outputs.map((output) => output.role).filter((role) => role !== "none");
  demand(new Set(roles).size === roles.length, "no two outputs have the same role");
  demand(config.precharge_Ohm > 0, "precharge_Ohm is above 0");
  demand(config.link_F >= 0, "link_F is not negative");
  demand(config.currentSensor.nominal_A > 0 && config.currentSensor.range_A > 0, "the current sensor has a range");
  demand(config.board.conversion_us > 0, "board.conversion_us is above 0");
  demand(config.board.balance_Ohm > 0, "board.balance_Ohm is above 0");
  return problems;
}

const isElement = (number: number, last: number): boolean => Number.isInteger(number) && number >= 1 && number <= last;
