// Power capability for the battery record (battery-record.ts), calculated from a cell's resistance: Annex VII A 2, IV A 2.

import { interpolateGrid } from "../base/interpolate.ts";
import type { Settings } from "../model/settings.ts";
import type { RecordEntry, RecordValue } from "./record-entry.ts";

/** Resistance of the new pack by its settings, Ohm. */
export const nominal_Ohm = ({ battery }: Settings): number => battery.cells * battery.resistance_Ohm;

/** Ten seconds of the greatest power at half charge and 25 degC; the fast pair of the cell model has come in by then. */
export function power(settings: Settings, cell_Ohm: number): { readonly power_W: number; readonly limited: boolean } {
  const { battery, socEstimation, cellModel, dischargeMap } = settings;
  const { x, y, z } = socEstimation.ocv;
  const ocv_V = interpolateGrid(x, y, z, 0.5, 25);
  const drop_Ohm = cell_Ohm * (1 + cellModel.fastRatio);
  const byVoltage_A = (ocv_V - battery.dischargeVoltage_V) / drop_Ohm;
  const limited = dischargeMap.maximum_A < byVoltage_A;
  const current_A = limited ? dischargeMap.maximum_A : byVoltage_A;
  return { power_W: Math.max(0, battery.cells * current_A * (ocv_V - current_A * drop_Ohm)), limited };
}

/** Power in W, with what limits it as note. */
export function powerEntry(settings: Settings, cell_Ohm: number): RecordEntry & { readonly value: RecordValue } {
  const { power_W, limited } = power(settings, cell_Ohm);
  const note = limited
    ? `limited by the greatest discharge current set, ${settings.dischargeMap.maximum_A} A`
    : `limited by the lowest cell voltage set, ${settings.battery.dischargeVoltage_V} V`;
  return { value: power_W, basis: "calculated", note };
}
