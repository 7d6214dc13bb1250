// SunSpec's points: models 1 (common), 802 (battery), 803 (lithium-ion bank, here of one string) and 713 (storage capacity),
// one row for each point with its offset, type and scale factor as in the standard's model definitions, and what it says of
// this device. sunspec-registers.ts makes registers of them. A point without a value is not implemented.
// biome-ignore-all format: rows of a table stand in lines

import type { View, Written } from "./register.ts";
import {
  balancingCells, bankState, chargeState, connectedStrings, connectionFailure, contactorBits, controllerHeartbeat,
  controlMode, disabledReason, events, fixed, heartbeat, meanTemperature_degC, OUT_OF_BATTERY, operation, PERCENT,
  product, rated_Wh, selfDischarge, signal, storageStatus, stringState, theOnly, type Value, vendorErrors1, vendorErrors2,
} from "./sunspec-values.ts";

type Placed = {
  readonly name: string;
  /** From the ID register of the model; in a string, from its first register. */
  readonly offset: number;
  readonly mandatory?: true;
};
export type NumberPoint = Placed & {
  readonly type: "uint16" | "int16" | "uint32" | "bitfield32" | "enum16";
  /** The scale factor of the same model by which the raw number is meant. */
  readonly sf?: string;
  /** As the standard writes it. */
  readonly unit?: string;
  readonly value?: Value;
  readonly written?: Written;
  readonly help: string;
};
export type TextPoint = Placed & {
  readonly type: "string";
  readonly words: number;
  readonly text: (view: View) => string;
  readonly help: string;
};
/** A scale factor: the power of ten by which a raw number is multiplied. Fixed, so that the whole range fits. */
export type ScalePoint = Placed & { readonly type: "sunssf"; readonly exponent: number };
export type PadPoint = Placed & { readonly type: "pad" };
export type Point = NumberPoint | TextPoint | ScalePoint | PadPoint;

export type Model = {
  readonly id: number;
  readonly points: readonly Point[];
  /** Points that stand behind the others, once for each string: here once. */
  readonly string?: readonly Point[];
};

const COMMON: readonly Point[] = [
  { name: "Mn",  offset: 2,  type: "string", words: 16, mandatory: true, text: ({ shown: { settings, identity } }) => settings.user.manufacturer || identity.vendor, help: "Maker of the battery by its setting, else of the device." },
  { name: "Md",  offset: 18, type: "string", words: 16, mandatory: true, text: ({ shown }) => shown.identity.product, help: "Product." },
  { name: "Opt", offset: 34, type: "string", words: 8,  text: ({ shown }) => shown.identity.model, help: "Model of the product." },
  { name: "Vr",  offset: 42, type: "string", words: 8,  text: ({ shown }) => shown.identity.firmware.join("."), help: "Version of the software." },
  { name: "SN",  offset: 50, type: "string", words: 16, mandatory: true, text: ({ shown }) => shown.settings.user.serialNumber, help: "Serial number of the battery by its setting; empty until it is set." },
  { name: "DA",  offset: 66, type: "uint16", value: ({ shown }) => shown.settings.rs485.address, help: "Modbus address on RS-485. Read only here: it is a setting." },
  { name: "Pad", offset: 67, type: "pad" },
];

