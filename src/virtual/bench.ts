// The pack on the bench of `bms run` without a scenario: cells, sensors and contactors wired exactly as the settings say,
// cells that differ a little as bought, a house behind an inverter, and a charger to plug in. And the loads to choose from.

import { CURRENT_SENSORS, isCurrentSensorName } from "../model/current-sensors.ts";
import type { Settings } from "../model/settings.ts";
import type { ThermistorName } from "../model/thermistors.ts";
import type { CellModelName } from "../sim/plant/cell-models.ts";
import { type ChargerConfig, charger } from "../sim/plant/charger.ts";
import { type LoadConfig, MANNERS, NO_LOAD } from "../sim/plant/load.ts";
import type { ThermistorType } from "../sim/plant/thermistor.ts";
import {
  DEFAULT_WORLD,
  type InputRole,
  type OutputConfig,
  type OutputRole,
  type ThermistorPlace,
  type WorldConfig,
  worldConfig,
} from "../sim/world-config.ts";

const ROLES: Readonly<Record<string, OutputRole>> = {
  charging: "charge",
  precharging: "precharge",
  discharging: "discharge",
  common: "common",
  main: "main",
  heater: "heater",
  cooler: "cooler",
};
const FEEDBACKS: Readonly<Record<string, OutputRole>> = {
  chargeFeedback: "charge",
  prechargeFeedback: "precharge",
  dischargeFeedback: "discharge",
  commonFeedback: "common",
  mainFeedback: "main",
};
const INPUT_ROLES: Readonly<Record<string, InputRole>> = {
  chargerConnected: "chargerPlugged",
  fuse1: "fuseBlown",
  insulation: "insulationFault",
};
const THERMISTORS: Readonly<Record<ThermistorName, ThermistorType>> = {
  "Generic 3950": "beta3950",
  "TDK NTCG104LH104": "NTCG104LH104",
  "EPCOS B57560G104F": "B57560G104F",
  "Semitec 104GT-2": "104GT-2",
  "Murata NCPxxWF104": "beta4250",
  "Honeywell 135-104LAG": "beta3974",
};
const NUMBERS = [1, 2, 3, 4] as const;

/** A world that fits valid settings; a chemistry "custom" is modelled as LFP. */
export function benchWorld(settings: Settings): WorldConfig {
  const { cells, capacity_Ah, chemistry } = settings.battery;
  return worldConfig({
    pack: {
      model: (chemistry === "custom" ? "LFP" : chemistry) as CellModelName,
      cells,
      capacity_Ah,
      startSoc: 0.62,
      spread: { capacity: 0.015, resistance: 0.06, soc: 0.012, selfDischarge: 0.3 },
      overrides: [{ cell: Math.ceil(cells * 0.7), capacityFactor: 0.95, resistanceFactor: 1.25 }],
    },
    thermistors: thermistors(settings),
    thermistorType: THERMISTORS[settings.thermistors.type],
    currentSensor: sensor(settings),
    outputs: NUMBERS.map((number) => output(settings, number)),
    inputs: NUMBERS.map((number) => INPUT_ROLES[settings.inputs[`assignment${number}`]] ?? "none"),
    precharge_Ohm: settings.precharge.resistor_Ohm,
    ...(settings.precharge.capacitance_F > 0 ? { link_F: settings.precharge.capacitance_F } : {}),
    load: houseLoad(settings),
    charger: { ...benchCharger(settings), plugged: false },
  });
}

function thermistors({ thermistors: uses, battery }: Settings): ThermistorPlace[] {
  const all = [uses.use1, uses.use2, uses.use3, uses.use4, uses.use5, uses.use6];
  const onCells = all.filter((use) => use === "cells").length;
  let placed = 0;
  return all.map((use): ThermistorPlace => {
    if (use === "contactor") return { at: "contactor", output: 1 };
    if (use === "ambient") return { at: "ambient" };
    if (use !== "cells") return { at: "none" };
    placed++;
    return { at: "cell", cell: Math.max(1, Math.round(((placed - 0.5) * battery.cells) / onCells)) };
  });
}

