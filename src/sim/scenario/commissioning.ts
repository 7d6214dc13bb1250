// What a careful installer would set for a given pack and wiring: cells, chemistry, capacity, sensors, outputs, precharge.
// Scenarios start from this and change on top; a scenario about a wrong installation says so in its own settings.

import { CHEMISTRIES, type ChemistryName, isChemistryName } from "../../model/chemistries.ts";
import { CURRENT_SENSOR_NAMES, CURRENT_SENSORS } from "../../model/current-sensors.ts";
import type { Changes } from "../../model/presets.ts";
import { createSettings, type Settings, type SettingValue, type Violation } from "../../model/settings.ts";
import { changeSettings } from "../../model/validation.ts";
import { CELL_MODELS, type CellModel } from "../plant/cell-models.ts";
import type { InputRole, OutputRole, ThermistorPlace, WorldConfig } from "../world-config.ts";

export type Commissioned = { readonly settings: Settings; readonly violations: readonly Violation[] };

/** Settings that fit the world, with changes by dotted name on top; the default settings where they are refused. */
export function commission(world: WorldConfig, changes: Readonly<Record<string, SettingValue>>): Commissioned {
  const { cells, capacity_Ah } = world.pack;
  const wished = {
    "battery.chemistry": chemistryOf(world),
    "battery.cells": cells,
    "battery.capacity_Ah": capacity_Ah,
    ...changes,
  };
  const wired = wiringChanges(world, wished);
  const changed = changeSettings(createSettings(), { ...wished, ...wired, ...changes });
  return changed.ok
    ? { settings: changed.settings, violations: [] }
    : { settings: createSettings(), violations: changed.violations };
}

/** The chemistry whose presets fit the cells of a world. */
export function chemistryOf(world: WorldConfig): ChemistryName {
  const name = typeof world.pack.model === "string" ? world.pack.model : world.pack.model.name;
  return isChemistryName(name) ? name : nearestChemistry(world.pack.model as CellModel);
}

/** A cell model of one's own goes by the chemistry with the nearest voltage at half charge. */
function nearestChemistry(model: CellModel): ChemistryName {
  const middle_V = (m: CellModel): number => m.ocv[Math.floor(m.ocv.length / 2)];
  const names = Object.keys(CELL_MODELS) as (keyof typeof CELL_MODELS)[];
  const off_V = (name: keyof typeof CELL_MODELS): number => Math.abs(middle_V(CELL_MODELS[name]) - middle_V(model));
  return [...names].sort((a, b) => off_V(a) - off_V(b))[0];
}

function wiringChanges(world: WorldConfig, wished: Readonly<Record<string, SettingValue>>): Changes {
  const resistor_Ohm = Math.max(1, world.precharge_Ohm);
  const full_V = world.pack.cells * fullCell_V(wished);
  const energy_J = 0.5 * world.link_F * full_V * full_V;
  return {
    ...sensorChanges(world),
    ...Object.assign(
      {},
      ...world.thermistors.map((place, i) => ({ [`thermistors.use${i + 1}`]: thermistorUse(place) })),
    ),
    ...Object.assign({}, ...world.outputs.map((output, i) => outputChanges(output, i + 1))),
    ...Object.assign({}, ...world.inputs.map((role, i) => ({ [`inputs.assignment${i + 1}`]: INPUT_SIGNAL[role] }))),
    ...roleChanges(world),
    "precharge.resistor_Ohm": resistor_Ohm,
    "precharge.capacitance_F": world.link_F,
    "precharge.time_ms": Math.min(60_000, Math.max(2000, Math.ceil(6000 * resistor_Ohm * world.link_F))),
    "precharge.energyLimit_J": Math.max(200, Math.ceil(energy_J * 4)),
  };
}

function fullCell_V(wished: Readonly<Record<string, SettingValue>>): number {
  const name = wished["battery.chemistry"];
  return typeof name === "string" && isChemistryName(name) ? CHEMISTRIES[name].limits.chargeVoltage_V : 4.2;
}

function sensorChanges(world: WorldConfig): Changes {
  const { family, nominal_A, range_A, secondRange_A, invert } = world.currentSensor;
  const known = CURRENT_SENSOR_NAMES.find((name) => {
    const sensor = CURRENT_SENSORS[name];
    return (
      sensor.family === family &&
      sensor.nominal_A === nominal_A &&
      sensor.range_A === range_A &&
      sensor.coarseRange_A === secondRange_A
    );
  });
  return {
    "currentSensor.type": known ?? "custom",
    "currentSensor.family": family,
    "currentSensor.coarseRange_A": secondRange_A,
    "currentSensor.nominal_A": nominal_A,
    "currentSensor.sensitivity_V": family === "HASS" ? 0.625 : family === "HTFS" ? 1.25 : 2,
    "currentSensor.range_A": Math.max(range_A, secondRange_A),
    "currentSensor.invert": invert,
  };
}

function thermistorUse(place: ThermistorPlace): string {
  switch (place.at) {
    case "cell":
      return "cells";
    case "contactor":
      return "contactor";
    case "ambient":
      return "ambient";
    case "heatSink":
    case "none":
      return "none";
  }
}

const OUTPUT_SIGNAL: { readonly [role in OutputRole]: string } = {
  charge: "charging",
  precharge: "precharging",
  discharge: "discharging",
  common: "common",
  main: "main",
  heater: "heater",
  cooler: "cooler",
  none: "none",
};
const FEEDBACK_SIGNAL: { readonly [role in OutputRole]: string } = {
  charge: "chargeFeedback",
  precharge: "prechargeFeedback",
  discharge: "dischargeFeedback",
  common: "commonFeedback",
  main: "mainFeedback",
  heater: "none",
  cooler: "none",
  none: "none",
};
const INPUT_SIGNAL: { readonly [role in InputRole]: string } = {
  none: "none",
  chargerPlugged: "chargerConnected",
  fuseBlown: "fuse1",
  insulationFault: "insulation",
};

function outputChanges(output: { role: OutputRole; feedback: boolean }, number: number): Changes {
  return {
    [`mosfets.assignment${number}`]: OUTPUT_SIGNAL[output.role],
    [`feedback.assignment${number}`]: output.feedback ? FEEDBACK_SIGNAL[output.role] : "none",
  };
}

function roleChanges(world: WorldConfig): Changes {
  const has = (role: OutputRole): boolean => world.outputs.some((output) => output.role === role);
  return {
    "charge.enable": has("charge"),
    "discharge.enable": has("discharge"),
    "common.enable": has("common"),
    "main.enable": has("main"),
    "precharge.enable": has("precharge"),
    "heater.enable": has("heater"),
    "cooler.enable": has("cooler"),
  };
}
