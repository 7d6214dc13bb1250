// What `bms drive` will play: the recording, the device's settings from options, data sheet and settings file, and the
// reference state of charge. Everything that was guessed is noted, to be told.

import { type Cell, cellSettings } from "../model/cell.ts";
import { CHEMISTRY_NAMES, type ChemistryName, isChemistryName } from "../model/chemistries.ts";
import { CURRENT_SENSOR_NAMES, isCurrentSensorName } from "../model/current-sensors.ts";
import { type Changes, sensorPreset } from "../model/presets.ts";
import { createSettings, type Settings, type SettingValue } from "../model/settings.ts";
import { changeSettings } from "../model/validation.ts";
import { violationLine } from "../monitor/settings-text.ts";
import { CELL_SHEETS, type CellLimits, limitChanges } from "../sim/recorded/cell-limits.ts";
import { mostCells, shownLimits, WITHOUT_CONTACTORS } from "../sim/recorded/playable.ts";
import type { SensorErrors } from "../sim/recorded/recorded-board.ts";
import { chargeSinceStart_Ah, type Recording, rangeOf } from "../sim/recorded/recording.ts";
import { drawnCapacity_Ah, likelyChemistry, startSoc } from "../sim/recorded/reference-soc.ts";
import { suggestion } from "../sim/scenario/nearest.ts";
import { loadCell } from "./cell-file.ts";
import { readRecording } from "./recording.ts";
import { readSettingsFile } from "./settings-file.ts";
import { UsageError } from "./usage-error.ts";

export type DriveOptions = {
  readonly [name in
    | "cells"
    | "cell"
    | "chemistry"
    | "capacity"
    | "soc"
    | "settings"
    | "sensor"
    | "minVoltage"
    | "maxVoltage"
    | "maxCharge"
    | "maxDischarge"
    | "minChargeTemperature"
    | "minTemperature"
    | "currentOffset"
    | "currentGain"
    | "voltageOffset"
    | "voltageNoise"
    | "temperatureOffset"
    | "seed"
    | "plot"]?: string;
} & { readonly json?: boolean };

export type DrivePlan = {
  readonly recording: Recording;
  readonly settings: Settings;
  readonly capacity_Ah: number;
  readonly startSoc: number;
  readonly errors: SensorErrors;
  readonly seed: number;
  readonly notes: readonly string[];
};

/** Read and decide everything, or throw one clear line. */
export function planDrive(file: string, options: DriveOptions): DrivePlan {
  const recording = readRecording(file);
  const notes: string[] = [];
  const sheet = options.cell === undefined ? undefined : CELL_SHEETS[options.cell];
  const cell = cellOf(options.cell);
  const chemistry = chemistryOf(options.chemistry, cell, recording, notes);
  const given = options.settings === undefined ? undefined : settingsFrom(options.settings);
  const stated_Ah =
    number("capacity", options.capacity, 0.1, 10_000) ?? given?.battery.capacity_Ah ?? cell?.capacity_Ah;
  const capacity_Ah = stated_Ah ?? capacityOf(recording, chemistry, notes);
  const limits = { ...(sheet?.limits ?? shownLimits(chemistry, capacity_Ah, recording)), ...givenLimits(options) };
  const settings = given ?? settingsOf(chemistry, cell, capacity_Ah, limits, recording, options);
  if (given === undefined && sheet === undefined)
    notes.push(
      "no data sheet (--cell, --settings or limits): voltages are judged by the widest range of the chemistry, currents and cold only beyond what the recording itself reaches",
    );
  const start = startOf(number("soc", options.soc, 0, 1), recording, settings, notes);
  noteReferenceEnd(start + (chargeSinceStart_Ah(recording).at(-1) ?? 0) / capacity_Ah, notes);
  notes.push(
    "not judged, because a recording has no contactors and cannot obey: feedback, precharge, stuck contactor, current limits, unallowable charging",
  );
  return {
    recording,
    capacity_Ah,
    settings: apply(settings, WITHOUT_CONTACTORS),
    startSoc: start,
    errors: errorsOf(options),
    seed: number("seed", options.seed, 0, 0xffffffff) ?? 1,
    notes,
  };
}

/** A shipped cell or a cell file. */
const cellOf = (name: string | undefined): Cell | undefined => (name === undefined ? undefined : loadCell(name));

function chemistryOf(
  name: string | undefined,
  cell: Cell | undefined,
  recording: Recording,
  notes: string[],
): ChemistryName {
  if (name !== undefined) {
    if (!isChemistryName(name))
      throw new UsageError(`--chemistry ${name} is unknown${suggestion(name, CHEMISTRY_NAMES)}`);
    return name;
  }
  if (cell !== undefined) return cell.chemistry;
  const chemistry = likelyChemistry(recording);
  const volts = rangeOf(recording.voltage_V);
  notes.push(
    `taken for ${chemistry} by its voltage (${volts.min.toFixed(2)} to ${volts.max.toFixed(2)} V); say --chemistry if it is not`,
  );
  return chemistry;
}

