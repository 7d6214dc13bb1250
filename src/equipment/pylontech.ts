// Pylontech LV, protocol V1.2, and what is derived from it: the most common way in which batteries speak to hybrid inverters.
// 500 kbit/s, identifiers of 11 bits, lowest byte first, each second; the inverter answers 0x305.

import { CURRENT_FIELD, type HeardRow, type InverterProfile, type InverterRow } from "./inverter-profile.ts";

export const LIMITS_ROW = {
  id: 0x351,
  length: 6,
  title: "limits",
  fields: [
    { kind: "number", byte: 0, type: "u16", step: 0.1, unit: "V", of: "charge_V", round: "down", always: true },
    { kind: "number", byte: 2, type: "s16", step: 0.1, unit: "A", of: "chargeLimit_A", round: "down", always: true },
    {
      kind: "number",
      byte: 4,
      type: "s16",
      step: 0.1,
      unit: "A",
      of: "dischargeLimit_A",
      round: "down",
      always: true,
      help: "positive: tested inverters read it so",
    },
  ],
} as const satisfies InverterRow;

/** With the discharge voltage, as SMA, Sol-Ark, Luxpower and Goodwe have it. */
export const LONG_LIMITS_ROW = {
  ...LIMITS_ROW,
  length: 8,
  fields: [
    ...LIMITS_ROW.fields,
    { kind: "number", byte: 6, type: "u16", step: 0.1, unit: "V", of: "discharge_V", round: "up", always: true },
  ],
} as const satisfies InverterRow;

export const CHARGE_ROW = {
  id: 0x355,
  length: 4,
  title: "state of charge and health",
  fields: [
    { kind: "number", byte: 0, type: "u16", step: 0.01, unit: "ratio", of: "soc", round: "down" },
    { kind: "number", byte: 2, type: "u16", step: 0.01, unit: "ratio", of: "soh", round: "down" },
  ],
} as const satisfies InverterRow;

export const MEASURED_ROW = {
  id: 0x356,
  length: 6,
  title: "measured values",
  fields: [
    { kind: "number", byte: 0, type: "s16", step: "voltage", unit: "V", of: "battery_V" },
    CURRENT_FIELD,
    { kind: "number", byte: 4, type: "s16", step: 0.1, unit: "degC", of: "temperature_degC" },
  ],
} as const satisfies InverterRow;

/** Byte and bit of errors: bytes 0 and 1 as protections (it has tripped), 2 and 3 as alarms (warnings). */
export const ERRORS_ROW = {
  id: 0x359,
  length: 7,
  title: "protections and alarms",
  fields: [
    { kind: "bits", byte: 0, bit: 1, bits: 1, of: "alarm.highVoltage" },
    { kind: "bits", byte: 0, bit: 2, bits: 1, of: "alarm.lowVoltage" },
    { kind: "bits", byte: 0, bit: 3, bits: 1, of: "hot" },
    { kind: "bits", byte: 0, bit: 4, bits: 1, of: "cold" },
    { kind: "bits", byte: 0, bit: 7, bits: 1, of: "alarm.highDischargeCurrent" },
    { kind: "bits", byte: 1, bit: 0, bits: 1, of: "alarm.highChargeCurrent" },
    { kind: "bits", byte: 1, bit: 3, bits: 1, of: "system" },
    { kind: "bits", byte: 2, bit: 1, bits: 1, of: "warning.highVoltage" },
    { kind: "bits", byte: 2, bit: 2, bits: 1, of: "warning.lowVoltage" },
    { kind: "bits", byte: 2, bit: 3, bits: 1, of: "hotWarning" },
    { kind: "bits", byte: 2, bit: 4, bits: 1, of: "coldWarning" },
    { kind: "bits", byte: 2, bit: 7, bits: 1, of: "warning.highDischargeCurrent" },
    { kind: "bits", byte: 3, bit: 0, bits: 1, of: "warning.highChargeCurrent" },
    { kind: "bits", byte: 3, bit: 3, bits: 1, of: "systemWarning", help: "internal communication failure" },
    { kind: "number", byte: 4, type: "u8", step: 1, unit: "count", of: "modules" },
    { kind: "constant", byte: 5, value: 0x50, help: "P" },
    { kind: "constant", byte: 6, value: 0x4e, help: "N" },
  ],
} as const satisfies InverterRow;

export const REQUESTS_ROW = {
  id: 0x35c,
  length: 2,
  title: "requests",
  fields: [
    { kind: "bits", byte: 0, bit: 7, bits: 1, of: "isChargeAllowed" },
    { kind: "bits", byte: 0, bit: 6, bits: 1, of: "isDischargeAllowed" },
    { kind: "bits", byte: 0, bit: 5, bits: 1, of: "force5" },
    { kind: "bits", byte: 0, bit: 4, bits: 1, of: "force4" },
  ],
} as const satisfies InverterRow;

export const MAKER_ROW = {
  id: 0x35e,
  length: 8,
  title: "maker",
  fields: [{ kind: "text", byte: 0, length: 8, from: 0, of: "maker" }],
} as const satisfies InverterRow;

/** The inverter's sign of life; its bytes are zero and nobody reads them. */
export const ALIVE_ROW = {
  id: 0x305,
  length: 8,
  title: "the inverter is there",
  fields: [],
} as const satisfies HeardRow;

export const PYLONTECH = {
  name: "pylontech",
  title: "Pylontech LV V1.2",
  source: "Pylontech LV CAN V1.2; golden frames from a bus capture",
  order: "little",
  period_ms: 1000,
  replies: [ALIVE_ROW],
  timeout_ms: 10_000,
  maker: "PYLON",
  voltageStep_V: 0.01,
  unavailable: "zero",
  eight: false,
  manner: { zeroCurrent: "zero", noCharge: "keep", forceOrder: "bit5First", undervoltage: "alarm" },
  rows: [LIMITS_ROW, CHARGE_ROW, MEASURED_ROW, ERRORS_ROW, REQUESTS_ROW, MAKER_ROW],
  notes: [
    "The document has no marker for a value that is not known: it is sent as 0. Limits are then 0 as well.",
    "Request for a full charge (0x35C bit 3) is never set.",
  ],
} as const satisfies InverterProfile;
