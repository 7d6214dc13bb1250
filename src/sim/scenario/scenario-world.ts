// The part "world" of a scenario file: changes to the default world, checked field by field. Fields that are plain numbers
// follow the default world's own shape, so that a new one is known here at once; only lists and alternatives are told.

import { presetSettings } from "../../model/presets.ts";
import { CELL_MODELS, type CellModelName } from "../plant/cell-models.ts";
import { type ChargerConfig, charger, NO_CHARGER } from "../plant/charger.ts";
import { type LoadConfig, MANNERS, NO_LOAD } from "../plant/load.ts";
import type { ThermistorType } from "../plant/thermistor.ts";
import {
  type CellOverride,
  type Changes,
  checkWorld,
  DEFAULT_WORLD,
  type InputRole,
  type OutputConfig,
  type OutputRole,
  type ThermistorPlace,
  type WorldConfig,
  worldConfig,
} from "../world-config.ts";
import { chemistryOf } from "./commissioning.ts";
import {
  complain,
  type Fields,
  isFields,
  type Path,
  type Problems,
  type Range,
  readChoice,
  readFields,
  readFlag,
  readLike,
  readList,
  readNumber,
  readNumbers,
} from "./schema.ts";

const MODELS = Object.keys(CELL_MODELS) as CellModelName[];
const OUTPUT_ROLES: readonly OutputRole[] = [
  "charge",
  "precharge",
  "discharge",
  "common",
  "main",
  "heater",
  "cooler",
  "none",
];
const INPUT_ROLES: readonly InputRole[] = ["none", "chargerPlugged", "fuseBlown", "insulationFault"];
const FAMILIES = ["HASS", "HTFS", "DHAB"] as const;
const THERMISTOR_TYPES: readonly ThermistorType[] = [
  "beta3950",
  "beta4250",
  "beta3974",
  "NTCG104LH104",
  "B57560G104F",
  "104GT-2",
];

/** The default world with the changes of a scenario; problems are added, and the default then stands. */
export function readWorld(problems: Problems, value: unknown, path: Path): WorldConfig {
  const before = problems.length;
  const fields = readFields(problems, value, path, Object.keys(DEFAULT_WORLD));
  const world = withSensor(worldConfig(readChanges(problems, fields, path)), Object.hasOwn(fields, "currentSensor"));
  if (problems.length > before) return DEFAULT_WORLD;
  for (const sentence of checkWorld(world)) complain(problems, path, sentence);
  return problems.length > before ? DEFAULT_WORLD : world;
}

/** Where a scenario does not say which current sensor is fitted: the one the presets choose, with errors to its size. */
function withSensor(world: WorldConfig, given: boolean): WorldConfig {
  if (given) return world;
  const preset = presetSettings(chemistryOf(world), world.pack.cells, world.pack.capacity_Ah);
  const nominal_A = Number(preset["currentSensor.nominal_A"]);
  const size = nominal_A / DEFAULT_WORLD.currentSensor.nominal_A;
  const { offset_A, drift_A_per_K, noise_A, ...rest } = DEFAULT_WORLD.currentSensor;
  return {
    ...world,
    currentSensor: {
      ...rest,
      family: String(preset["currentSensor.type"]).startsWith("HTFS") ? "HTFS" : "HASS",
      nominal_A,
      range_A: Number(preset["currentSensor.range_A"]),
      offset_A: offset_A * size,
      drift_A_per_K: drift_A_per_K * size,
      noise_A: noise_A * size,
    },
  };
}

type Reader = (problems: Problems, value: unknown, path: Path) => unknown;

const SPECIAL: { readonly [K in keyof WorldConfig]?: Reader } = {
  pack: readPack,
  wiring: (problems, value, path) =>
    readWith(problems, value, path, DEFAULT_WORLD.wiring, {
      unusedInputs: choice(["tied", "open"]),
      boardFedBy: choice(["X9", "X8"]),
    }),
  thermistors: (problems, value, path) =>
    padded(readEach(problems, value, path, 6, readThermistor), DEFAULT_WORLD.thermistors, { at: "none" }),
  thermistorType: choice(THERMISTOR_TYPES),
  currentSensor: (problems, value, path) =>
    readWith(problems, value, path, DEFAULT_WORLD.currentSensor, { family: choice(FAMILIES) }),
  outputs: (problems, value, path) =>
    padded(readEach(problems, value, path, 4, readOutput), DEFAULT_WORLD.outputs, undefined),
  inputs: (problems, value, path) =>
    padded(readEach(problems, value, path, 4, choice(INPUT_ROLES)), DEFAULT_WORLD.inputs, undefined),
  heaterFedBy: choice(["pack", "mains"]),
  charger: readCharger,
  load: readLoad,
};

