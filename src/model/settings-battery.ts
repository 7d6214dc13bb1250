// Settings of the menu "Control", first half: the battery itself and how its state is estimated (vendor's pages 3.3).
// Defaults marked "preset" follow the chemistry; the values here are those of 16 LFP cells of 100 Ah.

import { CHEMISTRIES, CHEMISTRY_NAMES } from "./chemistries.ts";
import { COMMON_MODEL } from "./chemistry.ts";
import type { SettingGroup } from "./rows.ts";

export const BATTERY_SETTINGS = {
  battery: { title: "Common settings", menu: "Control → Common settings", rows: {
    chemistry: { kind: "choice", whileOpen: true, choices: ["custom", ...CHEMISTRY_NAMES], default: "LFP", source: "O", help: "Choosing a chemistry fills every setting that depends on it; custom leaves all of them free." },
    cells: { kind: "integer", whileOpen: true, unit: "count", min: 6, max: 18, default: 16, source: "S", vendor: "Cell count", help: "Cells in series. Inputs above are tied to the top cell." },
    capacity_Ah: { kind: "number", unit: "Ah", min: 1, max: 10000, default: 100, source: "S", vendor: "Cell capacity", help: "Nominal capacity of one cell (or of the cells in parallel at one position)." },
    resistance_Ohm: { kind: "number", unit: "Ohm", min: 0.00001, max: 1, default: 0.00019, source: "S", vendor: "Cell resistance", help: "Nominal resistance of one new cell at 25 degC. Preset." },
    voltageMethod: { kind: "choice", choices: ["sumOfCells", "supply"], default: "sumOfCells", source: "F", vendor: "Method of calculating the battery voltage", help: "Battery voltage is the sum of the cells, or what X9 measures." },
    relaxTimeCharge_s: { kind: "number", unit: "s", min: 10, max: 86400, default: 3600, source: "S", vendor: "Relax time (after charging)", help: "Rest after charging until the voltage is taken for the open-circuit voltage. Preset." },
    relaxTimeDischarge_s: { kind: "number", unit: "s", min: 10, max: 86400, default: 3600, source: "S", vendor: "Relax time (after discharging)", help: "Rest after discharging until relaxed. Preset." },
    chargeVoltage_V: { kind: "number", unit: "V", min: 1.5, max: 4.5, default: 3.55, source: "O", help: "Charging voltage per cell that is asked of chargers and inverters. Preset." },
    dischargeVoltage_V: { kind: "number", unit: "V", min: 1, max: 4, default: 2.8, source: "O", help: "Voltage per cell at which loads should stop. Preset." },
  } },
  socEstimation: { title: "SOC estimation", menu: "Control → SOC estimation", rows: {
    method: { kind: "choice", choices: ["voltage", "simplified", "enhanced"], default: "enhanced", source: "S", vendor: "Algorithm", help: "voltage: rest voltage only. simplified: charge count, corrected at rest. enhanced: a Kalman filter on a cell model corrects while current flows." },
    merge: { kind: "choice", choices: ["minimal", "average", "minMax", "maxMin"], default: "minMax", source: "S", vendor: "Final SOC", help: "How the cells become one figure. minMax shows 100 % as soon as any cell is full and 0 % as soon as any is empty." },
    scale: { kind: "flag", default: false, source: "F", vendor: "Scale the final SOC", help: "Show a part of the range as 0 to 100 %." },
    scaleLow: { kind: "number", unit: "ratio", min: 0, max: 0.5, default: 0, source: "F", help: "Internal state of charge that is shown as 0 %." },
    scaleHigh: { kind: "number", unit: "ratio", min: 0.5, max: 1, default: 1, source: "F", help: "Internal state of charge that is shown as 100 %." },
    ocv: { kind: "grid", xUnit: "ratio", yUnit: "degC", unit: "V", min: 0.5, max: 5, default: CHEMISTRIES.LFP.ocv, source: "S", vendor: "Uocv table", help: "Open-circuit voltage over state of charge and temperature. Preset." },
    hysteresis_V: { kind: "curve", xUnit: "ratio", unit: "V", min: 0, max: 0.3, default: CHEMISTRIES.LFP.hysteresis_V, source: "O", help: "Half the gap between charge and discharge rest voltage over state of charge. Preset." },
    hysteresisRatio: { kind: "curve", xUnit: "degC", unit: "ratio", min: 0, max: 20, default: COMMON_MODEL.hysteresisRatio, source: "O", help: "The gap over temperature, relative to hysteresis_V. Preset." },
    hysteresisReach: { kind: "number", unit: "ratio", min: 0.002, max: 0.5, default: COMMON_MODEL.hysteresisReach, source: "O", help: "Share of the capacity that leads from the middle to one branch. Preset." },
    plateauLow: { kind: "number", unit: "ratio", min: 0, max: 1, default: 0.3, source: "O", help: "From here to plateauHigh the rest voltage tells little and never corrects by itself. Preset." },
    plateauHigh: { kind: "number", unit: "ratio", min: 0, max: 1, default: 0.95, source: "O", help: "Upper end of the plateau. Equal ends: no plateau. Preset." },
    fullVoltage_V: { kind: "number", unit: "V", min: 1.5, max: 4.5, default: 3.5, source: "O", help: "All cells above this and a current under the tail current: the battery is full. Preset." },
    fullCurrentRatio: { kind: "number", unit: "ratio", min: 0.005, max: 0.5, default: 0.05, source: "O", help: "Tail current, as a fraction of the capacity in A, for the full anchor." },
    emptyVoltage_V: { kind: "number", unit: "V", min: 0.5, max: 4, default: 2.6, source: "O", help: "Rest voltage of an empty cell, for the empty anchor under load corrected for resistance. Preset." },
    coulombicEfficiency: { kind: "number", unit: "ratio", min: 0.9, max: 1, default: 0.998, source: "O", help: "Charge that comes out again of what went in. Preset." },
  } },
  cellModel: { title: "Cell model", menu: "Control → Cell model", rows: {
    resistanceRatio: { kind: "grid", xUnit: "ratio", yUnit: "degC", unit: "ratio", min: 0.1, max: 50, default: CHEMISTRIES.LFP.resistanceRatio, source: "O", help: "Resistance over state of charge and temperature, relative to half charge at 25 degC. Preset." },
    fastRatio: { kind: "number", unit: "ratio", min: 0, max: 10, default: CHEMISTRIES.LFP.fastRatio, source: "O", help: "Resistance of the fast pair relative to the ohmic one. Preset." },
    fastTime_s: { kind: "number", unit: "s", min: 0.5, max: 300, default: CHEMISTRIES.LFP.fastTime_s, source: "O", help: "Time constant of the fast pair. Preset." },
    slowRatio: { kind: "number", unit: "ratio", min: 0, max: 10, default: CHEMISTRIES.LFP.slowRatio, source: "O", help: "Resistance of the slow pair relative to the ohmic one. Preset." },
    slowTime_s: { kind: "number", unit: "s", min: 10, max: 10000, default: CHEMISTRIES.LFP.slowTime_s, source: "O", help: "Time constant of the slow pair. Preset." },
    fastProfile: { kind: "grid", xUnit: "ratio", yUnit: "degC", unit: "ratio", min: 0, max: 50, default: COMMON_MODEL.fastProfile, source: "O", help: "Fast pair over state of charge and temperature, relative to the resistance there times fastRatio. Preset." },
    slowProfile: { kind: "grid", xUnit: "ratio", yUnit: "degC", unit: "ratio", min: 0, max: 50, default: COMMON_MODEL.slowProfile, source: "O", help: "Slow pair over state of charge and temperature, relative to the resistance there times slowRatio. Preset." },
    exchangeRate: { kind: "curve", xUnit: "degC", unit: "ratio", min: 0.01, max: 1000, default: COMMON_MODEL.exchangeRate, source: "O", help: "Rate (A per Ah) over temperature at which charge transfer bends: resistance and fast pair fall as asinh(x) / x of the current over this rate (Butler-Volmer). 1000: straight. Preset." },
    diffusionLag_h: { kind: "curve", xUnit: "degC", unit: "h", min: 0, max: 1, default: COMMON_MODEL.diffusionLag_h, source: "O", help: "Diffusion: share of the capacity, per A per Ah, by which the charge that the voltage shows lags behind the mean, over temperature. Preset." },
    diffusionTime_s: { kind: "number", unit: "s", min: 30, max: 20_000, default: COMMON_MODEL.diffusionTime_s, source: "O", help: "Time constant of diffusion. Preset." },
    capacityRatio: { kind: "curve", xUnit: "degC", unit: "ratio", min: 0.1, max: 1.5, default: CHEMISTRIES.LFP.capacityRatio, source: "O", help: "Capacity that can be drawn over temperature, relative to 25 degC. Preset." },
    selfDischargePerMonth: { kind: "number", unit: "ratio", min: 0, max: 0.3, default: 0.02, source: "O", help: "Charge lost in a month of storage at 25 degC; applied for the time the device was off. Preset." },
    voltageError_V: { kind: "number", unit: "V", min: 0.0005, max: 0.1, default: 0.008, source: "O", help: "What the cell model misses at 25 degC, one standard deviation. Widens the stated bound." },
    voltageErrorRatio: { kind: "curve", xUnit: "degC", unit: "ratio", min: 0.1, max: 50, default: COMMON_MODEL.voltageErrorRatio, source: "O", help: "What the cell model misses over temperature, relative to voltageError_V. Preset." },
    axisError: { kind: "number", unit: "ratio", min: 0.001, max: 0.1, default: COMMON_MODEL.axisError, source: "O", help: "How far a cell may lie off the rest-voltage table along its axis of charge, one standard deviation. Preset." },
    resistanceError: { kind: "number", unit: "ratio", min: 0.02, max: 1, default: COMMON_MODEL.resistanceError, source: "O", help: "How far a cell may lie off its resistance before that has been learned, one standard deviation. Preset." },
    loadError: { kind: "number", unit: "ratio", min: 0.001, max: 0.3, default: COMMON_MODEL.loadError, source: "O", help: "What the cell model misses under load beyond voltageError_V, as a share of the drop of late, one standard deviation. Preset." },
    capacityError: { kind: "number", unit: "ratio", min: 0.002, max: 0.3, default: COMMON_MODEL.capacityError, source: "O", help: "How far a cell may lie off its capacity before that has been learned, one standard deviation. Preset." },
    heatCapacity_J_per_K: { kind: "number", unit: "J/K", min: 1, max: 200_000, default: 100 * COMMON_MODEL.heat_J_per_KAh, source: "O", help: "Heat that one cell takes up per kelvin. Preset." },
    cooling_W_per_K: { kind: "number", unit: "W/K", min: 0.001, max: 1000, default: 100 * COMMON_MODEL.cooling_W_per_KAh, source: "O", help: "Heat that one cell gives to its surroundings per kelvin. Preset." },
    currentOffset_A: { kind: "number", unit: "A", min: 0, max: 20, default: 0.3, source: "O", help: "Offset the current sensor may keep after calibration, one standard deviation. Widens the bound with time." },
    currentGain: { kind: "number", unit: "ratio", min: 0, max: 0.1, default: 0.01, source: "O", help: "Gain error of the current sensor, one standard deviation. 1 % for HASS and HTFS." },
  } },
  socCorrection: { title: "SOC correction", menu: "Control → SOC correction", rows: {
    enable: { kind: "flag", default: true, source: "S", help: "Correct the state of charge from the rest voltage after a long shutdown or a long time without correction." },
    shutdownPeriod_day: { kind: "number", unit: "day", min: 0.01, max: 365, default: 1, source: "S", vendor: "Shutdown period", help: "Off at least this long: state of charge is taken anew from the rest voltage at start." },
    correctionPeriod_day: { kind: "number", unit: "day", min: 0.1, max: 365, default: 7, source: "S", vendor: "Correction period", help: "No correction for this long: the next rest outside the plateau corrects at once." },
  } },
  soh: { title: "SOH estimation", menu: "Control → SOH estimation", rows: {
    method: { kind: "choice", choices: ["effectiveCapacity", "totalCharge"], default: "effectiveCapacity", source: "F", vendor: "SOH estimation mode", help: "By effective capacity, renewed on each full discharge, or falling in a line with the charge drawn so far." },
    lifeCycles: { kind: "number", unit: "count", min: 100, max: 20000, default: 3000, source: "O", help: "Full cycles until end of life, for the second method. Preset." },
    endOfLife: { kind: "number", unit: "ratio", min: 0.3, max: 0.95, default: 0.7, source: "O", help: "State of health at end of life." },
  } },
  resistanceEstimation: { title: "Resistance estimation", menu: "Control → Resistance estimation", rows: {
    enable: { kind: "flag", default: true, source: "F", help: "Measure cell resistance on load steps." },
    stabilisation_s: { kind: "number", unit: "s", min: 0.2, max: 60, default: 2, source: "F", help: "Current must stay within 5 % of its value for this long to count as stable." },
    minimumStepRatio: { kind: "number", unit: "ratio", min: 0.02, max: 2, default: 0.2, source: "F", help: "Least current step, as a fraction of the capacity in A: 0.2 by the vendor's second rule." },
  } },
  cellAnalysis: { title: "Cell analysis", menu: "Control → Cell analysis", rows: {
    mostDischarged: { kind: "flag", default: true, source: "F", help: "Analyse the most discharged cell; the index is then ignored." },
    cell: { kind: "integer", unit: "count", min: 1, max: 18, default: 1, source: "F", help: "Cell to analyse." },
  } },
} as const satisfies Record<string, SettingGroup>;
