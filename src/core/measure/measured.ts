// What the stage "measure" knows after it has turned the board's raw values into volts, amperes and degrees. A value that
// is not believed is marked by its flag and never used as if it were; its number is then the last believed one.

import { INPUT_SIGNAL_COUNT } from "../../model/input-signals.ts";
import { CELL_INPUTS, INPUTS, OUTPUTS, THERMISTOR_INPUTS } from "../sensors.ts";

/** Why the current is not believed; the index is the code. */
export const CURRENT_FAULTS = [
  "none",
  "output out of range",
  "reference lost",
  "supply out of range",
  "output frozen",
  "channels differ",
  "zero too far off",
  "shunt silent",
] as const;
/** State of a thermistor; the index is the code. */
export const THERMISTOR_STATES = ["good", "open", "shorted", "unused"] as const;
/** What is wrong with the cell wiring; the index is the code. */
export const WIRING_FAULTS = ["none", "reversed cell", "swapped wires", "sum differs from supply"] as const;
/** What a wire test has found; the index is the code. A finding counts once the next test repeats it. */
export const WIRE_STATES = ["good", "suspected", "open"] as const;
/** The first thing that is missing before contactors may be considered; the index is the code. */
export const NOT_READY = [
  "ready",
  "cell values missing",
  "wires not tested",
  "cell count wrong",
  "cell wiring wrong",
  "temperature missing",
  "current missing",
  "contactor closed",
  "supply voltage missing",
] as const;

/** A thermistor takes ten seconds to follow; reading it ten times a second loses nothing. */
export const TEMPERATURE_PERIOD_us = 100_000;

