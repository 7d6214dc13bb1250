// Growatt low-voltage batteries, V1.04: highest byte first, and all frames are sent as the answer to the inverter's 0x301.

import { CURRENT_FIELD, type HeardRow, type InverterProfile, type InverterRow } from "./inverter-profile.ts";
import { CELL_QUANTITIES } from "./inverter-quantities.ts";

const REQUEST_ROW = {
  id: 0x301,
  length: 8,
  title: "the inverter asks (11 22 33 44 55 66 77 88)",
  fields: [],
} as const satisfies HeardRow;

const LIMITS_ROW = {
  id: 0x311,
  length: 8,
  title: "limits and state",
  fields: [
    { kind: "number", byte: 0, type: "u16", step: 0.1, unit: "V", of: "charge_V", round: "down", always: true },
    { kind: "number", byte: 2, type: "u16", step: 0.1, unit: "A", of: "chargeLimit_A", round: "down", always: true },
    { kind: "number", byte: 4, type: "u16", step: 0.1, unit: "A", of: "dischargeLimit_A", round: "down", always: true },
    { kind: "bits", byte: 7, bit: 0, bits: 2, of: "flow" },
    { kind: "bits", byte: 7, bit: 2, bits: 1, of: "anyAlarm", help: "error" },
    { kind: "bits", byte: 7, bit: 3, bits: 1, of: "isBalancing" },
    { kind: "bits", byte: 7, bit: 4, bits: 1, of: "isAsleep" },
    { kind: "bits", byte: 7, bit: 5, bits: 1, of: "isDischargeAllowed" },
    { kind: "bits", byte: 7, bit: 6, bits: 1, of: "isChargeAllowed" },
  ],
} as const satisfies InverterRow;

const protection = <const B extends number>(byte: B, kind: "alarm" | "warning") =>
  [
    { kind: "bits", byte, bit: 7, bits: 1, of: `${kind}.highDischargeCurrent` },
    { kind: "bits", byte, bit: 6, bits: 1, of: `${kind}.highChargeCurrent` },
    { kind: "bits", byte, bit: 5, bits: 1, of: `${kind}.shortCircuit` },
    { kind: "bits", byte, bit: 4, bits: 1, of: `${kind}.highVoltage` },
    { kind: "bits", byte, bit: 3, bits: 1, of: `${kind}.lowVoltage` },
    { kind: "bits", byte: byte + 1, bit: 7, bits: 1, of: `${kind}.highTemperature` },
    { kind: "bits", byte: byte + 1, bit: 6, bits: 1, of: `${kind}.highTemperatureCharge` },
    { kind: "bits", byte: byte + 1, bit: 5, bits: 1, of: `${kind}.lowTemperature` },
    { kind: "bits", byte: byte + 1, bit: 4, bits: 1, of: `${kind}.lowTemperatureCharge` },
  ] as const satisfies InverterRow["fields"];

const ERRORS_ROW = {
  id: 0x312,
  length: 8,
  title: "protections and warnings",
  fields: [
    ...protection(0, "alarm"),
    { kind: "bits", byte: 1, bit: 3, bits: 1, of: "system" },
    { kind: "bits", byte: 1, bit: 2, bits: 1, of: "alarm.imbalance" },
    ...protection(2, "warning"),
    { kind: "bits", byte: 3, bit: 3, bits: 1, of: "warning.imbalance" },
    { kind: "number", byte: 4, type: "u8", step: 1, unit: "count", of: "modules" },
    { kind: "text", byte: 5, length: 2, from: 0, of: "maker" },
    { kind: "number", byte: 7, type: "u8", step: 1, unit: "count", of: "cells" },
  ],
} as const satisfies InverterRow;

const MEASURED_ROW = {
  id: 0x313,
  length: 8,
  title: "measured values",
  fields: [
    { kind: "number", byte: 0, type: "u16", step: "voltage", unit: "V", of: "battery_V" },
    CURRENT_FIELD,
    { kind: "number", byte: 4, type: "s16", step: 0.1, unit: "degC", of: "maxTemperature_degC" },
    { kind: "number", byte: 6, type: "u8", step: 0.01, unit: "ratio", of: "soc", round: "down" },
    { kind: "number", byte: 7, type: "u8", step: 0.01, unit: "ratio", of: "soh", round: "down" },
  ],
} as const satisfies InverterRow;

