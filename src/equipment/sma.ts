// SMA Sunny Island (FSS-ConnectingBat-TI-en-10) and Goodwe, which speaks the same frames. 500 kbit/s, lowest byte first; the
// inverter stops on any alarm and goes to standby, and after 60 s without state of charge or limits.

import type { HeardRow, InverterProfile, InverterRow } from "./inverter-profile.ts";
import { LONG_LIMITS_ROW, MAKER_ROW, MEASURED_ROW } from "./pylontech.ts";

export const FINE_CHARGE_ROW = {
  id: 0x355,
  length: 8,
  title: "state of charge and health",
  fields: [
    { kind: "number", byte: 0, type: "u16", step: 0.01, unit: "ratio", of: "soc", round: "down" },
    { kind: "number", byte: 2, type: "u16", step: 0.01, unit: "ratio", of: "soh", round: "down" },
    {
      kind: "number",
      byte: 4,
      type: "u16",
      step: 0.0001,
      unit: "ratio",
      of: "soc",
      round: "down",
      help: "SMA prefers it",
    },
  ],
} as const satisfies InverterRow;

/** Alarm pairs in bytes 0 to 3, the same as warnings four bytes later; what is left out is not supported (00). */
export const PAIRS_ROW = {
  id: 0x35a,
  length: 8,
  title: "alarms and warnings",
  fields: [
    { kind: "pair", byte: 0, bit: 0, of: "alarm.general" },
    { kind: "pair", byte: 0, bit: 2, of: "alarm.highVoltage" },
    { kind: "pair", byte: 0, bit: 4, of: "alarm.lowVoltage" },
    { kind: "pair", byte: 0, bit: 6, of: "alarm.highTemperature" },
    { kind: "pair", byte: 1, bit: 0, of: "alarm.lowTemperature" },
    { kind: "pair", byte: 1, bit: 2, of: "alarm.highTemperatureCharge" },
    { kind: "pair", byte: 1, bit: 4, of: "alarm.lowTemperatureCharge" },
    { kind: "pair", byte: 1, bit: 6, of: "alarm.highDischargeCurrent" },
    { kind: "pair", byte: 2, bit: 0, of: "alarm.highChargeCurrent" },
    { kind: "pair", byte: 2, bit: 2, of: "alarm.contactor" },
    { kind: "pair", byte: 2, bit: 4, of: "alarm.shortCircuit" },
    { kind: "pair", byte: 2, bit: 6, of: "alarm.internal" },
    { kind: "pair", byte: 3, bit: 0, of: "alarm.imbalance" },
    { kind: "pair", byte: 4, bit: 0, of: "warning.general" },
    { kind: "pair", byte: 4, bit: 2, of: "warning.highVoltage" },
    { kind: "pair", byte: 4, bit: 4, of: "warning.lowVoltage" },
    { kind: "pair", byte: 4, bit: 6, of: "warning.highTemperature" },
    { kind: "pair", byte: 5, bit: 0, of: "warning.lowTemperature" },
    { kind: "pair", byte: 5, bit: 2, of: "warning.highTemperatureCharge" },
    { kind: "pair", byte: 5, bit: 4, of: "warning.lowTemperatureCharge" },
    { kind: "pair", byte: 5, bit: 6, of: "warning.highDischargeCurrent" },
    { kind: "pair", byte: 6, bit: 0, of: "warning.highChargeCurrent" },
    { kind: "pair", byte: 6, bit: 2, of: "warning.contactor" },
    { kind: "pair", byte: 6, bit: 4, of: "warning.shortCircuit" },
    { kind: "pair", byte: 6, bit: 6, of: "warning.internal" },
    { kind: "pair", byte: 7, bit: 0, of: "warning.imbalance" },
  ],
} as const satisfies InverterRow;

export const TYPE_ROW = {
  id: 0x35f,
  length: 8,
  title: "type, version, capacity",
  fields: [
    { kind: "number", byte: 0, type: "u16", step: 1, unit: "", of: "productId", always: true },
    { kind: "constant", byte: 2, value: 0x01, help: "version 1.0, first the whole number" },
    { kind: "number", byte: 4, type: "u16", step: 1, unit: "Ah", of: "capacity_Ah" },
  ],
} as const satisfies InverterRow;