const BATTERY: readonly Point[] = [
  { name: "AHRtg",            offset: 2,  type: "uint16", sf: "AHRtg_SF", unit: "Ah", mandatory: true, value: ({ shown }) => shown.settings.battery.capacity_Ah, help: "Nominal capacity." },
  { name: "WHRtg",            offset: 3,  type: "uint16", sf: "WHRtg_SF", unit: "Wh", mandatory: true, value: rated_Wh, help: "Nominal energy: capacity times the nominal voltage of the chemistry. Held at 655340 Wh." },
  { name: "WChaRteMax",       offset: 4,  type: "uint16", sf: "WChaDisChaMax_SF", unit: "W", mandatory: true, value: product("maximumCharge_A", "maximumCharge_V"), help: "Most power the battery may take: maximum charge current times maximum charge voltage." },
  { name: "WDisChaRteMax",    offset: 5,  type: "uint16", sf: "WChaDisChaMax_SF", unit: "W", mandatory: true, value: product("maximumDischarge_A", "minimumDischarge_V"), help: "Power the battery may give until it is empty: maximum discharge current times minimum discharge voltage." },
  { name: "DisChaRte",        offset: 6,  type: "uint16", sf: "DisChaRte_SF", unit: "%WHRtg", value: selfDischarge, help: "Self-discharge a day by its setting, a thirtieth of that of a month." },
  { name: "SoCMax",           offset: 7,  type: "uint16", sf: "SoC_SF", unit: "%WHRtg", value: fixed(100), help: "Greatest state of charge. The shown one is scaled to 0 to 100 %." },
  { name: "SoCMin",           offset: 8,  type: "uint16", sf: "SoC_SF", unit: "%WHRtg", value: fixed(0), help: "Least state of charge." },
  { name: "SocRsvMax",        offset: 9,  type: "uint16", sf: "SoC_SF", unit: "%WHRtg", help: "Reserve at the top." },
  { name: "SoCRsvMin",        offset: 10, type: "uint16", sf: "SoC_SF", unit: "%WHRtg", help: "Reserve at the bottom." },
  { name: "SoC",              offset: 11, type: "uint16", sf: "SoC_SF", unit: "%WHRtg", mandatory: true, value: signal("soc", PERCENT), help: "State of charge as shown." },
  { name: "DoD",              offset: 12, type: "uint16", sf: "DoD_SF", unit: "%", value: signal("dod", PERCENT), help: "Depth of discharge: what is missing to full." },
  { name: "SoH",              offset: 13, type: "uint16", sf: "SoH_SF", unit: "%", value: signal("soh", PERCENT), help: "State of health." },
  { name: "NCyc",             offset: 14, type: "uint32", value: signal("cycles"), help: "Discharges of 80 % of the capacity." },
  { name: "ChaSt",            offset: 16, type: "enum16", value: chargeState, help: "1: off (disconnected), 2: empty, 3: discharging, 4: charging, 5: full, 6: holding, 7: testing (a cell is being analysed)." },
  { name: "LocRemCtl",        offset: 17, type: "enum16", mandatory: true, value: controlMode, help: "0: remote, this client may give orders; 1: local, it may not." },
  { name: "Hb",               offset: 18, type: "uint16", value: heartbeat, help: "Seconds since the start, modulo 65535." },
  { name: "CtrlHb",           offset: 19, type: "uint16", value: controllerHeartbeat, written: "heartbeat", help: "Heartbeat of the controller, as it was last written. Nothing depends on it." },
  { name: "AlmRst",           offset: 20, type: "uint16", mandatory: true, value: fixed(0), written: "alarmReset", help: "1 acknowledges every error. Reads 0." },
  { name: "Typ",              offset: 21, type: "enum16", mandatory: true, value: fixed(4), help: "4: lithium-ion." },
  { name: "State",            offset: 22, type: "enum16", mandatory: true, value: bankState, help: "1: disconnected, 2: initialising, 3: connected, 4: standby, 5: SOC protection (undervoltage or overvoltage keeps one direction open), 6: suspending (powering down), 99: fault (an error keeps everything open)." },
  { name: "StateVnd",         offset: 23, type: "enum16", value: signal("mode"), help: "Operating mode. 0: off, 1: standby, 2: starting, 3: running, 4: poweringDown." },
  { name: "WarrDt",           offset: 24, type: "uint32", help: "End of the warranty." },
  { name: "Evt1",             offset: 26, type: "bitfield32", mandatory: true, value: events, help: "Errors as alarms, indications as warnings. Bit 0: communication error, 1: too hot, 3: too cold, 5: charging current (6: warning), 7: discharging current, 9: overvoltage (10: warning), 11: undervoltage, 14: low SOC warning, 17: voltage imbalance warning, 20: contactor, 22: insulation, 23: cover open, 25: other alarm, 26: other warning, 28: configuration alarm." },
  { name: "Evt2",             offset: 28, type: "bitfield32", mandatory: true, value: fixed(0), help: "The standard defines no bits." },
  { name: "EvtVnd1",          offset: 30, type: "bitfield32", mandatory: true, value: vendorErrors1, help: "The vendor's word Errors 1." },
  { name: "EvtVnd2",          offset: 32, type: "bitfield32", mandatory: true, value: vendorErrors2, help: "The vendor's word Errors 2." },
  { name: "V",                offset: 34, type: "uint16", sf: "V_SF", unit: "V", mandatory: true, value: signal("battery_V"), help: "Battery voltage." },
  { name: "VMax",             offset: 35, type: "uint16", sf: "V_SF", unit: "V", value: signal("maximumCharge_V"), help: "Battery voltage that chargers are asked for." },
  { name: "VMin",             offset: 36, type: "uint16", sf: "V_SF", unit: "V", value: signal("minimumDischarge_V"), help: "Battery voltage at which loads should stop." },
  { name: "CellVMax",         offset: 37, type: "uint16", sf: "CellV_SF", unit: "V", value: signal("maxCell_V"), help: "Highest cell voltage." },
  { name: "CellVMaxStr",      offset: 38, type: "uint16", value: theOnly("maxCell_V"), help: "String of that cell: 1, there is one." },
  { name: "CellVMaxMod",      offset: 39, type: "uint16", value: theOnly("maxCell_V"), help: "Module of that cell: 1, there is one." },
  { name: "CellVMin",         offset: 40, type: "uint16", sf: "CellV_SF", unit: "V", value: signal("minCell_V"), help: "Lowest cell voltage; 0 for one below." },
  { name: "CellVMinStr",      offset: 41, type: "uint16", value: theOnly("minCell_V"), help: "String of that cell: 1." },
  { name: "CellVMinMod",      offset: 42, type: "uint16", value: theOnly("minCell_V"), help: "Module of that cell: 1." },
  { name: "CellVAvg",         offset: 43, type: "uint16", sf: "CellV_SF", unit: "V", value: signal("averageCell_V"), help: "Mean cell voltage." },
  { name: "A",                offset: 44, type: "int16", sf: "A_SF", unit: "A", mandatory: true, value: signal("current_A", OUT_OF_BATTERY), help: "Battery current: discharging is positive, charging negative. The standard does not say which." },
  { name: "AChaMax",          offset: 45, type: "uint16", sf: "AMax_SF", unit: "A", value: signal("chargeLimit_A"), help: "Charging current the battery may take now." },
  { name: "ADisChaMax",       offset: 46, type: "uint16", sf: "AMax_SF", unit: "A", value: signal("dischargeLimit_A"), help: "Discharging current the battery may give now." },
  { name: "W",                offset: 47, type: "int16", sf: "W_SF", unit: "W", mandatory: true, value: signal("power_W", OUT_OF_BATTERY), help: "Battery power: discharging is positive, charging negative, as for A." },
  { name: "ReqInvState",      offset: 48, type: "enum16", value: fixed(0), help: "0: the battery asks nothing of the inverter." },
  { name: "ReqW",             offset: 49, type: "int16", sf: "W_SF", unit: "W", help: "Power the battery asks for." },
  { name: "SetOp",            offset: 50, type: "enum16", mandatory: true, value: operation, written: "operation", help: "2 disconnects: software drives the signals Inhibit charging and Inhibit discharging on. 1 lets both follow their wires again." },
  { name: "SetInvState",      offset: 51, type: "enum16", mandatory: true, help: "State of the inverter, which this device does not use." },
  { name: "AHRtg_SF",         offset: 52, type: "sunssf", exponent: 0, mandatory: true },
  { name: "WHRtg_SF",         offset: 53, type: "sunssf", exponent: 1, mandatory: true },
  { name: "WChaDisChaMax_SF", offset: 54, type: "sunssf", exponent: 1, mandatory: true },
  { name: "DisChaRte_SF",     offset: 55, type: "sunssf", exponent: -4 },
  { name: "SoC_SF",           offset: 56, type: "sunssf", exponent: -2, mandatory: true },
  { name: "DoD_SF",           offset: 57, type: "sunssf", exponent: -2 },
  { name: "SoH_SF",           offset: 58, type: "sunssf", exponent: -2 },
  { name: "V_SF",             offset: 59, type: "sunssf", exponent: -2, mandatory: true },
  { name: "CellV_SF",         offset: 60, type: "sunssf", exponent: -3, mandatory: true },
  { name: "A_SF",             offset: 61, type: "sunssf", exponent: -1, mandatory: true },
  { name: "AMax_SF",          offset: 62, type: "sunssf", exponent: -1, mandatory: true },
  { name: "W_SF",             offset: 63, type: "sunssf", exponent: 1 },
];

