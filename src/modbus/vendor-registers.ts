// The vendor's map at its addresses, bit for bit: input registers of its Modbus page and holding registers of its signals
// page. Source S: seen for this device, F: for a sibling of it; O: the page leaves the row open, and what stands here is ours.
// Rows for parts this board does not have read as "not known" (real values) or 0.
// biome-ignore-all format: rows of a table stand in lines

import { INPUT_SIGNALS } from "../model/input-signals.ts";
import type { Source } from "../model/rows.ts";
import { IMAGE_PLACES, isBelieved } from "../model/signal-image.ts";
import { type Bit, ERRORS_1, ERRORS_2, INPUTS_1, INPUTS_2, INTERNAL_BITS, wordOf } from "../model/vendor-words.ts";
import type { Register, View } from "./register.ts";
import { put32, putNumber, type WireType, widthOf } from "./words.ts";

type Row = Omit<Register, "table" | "map" | "words" | "count"> & { readonly count?: number };

const input = (row: Row): Register => ({ ...row, table: "input", map: "vendor", words: widthOf(row.type), count: row.count ?? 1 });
const holding = (row: Row): Register => ({ ...input(row), table: "holding" });

const place = (signal: string): number => IMAGE_PLACES.get(signal)!.at;

/** A signal times a factor; not known while it is not believed. */
function signal(address: number, name: string, type: WireType, unit: string, source: Source, help: string, factor = 1): Register {
  const at = place(name);
  const numberOf = ({ shown: { image } }: View): number => (isBelieved(image, name) ? image[at] * factor : Number.NaN);
  return input({ address, name, type, unit, source, help, read: (view, _, out) => putNumber(out, 0, type, numberOf(view), view.isLowFirst) });
}

/** A part this board does not have. */
const absent = (address: number, name: string, unit: string, help: string): Register =>
  input({ address, name, type: "REAL32", unit, source: "F", help: `${help} This board has none: not a number.`, read: (view, _, out) => putNumber(out, 0, "REAL32", Number.NaN, view.isLowFirst) });

/** A word of flags of the image. */
function bits(address: number, name: string, type: "BITS16" | "BITS32", source: Source, help: string, flags: readonly Bit[]): Register {
  return input({ address, name, type, unit: "none", source, help, read: (view, _, out) => {
    const word = wordOf(view.shown.image, flags);
    if (type === "BITS32") put32(out, 0, word, view.isLowFirst);
    else out[0] = word;
  } });
}

const several = (signals: string, count: number): readonly Bit[] => Array.from({ length: count }, (_, i) => ({ bit: i, at: place(signals) + i }));

/** Bytes of an array: byte 0 is the low byte of the first register. */
function bytes(address: number, name: string, count: number, source: Source, help: string, of: (view: View) => readonly number[]): Register {
  return input({ address, name, type: "U8", unit: "none", source, help, count: count / 2, read: (view, element, out) => {
    const values = of(view);
    out[0] = (values[2 * element] ?? 0) | ((values[2 * element + 1] ?? 0) << 8);
  } });
}

const plain = (address: number, name: string, source: Source, help: string, of: (view: View) => number): Register =>
  input({ address, name, type: "U16", unit: "none", source, help, read: (view, _, out) => { out[0] = of(view); } });

/** Records of the journal of errors: two 32-bit words each. */
function journal(address: number, name: string, help: string, first: "errors1" | "errors2"): Register {
  return { ...input({ address, name, type: "U32", unit: "none", source: "F", help, count: 32, read: ({ shown, isLowFirst }, element, out) => {
    const record = shown.journal.records[element];
    put32(out, 0, record?.[first] ?? 0, isLowFirst);
    put32(out, 2, first === "errors1" ? (record?.stamp ?? 0) : 0, isLowFirst);
  } }), words: 4 };
}

/** Bits 4 to 9 of the measuring part's status: which temperature sensors are there. Bit 2: it is ready. */
const MONITOR_BITS: readonly Bit[] = [{ bit: 2, at: place("cellMonitorOnline") }, ...several("thermistorPresent", 6).map(({ bit, at }) => ({ bit: bit + 4, at }))];

