// Numbers that stand for faults and commands on every bus. They are frozen: a number never gets another meaning, and new ones
// go to the end.

import type { CommandName } from "./commands.ts";
import type { FaultName } from "./faults.ts";

/** A protection's number. */
// biome-ignore format: rows of a table
export const FAULT_NUMBERS = {
  overcurrentCharge: 0, overcurrentDischarge: 1, shortCircuit: 2, undervoltage: 3, overvoltage: 4,
  lowTemperatureCharge: 5, lowTemperatureDischarge: 6, highTemperatureCharge: 7, highTemperatureDischarge: 8,
  chargeCurrentLimit: 9, dischargeCurrentLimit: 10, cellImbalance: 11, unallowableCharging: 12, stuckContactor: 13,
  chargeFeedback: 14, dischargeFeedback: 15, prechargeFeedback: 16, commonFeedback: 17, mainFeedback: 18, precharge: 19,
  contactorTemperature: 20, chargeCycles: 21, dischargeCycles: 22, cellMonitor: 23, cellMeasurement: 24, notReady: 25,
  cellCount: 26, openWire: 27, cellWiring: 28, thermistor: 29, currentSensor: 30, shuntOffline: 31, batteryCover: 32,
  insulation: 33, interlock: 34, fuse1: 35, fuse2: 36, fuse3: 37, circuitBreaker: 38, equipmentOffline: 39,
  chargerFault: 40, stateLost: 41, logging: 42, storing: 43, lowSoc: 44, highChargingCurrent: 45, voltageTooHigh: 46,
  chargerOffline: 47,
} as const satisfies Record<FaultName, number>;

/** Commands in the order of their codes, which begin with 1. */
export const COMMAND_CODES: readonly CommandName[] = [
  ...(["button", "powerUp", "powerDown", "restart", "recalibrateCurrent", "resetParameters", "resetCycles"] as const),
  ...(["resetCounters", "startCellDischarge", "stopCellDischarge", "startCellAnalysis", "stopCellAnalysis"] as const),
  "openMainRelease",
];
