// A chemistry fills every setting that depends on it, on the number of cells and on the capacity. What a person sets
// explicitly stands above it; chemistry "custom" fills nothing and leaves all free.

import { CHEMISTRIES, type ChemistryName, isChemistryName } from "./chemistries.ts";
import type { Chemistry } from "./chemistry.ts";
import { CURRENT_SENSOR_FAMILIES, CURRENT_SENSOR_NAMES, CURRENT_SENSORS, type CurrentSensorName } from "./current-sensors.ts";
import { SETTINGS, type SettingValue } from "./settings.ts";
import { judgeValue } from "./values.ts";

export type Changes = Readonly<Record<string, SettingValue>>;

/** The largest current the board is made for (connection manual, section 1). */
const BOARD_MAXIMUM_A = 1200;

/** All settings that follow from a chemistry for a pack of `cells` cells of `capacity_Ah`. */
export const presetSettings = (name: ChemistryName, cells: number, capacity_Ah: number): Changes =>
  chemistrySettings(CHEMISTRIES[name], cells, capacity_Ah);

/** The same from a chemistry's record, which may be that of one particular cell. */
export function chemistrySettings(chemistry: Chemistry, cells: number, capacity_Ah: number): Changes {
  return {
    ...batteryPreset(chemistry, capacity_Ah),
    ...voltagePreset(chemistry, cells),
    ...temperaturePreset(chemistry),
    ...currentPreset(chemistry, capacity_Ah),
    "precharge.threshold_A": prechargeThreshold_A(chemistry, cells, capacity_Ah),
    ...modelPreset(chemistry),
    ...doubtPreset(chemistry, capacity_Ah),
  };
}

/**
 * The given changes with what they fill in underneath. Choosing a chemistry fills all that depends on it; another number
 * of cells or another capacity moves along what still stands at its preset, and leaves what a person has set.
 */
export function expandChanges(changes: Changes, current: (name: string) => SettingValue | undefined): Changes {
  const sensor = changes["currentSensor.type"];
  return { ...presetOf(changes, current), ...(typeof sensor === "string" ? sensorPreset(sensor) : {}), ...changes };
}

function presetOf(changes: Changes, current: (name: string) => SettingValue | undefined): Changes {
  const chosen = changes["battery.chemistry"];
  const chemistry = chosen ?? current("battery.chemistry");
  const cells = changes["battery.cells"] ?? current("battery.cells");
  const capacity_Ah = changes["battery.capacity_Ah"] ?? current("battery.capacity_Ah");
  const resized = "battery.cells" in changes || "battery.capacity_Ah" in changes;
  if (typeof chemistry !== "string" || !isChemistryName(chemistry) || !(resized || chosen !== undefined)) return {};
  if (typeof cells !== "number" || typeof capacity_Ah !== "number") return {};
  if (judgeValue(SETTINGS.battery.rows.cells, cells) ?? judgeValue(SETTINGS.battery.rows.capacity_Ah, capacity_Ah)) return {}; // refused as it is
  const filled = presetSettings(chemistry, cells, capacity_Ah);
  if (chosen !== undefined) return filled;
  const before = presetSettings(chemistry, Number(current("battery.cells")), Number(current("battery.capacity_Ah")));
  return Object.fromEntries(Object.entries(filled).filter(([name]) => current(name) === before[name]));
}

function batteryPreset(c: Chemistry, capacity_Ah: number): Changes {
  return {
    "battery.resistance_Ohm": clamp(round(c.resistance_OhmAh / capacity_Ah, 7), 0.00001, 1),
    "battery.relaxTimeCharge_s": c.relaxTimeCharge_s,
    "battery.relaxTimeDischarge_s": c.relaxTimeDischarge_s,
    "battery.chargeVoltage_V": c.limits.chargeVoltage_V,
    "battery.dischargeVoltage_V": c.limits.dischargeVoltage_V,
    "soh.lifeCycles": c.lifeCycles,
  };
}

