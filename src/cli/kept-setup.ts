// Which setup of a data folder a person means. A store keeps settings and state of the device as it is ("default") and of
// each scenario it was run with, apart from each other (src/cli/run.ts, --scenario).

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { messageOf } from "../base/error-text.ts";
import { DATABASE_FILE } from "../device/store.ts";
import { reading } from "../device/store-reading.ts";
import { createSettings, type Settings } from "../model/settings.ts";
import { UsageError } from "./usage-error.ts";

export const DEFAULT_SETUP = "default";
const OF_SCENARIO = "scenario ";

/** The option of all commands that read what a folder keeps: its flags and its help. */
export const SETUP_OPTION = ["--scenario <name|file>", "of the device as it was run with a scenario"] as const;

/** The setups of which a store keeps settings or state, in order of name. Throws what SQLite throws. */
export const setupsOf = (folder: string): readonly string[] => reading(join(folder, DATABASE_FILE), [], setupsIn);

export const setupsIn = (database: DatabaseSync): readonly string[] =>
  database
    .prepare("SELECT setup FROM settings UNION SELECT setup FROM saved ORDER BY setup")
    .all()
    .map(({ setup }) => String(setup));

/**
 * The setup that is meant: that of a scenario where one is named, else the device as it is, or the only one there is.
 * Throws UsageError with those there are where it is none of them, or the store cannot be read.
 */
export async function chooseSetup(folder: string, scenario: string | undefined): Promise<string> {
  const there = readable(folder);
  if (scenario !== undefined) return await named(folder, scenario, there);
  if (there.length === 0 || there.includes(DEFAULT_SETUP)) return DEFAULT_SETUP;
  if (there.length === 1) return there[0]!;
  throw new UsageError(`${folder} keeps ${listed(there)}: choose one with --scenario`);
}

/** As it stands in the store, or the file of it: its name is what the store knows. */
async function named(folder: string, word: string, there: readonly string[]): Promise<string> {
  const byName = `${OF_SCENARIO}${word}`;
  if (there.includes(byName)) return byName;
  const setup = existsSync(word) ? `${OF_SCENARIO}${(await loaded(word)).name}` : byName;
  if (there.includes(setup)) return setup;
  const others = there.length === 0 ? "nothing of any" : listed(there);
  throw new UsageError(`${folder} keeps nothing of scenario "${word}", but ${others}`);
}

const loaded = async (word: string) => (await import("./scenario-file.ts")).loadScenario(word);

/**
 * The settings that a setup is made with, of which the store keeps the changes.
 * @param scenario as it was named; a scenario of one's own is known by its file only
 */
export async function settingsMadeWith(setup: string, scenario: string | undefined): Promise<Settings> {
  if (setup === DEFAULT_SETUP) return createSettings();
  const name = setup.slice(OF_SCENARIO.length);
  const word = scenario !== undefined && existsSync(scenario) ? scenario : name;
  try {
    return (await loaded(word)).settings ?? createSettings();
  } catch (error) {
    if (word !== name) throw error;
    throw new UsageError(`scenario "${name}" is none of ours: name its file with --scenario`);
  }
}

const listed = (setups: readonly string[]): string =>
  setups.map((setup) => (setup === DEFAULT_SETUP ? "the device without a scenario" : setup)).join(", ");

function readable(folder: string): readonly string[] {
  try {
    return setupsOf(folder);
  } catch (error) {
    throw new UsageError(`cannot read the data in ${folder}: ${messageOf(error)}`);
  }
}