export type Measured = {
  // Cells. `fresh` is 1 in the tick in which new, believed-or-not cell values arrived.
  fresh: number;
  cellSequence: number;
  cellAge_us: number;
  cellMonitorOnline: number;
  /** As last read, after compensation; believed or not. Reads of inputs above the top cell stand here too. */
  readings_V: Float64Array;
  readingsKnown: number;
  cells_V: Float64Array;
  cellValid: Uint8Array;
  /** 1 while the input carries a cell, with either sign. */
  cellPresent: Uint8Array;
  /** 1 while a cell has jumped against its neighbour and its wires have not been tested since. */
  cellDoubt: Uint8Array;
  /** 1 in the tick of a conversion in which every cell moved the same way: the current must have changed. */
  packMoved: number;
  /** 1 while every configured cell is believed. */
  cellsValid: number;
  /** 1 while the front end is fresh and at least one cell can be judged: the extremes below are those of such cells. */
  someCellValid: number;
  /** How long each cell has not been believed while the front end ran. */
  cellLost_us: Float64Array;
  /** 1 while a configured cell has not been believed for longer than cells may be stale, and the index of the first. */
  cellLost: number;
  cellLostIndex: number;
  minCell: number;
  maxCell: number;
  minCell_V: number;
  /** A reading above the plausible range counts here as its upper end, 5.5 V, though the cell is not believed. */
  maxCell_V: number;
  averageCell_V: number;
  spread_V: number;
  cellSum_V: number;
  battery_V: number;
  /** 1 while battery_V is believed: every cell, or the supply terminals, by the chosen method. */
  batteryValid: number;
  /** As read, like the three voltages of the current sensor: what a person with a voltmeter would see. */
  supply_V: number;
  supplyValid: number;
  cellsFound: number;
  cellCountWrong: number;
  /** 1 after the wires have been tested at least once since start. */
  wiresTested: number;
  openWire: number;
  /** Index 0..18 of the first open wire Ck; -1 if none. */
  openWireIndex: number;
  wireConnected: Uint8Array;
  wireState: Uint8Array;
  /** 1 while both wires of a cell are connected. */
  cellWiresConnected: Uint8Array;
  openWireSequence: number;
  /** Time since the last wire test. */
  wireTest_us: number;
  /** 1 asks for a wire test with the next conversion. */
  wireTestDue: number;
  wiringFault: number;
  /** Index of the cell the wiring fault stands at; -1 if none. */
  wiringCell: number;
  /** What the last conversions looked like, and how many in a row did: a fault once they are enough. */
  wiringPattern: number;
  wiringPatternCell: number;
  wiringCount: number;
  // Temperatures.
  temperatures_degC: Float64Array;
  thermistorState: Uint8Array;
  thermistorPresent: Uint8Array;
  thermistorShorted: Uint8Array;
  /** Time since the thermistors were last read. */
  temperature_us: number;
  /** Code (index of THERMISTOR_STATES) of the first thermistor in use that is open or shorted; 0 if none. */
  thermistorFault: number;
  thermistorFaultIndex: number;
  /** Temperature taken for each cell: that of the nearest believed thermistor. */
  cellTemperatures_degC: Float64Array;
  /** Index of that thermistor for each cell. */
  cellThermistor: Uint8Array;
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
  boardValid: number;
  heatSink_degC: number;
  heatSinkValid: number;
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
  /** Output at no current, over the reference (or half the supply); the second for the coarse channel of a DHAB. */
  zero_V: number;
  coarseZero_V: number;
  /** Output at which the current counts as zero: the reference (or half the supply) plus the zero. */
  calibratedReference_V: number;
  calibrated: number;
  /** Code of the sensor the zero belongs to. */
  calibratedSensor: number;
  /** 1 after a person asked, until it is done; then it happens whatever the settings say. */
  calibrationAsked: number;
  /** 1 while the last zero was too far off. */
  zeroRejected: number;
  calibration_us: number;
  calibrationSum_V: number;
  coarseCalibrationSum_V: number;
  calibrationCount: number;
  /** Time since the zero was last taken, and for how long no current can have flown. */
  zeroAge_us: number;
  rest_us: number;
  /** For how long of that the mean current has been off the zero by more than half the zero threshold. */
  drifted_us: number;
  /** 1 while a DHAB is read on its coarse channel. */
  coarseChannel: number;
  /** How long the current has been beyond the range of the sensor. */
  overRange_us: number;
  frozen_us: number;
  /** 1 if the pack has moved since the output last did, in a way no steady current explains. */
  frozenMoved: number;
  /** Turning points of the smoothed mean cell voltage since then, which way it goes (1 up, -1 down), and how far it has come. */
  packTurns: number;
  packDirection: number;
  packExtreme_V: number;
  packMean_V: number;
  lastHall_V: number;
  shunt_A: number;
  shuntMean_A: number;
  /** 0 only in the tick that brings a sample. */
  shuntAge_us: number;
  shuntInterval_us: number;
  shuntHeard: number;
  shuntOffline: number;
  // Inputs.
  inputs: Uint8Array;
  feedback: Uint8Array;
  /** 1 while an assigned feedback says that a contactor is closed: current may flow though no coil is driven. */
  contactorClosed: number;
  button: number;
  /** The input signals after assignment, inversion, partners on buses and software override. */
  signals: Uint8Array;
  /** Software override of each input signal: 0 off, 1 on, 2 physical. */
  overrides: Uint8Array;
  chargerOnline: number;
  chargerAge_us: number;
  chargerFaulty: number;
  /** 1 if a charger that is online shall set the signal Charger connected. */
  chargerConnects: number;
  chargerHeard: number;
  chargerLost: number;
  partnerOnline: number;
  partnerAge_us: number;
  partnerHeard: number;
  partnerLost: number;
  /** 1 while the partner on the bus asks the battery to shut down. */
  partnerShutdown: number;
  /** 1 once everything needed has been measured and believed: contactors may be considered. */
  ready: number;
  /** Why not, or what is doubted just now: an index of NOT_READY. */
  notReady: number;
  /** How long something has been missing. */
  doubt_us: number;
};