function sensor({ currentSensor }: Settings): WorldConfig["currentSensor"] {
  const { type, nominal_A, range_A, invert } = currentSensor;
  const known = isCurrentSensorName(type) ? CURRENT_SENSORS[type] : undefined;
  const scale = nominal_A / DEFAULT_WORLD.currentSensor.nominal_A;
  return {
    ...DEFAULT_WORLD.currentSensor,
    family: known?.family ?? familyOf(currentSensor.sensitivity_V),
    nominal_A,
    range_A: known?.range_A ?? range_A,
    secondRange_A: known?.coarseRange_A ?? 0,
    offset_A: DEFAULT_WORLD.currentSensor.offset_A * scale,
    noise_A: DEFAULT_WORLD.currentSensor.noise_A * scale,
    invert,
  };
}

const familyOf = (sensitivity_V: number): "HASS" | "HTFS" | "DHAB" =>
  sensitivity_V < 0.9 ? "HASS" : sensitivity_V < 1.6 ? "HTFS" : "DHAB";

function output(settings: Settings, number: (typeof NUMBERS)[number]): OutputConfig {
  const role = ROLES[settings.mosfets[`assignment${number}`]] ?? "none";
  const template = DEFAULT_WORLD.outputs[0]!;
  return { ...template, role, feedback: FEEDBACKS[settings.feedback[`assignment${number}`]] === role };
}

/** Amperes for each ampere-hour of the pack, so that every pack meets loads of its size; never above its own limit. */
const scaled_A = (settings: Settings, rate: number, limit_A: number): number =>
  Math.min(rate * settings.battery.capacity_Ah, limit_A);

const packVoltage = (settings: Settings, cell_V: number): number => cell_V * settings.battery.cells;

export const benchCharger = (settings: Settings): ChargerConfig =>
  charger(
    packVoltage(settings, settings.battery.chargeVoltage_V),
    scaled_A(settings, 0.4, settings.chargeMap.maximum_A),
  );

/** An evening in a house with an inverter: base load, appliances that come and go, no more sun. */
function houseLoad(settings: Settings): LoadConfig {
  const full_W = packVoltage(settings, settings.battery.chargeVoltage_V) * settings.battery.capacity_Ah;
  return {
    kind: "inverter",
    solar_W: 0.6 * full_W,
    house_W: 0.08 * full_W,
    evening_W: 0.2 * full_W,
    start_h: 18.5,
    maximum_A: scaled_A(settings, 1, settings.dischargeMap.maximum_A),
    charge_V: packVoltage(settings, settings.battery.chargeVoltage_V),
    ...MANNERS,
    cutoff_V: packVoltage(settings, settings.battery.dischargeVoltage_V),
  };
}

/** Draws a fifth more than the short-circuit limit, through the resistance of the cells themselves. */
function shortCircuit_Ohm({ battery, protections }: Settings): number {
  const pack_V = battery.cells * battery.dischargeVoltage_V;
  const needed_Ohm = pack_V / (1.2 * protections.shortCircuit.limit_A);
  return Math.max(0.001, needed_Ohm - battery.cells * battery.resistance_Ohm);
}

export type NamedLoad = { readonly name: string; readonly load: LoadConfig };

/** What can be connected by hand, in turn. */
export function benchLoads(settings: Settings): readonly NamedLoad[] {
  const constant = (rate: number): LoadConfig => ({
    kind: "current",
    current_A: scaled_A(settings, rate, settings.dischargeMap.maximum_A),
    ...MANNERS,
  });
  const overload: LoadConfig = {
    kind: "current",
    current_A: 1.2 * settings.protections.overcurrentDischarge.limit_A,
    ...MANNERS,
    obeysLimits: false,
  };
  return [
    { name: "house", load: houseLoad(settings) },
    { name: "light", load: constant(0.1) },
    { name: "heavy", load: constant(0.9) },
    { name: "overload", load: overload },
    { name: "short circuit", load: { kind: "resistor", resistance_Ohm: shortCircuit_Ohm(settings) } },
    {
      name: "vehicle",
      load: {
        kind: "drive",
        peak_A: scaled_A(settings, 1, settings.dischargeMap.maximum_A),
        regeneration: 0.5,
        charge_V: packVoltage(settings, settings.battery.chargeVoltage_V),
        ...MANNERS,
      },
    },
    { name: "none", load: NO_LOAD },
  ];
}

/** Which of the loads is connected, by its kind and size; "scenario" for one that is not from this bench. */
export function loadName(loads: readonly NamedLoad[], load: LoadConfig): string {
  const text = JSON.stringify(load);
  return (
    loads.find((named) => JSON.stringify(named.load) === text)?.name ?? (load.kind === "none" ? "none" : "scenario")
  );
}