function readChanges(problems: Problems, fields: Fields, path: Path): Changes<WorldConfig> {
  const plain = Object.fromEntries(
    Object.entries(fields).filter(([key]) => Object.hasOwn(DEFAULT_WORLD, key) && !(key in SPECIAL)),
  );
  const changes: { [key: string]: unknown } = readLike(problems, plain, path, DEFAULT_WORLD);
  for (const [key, read] of Object.entries(SPECIAL)) {
    if (Object.hasOwn(fields, key)) changes[key] = read(problems, fields[key], [...path, key]);
  }
  return changes as Changes<WorldConfig>;
}

function choice<T extends string>(words: readonly T[]): Reader {
  return (problems, value, path) => readChoice(problems, value, path, words);
}

/** A record like a template, with readers for the fields that are not plain. */
function readWith(
  problems: Problems,
  value: unknown,
  path: Path,
  template: object,
  special: { readonly [key: string]: Reader },
): Fields {
  const fields = readFields(problems, value, path, [...Object.keys(template), ...Object.keys(special)]);
  const plain = Object.fromEntries(Object.entries(fields).filter(([key]) => key in template && !(key in special)));
  const result: { [key: string]: unknown } = { ...readLike(problems, plain, path, template) };
  for (const [key, read] of Object.entries(special)) {
    if (Object.hasOwn(fields, key)) result[key] = read(problems, fields[key], [...path, key]);
  }
  return result;
}

function readPack(problems: Problems, value: unknown, path: Path): Fields {
  return readWith(problems, value, path, DEFAULT_WORLD.pack, {
    model: choice(MODELS),
    cells: (p, v, at) => readNumber(p, v, at, { min: 6, max: 18, integer: true }),
    startSoc: (p, v, at) => readNumber(p, v, at, { min: 0, max: 1 }),
    overrides: (p, v, at) => readEach(p, v, at, 18, readOverride),
  });
}

const OVERRIDE: CellOverride = { cell: 1, soc: 0, capacityFactor: 1, resistanceFactor: 1, selfDischargeFactor: 1 };

function readOverride(problems: Problems, value: unknown, path: Path): CellOverride {
  const override = readLike(problems, value, path, OVERRIDE);
  if (override.cell === undefined) complain(problems, path, "must name its cell (cell: 1 to 18)");
  return { cell: 1, ...override };
}

function readEach<T>(
  problems: Problems,
  value: unknown,
  path: Path,
  most: number,
  read: (p: Problems, v: unknown, at: Path) => T,
): T[] {
  const list = readList(value);
  if (list.length > most) complain(problems, path, `has ${list.length} entries, at most ${most} fit`);
  return list.map((item, i) => read(problems, item, [...path, i]));
}

/** The entries given, then those of the default, or a filler. */
function padded<T>(given: readonly T[], standard: readonly T[], filler: T | undefined): T[] {
  return standard.map((usual, i) => given[i] ?? (i < given.length ? usual : (filler ?? usual)));
}

/** "cell 8", "contactor 3", "ambient", "heatSink" or "none". */
function readThermistor(problems: Problems, value: unknown, path: Path): ThermistorPlace {
  const [word = "", number = ""] = typeof value === "string" ? value.split(" ") : [];
  const index = Number(number);
  if (word === "cell" && index >= 1 && index <= 18) return { at: "cell", cell: index };
  if (word === "contactor" && index >= 1 && index <= 4) return { at: "contactor", output: index };
  if (word === "ambient" || word === "heatSink" || word === "none") return { at: word };
  complain(
    problems,
    path,
    `must be "cell 1" to "cell 18", "contactor 1" to "contactor 4", "ambient", "heatSink" or "none"`,
  );
  return { at: "none" };
}

