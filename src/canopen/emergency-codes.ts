// What each protection and indication is on the bus: emergency error code (CiA 301, table 26, classes) and bits of the error
// register 1001h. Bytes 3 and 4 of the message tell the fault's number and its element. Codes are frozen.

import type { FaultName } from "../model/faults.ts";
import { FAULT_NUMBERS } from "../model/frozen-numbers.ts";
import { type EmergencyRow, REGISTER } from "./emergency.ts";

const { generic, current, voltage, temperature, communication, manufacturer } = REGISTER;
const row = (code: number, register: number): EmergencyRow => ({ code, register: register | generic });

/** 21xx charging current, 23xx discharging, 32xx cells, 42xx temperature, 50xx hardware, 63xx data, 70xx modules, 90xx external. */
export const EMERGENCY_CODES = {
  overcurrentCharge: row(0x2110, current),
  chargeCurrentLimit: row(0x2120, current),
  unallowableCharging: row(0x2130, current),
  highChargingCurrent: row(0x2140, current),
  overcurrentDischarge: row(0x2310, current),
  shortCircuit: row(0x2320, current),
  dischargeCurrentLimit: row(0x2330, current),
  overvoltage: row(0x3210, voltage),
  voltageTooHigh: row(0x3211, voltage),
  undervoltage: row(0x3220, voltage),
  cellImbalance: row(0x3230, voltage),
  highTemperatureCharge: row(0x4211, temperature),
  highTemperatureDischarge: row(0x4212, temperature),
  lowTemperatureCharge: row(0x4221, temperature),
  lowTemperatureDischarge: row(0x4222, temperature),
  contactorTemperature: row(0x4230, temperature),
  cellMonitor: row(0x5020, generic),
  cellMeasurement: row(0x5021, generic),
  notReady: row(0x5022, generic),
  openWire: row(0x5030, generic),
  cellWiring: row(0x5031, generic),
  thermistor: row(0x5032, generic),
  currentSensor: row(0x5033, generic),
  stuckContactor: row(0x5040, generic),
  chargeFeedback: row(0x5041, generic),
  dischargeFeedback: row(0x5042, generic),
  prechargeFeedback: row(0x5043, generic),
  commonFeedback: row(0x5044, generic),
  mainFeedback: row(0x5045, generic),
  precharge: row(0x5046, generic),
  chargeCycles: row(0x5051, generic),
  dischargeCycles: row(0x5052, generic),
  storing: row(0x5530, generic),
  logging: row(0x5531, generic),
  stateLost: row(0x6310, generic),
  cellCount: row(0x6320, generic),
  shuntOffline: row(0x7010, communication),
  equipmentOffline: row(0x7020, communication),
  chargerFault: row(0x7030, generic),
  chargerOffline: row(0x7031, communication),
  batteryCover: row(0x9010, generic),
  insulation: row(0x9020, generic),
  interlock: row(0x9030, generic),
  fuse1: row(0x9041, generic),
  fuse2: row(0x9042, generic),
  fuse3: row(0x9043, generic),
  circuitBreaker: row(0x9050, generic),
  lowSoc: row(0xff01, manufacturer),
} as const satisfies Record<FaultName, EmergencyRow>;

/** @param element of the fault: cell, thermistor or the like from 1; 0 where it has none */
export const emergencyBytes = (fault: FaultName, element: number): Uint8Array =>
  Uint8Array.of(FAULT_NUMBERS[fault], element & 0xff, 0, 0, 0);
