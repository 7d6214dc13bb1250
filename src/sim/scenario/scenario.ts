// A scenario: a world, a device's settings, what happens when, and what a battery engineer expects of it. Read from plain
// data (a YAML file, see docs of `bms sim`); whatever is wrong is told with the path of the key and what is allowed.

import type { Settings, SettingValue } from "../../model/settings.ts";
import { SETTING_BY_NAME } from "../../model/settings.ts";
import type { WorldConfig } from "../world-config.ts";
import { type Ambient, readAmbient } from "./ambient.ts";
import { commission } from "./commissioning.ts";
import { type Expectation, readExpectations } from "./expectation-reader.ts";
import { readEvents, type ScenarioEvent } from "./scenario-events.ts";
import { readWorld } from "./scenario-world.ts";
import {
  complain,
  type Fields,
  isFields,
  type Path,
  type Problem,
  type Problems,
  readFields,
  readNumber,
  readText,
} from "./schema.ts";
import { createVocabulary } from "./vocabulary.ts";

export type Scenario = {
  readonly name: string;
  readonly description: string;
  readonly duration_s: number;
  readonly tick_us: number;
  readonly seed: number;
  readonly world: WorldConfig;
  readonly settings: Settings;
  readonly ambient: Ambient;
  readonly events: readonly ScenarioEvent[];
  readonly expectations: readonly Expectation[];
};

export type ReadScenario =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const KEYS = [
  "name",
  "description",
  "hours",
  "tick_ms",
  "seed",
  "world",
  "settings",
  "ambient",
  "events",
  "expectations",
] as const;
const MOST_HOURS = 5 * 8766;

/** A scenario from plain data, or everything that is wrong with it. */
export function readScenario(data: unknown): ReadScenario {
  const problems: Problems = [];
  const fields = readFields(problems, data, [], KEYS);
  const world = readWorld(problems, fields["world"], ["world"]);
  const names = createVocabulary();
  const hours = readNumber(problems, fields["hours"], ["hours"], { min: 0.0001, max: MOST_HOURS });
  const scenario: Scenario = {
    name: readText(problems, fields["name"], ["name"]) ?? "",
    description:
      fields["description"] === undefined ? "" : (readText(problems, fields["description"], ["description"]) ?? ""),
    duration_s: (hours ?? 1) * 3600,
    tick_us: 1000 * readOptional(problems, fields, "tick_ms", 10, { min: 1, max: 1000 }),
    seed: readOptional(problems, fields, "seed", 1, { min: 0, max: 0xffffffff }),
    world,
    settings: readSettings(problems, fields["settings"], ["settings"], world),
    ambient: readAmbient(problems, fields["ambient"], ["ambient"], world.ambient_degC),
    events: readEvents(problems, fields["events"], ["events"], names),
    expectations: readExpectations(problems, fields["expectations"], ["expectations"], names),
  };
  return problems.length === 0 ? { ok: true, scenario } : { ok: false, problems };
}

function readOptional(
  problems: Problems,
  fields: Fields,
  key: string,
  standard: number,
  range: { min: number; max: number },
): number {
  if (!Object.hasOwn(fields, key)) return standard;
  return readNumber(problems, fields[key], [key], { ...range, integer: true }) ?? standard;
}

/** Settings nested or dotted, on top of what an installer would set for the world. */
function readSettings(problems: Problems, value: unknown, path: Path, world: WorldConfig): Settings {
  const changes = new Map<string, { value: SettingValue; path: Path }>();
  if (value !== undefined && value !== null) flatten(problems, value, path, "", changes);
  const given = Object.fromEntries([...changes].map(([name, change]) => [name, change.value]));
  const { settings, violations } = commission(world, given);
  for (const { setting, reason } of violations) {
    const at = changes.get(setting)?.path;
    complain(problems, at ?? path, at === undefined ? `${setting} ${reason}` : reason);
  }
  return settings;
}

/** "protections: {overvoltage: {limit_V: 3.7}}" and "protections.overvoltage.limit_V: 3.7" are the same. */
function flatten(
  problems: Problems,
  value: unknown,
  path: Path,
  prefix: string,
  into: Map<string, { value: SettingValue; path: Path }>,
): void {
  if (!isFields(value)) {
    complain(problems, path, "must be a record of settings");
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    const name = prefix === "" ? key : `${prefix}.${key}`;
    const at = [...path, key];
    if (SETTING_BY_NAME.has(name) || !isFields(inner)) into.set(name, { value: inner as SettingValue, path: at });
    else flatten(problems, inner, at, name, into);
  }
}
