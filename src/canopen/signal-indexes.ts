// Where each signal stands in the dictionary: its index, frozen by a golden test. A signal that is one per cell is an array with
// a sub-index for each. Gaps are room to grow; a new signal takes the next free index of its group.

import type { StageSignalName } from "../model/signals.ts";

// biome-ignore format: rows of a table
export const SIGNAL_INDEXES = {
  // Battery.
  battery_V: 0x2000, batteryValid: 0x2001, current_A: 0x2002, chargeCurrent_A: 0x2003, dischargeCurrent_A: 0x2004,
  supply_V: 0x2005, supplyValid: 0x2006, ready: 0x2007, notReady: 0x2008,
  // Cells.
  cells_V: 0x2020, cellValid: 0x2021, cellPresent: 0x2022, cellWiresConnected: 0x2023, cellTemperatures_degC: 0x2024,
  cellThermistor: 0x2025, minCell_V: 0x2026, minCell: 0x2027, maxCell_V: 0x2028, maxCell: 0x2029,
  averageCell_V: 0x202A, spread_V: 0x202B, cellsValid: 0x202C, someCellValid: 0x202D, cellLost: 0x202E,
  cellLostIndex: 0x202F, cellAge_us: 0x2030, cellMonitorOnline: 0x2031, cellsFound: 0x2032, openWireIndex: 0x2033,
  wiresTested: 0x2034, wiringFault: 0x2035, wiringCell: 0x2036,
  // Temperatures.
  temperatures_degC: 0x2050, thermistorState: 0x2051, thermistorPresent: 0x2052, thermistorShorted: 0x2053,
  minTemperature_degC: 0x2054, minTemperatureIndex: 0x2055, maxTemperature_degC: 0x2056, maxTemperatureIndex: 0x2057,
  temperatureValid: 0x2058, contactorTemperature_degC: 0x2059, contactorTemperatureValid: 0x205A,
  ambientTemperature_degC: 0x205B, ambientTemperatureValid: 0x205C, board_degC: 0x205D, boardValid: 0x205E,
  heatSink_degC: 0x205F, heatSinkValid: 0x2060,
  // Current sensor.
  hall_V: 0x2070, hallReference_V: 0x2071, hallSupply_V: 0x2072, calibratedReference_V: 0x2073, zero_V: 0x2074,
  calibrated: 0x2075, currentValid: 0x2076, currentFault: 0x2077, shuntOffline: 0x2078,
  // Inputs.
  inputs: 0x2090, feedback: 0x2091, contactorClosed: 0x2092, button: 0x2093, inputSignals: 0x2094, overrides: 0x2095,
  // External equipment.
  chargerOnline: 0x20B0, chargerFaulty: 0x20B1, partnerOnline: 0x20B2, partnerShutdown: 0x20B3,
  // Charge.
  soc: 0x20D0, socBound: 0x20D1, internalSoc: 0x20D2, socStarted: 0x20D3, dod: 0x20D4, dod_Ah: 0x20D5,
  remaining_Ah: 0x20D6, remaining_Wh: 0x20D7, timeToEmpty_s: 0x20D8, timeToFull_s: 0x20D9, averageCurrent_A: 0x20DA,
  power_W: 0x20DB,
  // Cell estimates.
  cellSoc: 0x20F0, cellSocBound: 0x20F1, cellOcv_V: 0x20F2, cellResistance_Ohm: 0x20F3, cellCapacity_Ah: 0x20F4,
  cellBled_Ah: 0x20F5, correctionReason: 0x20F6, correction: 0x20F7, correctionAge_s: 0x20F8,
  mostDischargedCell: 0x20F9, minOcv_V: 0x20FA, maxOcv_V: 0x20FB, minRest_V: 0x20FC, maxRest_V: 0x20FD,
  // Battery state.
  batteryState: 0x2110, batteryStateTime_us: 0x2111, relaxed: 0x2112, restTime_us: 0x2113,
  // Health.
  soh: 0x2130, sohCapacity: 0x2131, sohResistance: 0x2132, effectiveCapacity_Ah: 0x2133, resistance_Ohm: 0x2134,
  cycles: 0x2135,
  // Limits.
  chargeLimit_A: 0x2150, dischargeLimit_A: 0x2151, maximumCharge_V: 0x2152, minimumDischarge_V: 0x2153,
  maximumCharge_A: 0x2154, maximumDischarge_A: 0x2155, chargeLimitReason: 0x2156, dischargeLimitReason: 0x2157,
  chargeLimitCell: 0x2158, dischargeLimitCell: 0x2159, chargeExcess_A: 0x215A, dischargeExcess_A: 0x215B,
  // Counters.
  charged_Ah: 0x2170, discharged_Ah: 0x2171, received_Wh: 0x2172, delivered_Wh: 0x2173, balanced_Wh: 0x2174,
  // Lifetime.
  lifetimeCharged_Ah: 0x2190, lifetimeDischarged_Ah: 0x2191, lifetimeReceived_Wh: 0x2192,
  lifetimeDelivered_Wh: 0x2193, lifetimeBalanced_Wh: 0x2194, uptime_s: 0x2195, operating_s: 0x2196,
  meanTemperature_degC: 0x2197, meanCharge_A: 0x2198, meanDischarge_A: 0x2199, charges: 0x219A,
  chargesWithBalancing: 0x219B, chargesWithoutBalancing: 0x219C, lastChargeWithBalancing_s: 0x219D,
  lastChargeWithoutBalancing_s: 0x219E, chargerFaults: 0x219F, chargeMode_s: 0x21A0, receiving_s: 0x21A1,
  supplying_s: 0x21A2, minEverCell_V: 0x21A3, maxEverCell_V: 0x21A4, minEver_degC: 0x21A5, maxEver_degC: 0x21A6,
  deepDischarges: 0x21A7, hot_s: 0x21A8, cold_s: 0x21A9,
  // Battery record.
  chargingHot_s: 0x21C0, chargingCold_s: 0x21C1, fullCycles: 0x21C2, temperatureTime_s: 0x21C3, socTime_s: 0x21C4,
  measuredCapacity_Ah: 0x21C5, measuredResistance_Ohm: 0x21C6, roundTrips: 0x21C7, roundTrip: 0x21C8,
  roundTripBound: 0x21C9, firstRoundTrip: 0x21CA, selfDischarges: 0x21CB, selfDischargeRate: 0x21CC,
  selfDischargeBound: 0x21CD, selfDischargeAt_s: 0x21CE, flatRest_s: 0x21CF,
  // Cell analysis.
  analysisRunning: 0x21E0, analysisDone: 0x21E1, analysisCell: 0x21E2, analysisStep: 0x21E3, analysisPoints_V: 0x21E4,
  analysisDrawn_Ah: 0x21E5,
  // Mode.
  mode: 0x2200, powerDownReason: 0x2201,
  // Control.
  wantCharge: 0x2210, wantDischarge: 0x2211, unallowedCharging: 0x2212,
  // Contactors.
  chargeContactor: 0x2230, dischargeContactor: 0x2231, prechargeContactor: 0x2232, commonContactor: 0x2233,
  mainContactor: 0x2234, chargeClosed: 0x2235, dischargeClosed: 0x2236, prechargeClosed: 0x2237, commonClosed: 0x2238,
  mainClosed: 0x2239, chargeFeedbackFault: 0x223A, dischargeFeedbackFault: 0x223B, prechargeFeedbackFault: 0x223C,
  commonFeedbackFault: 0x223D, mainFeedbackFault: 0x223E, stuckContactor: 0x223F, mainHeld: 0x2240,
  chargeSwitchings: 0x2241, dischargeSwitchings: 0x2242, prechargeSwitchings: 0x2243, commonSwitchings: 0x2244,
  mainSwitchings: 0x2245, chargeSwitchingsUnderLoad: 0x2246, dischargeSwitchingsUnderLoad: 0x2247,
  commonSwitchingsUnderLoad: 0x2248, mainSwitchingsUnderLoad: 0x2249,
  // Precharge.
  prechargeFailed: 0x2260, prechargeReason: 0x2261, prechargeTries: 0x2262, prechargeEnergy_J: 0x2263,
  prechargeOwner: 0x2264,
  // Balancing.
  balancingCells: 0x2280, balancingHot: 0x2281, cellDischarge: 0x2282,
  // Outputs.
  outputs: 0x22A0, discreteOutputs: 0x22A1,
  // Charger.
  chargerStatus: 0x22B0, chargerOutput_V: 0x22B1, chargerOutput_A: 0x22B2, chargerOutput_W: 0x22B3,
  chargerInput_V: 0x22B4, chargerInput_A: 0x22B5, chargerInput_Hz: 0x22B6, chargerPrimary_degC: 0x22B7,
  chargerSecondary_degC: 0x22B8, chargerMaximum_W: 0x22B9, chargerAvailable: 0x22BA, chargerErrors: 0x22BB,
  chargerVoltageReached: 0x22BC, chargerCurrentReached: 0x22BD, chargerPowerReached: 0x22BE,
  // Log transmission.
  lastLog_s: 0x22D0, lastTransmission_s: 0x22D1, resendFrom_s: 0x22D2,
  // Log.
  logState: 0x22F0, logTrouble: 0x22F1, logBytesPerHour: 0x22F2, logSize_MB: 0x22F3, logGaps: 0x22F4,
  // Ports.
  rs485State: 0x2310, rs485Trouble: 0x2311, modbusTcpState: 0x2312, modbusTcpTrouble: 0x2313,
  modbusTcpClients: 0x2314, canState: 0x2315, canTrouble: 0x2316, canBusState: 0x2317, canServerState: 0x2318,
  canServerTrouble: 0x2319, canTerminalState: 0x231A, canTerminalTrouble: 0x231B, canClients: 0x231C,
  canTransmitErrors: 0x231D, canReceiveErrors: 0x231E, canSent: 0x231F, canReceived: 0x2320, canLost: 0x2321,
  canopenState: 0x2322, canopenRunLamp: 0x2323, canopenErrorLamp: 0x2324, usbState: 0x2325, usbTrouble: 0x2326,
  consoleState: 0x2327, consoleTrouble: 0x2328, consoleClients: 0x2329,
  // Store.
  storeTrouble: 0x2330,
  // Cell health.
  cellUsableCapacity_Ah: 0x2340, cellCapacityBound_Ah: 0x2341, capacityPairs: 0x2342,
  cellResistance100ms_Ohm: 0x2343, cellResistance10s_Ohm: 0x2344, cellResistanceBound_Ohm: 0x2345,
  cellCapacityDeviation: 0x2346, cellCapacityDeviationBound: 0x2347, cellResistanceDeviation: 0x2348,
  cellImbalance: 0x2349, cellLeak: 0x234A, cellSelfDischarge: 0x234B, cellApart_V: 0x234C, cellVerdict: 0x234D,
  imbalanceBound: 0x234E, leakBound: 0x234F, weakestCell: 0x2350, secondWeakestCell: 0x2351, balancingTime_s: 0x2352,
  usableCapacity_Ah: 0x2353, usableCapacityBound_Ah: 0x2354, usableSoh: 0x2355, usableSohBound: 0x2356,
  // Power.
  dischargePower_W: 0x2360, chargePower_W: 0x2361, dischargePower_A: 0x2362, chargePower_A: 0x2363,
  dischargePowerReason: 0x2364, chargePowerReason: 0x2365, dischargePowerCell: 0x2366, chargePowerCell: 0x2367,
} as const satisfies Record<StageSignalName, number>;

/** `fault.NAME` is the sub-index one above the fault's number (model/frozen-numbers.ts), and so are its trips. */
export const FAULT_FLAGS = 0x2e00;
export const FAULT_TRIPS = 0x2e01;
/** `signal.NAME`: the sub-index one above the signal's bit in the vendor's word of internal signals. */
export const INTERNAL_FLAGS = 0x2e02;
