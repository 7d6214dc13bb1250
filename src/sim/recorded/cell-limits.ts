// A cell's data-sheet limits as settings: the preset of its chemistry with the protections moved to what the sheet allows,
// and everything that has to stand between them moved along.

import type { ChemistryName } from "../../model/chemistries.ts";
import { type Changes, fittingSensor, presetSettings } from "../../model/presets.ts";

/** What a data sheet allows; absent limits stay those of the preset. */
export type CellLimits = {
  readonly min_V?: number;
  readonly max_V?: number;
  readonly charge_A?: number;
  readonly discharge_A?: number;
  readonly chargeMin_degC?: number;
  readonly dischargeMin_degC?: number;
};

export type CellSheet = { readonly title: string; readonly limits: CellLimits };

/**
 * What data sheets and testers allow the shipped cells (model/cells), by name. Voltages: the data sheets, whose charge end of 4.20 V has a tolerance of
 * 0.05 V; currents: the pulses the testers were allowed (2C charging for LG, 10 A for Panasonic).
 */
export const CELL_SHEETS: Readonly<Record<string, CellSheet>> = {
  "lg-18650hg2": {
    title: "LG 18650HG2, rated 3.0 Ah",
    limits: { min_V: 2.5, max_V: 4.25, charge_A: 6.2, discharge_A: 20 },
  },
  "panasonic-18650pf": {
    title: "Panasonic NCR18650PF, rated 2.9 Ah",
    limits: { min_V: 2.5, max_V: 4.25, charge_A: 11, discharge_A: 21 },
  },
  "a123-26650": {
    title: "A123 ANR26650, rated 2.3 Ah",
    limits: { min_V: 2, max_V: 3.65, charge_A: 10, discharge_A: 70 },
  },
};

/** Changes on top of the preset of a chemistry. */
export function limitChanges(
  chemistry: ChemistryName,
  cells: number,
  capacity_Ah: number,
  limits: CellLimits,
): Changes {
  const preset = presetSettings(chemistry, cells, capacity_Ah);
  const usual = (name: string): number => Number(preset[name]);
  return {
    ...(limits.min_V === undefined ? {} : lowVoltage(limits.min_V, cells, usual)),
    ...(limits.max_V === undefined ? {} : highVoltage(limits.max_V, usual)),
    ...(limits.charge_A === undefined ? {} : chargeCurrent(limits.charge_A)),
    ...(limits.discharge_A === undefined ? {} : dischargeCurrent(limits.discharge_A)),
    ...(limits.chargeMin_degC === undefined ? {} : coldLimit("lowTemperatureCharge", limits.chargeMin_degC)),
    ...(limits.dischargeMin_degC === undefined ? {} : coldLimit("lowTemperatureDischarge", limits.dischargeMin_degC)),
  };
}

type Usual = (name: string) => number;

function lowVoltage(min_V: number, cells: number, usual: Usual): Changes {
  return {
    "protections.undervoltage.limit_V": min_V,
    "protections.undervoltage.tolerant_V": Math.max(usual("protections.undervoltage.tolerant_V"), min_V + 0.1),
    "battery.dischargeVoltage_V": Math.max(usual("battery.dischargeVoltage_V"), min_V + 0.05),
    "powerDown.minimum_V": Math.max(9, min_V * cells - 1),
  };
}

function highVoltage(max_V: number, usual: Usual): Changes {
  const charge_V = Math.min(usual("battery.chargeVoltage_V"), max_V - 0.05);
  return {
    "battery.chargeVoltage_V": charge_V,
    "socEstimation.fullVoltage_V": Math.min(usual("socEstimation.fullVoltage_V"), charge_V),
    "protections.voltageTooHigh.limit_V": Math.min(usual("protections.voltageTooHigh.limit_V"), (charge_V + max_V) / 2),
    "protections.voltageTooHigh.tolerant_V": Math.min(usual("protections.voltageTooHigh.tolerant_V"), charge_V),
    "protections.overvoltage.limit_V": max_V,
    "protections.overvoltage.tolerant_V": Math.min(usual("protections.overvoltage.tolerant_V"), max_V - 0.05),
  };
}

function chargeCurrent(charge_A: number): Changes {
  return {
    "chargeMap.maximum_A": charge_A,
    "protections.overcurrentCharge.limit_A": charge_A,
    "protections.overcurrentCharge.tolerant_A": 0.9 * charge_A,
    "protections.highChargingCurrent.limit_A": charge_A,
    "protections.highChargingCurrent.tolerant_A": 0.9 * charge_A,
  };
}

function dischargeCurrent(discharge_A: number): Changes {
  const short_A = 2 * discharge_A;
  return {
    "dischargeMap.maximum_A": discharge_A,
    "protections.overcurrentDischarge.limit_A": discharge_A,
    "protections.overcurrentDischarge.tolerant_A": 0.9 * discharge_A,
    "protections.shortCircuit.limit_A": short_A,
    "protections.shortCircuit.tolerant_A": discharge_A,
    ...fittingSensor(short_A),
  };
}

const coldLimit = (name: "lowTemperatureCharge" | "lowTemperatureDischarge", limit_degC: number): Changes => ({
  [`protections.${name}.limit_degC`]: limit_degC,
  [`protections.${name}.tolerant_degC`]: limit_degC + 2,
});