function settingsFrom(path: string): Settings {
  const read = readSettingsFile(path);
  if (read.ok) return read.settings;
  throw new UsageError(read.violations.map((found) => violationLine(path, found)).join("\n"));
}

/** The recording's own capacity, where it ends empty. */
function capacityOf(recording: Recording, chemistry: ChemistryName, notes: string[]): number {
  const settings = apply(createSettings(), {
    "battery.chemistry": chemistry,
    "battery.capacity_Ah": 2,
    "battery.cells": 6,
  });
  const capacity_Ah = drawnCapacity_Ah(recording, settings);
  if (capacity_Ah === undefined)
    throw new UsageError(
      "the recording does not end empty, so it does not tell: say the cell's capacity with --capacity",
    );
  if (capacity_Ah < 1)
    throw new UsageError(
      `the recording speaks for ${capacity_Ah.toFixed(3)} Ah, less than the device's least capacity of 1 Ah: say --capacity`,
    );
  notes.push(
    `capacity ${capacity_Ah.toFixed(3)} Ah: guessed from what the recording draws until empty; say --capacity`,
  );
  return capacity_Ah;
}

function settingsOf(
  chemistry: ChemistryName,
  cell: Cell | undefined,
  capacity_Ah: number,
  limits: CellLimits,
  recording: Recording,
  options: DriveOptions,
): Settings {
  const cells = number("cells", options.cells, 6, 18) ?? mostCells(chemistry, capacity_Ah, limits, recording);
  const changes: { [name: string]: SettingValue } = {
    "battery.chemistry": chemistry,
    "battery.cells": cells,
    "battery.capacity_Ah": capacity_Ah,
    ...(cell?.chemistry === chemistry ? cellSettings(cell, cells, capacity_Ah) : {}),
    ...limitChanges(chemistry, cells, capacity_Ah, limits),
    ...sensorOf(options.sensor),
  };
  return apply(createSettings(), changes);
}

function givenLimits(options: DriveOptions): CellLimits {
  const given = {
    min_V: number("min-voltage", options.minVoltage, 0.5, 4),
    max_V: number("max-voltage", options.maxVoltage, 1.5, 5),
    charge_A: number("max-charge", options.maxCharge, 0.1, 1200),
    discharge_A: number("max-discharge", options.maxDischarge, 0.1, 1200),
    chargeMin_degC: number("min-charge-temperature", options.minChargeTemperature, -40, 40),
    dischargeMin_degC: number("min-temperature", options.minTemperature, -50, 40),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function sensorOf(name: string | undefined): Changes {
  if (name === undefined) return {};
  if (!isCurrentSensorName(name) || name.startsWith("DHAB")) {
    throw new UsageError(
      `--sensor ${name} is not one of ${CURRENT_SENSOR_NAMES.filter((known) => !known.startsWith("DHAB")).join(", ")}`,
    );
  }
  return { ...sensorPreset(name), "currentSensor.type": name };
}

function apply(settings: Settings, changes: Changes): Settings {
  const changed = changeSettings(settings, changes);
  if (changed.ok) return changed.settings;
  throw new UsageError(
    `these options do not go together: ${changed.violations.map(({ setting, reason }) => `${setting} ${reason}`).join("; ")}`,
  );
}

function startOf(given: number | undefined, recording: Recording, settings: Settings, notes: string[]): number {
  if (given !== undefined) return given;
  const start = startSoc(recording, settings);
  notes.push(`begins at ${(start.soc * 100).toFixed(1)} %, ${start.how}; say --soc if you know better`);
  return start.soc;
}

/** A little beyond is the tester's own error. */
const REFERENCE_SLACK = 0.02;

function noteReferenceEnd(end: number, notes: string[]): void {
  if (end >= -REFERENCE_SLACK && end <= 1 + REFERENCE_SLACK) return;
  notes.push(
    `the reference ends at ${(end * 100).toFixed(1)} %, outside 0..100 %: start or capacity is wrong; say --soc, --capacity`,
  );
}

const errorsOf = (options: DriveOptions): SensorErrors => ({
  currentOffset_A: number("current-offset", options.currentOffset, -100, 100) ?? 0,
  currentGain: number("current-gain", options.currentGain, -0.5, 0.5) ?? 0,
  cellOffset_V: number("voltage-offset", options.voltageOffset, -0.5, 0.5) ?? 0,
  cellNoise_V: number("voltage-noise", options.voltageNoise, 0, 0.2) ?? 0,
  temperatureOffset_K: number("temperature-offset", options.temperatureOffset, -50, 50) ?? 0,
});

function number(option: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  const whole = option !== "cells" && option !== "seed" ? true : Number.isInteger(value);
  if (text.trim() === "" || !whole || !(value >= min && value <= max))
    throw new UsageError(`--${option} must be a ${whole ? "" : "whole "}number from ${min} to ${max}, is "${text}"`);
  return value;
}
