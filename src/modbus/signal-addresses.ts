// Where each signal stands in our map of input registers: the first register of each, frozen by a golden test. Widths follow
// from the rows (signal-registers.ts): a real value takes two registers, an integer two, a code, flag or index one, and a
// signal that is one per cell takes as many of them. Gaps are room to grow and read as 0.

import type { StageSignalName } from "../model/signals.ts";

/** First and last register of the block. */
export const SIGNAL_BLOCK = { first: 0x8000, last: 0x8fff } as const;

// biome-ignore format: rows of a table
export const SIGNAL_ADDRESSES = {
  // Battery.
  battery_V: 0x8000, batteryValid: 0x8002, current_A: 0x8004, chargeCurrent_A: 0x8006, dischargeCurrent_A: 0x8008,
  supply_V: 0x800A, supplyValid: 0x800C, ready: 0x800D, notReady: 0x800E,
  // Cells.
  cells_V: 0x8020, cellValid: 0x8044, cellPresent: 0x8056, cellWiresConnected: 0x8068, cellTemperatures_degC: 0x807A,
  cellThermistor: 0x809E, minCell_V: 0x80B0, minCell: 0x80B2, maxCell_V: 0x80B4, maxCell: 0x80B6, averageCell_V: 0x80B8,
  spread_V: 0x80BA, cellsValid: 0x80BC, someCellValid: 0x80BD, cellLost: 0x80BE, cellLostIndex: 0x80BF,
  cellAge_us: 0x80C0, cellMonitorOnline: 0x80C2, cellsFound: 0x80C4, openWireIndex: 0x80C6, wiresTested: 0x80C7,
  wiringFault: 0x80C8, wiringCell: 0x80C9,
  // Temperatures.
  temperatures_degC: 0x80E0, thermistorState: 0x80EC, thermistorPresent: 0x80F2, thermistorShorted: 0x80F8,
  minTemperature_degC: 0x80FE, minTemperatureIndex: 0x8100, maxTemperature_degC: 0x8102, maxTemperatureIndex: 0x8104,
  temperatureValid: 0x8105, contactorTemperature_degC: 0x8106, contactorTemperatureValid: 0x8108,
  ambientTemperature_degC: 0x810A, ambientTemperatureValid: 0x810C, board_degC: 0x810E, boardValid: 0x8110,
  heatSink_degC: 0x8112, heatSinkValid: 0x8114,
  // Current sensor.
  hall_V: 0x8120, hallReference_V: 0x8122, hallSupply_V: 0x8124, calibratedReference_V: 0x8126, zero_V: 0x8128,
  calibrated: 0x812A, currentValid: 0x812B, currentFault: 0x812C, shuntOffline: 0x812D,
  // Inputs.
  inputs: 0x8140, feedback: 0x8144, contactorClosed: 0x8148, button: 0x8149, inputSignals: 0x814A, overrides: 0x8160,
  // External equipment.
  chargerOnline: 0x8180, chargerFaulty: 0x8181, partnerOnline: 0x8182, partnerShutdown: 0x8183,
  // Charge.
  soc: 0x8190, socBound: 0x8192, internalSoc: 0x8194, socStarted: 0x8196, dod: 0x8198, dod_Ah: 0x819A,
  remaining_Ah: 0x819C, remaining_Wh: 0x819E, timeToEmpty_s: 0x81A0, timeToFull_s: 0x81A2, averageCurrent_A: 0x81A4,
  power_W: 0x81A6,
  // Cell estimates.
  cellSoc: 0x81B0, cellSocBound: 0x81D4, cellOcv_V: 0x81F8, cellResistance_Ohm: 0x821C, cellCapacity_Ah: 0x8240,
  cellBled_Ah: 0x8264, correctionReason: 0x8288, correction: 0x829A, correctionAge_s: 0x82BE,
  mostDischargedCell: 0x82E2, minOcv_V: 0x82E4, maxOcv_V: 0x82E6, minRest_V: 0x82E8, maxRest_V: 0x82EA,
  // Battery state.
  batteryState: 0x8300, batteryStateTime_us: 0x8302, relaxed: 0x8304, restTime_us: 0x8306,
  // Health.
  soh: 0x8310, sohCapacity: 0x8312, sohResistance: 0x8314, effectiveCapacity_Ah: 0x8316, resistance_Ohm: 0x8318,
  cycles: 0x831A,
  // Limits.
  chargeLimit_A: 0x8330, dischargeLimit_A: 0x8332, maximumCharge_V: 0x8334, minimumDischarge_V: 0x8336,
  maximumCharge_A: 0x8338, maximumDischarge_A: 0x833A, chargeLimitReason: 0x833C, dischargeLimitReason: 0x833D,
  chargeLimitCell: 0x833E, dischargeLimitCell: 0x833F, chargeExcess_A: 0x8340, dischargeExcess_A: 0x8342,
  // Counters.
  charged_Ah: 0x8350, discharged_Ah: 0x8352, received_Wh: 0x8354, delivered_Wh: 0x8356, balanced_Wh: 0x8358,
  // Lifetime.
  lifetimeCharged_Ah: 0x8370, lifetimeDischarged_Ah: 0x8372, lifetimeReceived_Wh: 0x8374, lifetimeDelivered_Wh: 0x8376,
  lifetimeBalanced_Wh: 0x8378, uptime_s: 0x837A, operating_s: 0x837C, meanTemperature_degC: 0x837E,
  meanCharge_A: 0x8380, meanDischarge_A: 0x8382, charges: 0x8384, chargesWithBalancing: 0x8386,
  chargesWithoutBalancing: 0x8388, lastChargeWithBalancing_s: 0x838A, lastChargeWithoutBalancing_s: 0x838C,
  chargerFaults: 0x838E, chargeMode_s: 0x8390, receiving_s: 0x8392, supplying_s: 0x8394, minEverCell_V: 0x8396,
  maxEverCell_V: 0x8398, minEver_degC: 0x839A, maxEver_degC: 0x839C, deepDischarges: 0x839E, hot_s: 0x83A0,
  cold_s: 0x83A2,
  // Battery record.
  chargingHot_s: 0x83B0, chargingCold_s: 0x83B2, fullCycles: 0x83B4, temperatureTime_s: 0x83B6, socTime_s: 0x83C6,
  measuredCapacity_Ah: 0x83DA, measuredResistance_Ohm: 0x83DC, roundTrips: 0x83DE, roundTrip: 0x83E0,
  roundTripBound: 0x83E2, firstRoundTrip: 0x83E4, selfDischarges: 0x83E6, selfDischargeRate: 0x83E8,
  selfDischargeBound: 0x8400, selfDischargeAt_s: 0x8418, flatRest_s: 0x8430,
  // Cell analysis.
  analysisRunning: 0x8440, analysisDone: 0x8441, analysisCell: 0x8442, analysisStep: 0x8444, analysisPoints_V: 0x8446,
  analysisDrawn_Ah: 0x8472,
  // Cell health.
  cellUsableCapacity_Ah: 0x8600, cellCapacityBound_Ah: 0x8624, capacityPairs: 0x8648, cellResistance100ms_Ohm: 0x866C,
  cellResistance10s_Ohm: 0x8690, cellResistanceBound_Ohm: 0x86B4, cellCapacityDeviation: 0x86D8,
  cellCapacityDeviationBound: 0x86FC, cellResistanceDeviation: 0x8720, cellImbalance: 0x8744, cellLeak: 0x8768,
  cellSelfDischarge: 0x878C, cellApart_V: 0x87B0, cellVerdict: 0x87D4, imbalanceBound: 0x87E6, leakBound: 0x87E8,
  weakestCell: 0x87EA, secondWeakestCell: 0x87EB, balancingTime_s: 0x87EC, usableCapacity_Ah: 0x87EE,
  usableCapacityBound_Ah: 0x87F0, usableSoh: 0x87F2, usableSohBound: 0x87F4,
  // Power.
  dischargePower_W: 0x8800, chargePower_W: 0x8808, dischargePower_A: 0x8810, chargePower_A: 0x8818,
  dischargePowerReason: 0x8820, chargePowerReason: 0x8824, dischargePowerCell: 0x8828, chargePowerCell: 0x882C,
  // Mode.
  mode: 0x8480, powerDownReason: 0x8481,
  // Control.
  wantCharge: 0x8490, wantDischarge: 0x8491, unallowedCharging: 0x8492,
  // Contactors.
  chargeContactor: 0x84A0, dischargeContactor: 0x84A1, prechargeContactor: 0x84A2, commonContactor: 0x84A3,
  mainContactor: 0x84A4, chargeClosed: 0x84A5, dischargeClosed: 0x84A6, prechargeClosed: 0x84A7, commonClosed: 0x84A8,
  mainClosed: 0x84A9, chargeFeedbackFault: 0x84AA, dischargeFeedbackFault: 0x84AB, prechargeFeedbackFault: 0x84AC,
  commonFeedbackFault: 0x84AD, mainFeedbackFault: 0x84AE, stuckContactor: 0x84AF, mainHeld: 0x84B0,
  chargeSwitchings: 0x84B2, dischargeSwitchings: 0x84B4, prechargeSwitchings: 0x84B6, commonSwitchings: 0x84B8,
  mainSwitchings: 0x84BA, chargeSwitchingsUnderLoad: 0x84BC, dischargeSwitchingsUnderLoad: 0x84BE,
  commonSwitchingsUnderLoad: 0x84C0, mainSwitchingsUnderLoad: 0x84C2,
  // Precharge.
  prechargeFailed: 0x84D0, prechargeReason: 0x84D1, prechargeTries: 0x84D2, prechargeEnergy_J: 0x84D4,
  prechargeOwner: 0x84D6,
  // Balancing.
  balancingCells: 0x84E0, balancingHot: 0x84F2, cellDischarge: 0x84F3,
  // Outputs.
  outputs: 0x8510, discreteOutputs: 0x8514,
  // Charger.
  chargerStatus: 0x8520, chargerOutput_V: 0x8522, chargerOutput_A: 0x8524, chargerOutput_W: 0x8526,
  chargerInput_V: 0x8528, chargerInput_A: 0x852A, chargerInput_Hz: 0x852C, chargerPrimary_degC: 0x852E,
  chargerSecondary_degC: 0x8530, chargerMaximum_W: 0x8532, chargerAvailable: 0x8534, chargerErrors: 0x8536,
  chargerVoltageReached: 0x8538, chargerCurrentReached: 0x8539, chargerPowerReached: 0x853A,
  // Log transmission.
  lastLog_s: 0x8550, lastTransmission_s: 0x8552, resendFrom_s: 0x8554,
  // Log.
  logState: 0x8560, logTrouble: 0x8561, logBytesPerHour: 0x8562, logSize_MB: 0x8564, logGaps: 0x8566,
  // Ports.
  rs485State: 0x8570, rs485Trouble: 0x8571, modbusTcpState: 0x8572, modbusTcpTrouble: 0x8573, modbusTcpClients: 0x8574,
  // Store.
  storeTrouble: 0x8580,
  // CAN port.
  canState: 0x8590, canTrouble: 0x8591, canBusState: 0x8592, canServerState: 0x8593, canServerTrouble: 0x8594,
  canTerminalState: 0x8595, canTerminalTrouble: 0x8596, canClients: 0x8598, canTransmitErrors: 0x859A,
  canReceiveErrors: 0x859C, canSent: 0x859E, canReceived: 0x85A0, canLost: 0x85A2,
  // CANopen node and console.
  canopenState: 0x85B0, canopenRunLamp: 0x85B1, canopenErrorLamp: 0x85B2, usbState: 0x85B3, usbTrouble: 0x85B4,
  consoleState: 0x85B5, consoleTrouble: 0x85B6, consoleClients: 0x85B8,
} as const satisfies Record<StageSignalName, number>;

/** A protection's flag `fault.NAME` is the register here plus its number (model/frozen-numbers.ts), its trips are two from the
 * other. */
export const FAULT_FLAGS = 0x8c00;
export const FAULT_TRIPS = 0x8c80;
/** `signal.NAME`: the register here plus the signal's bit in the vendor's word of internal signals. */
export const INTERNAL_SIGNAL_FLAGS = 0x8d80;
