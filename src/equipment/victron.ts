// Victron GX devices, CAN-bus BMS (LV), 500 kbit/s: SMA's frames, and those in which the battery tells of itself.

import type { InverterProfile, InverterRow } from "./inverter-profile.ts";
import { ALIVE_ROW, LIMITS_ROW, MAKER_ROW, MEASURED_ROW } from "./pylontech.ts";
import { INSTALLED_ROW } from "./pylontech-like.ts";
import { FINE_CHARGE_ROW, PAIRS_ROW, RELAYS_ROW, TYPE_ROW } from "./sma.ts";

/** Victron counts temperatures of cells in whole kelvin, cut off. */
const KELVIN = { type: "u16", step: 1, offset: -273.15, unit: "degC", round: "down", help: "kelvin" } as const;

const text = <
  const I extends number,
  const T extends "name" | "serial" | "family" | "minCell" | "maxCell" | "minThermistor" | "maxThermistor",
>(
  id: I,
  title: string,
  of: T,
  from = 0,
) =>
  ({ id, length: 8, title, fields: [{ kind: "text", byte: 0, length: 8, from, of }] }) as const satisfies InverterRow;

const SYSTEM_ROW = {
  ...PAIRS_ROW,
  fields: [...PAIRS_ROW.fields, { kind: "pair", byte: 7, bit: 2, of: "isAsleep", help: "01 offline, 10 online" }],
} as const satisfies InverterRow;

const MODULES_ROW = {
  id: 0x372,
  length: 8,
  title: "modules",
  fields: [
    { kind: "number", byte: 0, type: "u16", step: 1, unit: "count", of: "modules", help: "online" },
    { kind: "number", byte: 2, type: "u16", step: 1, unit: "count", of: "modulesNoCharge" },
    { kind: "number", byte: 4, type: "u16", step: 1, unit: "count", of: "modulesNoDischarge" },
  ],
} as const satisfies InverterRow;

const EXTREMES_ROW = {
  id: 0x373,
  length: 8,
  title: "lowest and highest cell",
  fields: [
    { kind: "number", byte: 0, type: "u16", step: 0.001, unit: "V", of: "minCell_V" },
    { kind: "number", byte: 2, type: "u16", step: 0.001, unit: "V", of: "maxCell_V" },
    { kind: "number", byte: 4, ...KELVIN, of: "minTemperature_degC" },
    { kind: "number", byte: 6, ...KELVIN, of: "maxTemperature_degC" },
  ],
} as const satisfies InverterRow;

const ENERGY_ROW = {
  id: 0x378,
  length: 8,
  title: "energy of the battery's life",
  fields: [
    { kind: "number", byte: 0, type: "u32", step: "energy", unit: "Wh", of: "received_Wh" },
    { kind: "number", byte: 4, type: "u32", step: "energy", unit: "Wh", of: "delivered_Wh" },
  ],
} as const satisfies InverterRow;

export const VICTRON = {
  name: "victron",
  title: "Victron GX, CAN-bus BMS (LV)",
  source: "Victron's CAN-bus BMS protocol as batteries of several makers send it",
  order: "little",
  period_ms: 1000,
  replies: [ALIVE_ROW, RELAYS_ROW],
  timeout_ms: 600_000,
  maker: "BMS Mini",
  voltageStep_V: 0.01,
  unavailable: "marker",
  eight: true,
  manner: { zeroCurrent: "zero", noCharge: "keep", forceOrder: "bit5First", undervoltage: "warning" },
  rows: [
    { ...LIMITS_ROW, length: 8 },
    FINE_CHARGE_ROW,
    MEASURED_ROW,
    SYSTEM_ROW,
    MAKER_ROW,
    TYPE_ROW,
    text(0x370, "name", "name"),
    text(0x371, "name, continued", "name", 8),
    MODULES_ROW,
    EXTREMES_ROW,
    text(0x374, "cell with the lowest voltage", "minCell"),
    text(0x375, "cell with the highest voltage", "maxCell"),
    text(0x376, "coldest sensor", "minThermistor"),
    text(0x377, "hottest sensor", "maxThermistor"),
    ENERGY_ROW,
    INSTALLED_ROW,
    text(0x380, "serial number", "serial"),
    text(0x381, "serial number, continued", "serial", 8),
    text(0x382, "product", "family"),
  ],
  notes: [
    "A charge voltage of 0 would read as over-voltage and is never sent.",
    "It stops charging and discharging when limits are missing for more than 3 s; its own frames may be missing for 10 min.",
    "Alarms of over- and undervoltage stop charging: undervoltage is told as a warning (inverter.undervoltage).",
    "It chooses a product profile by the maker's name (inverter.maker, for example PYLON or BYD).",
    "Not sent: request of forced charging (0x360).",
  ],
} as const satisfies InverterProfile;
