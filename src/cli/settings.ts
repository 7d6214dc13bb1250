// bms settings: prints the settings of a preset or of a data folder, or checks a file of them and names every violation.

import type { Command } from "commander";
import { messageOf } from "../base/error-text.ts";
import { peek } from "../device/store.ts";
import { cellSettings } from "../model/cell.ts";
import { CHEMISTRIES, CHEMISTRY_NAMES, isChemistryName } from "../model/chemistries.ts";
import { reapply } from "../model/kept-settings.ts";
import type { Changes } from "../model/presets.ts";
import { SECRET_SETTINGS } from "../model/secrets.ts";
import {
  copySettings,
  createSettings,
  getSetting,
  putSetting,
  SETTING_BY_NAME,
  type Settings,
  type SettingValue,
} from "../model/settings.ts";
import { changeSettings } from "../model/validation.ts";
import { type FileViolation, namesToPrint, settingsYaml, violationLine } from "../monitor/settings-text.ts";
import { contactorsOf } from "../virtual/status.ts";
import { findCell, shippedCells } from "./cell-file.ts";
import { chooseSetup, SETUP_OPTION, settingsMadeWith } from "./kept-setup.ts";
import { readSettingsFile } from "./settings-file.ts";
import { alignColumns } from "./text-table.ts";
import { UsageError } from "./usage-error.ts";

type PrintOptions = {
  readonly preset?: string;
  readonly cells?: string;
  readonly capacity?: string;
  readonly data?: string;
  readonly scenario?: string;
  readonly changed?: boolean;
  readonly json?: boolean;
  readonly yaml?: boolean;
};

/** Adds the command to the program. What cannot be used throws UsageError; violations end with exit code 2. */
export function registerSettings(program: Command): void {
  const settings = program
    .command("settings")
    .summary("print settings, or check a file of them")
    .description("Print the settings of a preset or of a data folder, or check a file of settings.");
  settings
    .command("print")
    .description("Print every setting with its value: of a preset, or those a device keeps.")
    .argument("[dir]", "data folder of bms run; the device may be running")
    .option(
      "--preset <name>",
      `chemistry: ${CHEMISTRY_NAMES.join(", ")}; or a cell: ${shippedCells().join(", ")}, or a cell file`,
    )
    .option("--cells <count>", "cells in series, 6 to 18")
    .option("--capacity <Ah>", "capacity of a cell; default 100, or that of the cell")
    .option("--data <dir>", "the same folder")
    .option(...SETUP_OPTION)
    .option("--changed", "only what differs from the preset")
    .option("--yaml", "as a file for bms run --settings, with what each setting means")
    .option("--json", "as JSON by dotted name")
    .addHelpText("after", "\nExample:\n  bms settings print --preset NMC --cells 14 --capacity 50 --yaml > pack.yaml")
    .action(async (folder: string | undefined, options: PrintOptions) => {
      process.stdout.write(await printText(folder, options));
    });
  settings
    .command("validate")
    .description("Check a file of settings; names every violation with its line. Exit code 0: good, 2: not.")
    .argument("<file>", "YAML or JSON, nested by group or with dotted names")
    .option("--json", "answer as JSON")
    .action((file: string, options: { readonly json?: boolean }) => validate(file, options.json === true));
}

/** What `bms settings print` prints. */
export async function printText(folder: string | undefined, options: PrintOptions): Promise<string> {
  if (options.json === true && options.yaml === true) throw new UsageError("choose either --json or --yaml");
  if (folder !== undefined && options.data !== undefined && folder !== options.data)
    throw new UsageError(`which folder is meant: ${folder} or ${options.data}?`);
  const data = folder ?? options.data;
  if (data === undefined && options.scenario !== undefined) throw new UsageError("--scenario goes with a data folder");
  const settings = data === undefined ? ofPreset(options) : await ofFolder(options, data);
  const names = namesToPrint(settings, options.changed === true);
  if (options.yaml === true) return `# ${oneLineOf(settings)}\n${settingsYaml(settings, names)}`;
  if (options.json === true)
    return `${JSON.stringify(Object.fromEntries(names.map((name) => [name, getSetting(settings, name)])), null, 2)}\n`;
  return `${alignColumns(names.map((name) => [name, ...words(name, getSetting(settings, name)!)])).join("\n")}\n`;
}

function words(name: string, value: SettingValue): string[] {
  const row = SETTING_BY_NAME.get(name)!.row;
  const unit = "unit" in row && row.unit !== "none" && row.unit !== "count" && row.unit !== "ratio" ? row.unit : "";
  if (typeof value !== "object") return [`${value}`, unit];
  const size = "z" in value ? `table of ${value.x.length} x ${value.y.length}` : `curve of ${value.x.length}`;
  return [`${size} (see --yaml)`];
}