function readOutput(problems: Problems, value: unknown, path: Path): OutputConfig {
  const template = DEFAULT_WORLD.outputs[0];
  if (typeof value === "string")
    return { ...template, role: readChoice(problems, value, path, OUTPUT_ROLES) ?? "none" };
  return { ...template, ...readWith(problems, value, path, template, { role: choice(OUTPUT_ROLES) }) } as OutputConfig;
}

/** A charger with sensible manners, or "none". It must say its voltage and current. */
export function readCharger(problems: Problems, value: unknown, path: Path): ChargerConfig {
  if (value === "none") return NO_CHARGER;
  const { plugged: _, ...template } = NO_CHARGER;
  const fields = readLike(problems, value, path, template);
  const { voltage_V, current_A } = fields;
  if (voltage_V === undefined || current_A === undefined) {
    complain(problems, path, 'must have voltage_V and current_A, or be "none"');
    return NO_CHARGER;
  }
  return charger(voltage_V, current_A, fields);
}

type LoadField = { readonly default?: number | boolean; readonly list?: true; readonly range?: Range };
const POSITIVE: LoadField = { range: { min: 0 } };
const MANNER_FIELDS: { readonly [name: string]: LoadField } = {
  cutoff_V: { default: MANNERS.cutoff_V, range: { min: 0, max: 100 } },
  startDelay_ms: { default: MANNERS.startDelay_ms, range: { min: 0 } },
  obeysLimits: { default: MANNERS.obeysLimits },
};

/** Fields of each kind of load; a field without default must be given. */
const LOADS: { readonly [K in LoadConfig["kind"]]: { readonly [name: string]: LoadField } } = {
  none: {},
  current: { current_A: {}, ...MANNER_FIELDS },
  power: { power_W: {}, ...MANNER_FIELDS },
  resistor: { resistance_Ohm: { range: { min: 0.0001 } } },
  profile: {
    time_s: { list: true },
    current_A: { list: true },
    repeat: { default: true },
    charge_V: { default: 0 },
    ...MANNER_FIELDS,
  },
  inverter: {
    solar_W: POSITIVE,
    house_W: POSITIVE,
    evening_W: POSITIVE,
    start_h: { default: 0, range: { min: 0, max: 24 } },
    maximum_A: POSITIVE,
    charge_V: POSITIVE,
    ...MANNER_FIELDS,
  },
  drive: {
    peak_A: POSITIVE,
    regeneration: { default: 0, range: { min: 0, max: 1 } },
    charge_V: { default: 0 },
    ...MANNER_FIELDS,
  },
};
const LOAD_KINDS = Object.keys(LOADS) as LoadConfig["kind"][];

/** A load by its kind, or "none". */
export function readLoad(problems: Problems, value: unknown, path: Path): LoadConfig {
  if (value === "none") return NO_LOAD;
  const kind = isFields(value) ? readChoice(problems, value["kind"], [...path, "kind"], LOAD_KINDS) : undefined;
  if (kind === undefined) {
    if (!isFields(value)) complain(problems, path, `must be "none" or a record with kind: ${LOAD_KINDS.join(", ")}`);
    return NO_LOAD;
  }
  const fields = readFields(problems, value, path, ["kind", ...Object.keys(LOADS[kind])]);
  const load: { [name: string]: unknown } = { kind };
  for (const [name, field] of Object.entries(LOADS[kind]))
    load[name] = readLoadField(problems, fields, name, field, path, kind);
  return load as LoadConfig;
}

function readLoadField(
  problems: Problems,
  fields: Fields,
  name: string,
  field: LoadField,
  path: Path,
  kind: string,
): unknown {
  const at = [...path, name];
  if (!Object.hasOwn(fields, name)) {
    if (field.default === undefined) complain(problems, path, `needs ${name} for kind ${kind}`);
    return field.default ?? (field.list ? [0] : 0);
  }
  if (field.list) return readNumbers(problems, fields[name], at) ?? [0];
  if (typeof field.default === "boolean") return readFlag(problems, fields[name], at) ?? field.default;
  return readNumber(problems, fields[name], at, field.range) ?? 0;
}