const BANK: readonly Point[] = [
  { name: "NStr",         offset: 2,  type: "uint16", mandatory: true, value: fixed(1), help: "Strings." },
  { name: "NStrCon",      offset: 3,  type: "uint16", mandatory: true, value: connectedStrings, help: "1 while a path of contactors is closed." },
  { name: "ModTmpMax",    offset: 4,  type: "int16", sf: "ModTmp_SF", unit: "C", mandatory: true, value: signal("maxTemperature_degC"), help: "Highest temperature on the cells." },
  { name: "ModTmpMaxStr", offset: 5,  type: "uint16", value: theOnly("maxTemperature_degC"), help: "String of it: 1, there is one." },
  { name: "ModTmpMaxMod", offset: 6,  type: "uint16", value: theOnly("maxTemperature_degC"), help: "Module of it: 1, there is one." },
  { name: "ModTmpMin",    offset: 7,  type: "int16", sf: "ModTmp_SF", unit: "C", mandatory: true, value: signal("minTemperature_degC"), help: "Lowest temperature on the cells." },
  { name: "ModTmpMinStr", offset: 8,  type: "uint16", value: theOnly("minTemperature_degC"), help: "String of it: 1." },
  { name: "ModTmpMinMod", offset: 9,  type: "uint16", value: theOnly("minTemperature_degC"), help: "Module of it: 1." },
  { name: "ModTmpAvg",    offset: 10, type: "int16", sf: "ModTmp_SF", unit: "C", value: meanTemperature_degC, help: "Mean temperature of the cells." },
  { name: "StrVMax",      offset: 11, type: "uint16", sf: "V_SF", unit: "V", value: signal("battery_V"), help: "Battery voltage, the only string's." },
  { name: "StrVMaxStr",   offset: 12, type: "uint16", value: theOnly("battery_V"), help: "String of it: 1." },
  { name: "StrVMin",      offset: 13, type: "uint16", sf: "V_SF", unit: "V", value: signal("battery_V"), help: "The same." },
  { name: "StrVMinStr",   offset: 14, type: "uint16", value: theOnly("battery_V"), help: "String of it: 1." },
  { name: "StrVAvg",      offset: 15, type: "uint16", sf: "V_SF", unit: "V", value: signal("battery_V"), help: "The same." },
  { name: "StrAMax",      offset: 16, type: "int16", sf: "A_SF", unit: "A", value: signal("current_A", OUT_OF_BATTERY), help: "Battery current, the only string's: discharging is positive." },
  { name: "StrAMaxStr",   offset: 17, type: "uint16", value: theOnly("current_A"), help: "String of it: 1." },
  { name: "StrAMin",      offset: 18, type: "int16", sf: "A_SF", unit: "A", value: signal("current_A", OUT_OF_BATTERY), help: "The same." },
  { name: "StrAMinStr",   offset: 19, type: "uint16", value: theOnly("current_A"), help: "String of it: 1." },
  { name: "StrAAvg",      offset: 20, type: "int16", sf: "A_SF", unit: "A", value: signal("current_A", OUT_OF_BATTERY), help: "The same." },
  { name: "NCellBal",     offset: 21, type: "uint16", value: balancingCells, help: "Cells whose balancing resistor is on." },
  { name: "CellV_SF",     offset: 22, type: "sunssf", exponent: -3, mandatory: true },
  { name: "ModTmp_SF",    offset: 23, type: "sunssf", exponent: -1, mandatory: true },
  { name: "A_SF",         offset: 24, type: "sunssf", exponent: -1, mandatory: true },
  { name: "SoH_SF",       offset: 25, type: "sunssf", exponent: -2 },
  { name: "SoC_SF",       offset: 26, type: "sunssf", exponent: -2, mandatory: true },
  { name: "V_SF",         offset: 27, type: "sunssf", exponent: -2 },
];