function voltagePreset(c: Chemistry, cells: number): Changes {
  const l = c.limits;
  const charge_V = round(l.chargeVoltage_V * cells, 2);
  return {
    "protections.undervoltage.limit_V": l.undervoltage_V,
    "protections.undervoltage.tolerant_V": l.undervoltageTolerant_V,
    "protections.overvoltage.limit_V": l.overvoltage_V,
    "protections.overvoltage.tolerant_V": l.overvoltageTolerant_V,
    "protections.voltageTooHigh.limit_V": l.voltageTooHigh_V,
    "protections.voltageTooHigh.tolerant_V": l.voltageTooHighTolerant_V,
    "chargingStatus.clearReady_V": l.readyToChargeClear_V,
    "chargingStatus.setReady_V": l.readyToChargeReset_V,
    "dischargingStatus.clearReady_V": l.readyToDischargeClear_V,
    "dischargingStatus.setReady_V": l.readyToDischargeReset_V,
    "balancing.start_V": l.balancingStart_V,
    "balancing.forced_V": l.balancingForced_V,
    "socEstimation.fullVoltage_V": l.fullVoltage_V,
    "socEstimation.emptyVoltage_V": l.emptyVoltage_V,
    "dischargingAux.minimumCell_V": l.readyToDischargeClear_V,
    "dischargingAux.tolerantCell_V": l.readyToDischargeReset_V,
    "dischargingAux.minimumBattery_V": clamp(round(l.dischargeVoltage_V * cells, 1), 10, 80),
    "dischargingAux.maximumBattery_V": clamp(round(l.overvoltage_V * cells, 1), 10, 80),
    "powerDown.minimum_V": round(l.undervoltage_V * cells, 1),
    "j1939Charger.charge_V": clamp(charge_V, 0, 80),
    "eltekCharger.charge_V": clamp(charge_V, 0, 80),
    "microPowerCharger.charge_V": clamp(charge_V, 0, 80),
    "cia419Charger.charge_V": clamp(charge_V, 0, 80),
    "genericCharger.charge_V": clamp(charge_V, 0, 80),
  };
}

function temperaturePreset(c: Chemistry): Changes {
  const t = c.temperatures;
  return {
    "protections.lowTemperatureCharge.limit_degC": t.chargeMin_degC,
    "protections.lowTemperatureCharge.tolerant_degC": t.chargeMinTolerant_degC,
    "protections.highTemperatureCharge.limit_degC": t.chargeMax_degC,
    "protections.highTemperatureCharge.tolerant_degC": t.chargeMaxTolerant_degC,
    "protections.lowTemperatureDischarge.limit_degC": t.dischargeMin_degC,
    "protections.lowTemperatureDischarge.tolerant_degC": t.dischargeMinTolerant_degC,
    "protections.highTemperatureDischarge.limit_degC": t.dischargeMax_degC,
    "protections.highTemperatureDischarge.tolerant_degC": t.dischargeMaxTolerant_degC,
    "heater.minimum_degC": t.chargeMin_degC + 3,
    "heater.tolerant_degC": t.chargeMin_degC + 8,
    "cooler.maximum_degC": t.chargeMax_degC - 7,
    "cooler.tolerant_degC": t.chargeMax_degC - 12,
    "chargeMap.socFactor": c.chargeFactor,
    "chargeMap.voltageFactor": c.chargeVoltageFactor,
    "dischargeMap.socFactor": c.dischargeFactor,
    "dischargeMap.voltageFactor": c.dischargeVoltageFactor,
  };
}

/** Rates times capacity, never beyond what the board can measure; the sensor is the smallest that sees a short circuit. */
function currentPreset(c: Chemistry, capacity_Ah: number): Changes {
  const amperes = (rate: number, most_A: number) => round(Math.min(rate * capacity_Ah, most_A), 2);
  const short_A = amperes(Math.max(c.rates.overcurrentDischarge * 2, 5), BOARD_MAXIMUM_A - 10);
  const over_A = amperes(c.rates.overcurrentDischarge, 1000);
  const overCharge_A = amperes(c.rates.overcurrentCharge, 1000);
  const charge_A = amperes(c.rates.charge, 900);
  const discharge_A = amperes(c.rates.discharge, 900);
  return {
    ...fittingSensor(short_A),
    "currentSensor.zeroThreshold_A": offset_A(capacity_Ah),
    "cellModel.currentOffset_A": offset_A(capacity_Ah),
    "protections.overcurrentCharge.limit_A": overCharge_A,
    "protections.overcurrentCharge.tolerant_A": charge_A,
    "protections.overcurrentDischarge.limit_A": over_A,
    "protections.overcurrentDischarge.tolerant_A": discharge_A,
    "protections.shortCircuit.limit_A": short_A,
    "protections.shortCircuit.tolerant_A": discharge_A,
    "protections.highChargingCurrent.limit_A": round((charge_A + overCharge_A) / 2, 2),
    "protections.highChargingCurrent.tolerant_A": charge_A,
    "protections.chargeCurrentLimit.limit_A": round(Math.max(0.1 * charge_A, 0.1), 2),
    "protections.chargeCurrentLimit.tolerant_A": round(Math.max(0.04 * charge_A, 0.04), 3),
    "protections.dischargeCurrentLimit.limit_A": round(Math.max(0.1 * discharge_A, 0.1), 2),
    "protections.dischargeCurrentLimit.tolerant_A": round(Math.max(0.05 * discharge_A, 0.05), 3),
    "chargeMap.maximum_A": charge_A,
    "chargeMap.rate_A_per_s": round(0.4 * charge_A, 2),
    "dischargeMap.maximum_A": discharge_A,
    "dischargeMap.rate_A_per_s": round(0.5 * discharge_A, 2),
    "chargingStatus.present_A": round(0.01 * capacity_Ah, 3),
    "chargingStatus.absent_A": round(0.005 * capacity_Ah, 4),
    "dischargingStatus.present_A": round(0.01 * capacity_Ah, 3),
    "dischargingStatus.absent_A": round(0.005 * capacity_Ah, 4),
    "charge.breakCurrent_A": short_A / 2,
    "discharge.breakCurrent_A": short_A / 2,
    "common.breakCurrent_A": short_A / 2,
    "j1939Charger.charge_A": Math.min(charge_A, BOARD_MAXIMUM_A),
    "eltekCharger.charge_A": Math.min(charge_A, BOARD_MAXIMUM_A),
    "microPowerCharger.charge_A": Math.min(charge_A, BOARD_MAXIMUM_A),
    "cia419Charger.charge_A": Math.min(charge_A, BOARD_MAXIMUM_A),
    "genericCharger.charge_A": Math.min(charge_A, BOARD_MAXIMUM_A),
  };
}