const CAPACITY_ROW = {
  id: 0x314,
  length: 8,
  title: "charge, spread, cycles",
  fields: [
    { kind: "number", byte: 0, type: "u16", step: 0.01, unit: "Ah", of: "remaining_Ah" },
    { kind: "number", byte: 2, type: "u16", step: 0.01, unit: "Ah", of: "capacity_Ah" },
    { kind: "number", byte: 4, type: "u16", step: 0.001, unit: "V", of: "spread_V" },
    { kind: "number", byte: 6, type: "u16", step: 1, unit: "count", of: "cycles" },
  ],
} as const satisfies InverterRow;

/** Four cells from `first` on. */
const cellsRow = (id: number, first: 1 | 5 | 9 | 13): InverterRow => ({
  id,
  length: 8,
  title: `cells ${first} to ${first + 3}`,
  fields: CELL_QUANTITIES.slice(first - 1, first + 3).map((of, i) => ({
    ...({ kind: "number", byte: 2 * i, type: "u16", step: 0.001, unit: "V" } as const),
    of,
  })),
});

const EXTREMES_ROW = {
  id: 0x319,
  length: 8,
  title: "requests, lowest and highest cell",
  fields: [
    { kind: "bits", byte: 0, bit: 7, bits: 1, of: "isChargeAllowed" },
    { kind: "bits", byte: 0, bit: 6, bits: 1, of: "isDischargeAllowed" },
    { kind: "bits", byte: 0, bit: 5, bits: 1, of: "force5" },
    { kind: "bits", byte: 0, bit: 4, bits: 1, of: "force4" },
    { kind: "bits", byte: 0, bit: 0, bits: 2, of: "chemistry", help: "0 LFP, 1 ternary, 2 LTO" },
    { kind: "number", byte: 1, type: "u16", step: 0.001, unit: "V", of: "maxCell_V" },
    { kind: "number", byte: 3, type: "u16", step: 0.001, unit: "V", of: "minCell_V" },
    { kind: "number", byte: 5, type: "u8", step: 1, unit: "", of: "maxCell" },
    { kind: "number", byte: 6, type: "u8", step: 1, unit: "", of: "minCell" },
  ],
} as const satisfies InverterRow;

const MAKER_ROW = {
  id: 0x320,
  length: 8,
  title: "maker and versions",
  fields: [
    { kind: "text", byte: 0, length: 2, from: 0, of: "maker" },
    { kind: "constant", byte: 2, value: 1, help: "hardware version" },
    { kind: "constant", byte: 3, value: 1, help: "software version" },
  ],
} as const satisfies InverterRow;

export const GROWATT = {
  name: "growatt",
  title: "Growatt LV V1.04",
  source: "Growatt xxSxxP low-voltage CAN V1.04, translated; two readings of it agree on 0x311 and 0x313 to 0x319",
  order: "big",
  period_ms: 1000,
  replies: [REQUEST_ROW],
  answers: REQUEST_ROW.id,
  timeout_ms: 10_000,
  maker: "BM",
  voltageStep_V: 0.01,
  unavailable: "zero",
  eight: true,
  manner: { zeroCurrent: "zero", noCharge: "keep", forceOrder: "bit5First", undervoltage: "alarm" },
  rows: [
    LIMITS_ROW,
    ERRORS_ROW,
    MEASURED_ROW,
    CAPACITY_ROW,
    cellsRow(0x315, 1),
    cellsRow(0x316, 5),
    cellsRow(0x317, 9),
    cellsRow(0x318, 13),
    EXTREMES_ROW,
    MAKER_ROW,
  ],
  notes: [
    "Everything is sent each time the inverter asks, about once a second; inverter.period_ms has no effect.",
    "Bits 2 and 3 of the second byte of protections are from a translation by machine: system error and cell imbalance.",
    "Frames of cells end at 16 cells. Date and time in 0x320 and the update frame 0x321 are not sent.",
  ],
} as const satisfies InverterProfile;
