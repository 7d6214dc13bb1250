// What the stage "measure" knows after it has turned the board's raw values into volts, amperes and degrees. A value that
// is not believed is marked by its flag and never used as if it were; its number is then the last believed one.

import { CELL_INPUTS, INPUTS, OUTPUTS, THERMISTOR_INPUTS } from "../sensors.ts";
import { INPUT_SIGNAL_COUNT } from "../../model/input-signals.ts";

/** Why the current is not believed; the index is the code. */
export const CURRENT_FAULTS = ["none", "output out of range", "reference lost", "supply out of range", "output frozen", "channels differ", "zero too far off", "shunt silent"] as const;
/** State of a thermistor; the index is the code. */
export const THERMISTOR_STATES = ["good", "open", "shorted", "unused"] as const;
/** What is wrong with the cell wiring; the index is the code. */
export const WIRING_FAULTS = ["none", "reversed cell", "swapped wires", "sum differs from supply"] as const;

export type Measured = {
  // Cells. `fresh` is 1 in the tick in which new, believed-or-not cell values arrived.
  fresh: number;
  cellSequence: number;
  cellAge_us: number;
  cellMonitorOnline: number;
  cells_V: Float64Array;
  cellValid: Uint8Array;
  /** 1 while every configured cell is believed. */
  cellsValid: number;
  minCell: number;
  maxCell: number;
  minCell_V: number;
  maxCell_V: number;
  averageCell_V: number;
  spread_V: number;
  battery_V: number;
  supply_V: number;
  cellsFound: number;
  cellCountWrong: number;
  /** 1 after the wires have been tested at least once since start. */
  wiresTested: number;
  openWire: number;
  /** Index 0..18 of the first open wire Ck; -1 if none. */
  openWireIndex: number;
  wireConnected: Uint8Array;
  wiringFault: number;
  wiringCell: number;
  // Temperatures.
  temperatures_degC: Float64Array;
  thermistorState: Uint8Array;
  /** 1 while some thermistor in use is open or shorted. */
  thermistorFault: number;
  thermistorFaultIndex: number;
  /** Temperature taken for each cell: that of the nearest believed thermistor. */
  cellTemperatures_degC: Float64Array;
  /** 1 while at least one thermistor on the cells is believed. */
  temperatureValid: number;
  minTemperature_degC: number;
  maxTemperature_degC: number;
  minTemperatureIndex: number;
  maxTemperatureIndex: number;
  contactorTemperature_degC: number;
  contactorTemperatureValid: number;
  ambientTemperature_degC: number;
  ambientTemperatureValid: number;
  board_degC: number;
  heatSink_degC: number;
  // Current, charging positive.
  current_A: number;
  /** 0 while the current is not believed; 1 needs a finished zero calibration where one is due. */
  currentValid: number;
  currentFault: number;
  /** 1 while currentFault is not 0 (the sensor is broken, not merely calibrating). */
  currentBroken: number;
  chargeCurrent_A: number;
  dischargeCurrent_A: number;
  hall_V: number;
  hallReference_V: number;
  hallSupply_V: number;
  zero_V: number;
  calibrated: number;
  calibration_us: number;
  calibrationSum_V: number;
  calibrationCount: number;
  frozen_us: number;
  lastHall_V: number;
  shunt_A: number;
  shuntMean_A: number;
  shuntAge_us: number;
  shuntOffline: number;
  // Inputs.
  inputs: Uint8Array;
  feedback: Uint8Array;
  button: number;
  /** The input signals after assignment, inversion, partners on buses and software override. */
  signals: Uint8Array;
  /** Software override of each input signal: 0 off, 1 on, 2 physical. */
  overrides: Uint8Array;
  chargerOnline: number;
  chargerAge_us: number;
  chargerFaulty: number;
  partnerOnline: number;
  partnerAge_us: number;
  partnerLost: number;
  /** 1 once everything needed has been measured and believed: contactors may be considered. */
  ready: number;
};

export const createMeasured = (): Measured => ({
  fresh: 0, cellSequence: 0, cellAge_us: 0, cellMonitorOnline: 0,
  cells_V: new Float64Array(CELL_INPUTS), cellValid: new Uint8Array(CELL_INPUTS), cellsValid: 0,
  minCell: 0, maxCell: 0, minCell_V: 0, maxCell_V: 0, averageCell_V: 0, spread_V: 0, battery_V: 0, supply_V: 0,
  cellsFound: 0, cellCountWrong: 0, wiresTested: 0, openWire: 0, openWireIndex: -1, wireConnected: new Uint8Array(CELL_INPUTS + 1).fill(1),
  wiringFault: 0, wiringCell: -1,
  temperatures_degC: new Float64Array(THERMISTOR_INPUTS), thermistorState: new Uint8Array(THERMISTOR_INPUTS),
  thermistorFault: 0, thermistorFaultIndex: -1, cellTemperatures_degC: new Float64Array(CELL_INPUTS).fill(25), temperatureValid: 0,
  minTemperature_degC: 25, maxTemperature_degC: 25, minTemperatureIndex: -1, maxTemperatureIndex: -1,
  contactorTemperature_degC: 25, contactorTemperatureValid: 0, ambientTemperature_degC: 25, ambientTemperatureValid: 0,
  board_degC: 25, heatSink_degC: 25,
  current_A: 0, currentValid: 0, currentFault: 0, currentBroken: 0, chargeCurrent_A: 0, dischargeCurrent_A: 0,
  hall_V: 0, hallReference_V: 0, hallSupply_V: 0, zero_V: 0, calibrated: 0, calibration_us: 0, calibrationSum_V: 0, calibrationCount: 0,
  frozen_us: 0, lastHall_V: 0, shunt_A: 0, shuntMean_A: 0, shuntAge_us: 0, shuntOffline: 0,
  inputs: new Uint8Array(INPUTS), feedback: new Uint8Array(OUTPUTS), button: 0,
  signals: new Uint8Array(INPUT_SIGNAL_COUNT), overrides: new Uint8Array(INPUT_SIGNAL_COUNT).fill(2),
  chargerOnline: 0, chargerAge_us: 0, chargerFaulty: 0, partnerOnline: 0, partnerAge_us: 0, partnerLost: 0, ready: 0,
});