/** Offset a sensor of a fitting size may keep: C/300. */
const offset_A = (capacity_Ah: number): number => round(clamp(0.003 * capacity_Ah, 0.02, 3), 3);

/** 6 % of the first current through the default resistor, yet not under the sensor's offset, and well under the first. */
function prechargeThreshold_A(c: Chemistry, cells: number, capacity_Ah: number): number {
  const first_A = (cells * c.limits.dischargeVoltage_V) / SETTINGS.precharge.rows.resistor_Ohm.default;
  return round(Math.min(Math.max(0.06 * first_A, offset_A(capacity_Ah)), 0.4 * first_A), 3);
}

function modelPreset(c: Chemistry): Changes {
  return {
    "socEstimation.ocv": c.ocv,
    "socEstimation.hysteresis_V": c.hysteresis_V,
    "socEstimation.hysteresisRatio": c.hysteresisRatio,
    "socEstimation.hysteresisReach": c.hysteresisReach,
    "socEstimation.plateauLow": c.plateauLow,
    "socEstimation.plateauHigh": c.plateauHigh,
    "socEstimation.coulombicEfficiency": c.coulombicEfficiency,
    "cellModel.resistanceRatio": c.resistanceRatio,
    "cellModel.fastRatio": c.fastRatio,
    "cellModel.fastTime_s": c.fastTime_s,
    "cellModel.slowRatio": c.slowRatio,
    "cellModel.slowTime_s": c.slowTime_s,
    "cellModel.fastProfile": c.fastProfile,
    "cellModel.slowProfile": c.slowProfile,
    "cellModel.exchangeRate": c.exchangeRate,
    "cellModel.diffusionLag_h": c.diffusionLag_h,
    "cellModel.diffusionTime_s": c.diffusionTime_s,
    "cellModel.capacityRatio": c.capacityRatio,
    "cellModel.selfDischargePerMonth": c.selfDischargePerMonth,
  };
}

/** How well the model knows a cell, and its heat. */
function doubtPreset(c: Chemistry, capacity_Ah: number): Changes {
  return {
    "cellModel.voltageError_V": c.voltageError_V,
    "cellModel.voltageErrorRatio": c.voltageErrorRatio,
    "cellModel.axisError": c.axisError,
    "cellModel.resistanceError": c.resistanceError,
    "cellModel.loadError": c.loadError,
    "cellModel.capacityError": c.capacityError,
    "cellModel.heatCapacity_J_per_K": clamp(round(c.heat_J_per_KAh * capacity_Ah, 2), 1, 200_000),
    "cellModel.cooling_W_per_K": clamp(round(c.cooling_W_per_KAh * capacity_Ah, 5), 0.001, 1000),
  };
}

/** Nominal current, sensitivity and range of a known sensor; nothing for "custom" or an unknown name. */
export function sensorPreset(type: string): Changes {
  if (!(CURRENT_SENSOR_NAMES as readonly string[]).includes(type)) return {};
  const sensor = CURRENT_SENSORS[type as CurrentSensorName];
  return {
    "currentSensor.nominal_A": sensor.nominal_A,
    "currentSensor.sensitivity_V": CURRENT_SENSOR_FAMILIES[sensor.family].gain_V,
    "currentSensor.range_A": Math.max(sensor.range_A, sensor.coarseRange_A),
  };
}

/** The single-channel sensor with the smallest range above `needed_A`, with its numbers; the largest one beyond. */
export function fittingSensor(needed_A: number): Changes {
  const single = CURRENT_SENSOR_NAMES.filter((name) => CURRENT_SENSORS[name].coarseRange_A === 0);
  const sorted = [...single].sort((a, b) => CURRENT_SENSORS[a].range_A - CURRENT_SENSORS[b].range_A);
  const type = sorted.find((name) => CURRENT_SENSORS[name].range_A > needed_A) ?? sorted[sorted.length - 1]!;
  return { ...sensorPreset(type), "currentSensor.type": type };
}

function round(value: number, digits: number): number {
  let scale = 1;
  for (let i = 0; i < digits; i++) scale *= 10;
  return Math.round(value * scale) / scale;
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