// biome-ignore format: a line for each group
export const createMeasured = (): Measured => ({
  fresh: 0, cellSequence: 0, cellAge_us: 0, cellMonitorOnline: 0, readings_V: new Float64Array(CELL_INPUTS), readingsKnown: 0,
  cells_V: new Float64Array(CELL_INPUTS), cellValid: new Uint8Array(CELL_INPUTS), cellPresent: new Uint8Array(CELL_INPUTS),
  cellDoubt: new Uint8Array(CELL_INPUTS), packMoved: 0, cellsValid: 0,
  someCellValid: 0, cellLost_us: new Float64Array(CELL_INPUTS), cellLost: 0, cellLostIndex: -1,
  minCell: 0, maxCell: 0, minCell_V: 0, maxCell_V: 0, averageCell_V: 0, spread_V: 0,
  cellSum_V: 0, battery_V: 0, batteryValid: 0, supply_V: 0, supplyValid: 0,
  cellsFound: 0, cellCountWrong: 0, wiresTested: 0, openWire: 0, openWireIndex: -1, wireConnected: new Uint8Array(CELL_INPUTS + 1).fill(1),
  wireState: new Uint8Array(CELL_INPUTS + 1), cellWiresConnected: new Uint8Array(CELL_INPUTS).fill(1),
  openWireSequence: 0, wireTest_us: 0, wireTestDue: 0,
  wiringFault: 0, wiringCell: -1, wiringPattern: 0, wiringPatternCell: -1, wiringCount: 0,
  temperatures_degC: new Float64Array(THERMISTOR_INPUTS), thermistorState: new Uint8Array(THERMISTOR_INPUTS).fill(3),
  thermistorPresent: new Uint8Array(THERMISTOR_INPUTS), thermistorShorted: new Uint8Array(THERMISTOR_INPUTS),
  temperature_us: TEMPERATURE_PERIOD_us, // the first tick reads them at once
 
  thermistorFault: 0, thermistorFaultIndex: -1,
  cellTemperatures_degC: new Float64Array(CELL_INPUTS).fill(25), cellThermistor: new Uint8Array(CELL_INPUTS), temperatureValid: 0,
  minTemperature_degC: 25, maxTemperature_degC: 25, minTemperatureIndex: -1, maxTemperatureIndex: -1,
  contactorTemperature_degC: 25, contactorTemperatureValid: 0, ambientTemperature_degC: 25, ambientTemperatureValid: 0,
  board_degC: 25, boardValid: 0, heatSink_degC: 25, heatSinkValid: 0,
  current_A: 0, currentValid: 0, currentFault: 0, currentBroken: 0, chargeCurrent_A: 0, dischargeCurrent_A: 0,
  hall_V: 0, hallReference_V: 0, hallSupply_V: 0, zero_V: 0, coarseZero_V: 0, calibratedReference_V: 0,
  calibrated: 0, calibratedSensor: 0, calibrationAsked: 0, zeroRejected: 0,
  calibration_us: 0, calibrationSum_V: 0, coarseCalibrationSum_V: 0, calibrationCount: 0,
  zeroAge_us: 0, rest_us: 0, drifted_us: 0, coarseChannel: 0, overRange_us: 0,
  frozen_us: 0, frozenMoved: 0, packTurns: 0, packDirection: 0, packExtreme_V: 0, packMean_V: 0, lastHall_V: 0,
  shunt_A: 0, shuntMean_A: 0, shuntAge_us: 1, shuntInterval_us: 0, shuntHeard: 0, shuntOffline: 0,
  inputs: new Uint8Array(INPUTS), feedback: new Uint8Array(OUTPUTS), contactorClosed: 0, button: 0,
  signals: new Uint8Array(INPUT_SIGNAL_COUNT), overrides: new Uint8Array(INPUT_SIGNAL_COUNT).fill(2),
  chargerOnline: 0, chargerAge_us: 0, chargerFaulty: 0, chargerConnects: 1, chargerHeard: 0, chargerLost: 0,
  partnerOnline: 0, partnerAge_us: 0, partnerHeard: 0, partnerLost: 0, partnerShutdown: 0,
  ready: 0, notReady: 1, doubt_us: 0,
});
