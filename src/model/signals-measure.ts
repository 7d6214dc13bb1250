// What the stage "measure" gives out: the rows of every measured quantity a person, a bus or a log may want, with the
// vendor's names of its tab "State" where they are known. Cells, thermistors and outputs count from 0 in the index rows.

import type { SignalRow } from "./rows.ts";

const CELLS_OK = "measure.cellsValid";
const SOME_CELL_OK = "measure.someCellValid";
const TEMPERATURE_OK = "measure.temperatureValid";
const CURRENT_OK = "measure.currentValid";

export const MEASURE_SIGNALS = {
  // Battery.
  battery_V:            { unit: "V", type: "real", group: "Battery", from: "measure.battery_V", min: 0, max: 100, vendor: "Battery voltage", validFrom: ["measure.batteryValid"], logged: 0.01, help: "Sum of the cells, or the voltage of the supply terminals, by the chosen method." },
  batteryValid:         { unit: "none", type: "flag", group: "Battery", from: "measure.batteryValid", help: "The battery voltage is believed." },
  current_A:            { unit: "A", type: "real", group: "Battery", from: "measure.current_A", min: -1500, max: 1500, vendor: "Current", validFrom: [CURRENT_OK], help: "Battery current; charging is positive." },
  chargeCurrent_A:      { unit: "A", type: "real", group: "Battery", from: "measure.chargeCurrent_A", min: 0, max: 1500, validFrom: [CURRENT_OK], logged: 0.1, help: "Battery current while charging, else 0." },
  dischargeCurrent_A:   { unit: "A", type: "real", group: "Battery", from: "measure.dischargeCurrent_A", min: 0, max: 1500, validFrom: [CURRENT_OK], logged: 0.1, help: "Battery current while discharging, else 0; positive." },
  supply_V:             { unit: "V", type: "real", group: "Battery", from: "measure.supply_V", min: 0, max: 100, validFrom: ["measure.supplyValid"], logged: 0.02, help: "Voltage at the supply terminals of the board." },
  supplyValid:          { unit: "none", type: "flag", group: "Battery", from: "measure.supplyValid", help: "The voltage at the supply terminals is one the board can run on, so the reading is believed." },
  ready:                { unit: "none", type: "flag", group: "Battery", from: "measure.ready", help: "Everything that is needed has been measured and is believed." },
  notReady:             { unit: "none", type: "code", group: "Battery", from: "measure.notReady", codes: ["ready", "cell values missing", "wires not tested", "cell count wrong", "cell wiring wrong", "temperature missing", "current missing", "contactor closed", "supply voltage missing"], help: "The first thing that is missing or doubted." },
  // Cells.
  cells_V:              { unit: "V", type: "real", group: "Cells", per: "cell", from: "measure.cells_V", min: -5, max: 6.5, vendor: "Voltage", validFrom: [CELLS_OK], validEach: "measure.cellValid", help: "Voltage of each cell; the last believed one while a reading is not believed." },
  cellValid:            { unit: "none", type: "flag", group: "Cells", per: "cell", from: "measure.cellValid", help: "The voltage of the cell is fresh and believed." },
  cellPresent:          { unit: "none", type: "flag", group: "Cells", per: "cell", from: "measure.cellPresent", vendor: "Cell present", help: "The input carries a cell." },
  cellWiresConnected:   { unit: "none", type: "flag", group: "Cells", per: "cell", from: "measure.cellWiresConnected", vendor: "Wires connected", help: "Both wires of the cell are connected, by the last wire test." },
  cellTemperatures_degC: { unit: "degC", type: "real", group: "Cells", per: "cell", from: "measure.cellTemperatures_degC", min: -60, max: 200, vendor: "Temperature", validFrom: [TEMPERATURE_OK], help: "Temperature taken for each cell: that of the nearest believed thermistor." },
  cellThermistor:       { unit: "none", type: "integer", group: "Cells", per: "cell", from: "measure.cellThermistor", min: 0, max: 5, validFrom: [TEMPERATURE_OK], counts: "thermistor", help: "Index of the thermistor whose temperature is taken for each cell." },
  minCell_V:            { unit: "V", type: "real", group: "Cells", from: "measure.minCell_V", min: -1, max: 5.5, vendor: "Minimum cell voltage", validFrom: [SOME_CELL_OK], help: "Lowest voltage of the cells that are believed." },
  minCell:              { unit: "none", type: "integer", group: "Cells", from: "measure.minCell", min: 0, max: 17, validFrom: [SOME_CELL_OK], counts: "cell", help: "Index of the cell with the lowest voltage." },
  maxCell_V:            { unit: "V", type: "real", group: "Cells", from: "measure.maxCell_V", min: -1, max: 5.5, vendor: "Maximum cell voltage", validFrom: [SOME_CELL_OK], help: "Highest voltage of the cells that are believed; a reading above the range counts as 5.5 V." },
  maxCell:              { unit: "none", type: "integer", group: "Cells", from: "measure.maxCell", min: 0, max: 17, validFrom: [SOME_CELL_OK], counts: "cell", help: "Index of the cell with the highest voltage." },
  averageCell_V:        { unit: "V", type: "real", group: "Cells", from: "measure.averageCell_V", min: -1, max: 5.5, vendor: "Average cell voltage", validFrom: [SOME_CELL_OK], help: "Mean voltage of the cells that are believed." },
  spread_V:             { unit: "V", type: "real", group: "Cells", from: "measure.spread_V", min: 0, max: 6.5, validFrom: [SOME_CELL_OK], help: "Highest less lowest voltage of the cells that are believed." },
  cellsValid:           { unit: "none", type: "flag", group: "Cells", from: "measure.cellsValid", help: "The voltage of every configured cell is fresh and believed." },
  someCellValid:        { unit: "none", type: "flag", group: "Cells", from: SOME_CELL_OK, help: "The front end is fresh and the voltage of at least one configured cell can be judged." },
  cellLost:             { unit: "none", type: "flag", group: "Cells", from: "measure.cellLost", help: "The voltage of a configured cell has not been believed for longer than cell values may be old, while the front end runs." },
  cellLostIndex:        { unit: "none", type: "integer", group: "Cells", from: "measure.cellLostIndex", min: -1, max: 17, counts: "cell", help: "Index of the first cell that is lost; -1 if none." },
  cellAge_us:           { unit: "us", type: "integer", group: "Cells", from: "measure.cellAge_us", min: 0, logged: 1e6, help: "Time since the last conversion of the cells." },
  cellMonitorOnline:    { unit: "none", type: "flag", group: "Cells", from: "measure.cellMonitorOnline", help: "The front end gives new cell values." },
  cellsFound:           { unit: "count", type: "integer", group: "Cells", from: "measure.cellsFound", min: 0, max: 18, help: "Number of inputs that carry a cell." },
  openWireIndex:        { unit: "none", type: "integer", group: "Cells", from: "measure.openWireIndex", min: -1, max: 18, counts: "wire", help: "First open wire Ck as its k; -1 if none is open." },
  wiresTested:          { unit: "none", type: "flag", group: "Cells", from: "measure.wiresTested", help: "The cell wires have been tested since start." },
  wiringFault:          { unit: "none", type: "code", group: "Cells", from: "measure.wiringFault", codes: ["none", "reversed cell", "swapped wires", "sum differs from supply"], help: "What is wrong with the cell wiring." },
  wiringCell:           { unit: "none", type: "integer", group: "Cells", from: "measure.wiringCell", min: -1, max: 17, counts: "cell", help: "Index of the cell at which the wiring is wrong; -1 if none or unknown." },
  // Temperatures.
  temperatures_degC:    { unit: "degC", type: "real", group: "Temperatures", per: "thermistor", from: "measure.temperatures_degC", min: -60, max: 200, validFrom: [TEMPERATURE_OK], validEach: "measure.thermistorPresent", help: "Temperature of each thermistor in use; the last believed one while it is faulty." },
  thermistorState:      { unit: "none", type: "code", group: "Temperatures", per: "thermistor", from: "measure.thermistorState", codes: ["good", "open", "shorted", "unused"], help: "State of each thermistor." },
  thermistorPresent:    { unit: "none", type: "flag", group: "Temperatures", per: "thermistor", from: "measure.thermistorPresent", vendor: "Temperature sensor present", help: "The thermistor is in use and reads sensibly." },
  thermistorShorted:    { unit: "none", type: "flag", group: "Temperatures", per: "thermistor", from: "measure.thermistorShorted", vendor: "Temperature sensor shorted", help: "The thermistor is in use and shorted." },
  minTemperature_degC:  { unit: "degC", type: "real", group: "Temperatures", from: "measure.minTemperature_degC", min: -60, max: 200, vendor: "Minimum cell temperature", validFrom: [TEMPERATURE_OK], help: "Lowest temperature on the cells." },
  minTemperatureIndex:  { unit: "none", type: "integer", group: "Temperatures", from: "measure.minTemperatureIndex", min: -1, max: 5, validFrom: [TEMPERATURE_OK], counts: "thermistor", help: "Index of the coldest thermistor on the cells." },
  maxTemperature_degC:  { unit: "degC", type: "real", group: "Temperatures", from: "measure.maxTemperature_degC", min: -60, max: 200, vendor: "Maximum cell temperature", validFrom: [TEMPERATURE_OK], help: "Highest temperature on the cells." },
  maxTemperatureIndex:  { unit: "none", type: "integer", group: "Temperatures", from: "measure.maxTemperatureIndex", min: -1, max: 5, validFrom: [TEMPERATURE_OK], counts: "thermistor", help: "Index of the hottest thermistor on the cells." },
  temperatureValid:     { unit: "none", type: "flag", group: "Temperatures", from: "measure.temperatureValid", help: "At least one thermistor on the cells is believed." },
  contactorTemperature_degC: { unit: "degC", type: "real", group: "Temperatures", from: "measure.contactorTemperature_degC", min: -60, max: 200, validFrom: ["measure.contactorTemperatureValid"], help: "Hottest thermistor on a contactor." },
  contactorTemperatureValid: { unit: "none", type: "flag", group: "Temperatures", from: "measure.contactorTemperatureValid", help: "A thermistor on a contactor is believed." },
  ambientTemperature_degC: { unit: "degC", type: "real", group: "Temperatures", from: "measure.ambientTemperature_degC", min: -60, max: 200, validFrom: ["measure.ambientTemperatureValid"], help: "Temperature of the surroundings." },
  ambientTemperatureValid: { unit: "none", type: "flag", group: "Temperatures", from: "measure.ambientTemperatureValid", help: "A thermistor in the surroundings is believed." },
  board_degC:           { unit: "degC", type: "real", group: "Temperatures", from: "measure.board_degC", min: -60, max: 200, validFrom: ["measure.boardValid"], help: "Temperature of the board." },
  boardValid:           { unit: "none", type: "flag", group: "Temperatures", from: "measure.boardValid", help: "The temperature of the board is believed." },
  heatSink_degC:        { unit: "degC", type: "real", group: "Temperatures", from: "measure.heatSink_degC", min: -60, max: 200, validFrom: ["measure.heatSinkValid"], help: "Temperature of the balancing resistors' heat sink." },
  heatSinkValid:        { unit: "none", type: "flag", group: "Temperatures", from: "measure.heatSinkValid", help: "The temperature of the heat sink is believed." },
  // Current sensor.
  hall_V:               { unit: "V", type: "real", group: "Current sensor", from: "measure.hall_V", min: 0, max: 6, vendor: "Voltage from the current sensor", logged: 0.002, help: "Output Vcs of the current sensor." },
  hallReference_V:      { unit: "V", type: "real", group: "Current sensor", from: "measure.hallReference_V", min: 0, max: 6, vendor: "Voltage of the reference line of the current sensor", logged: 0.002, help: "Reference Vref of the current sensor, or its second channel." },
  hallSupply_V:         { unit: "V", type: "real", group: "Current sensor", from: "measure.hallSupply_V", min: 0, max: 6, logged: 0.02, help: "5 V supply of the current sensor." },
  calibratedReference_V: { unit: "V", type: "real", group: "Current sensor", from: "measure.calibratedReference_V", min: 0, max: 6, vendor: "Calibrated voltage of the reference line", validFrom: ["measure.calibrated"], help: "Output at which the current counts as zero: the reference plus the calibrated zero." },
  zero_V:               { unit: "V", type: "real", group: "Current sensor", from: "measure.zero_V", min: -0.2, max: 0.2, validFrom: ["measure.calibrated"], help: "Output over the reference at no current, from the zero calibration." },
  calibrated:           { unit: "none", type: "flag", group: "Current sensor", from: "measure.calibrated", help: "The zero of the current sensor is known." },
  currentValid:         { unit: "none", type: "flag", group: "Current sensor", from: CURRENT_OK, help: "The current is believed." },
  currentFault:         { unit: "none", type: "code", group: "Current sensor", from: "measure.currentFault", codes: ["none", "output out of range", "reference lost", "supply out of range", "output frozen", "channels differ", "zero too far off", "shunt silent"], help: "Why the current is not believed." },
  shuntOffline:         { unit: "none", type: "flag", group: "Current sensor", from: "measure.shuntOffline", help: "The current shunt on the bus is silent." },
  // Inputs.
  inputs:               { unit: "none", type: "flag", group: "Inputs", per: "input", from: "measure.inputs", help: "Discrete input DINk is closed." },
  feedback:             { unit: "none", type: "flag", group: "Inputs", per: "output", from: "measure.feedback", help: "Feedback input FBk is closed." },
  contactorClosed:      { unit: "none", type: "flag", group: "Inputs", from: "measure.contactorClosed", help: "An assigned feedback says that a contactor is closed; the current is then never taken as zero." },
  button:               { unit: "none", type: "flag", group: "Inputs", from: "measure.button", help: "The button is pressed." },
  inputSignals:         { unit: "none", type: "flag", group: "Inputs", per: "inputSignal", from: "measure.signals", vendor: "Discrete input signals", help: "Input signals after assignment, inversion, buses and software." },
  overrides:            { unit: "none", type: "code", group: "Inputs", per: "inputSignal", from: "measure.overrides", codes: ["off", "on", "physical"], help: "What software makes of each input signal." },
  chargerOnline:        { unit: "none", type: "flag", group: "External equipment", from: "measure.chargerOnline", vendor: "Online", help: "A charger on a bus is online." },
  chargerFaulty:        { unit: "none", type: "flag", group: "External equipment", from: "measure.chargerFaulty", help: "The charger on a bus reports a fault of its own." },
  partnerOnline:        { unit: "none", type: "flag", group: "External equipment", from: "measure.partnerOnline", help: "An inverter or vehicle on a bus is online." },
  partnerShutdown:      { unit: "none", type: "flag", group: "External equipment", from: "measure.partnerShutdown", help: "The inverter or vehicle on a bus asks the battery to shut down." },
} as const satisfies Record<string, SignalRow>;
