// The objects of a CiA 418 battery module (6000h to 6081h), which CiA 419 chargers read and write. What the profile calls optional and
// this device cannot know (vehicle, equalisation, water) does not exist. What a charger writes is kept for whoever controls it.

import { isChargeShared } from "../model/can-partners.ts";
import { IMAGE_PLACES, isBelieved } from "../model/signal-image.ts";
import { ABORT } from "./abort-codes.ts";
import type { Application } from "./application.ts";
import { type NumberType, numberBytes, numberOf } from "./data-types.ts";
import { knownBytes } from "./known.ts";
import { type DictionaryObject, DONE, type Entry, type WriteResult } from "./object.ts";
import { array, type Cell, record, variable } from "./object-shapes.ts";

export const BATTERY_STATUS = 0x6000;
export const CHARGER_STATUS = 0x6001;
export const TEMPERATURE = 0x6010;
export const RETURNED = 0x6052;
export const VOLTAGE = 0x6060;
export const CURRENT_REQUESTED = 0x6070;
export const CHARGER_SOC = 0x6080;
export const BATTERY_SOC = 0x6081;

const about = (
  name: string,
  type: NumberType,
  unit: string,
  help: string,
  mapping: Entry["mapping"] | undefined = undefined,
): Entry => ({
  ...{ name: `cia418.${name}`, type, access: "ro", unit, help },
  ...(mapping === undefined ? {} : { mapping }),
});

/** A number of the device; NaN: not known. */
const told = (entry: Entry & { readonly type: NumberType }, of: () => number): Cell => ({
  entry: { ...entry, mayBeUnknown: true },
  read: () => knownBytes(entry.type, of()),
});

/** The signal in its unit, or NaN. */
function signal({ show }: Application, name: string): number {
  const { image } = show();
  return isBelieved(image, name) ? image[IMAGE_PLACES.get(name)!.at] : Number.NaN;
}

const isAllowed = (application: Application): boolean => signal(application, "signal.allowCharging") === 1;

/**
 * What may be charged is asked for only while charging is allowed. It is the whole limit, and so nothing where an inverter or a
 * charger is given its share by commands: whoever follows this object would add to them. With PDOs that carry it from the start
 * (canopen.pdoSet) validation refuses such partners; a master may make one valid with any set.
 */
const requested_A = (application: Application): number =>
  isAllowed(application) && !isChargeShared(application.show().settings)
    ? Math.max(0, signal(application, "chargeLimit_A") || 0)
    : 0;

const CELLS = 18;

/** 6020h: what the battery is. The profile's list of types is not public: 0 tells none. */
function parameters(application: Application): DictionaryObject {
  const { show } = application;
  const row = (name: string, type: NumberType, unit: string, help: string): Entry & { readonly type: NumberType } => ({
    ...about(name, type, unit, help),
    type,
  });
  return record(0x6020, "cia418.parameters", [
    told(row("batteryType", "u8", "none", "Battery type: 0, not told."), () => 0),
    told(row("capacity_Ah", "u16", "Ah", "Ah capacity."), () => show().settings.battery.capacity_Ah),
    told(row("maximumCharge_A", "u16", "A", "Maximum charge current."), () => signal(application, "maximumCharge_A")),
    told(row("cells", "u16", "count", `Number of cells, ${CELLS} at most.`), () => show().settings.battery.cells),
  ]);
}

/** A text packed four characters to a number, the first in the lowest byte. */
function packedText(
  application: Application,
  index: number,
  name: string,
  words: number,
  help: string,
  of: (application: Application) => string,
): DictionaryObject {
  const cells = Array.from({ length: words }, (_, word): Cell => {
    const entry: Entry = about(
      `${name}[${word + 1}]`,
      "u32",
      "none",
      `${help} Four ASCII characters, the first in the lowest byte.`,
    );
    return { entry, read: () => asciiBytes(of(application), 4 * word) };
  });
  return array(index, `cia418.${name}`, cells);
}

const asciiBytes = (text: string, from: number): Uint8Array =>
  Uint8Array.from({ length: 4 }, (_, i) => {
    const letter = text.charCodeAt(from + i);
    return letter < 0x80 ? letter : Number.isNaN(letter) ? 0 : 0x3f;
  });