function ofPreset({ preset, cells, capacity }: PrintOptions): Settings {
  const changed = changeSettings(
    createSettings(),
    presetChanges(preset ?? "LFP", numberOf("--cells", cells ?? "16"), capacity),
  );
  if (changed.ok) return changed.settings;
  throw new UsageError(changed.violations.map(({ setting, reason }) => `${setting} ${reason}`).join("; "));
}

/** Of the chemistry of that name, in any case, or of one particular cell. */
function presetChanges(preset: string, cells: number, capacity: string | undefined): Changes {
  const name = CHEMISTRY_NAMES.find((known) => known.toLowerCase() === preset.toLowerCase());
  if (name !== undefined)
    return {
      "battery.chemistry": name,
      "battery.cells": cells,
      "battery.capacity_Ah": numberOf("--capacity", capacity ?? "100"),
    };
  const cell = findCell(preset);
  if (cell !== undefined)
    return cellSettings(cell, cells, capacity === undefined ? cell.capacity_Ah : numberOf("--capacity", capacity));
  throw new UsageError(
    `there is no preset "${preset}"; there are ${CHEMISTRY_NAMES.join(", ")}, the cells ${shippedCells().join(", ")}, and cell files`,
  );
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new UsageError(`${option} must be a number, not "${text}"`);
}

async function ofFolder({ preset, cells, capacity, scenario }: PrintOptions, folder: string): Promise<Settings> {
  if (preset !== undefined || cells !== undefined || capacity !== undefined)
    throw new UsageError("a data folder goes without --preset, --cells and --capacity");
  const setup = await chooseSetup(folder, scenario);
  const kept = readKept(folder, setup);
  if (kept === undefined) throw new UsageError(`there is no data of a device in ${folder}`);
  const { settings, violations } = reapply(await settingsMadeWith(setup, scenario), kept.changes);
  if (violations[0] !== undefined)
    throw new UsageError(
      `the settings kept in ${folder} do not fit this program: ${violations[0].setting} ${violations[0].reason}`,
    );
  return hideSecrets(settings);
}

/** Passwords never leave the device; whoever uses the print as a file must enter them again, and is told so. */
function hideSecrets(settings: Settings): Settings {
  const shown = copySettings(settings);
  for (const name of SECRET_SETTINGS.filter((secret) => getSetting(settings, secret) !== "")) {
    putSetting(shown, name, "");
    process.stderr.write(`bms: ${name} is kept and not shown; in a file it must be entered again\n`);
  }
  return shown;
}

function readKept(folder: string, setup: string): ReturnType<typeof peek> {
  try {
    return peek(folder, setup);
  } catch (error) {
    throw new UsageError(`cannot read the data in ${folder}: ${messageOf(error)}`);
  }
}

function validate(file: string, json: boolean): void {
  const read = readSettingsFile(file);
  if (read.ok) {
    process.stdout.write(
      json
        ? `${JSON.stringify({ ok: true, file, facts: factsOf(read.settings) })}\n`
        : `${file}: ok: ${oneLineOf(read.settings)}\n`,
    );
    return;
  }
  process.exitCode = 2;
  if (json)
    process.stdout.write(`${JSON.stringify({ ok: false, file, violations: read.violations.map(violationJson) })}\n`);
  else for (const found of read.violations) process.stderr.write(`${violationLine(file, found)}\n`);
}

/** Without the line where it is not known: the value is not in the file. */
const violationJson = ({ line, ...rest }: FileViolation): object => (line > 0 ? { ...rest, line } : rest);

type Facts = Readonly<Record<string, string | number | readonly string[]>>;

function factsOf(settings: Settings): Facts {
  const { chemistry, cells, capacity_Ah } = settings.battery;
  const nominal_V = isChemistryName(chemistry) ? CHEMISTRIES[chemistry].nominal_V * cells : 0;
  return {
    chemistry,
    cells,
    capacity_Ah,
    ...(nominal_V > 0 ? { nominal_V: round(nominal_V), energy_kWh: round((nominal_V * capacity_Ah) / 1000) } : {}),
    undervoltage_V: settings.protections.undervoltage.limit_V,
    overvoltage_V: settings.protections.overvoltage.limit_V,
    charge_A: settings.chargeMap.maximum_A,
    discharge_A: settings.dischargeMap.maximum_A,
    sensor: settings.currentSensor.type,
    contactors: contactorsOf(settings),
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;

function oneLineOf(settings: Settings): string {
  const facts = factsOf(settings);
  const energy = facts["nominal_V"] === undefined ? "" : ` (${facts["nominal_V"]} V, ${facts["energy_kWh"]} kWh)`;
  return (
    `${facts["cells"]} ${facts["chemistry"]} cells of ${facts["capacity_Ah"]} Ah${energy}, ${facts["undervoltage_V"]} to ${facts["overvoltage_V"]} V per cell, ` +
    `charging up to ${facts["charge_A"]} A, discharging up to ${facts["discharge_A"]} A, sensor ${facts["sensor"]}, contactors ${contactorsOf(settings).join(", ")}`
  );
}
