// Protocols that are Pylontech's with differences: Deye (the same text), Sol-Ark, Luxpower, and what SOFAR takes.

import { CURRENT_FIELD, type HeardRow, type InverterProfile, type InverterRow } from "./inverter-profile.ts";
import {
  ALIVE_ROW,
  CHARGE_ROW,
  ERRORS_ROW,
  LIMITS_ROW,
  LONG_LIMITS_ROW,
  MAKER_ROW,
  MEASURED_ROW,
  PYLONTECH,
  REQUESTS_ROW,
} from "./pylontech.ts";

export const DEYE = {
  ...PYLONTECH,
  name: "deye",
  title: "Deye V1.2",
  source: "Deye CAN V1.2: the text of Pylontech LV V1.2",
  notes: [
    "No current is asked for by 0 and a charge voltage that stays as it is; otherwise it warns (W31).",
    "The experimental frames 0x361, 0x363, 0x364 and 0x371 of its larger models are not sent.",
  ],
} as const satisfies InverterProfile;

export const INSTALLED_ROW = {
  id: 0x379,
  length: 8,
  title: "installed capacity",
  fields: [{ kind: "number", byte: 0, type: "u16", step: 1, unit: "Ah", of: "installed_Ah" }],
} as const satisfies InverterRow;

export const SOL_ARK = {
  ...PYLONTECH,
  name: "solArk",
  title: "Sol-Ark V1.3",
  source: "Sol-Ark CAN V1.3",
  eight: true,
  manner: { ...PYLONTECH.manner, forceOrder: "bit4First" },
  rows: [LONG_LIMITS_ROW, CHARGE_ROW, MEASURED_ROW, ERRORS_ROW, REQUESTS_ROW, MAKER_ROW, INSTALLED_ROW],
  notes: [
    "All frames have 8 bytes, unused ones 0.",
    "Its text gives 0x356 in 0.1 V, in practice it takes 0.01 V: inverter.voltageStep; and the sign of the current varies: inverter.currentSign.",
  ],
} as const satisfies InverterProfile;

const LUX_CHARGE_ROW = {
  ...CHARGE_ROW,
  length: 8,
  fields: [
    ...CHARGE_ROW.fields,
    { kind: "number", byte: 4, type: "u16", step: 0.001, unit: "V", of: "maxCell_V" },
    { kind: "number", byte: 6, type: "u16", step: 0.001, unit: "V", of: "minCell_V" },
  ],
} as const satisfies InverterRow;

const LUX_MEASURED_ROW = {
  ...MEASURED_ROW,
  length: 8,
  fields: [
    { kind: "number", byte: 0, type: "s16", step: "voltage", unit: "V", of: "battery_V" },
    CURRENT_FIELD,
    { kind: "number", byte: 4, type: "s16", step: 0.1, unit: "degC", of: "maxTemperature_degC" },
    { kind: "number", byte: 6, type: "s16", step: 0.1, unit: "degC", of: "minTemperature_degC" },
  ],
} as const satisfies InverterRow;

const LUX_ERRORS_ROW = {
  ...ERRORS_ROW,
  length: 8,
  fields: [
    ...ERRORS_ROW.fields.filter(({ kind }) => kind !== "constant"),
    { kind: "number", byte: 5, type: "u16", step: 1, unit: "Ah", of: "installed_Ah" },
  ],
} as const satisfies InverterRow;

const LUX_REQUESTS_ROW = {
  ...REQUESTS_ROW,
  length: 8,
  fields: [...REQUESTS_ROW.fields, { kind: "number", byte: 2, type: "u16", step: 1, unit: "count", of: "cycles" }],
} as const satisfies InverterRow;

const SHUTDOWN_ROW = {
  id: 0x300,
  length: 8,
  title: "orders of the inverter",
  fields: [
    {
      kind: "bits",
      byte: 0,
      bit: 0,
      bits: 1,
      of: "shutdown",
      help: "the battery shall shut down: the discharging contactor opens",
    },
  ],
} as const satisfies HeardRow;

export const LUXPOWER = {
  ...PYLONTECH,
  name: "luxpower",
  title: "Luxpower V04",
  source: "Luxpower battery CAN protocol V04",
  eight: true,
  manner: { ...PYLONTECH.manner, forceOrder: "bit4First" },
  replies: [ALIVE_ROW, SHUTDOWN_ROW],
  rows: [LONG_LIMITS_ROW, LUX_CHARGE_ROW, LUX_MEASURED_ROW, LUX_ERRORS_ROW, LUX_REQUESTS_ROW, MAKER_ROW],
  notes: ["Low-voltage models take 0x356 in 0.01 V, high-voltage ones in 0.1 V: inverter.voltageStep."],
} as const satisfies InverterProfile;

export const SOFAR = {
  ...PYLONTECH,
  name: "sofar",
  title: "SOFAR",
  source: "Pylontech LV V1.2 as SOFAR's inverters take it",
  manner: { ...PYLONTECH.manner, zeroCurrent: "tenth" },
  rows: [
    LIMITS_ROW,
    {
      ...CHARGE_ROW,
      length: 8,
      fields: [
        ...CHARGE_ROW.fields,
        { kind: "number", byte: 6, type: "u16", step: "remaining", unit: "Ah", of: "remaining_Ah" },
      ],
    },
    {
      ...MEASURED_ROW,
      length: 8,
      fields: [...MEASURED_ROW.fields, { kind: "number", byte: 6, type: "u16", step: 1, unit: "count", of: "cycles" }],
    },
    ERRORS_ROW,
    REQUESTS_ROW,
    MAKER_ROW,
  ],
  notes: [
    "It ignores a limit of 0: 0.1 A is sent instead (inverter.zeroCurrent).",
    "Its extended frames with 29 bits are not sent.",
  ],
} as const satisfies InverterProfile;