/** What is measured, in the profile's steps. */
const MEASURED = [
  [
    TEMPERATURE,
    "temperature",
    "i16",
    "0.125 degC",
    "transmit",
    "maxTemperature_degC",
    8,
    "Temperature of the hottest cell.",
  ],
  [0x6050, "totalCharge", "u32", "Ah", undefined, "lifetimeCharged_Ah", 1, "All charge ever received."],
  [0x6051, "expended", "u16", "0.125 Ah", undefined, "dod_Ah", 8, "Ah expended since the last full charge."],
  [VOLTAGE, "voltage", "u32", "1/1024 V", "transmit", "battery_V", 1024, "Battery voltage."],
  [BATTERY_SOC, "soc", "u8", "%", "transmit", "soc", 100, "Battery state of charge; 255: not known."],
] as const satisfies readonly (readonly [
  number,
  string,
  NumberType,
  string,
  Entry["mapping"] | undefined,
  string,
  number,
  string,
])[];

const measured = (application: Application): readonly DictionaryObject[] =>
  MEASURED.map(([index, name, type, unit, mapping, from, perUnit, help]) => {
    const entry = { ...about(name, type, unit, help, mapping), type };
    return variable(
      index,
      entry.name,
      told(entry, () => signal(application, from) * perUnit),
    );
  });

/** What a charger writes, by SDO or by its PDOs. */
function reported(
  name: string,
  type: NumberType,
  unit: string,
  help: string,
  read: () => Uint8Array,
  write: (value: number) => WriteResult,
): Cell {
  return {
    entry: { ...about(name, type, unit, help, "receive"), access: "rw", mayBeUnknown: true },
    read,
    write: (data) => write(numberOf(type, data)),
  };
}

const NOT_AVAILABLE = 0xff;

function reports(application: Application): readonly DictionaryObject[] {
  const { charger } = application;
  const status = (value: number): WriteResult => {
    charger.status = value;
    charger.count++;
    return DONE;
  };
  const returned = (value: number): WriteResult => {
    charger.returned_Ah = value / 8;
    return DONE;
  };
  const soc = (value: number): WriteResult => {
    if (value > 100 && value !== NOT_AVAILABLE) return ABORT.tooHigh;
    charger.soc = value === NOT_AVAILABLE ? Number.NaN : value / 100;
    return DONE;
  };
  const rows = [
    [
      CHARGER_STATUS,
      reported(
        "chargerStatus",
        "u8",
        "none",
        "Charger status: bit 0, the charger is active.",
        () => numberBytes("u8", charger.status),
        status,
      ),
    ],
    [
      RETURNED,
      reported(
        "returned",
        "u16",
        "0.125 Ah",
        "Ah returned during the last charge, by the charger; 65535: not told.",
        () => knownBytes("u16", 8 * charger.returned_Ah),
        returned,
      ),
    ],
    [
      CHARGER_SOC,
      reported(
        "chargerSoc",
        "u8",
        "%",
        "State of charge by the charger; 255: not known.",
        () => knownBytes("u8", 100 * charger.soc),
        soc,
      ),
    ],
  ] as const;
  return rows.map(([index, cell]) => variable(index, cell.entry.name, cell));
}

export const batteryModule = (application: Application): readonly DictionaryObject[] => [
  variable(BATTERY_STATUS, "cia418.batteryStatus", {
    entry: about("batteryStatus", "u8", "none", "Battery status: bit 0, ready to be charged.", "transmit"),
    read: () => numberBytes("u8", isAllowed(application) ? 1 : 0),
  }),
  parameters(application),
  packedText(
    application,
    0x6030,
    "serialNumber",
    3,
    "Battery serial number.",
    ({ show }) => show().settings.user.serialNumber,
  ),
  packedText(application, 0x6031, "batteryId", 5, "Battery ID.", ({ show }) => show().settings.user.hardwareId),
  ...measured(application),
  variable(CURRENT_REQUESTED, "cia418.currentRequested", {
    entry: about(
      "currentRequested",
      "u16",
      "1/16 A",
      "Charge current requested: the limit while charging is allowed, else 0; 0 also while an inverter or a charger is commanded (inverter.profile, j1939Charger and others).",
      "transmit",
    ),
    read: () => numberBytes("u16", Math.min(0xfffe, requested_A(application) * 16)),
  }),
  ...reports(application),
];