/** What SMA leaves unused carries the marker too, and not 0 (FSS-ConnectingBat-TI-en-10): the last two bytes. */
const filled = (row: InverterRow): InverterRow => ({
  ...row,
  length: 8,
  fields: [...row.fields, { kind: "number", byte: 6, type: "u16", step: 1, unit: "", of: "unused" }],
});

const REPLY_ROW = {
  id: 0x305,
  length: 8,
  title: "measured by the inverter",
  fields: [
    { kind: "number", byte: 0, type: "u16", step: 0.1, unit: "V", of: "battery_V" },
    { kind: "number", byte: 2, type: "s16", step: 0.1, unit: "A", of: "current_A", help: "negative while charging" },
    { kind: "number", byte: 4, type: "s16", step: 0.1, unit: "degC", of: "temperature_degC" },
    { kind: "number", byte: 6, type: "u16", step: 0.001, unit: "ratio", of: "soc" },
  ],
} as const satisfies HeardRow;

const STATE_ROW = {
  id: 0x306,
  length: 8,
  title: "state of the inverter",
  fields: [
    {
      kind: "number",
      byte: 3,
      type: "u8",
      step: 1,
      unit: "",
      of: "state",
      help: "0 none, 1 operating, 3 warning, 4 failure",
    },
    { kind: "number", byte: 4, type: "u16", step: 1, unit: "", of: "error" },
    { kind: "number", byte: 6, type: "u16", step: 0.1, unit: "V", of: "charge_V" },
  ],
} as const satisfies HeardRow;

/** Also what Victron sends, there with "VIC" in bytes 4 to 6. */
export const RELAYS_ROW = {
  id: 0x307,
  length: 8,
  title: "relays of the inverter",
  fields: [],
} as const satisfies HeardRow;

export const SMA = {
  name: "sma",
  title: "SMA Sunny Island",
  source: "SMA FSS-ConnectingBat-TI-en-10",
  order: "little",
  period_ms: 500,
  replies: [REPLY_ROW, STATE_ROW, RELAYS_ROW],
  timeout_ms: 10_000,
  maker: "SMA",
  voltageStep_V: 0.01,
  unavailable: "marker",
  eight: true,
  manner: { zeroCurrent: "zero", noCharge: "packVoltage", forceOrder: "bit5First", undervoltage: "warning" },
  rows: [LONG_LIMITS_ROW, filled(FINE_CHARGE_ROW), filled(MEASURED_ROW), PAIRS_ROW, MAKER_ROW, filled(TYPE_ROW)],
  notes: [
    "Bytes that are not used carry what a value that is not known does.",
    "It drops without a word a charge voltage outside 41 to 63 V and a discharge voltage outside 41 to 48 V: such settings are refused.",
    "Any alarm stops it within 10 s and keeps it in standby until the alarm is cleared; contactors that open for an error open when the error's own delay is over (charge.customDelays).",
    "A charge voltage below the battery's makes it discharge: while charging is not allowed the present battery voltage is sent.",
    "Not sent: events (0x35B) and the quick stop (0x00F); alarms tell it.",
  ],
} as const satisfies InverterProfile;

export const GOODWE = {
  ...SMA,
  name: "goodwe",
  title: "Goodwe V1.2",
  source: "Goodwe CAN V1.2 for low-voltage batteries: SMA's frames",
  period_ms: 100,
  replies: [],
  maker: "GOODWE",
  rows: [LONG_LIMITS_ROW, FINE_CHARGE_ROW, MEASURED_ROW, PAIRS_ROW, MAKER_ROW, TYPE_ROW],
  notes: [
    "SMA's frames each 100 ms; its document asks for no marker in bytes that are not used: they are 0.",
    "It need not answer, so that its loss cannot be noticed: equipment.partnerExpected is refused with it.",
    "0x35F ends with the maker's id and version of SMA; both are 0.",
  ],
} as const satisfies InverterProfile;