export const VENDOR_INPUTS: readonly Register[] = [
  bytes(0x0000, "hardwareVersion", 2, "S", "Hardware version: minor in byte 0, major in byte 1.", ({ shown }) => [...shown.identity.hardware].reverse()),
  bytes(0x0001, "firmwareVersion", 4, "S", "Firmware version: patch, minor, major, 0.", ({ shown }) => [...shown.identity.firmware].reverse()),
  bytes(0x0003, "bootloaderVersion", 4, "S", "Bootloader version: none, all 0.", () => []),
  bits(0x2000, "inputs1", "BITS16", "S", "Input signals 0 to 15, by their numbers.", INPUTS_1),
  signal(0x2001, "current_A", "REAL32", "A", "F", "Battery current; charging is positive."),
  absent(0x2003, "externalTemperature_degC", "degC", "External temperature."),
  absent(0x2005, "humidity", "%", "Humidity."),
  bits(0x2007, "errors1", "BITS32", "S", "Errors 1.", ERRORS_1),
  bits(0x2009, "internalSignals", "BITS32", "S", "Internal signals.", INTERNAL_BITS),
  bits(0x200b, "discreteOutputs", "BITS16", "F", "Discrete outputs: bit k - 1 is DOUTk.", several("discreteOutputs", 4)),
  bits(0x200c, "outputs", "BITS16", "O", "MOSFET outputs: bit k - 1 is OUTk. The vendor's page leaves the row open.", several("outputs", 4)),
  bits(0x200d, "discreteInputs", "BITS16", "O", "Contacts: bit k - 1 is DINk, bit k + 3 is FBk. The vendor's page leaves the row open.", [...several("inputs", 4), ...several("feedback", 4).map(({ bit, at }) => ({ bit: bit + 4, at }))]),
  bits(0x200e, "errors2", "BITS32", "F", "Errors 2.", ERRORS_2),
  plain(0x2010, "logicAddress", "F", "Address of the measuring part that is shown: it is on the board, 0.", () => 0),
  bits(0x2011, "logicStatus", "BITS16", "F", "Status of the measuring part: bit 2 ready, bits 4 to 9 temperature sensors 1 to 6.", MONITOR_BITS),
  bits(0x20f4, "inputs2", "BITS16", "S", "Input signals 16 to 21 in bits 0 to 5.", INPUTS_2),
  signal(0x2100, "soc", "REAL32", "%", "F", "Battery state of charge.", 100),
  plain(0x2102, "logicCount", "F", "Number of measuring parts: one, on the board.", () => 1),
  signal(0x217d, "discharged_Ah", "REAL32", "Ah", "F", "Charge consumed by the load."),
  bytes(0x217f, "ipAddress", 4, "F", "IP address.", ({ shown }) => shown.identity.address),
  bytes(0x2181, "netmask", 4, "F", "Netmask.", ({ shown }) => shown.identity.netmask),
  bytes(0x2183, "gatewayAddress", 4, "F", "Gateway.", ({ shown }) => shown.identity.gateway),
  signal(0x2185, "calibratedReference_V", "REAL32", "V", "F", "Calibrated voltage of the current sensor's reference line."),
  signal(0x218e, "hall_V", "REAL32", "V", "F", "Voltage from the current sensor."),
  signal(0x2190, "hallReference_V", "REAL32", "V", "F", "Voltage of the current sensor's reference line."),
  absent(0x2192, "auxiliaryHall_V", "V", "Voltage from the auxiliary current sensor."),
  absent(0x2194, "auxiliaryReference_V", "V", "Voltage of the auxiliary sensor's reference line."),
  signal(0x219f, "chargeLimit_A", "REAL32", "A", "F", "Charge current limit."),
  signal(0x21a1, "dischargeLimit_A", "REAL32", "A", "F", "Discharge current limit."),
  signal(0x21b8, "signal.balancing", "U16", "none", "F", "1 while some cell is being balanced."),
  signal(0x21ca, "averageCell_V", "REAL32", "V", "F", "Average cell voltage."),
  journal(0x2200, "errorsJournal", "Errors journal, 32 records: Errors 1, then the packed time: bits 0-5 year since 2000, 6-9 month, 10-14 day, 15-19 hour, 20-25 minute, 26-31 second, UTC.", "errors1"),
  plain(0x2300, "errorsJournalLast", "F", "Number of the newest record of the errors journal, 1 to 32.", ({ shown }) => shown.journal.last),
  journal(0x2380, "errorsJournalData", "Data of the journal's records: Errors 2, then a word the page leaves open, 0.", "errors2"),
  absent(0x2400, "auxiliaryCurrent_A", "A", "Current of the auxiliary sensor."),
  { ...signal(0x2402, "current_A", "REAL32", "A", "F", "Final battery current."), name: "finalCurrent_A" },
  signal(0x2410, "batteryState", "U16", "none", "F", "Battery state: 0 unknown, 1 charging, 2 charging off, 3 relaxed after charging, 4 discharging, 5 discharging off, 6 relaxed after discharging; that 0, 1 and 4 are these is our reading."),
  { ...signal(0x2411, "batteryStateTime_us", "U32", "s", "F", "How long this state has lasted.", 1e-6), name: "batteryStateTime_s" },
  settingReal(0x2420, "capacity_Ah", "Ah", "Nominal battery capacity.", ({ shown }) => shown.settings.battery.capacity_Ah),
  signal(0x2422, "maximumCharge_V", "REAL32", "V", "F", "Maximum charge voltage."),
  signal(0x2424, "minimumDischarge_V", "REAL32", "V", "F", "Minimum discharge voltage."),
  signal(0x2426, "maximumCharge_A", "REAL32", "A", "F", "Maximum charge current."),
  signal(0x2428, "maximumDischarge_A", "REAL32", "A", "F", "Maximum discharge current."),
];

function settingReal(address: number, name: string, unit: string, help: string, of: (view: View) => number): Register {
  return input({ address, name, type: "REAL32", unit, source: "F", help, read: (view, _, out) => putNumber(out, 0, "REAL32", of(view), view.isLowFirst) });
}

export const LOGIC_ADDRESS = 0x4000;
export const ACKNOWLEDGE = 0x4100;
export const OVERRIDES = 0x5100;

export const VENDOR_HOLDINGS: readonly Register[] = [
  holding({ address: LOGIC_ADDRESS, name: "logicSelect", type: "U16", unit: "none", source: "F", written: "logicAddress", help: "Measuring part to show; there is one, so 0 and 1 are taken and change nothing.", read: (_, __, out) => { out[0] = 0; } }),
  holding({ address: ACKNOWLEDGE, name: "acknowledge", type: "BITS32", unit: "none", source: "F", written: "acknowledge", help: "Acknowledges the errors whose bits of Errors 1 are written as 1. Reads 0.", read: (_, __, out) => { out[0] = 0; out[1] = 0; } }),
  holding({ address: OVERRIDES, name: "override", type: "U16", unit: "none", source: "S", written: "override", count: Object.keys(INPUT_SIGNALS).length, help: "Software control of input signal n, at 0x5100 + n: 0 off, 1 on, 2 to 65535 follow the physical input.", read: ({ shown }, element, out) => { out[0] = shown.image[place("overrides") + element]; } }),
];