const STRING: readonly Point[] = [
  { name: "StrNMod",         offset: 0,  type: "uint16", mandatory: true, value: fixed(1), help: "Modules in the string." },
  { name: "StrSt",           offset: 1,  type: "bitfield32", mandatory: true, value: stringState, help: "Bit 0: enabled, bit 1: a path of contactors is closed." },
  { name: "StrConFail",      offset: 3,  type: "enum16", value: connectionFailure, help: "Why it is not connected. 0: no failure, 1: button, 2: insulation, 3: undervoltage or overvoltage, 4: not enabled, 5: fuse, 6: contactor, 7: precharge, 8: another error." },
  { name: "StrSoC",          offset: 4,  type: "uint16", sf: "SoC_SF", unit: "%", mandatory: true, value: signal("soc", PERCENT), help: "State of charge as shown." },
  { name: "StrSoH",          offset: 5,  type: "uint16", sf: "SoH_SF", unit: "%", value: signal("soh", PERCENT), help: "State of health." },
  { name: "StrA",            offset: 6,  type: "int16", sf: "A_SF", unit: "A", mandatory: true, value: signal("current_A", OUT_OF_BATTERY), help: "Battery current: discharging is positive, charging negative." },
  { name: "StrCellVMax",     offset: 7,  type: "uint16", sf: "CellV_SF", unit: "V", mandatory: true, value: signal("maxCell_V"), help: "Highest cell voltage." },
  { name: "StrCellVMaxMod",  offset: 8,  type: "uint16", value: theOnly("maxCell_V"), help: "Module of that cell: 1." },
  { name: "StrCellVMin",     offset: 9,  type: "uint16", sf: "CellV_SF", unit: "V", mandatory: true, value: signal("minCell_V"), help: "Lowest cell voltage; 0 for one below." },
  { name: "StrCellVMinMod",  offset: 10, type: "uint16", value: theOnly("minCell_V"), help: "Module of that cell: 1." },
  { name: "StrCellVAvg",     offset: 11, type: "uint16", sf: "CellV_SF", unit: "V", mandatory: true, value: signal("averageCell_V"), help: "Mean cell voltage." },
  { name: "StrModTmpMax",    offset: 12, type: "int16", sf: "ModTmp_SF", unit: "C", mandatory: true, value: signal("maxTemperature_degC"), help: "Highest temperature on the cells." },
  { name: "StrModTmpMaxMod", offset: 13, type: "uint16", value: theOnly("maxTemperature_degC"), help: "Module of it: 1." },
  { name: "StrModTmpMin",    offset: 14, type: "int16", sf: "ModTmp_SF", unit: "C", mandatory: true, value: signal("minTemperature_degC"), help: "Lowest temperature on the cells." },
  { name: "StrModTmpMinMod", offset: 15, type: "uint16", value: theOnly("minTemperature_degC"), help: "Module of it: 1." },
  { name: "StrModTmpAvg",    offset: 16, type: "int16", sf: "ModTmp_SF", unit: "C", mandatory: true, value: meanTemperature_degC, help: "Mean temperature of the cells." },
  { name: "StrDisRsn",       offset: 17, type: "enum16", value: disabledReason, help: "Why the string is not enabled. 0: it is, 1: fault, 2: maintenance (a periodic restart is due), 3: external (charging and discharging are inhibited), 4: other (off, standby or powering down)." },
  { name: "StrConSt",        offset: 18, type: "bitfield32", value: contactorBits, help: "Contactors that are closed. Bit 0: main, 1: precharging, 2: charging, 3: discharging, 4: common." },
  { name: "StrEvt1",         offset: 20, type: "bitfield32", mandatory: true, value: events, help: "As Evt1 of model 802." },
  { name: "StrEvt2",         offset: 22, type: "bitfield32", value: fixed(0), help: "The standard defines no bits." },
  { name: "StrEvtVnd1",      offset: 24, type: "bitfield32", value: vendorErrors1, help: "The vendor's word Errors 1." },
  { name: "StrEvtVnd2",      offset: 26, type: "bitfield32", value: vendorErrors2, help: "The vendor's word Errors 2." },
  { name: "StrSetEna",       offset: 28, type: "enum16", help: "Enables the string." },
  { name: "StrSetCon",       offset: 29, type: "enum16", help: "Connects the string; SetOp of model 802 does." },
  { name: "Pad1",            offset: 30, type: "pad", mandatory: true },
  { name: "Pad2",            offset: 31, type: "pad", mandatory: true },
];

const CAPACITY: readonly Point[] = [
  { name: "WHRtg",   offset: 2, type: "uint16", sf: "WH_SF", unit: "WH", value: rated_Wh, help: "Nominal energy, as in model 802." },
  { name: "WHAvail", offset: 3, type: "uint16", sf: "WH_SF", unit: "WH", value: signal("remaining_Wh"), help: "Energy that can still be drawn at this temperature and mean current." },
  { name: "SoC",     offset: 4, type: "uint16", sf: "Pct_SF", unit: "Pct", value: signal("soc", PERCENT), help: "State of charge as shown." },
  { name: "SoH",     offset: 5, type: "uint16", sf: "Pct_SF", unit: "Pct", value: signal("soh", PERCENT), help: "State of health." },
  { name: "Sta",     offset: 6, type: "enum16", value: storageStatus, help: "0: well, 1: an indication is set, 2: an error is set." },
  { name: "WH_SF",   offset: 7, type: "sunssf", exponent: 1 },
  { name: "Pct_SF",  offset: 8, type: "sunssf", exponent: -2 },
];

/** In the order in which they stand. */
export const SUNSPEC_MODELS: readonly Model[] = [
  { id: 1, points: COMMON },
  { id: 802, points: BATTERY },
  { id: 803, points: BANK, string: STRING },
  { id: 713, points: CAPACITY },
];
