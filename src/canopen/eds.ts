// The electronic data sheet of a dictionary (CiA 306-1: INI, ISO 8859-1, CR LF, at most 255 characters a line), for configuration tools. It
// says what the dictionary says: it is made of the same objects that a node answers with.

import { hexDigits } from "../base/hex.ts";
import { shortest } from "../base/shortest.ts";
import { DATA_TYPES, isNumber } from "./data-types.ts";
import type { Dictionary, DictionaryObject, Entry } from "./object.ts";

export type EdsFacts = {
  readonly fileName: string;
  readonly vendorName: string;
  readonly vendorId: number;
  readonly productName: string;
  readonly productCode: number;
  readonly revision: number;
  /** kbit/s. */
  readonly bitRates_kbit: readonly number[];
  /** Days like 11-29-2026 and times like 12:00PM, as the standard writes them. */
  readonly date: string;
  readonly time: string;
};

const MANDATORY: readonly number[] = [0x1000, 0x1001, 0x1018];
const BIT_RATES_kbit = [10, 20, 50, 125, 250, 500, 800, 1000] as const;
/** Types that may stand in an RPDO for what is left out. */
const DUMMIES = 7;

const OBJECT_TYPES = { array: 8, record: 9 } as const;

const hex = (value: number, digits: number): string => `0x${hexDigits(value, digits)}`;

type Lines = string[];
const section = (name: string, values: Readonly<Record<string, string | number>>): Lines => [
  ...[`[${name}]`, ...Object.entries(values).map(([key, value]) => `${key}=${value}`), ""],
];

/** The file's text. Everything in it is ASCII. */
export function edsText(dictionary: Dictionary, facts: EdsFacts): string {
  const objects = [...dictionary.values()].sort((a, b) => a.index - b.index);
  const lines = [
    ...fileInfo(facts),
    ...deviceInfo(objects, facts),
    ...section("DummyUsage", dummies()),
    ...section("Comments", { Lines: 1, Line1: "Made from the dictionary that the device answers with." }),
    ...objectList("MandatoryObjects", objects, isMandatory),
    ...objects.filter(isMandatory).flatMap(objectSections),
    ...objectList("OptionalObjects", objects, isOptional),
    ...objects.filter(isOptional).flatMap(objectSections),
    ...objectList("ManufacturerObjects", objects, isManufacturers),
    ...objects.filter(isManufacturers).flatMap(objectSections),
  ];
  return `${lines.join("\r\n")}\r\n`;
}

const isMandatory = ({ index }: DictionaryObject): boolean => MANDATORY.includes(index);
const isManufacturers = ({ index }: DictionaryObject): boolean => index >= 0x2000 && index < 0x6000;
const isOptional = (object: DictionaryObject): boolean => !isMandatory(object) && !isManufacturers(object);

const fileInfo = ({ fileName, productName, vendorName, date, time }: EdsFacts): Lines =>
  section("FileInfo", {
    ...{ FileName: fileName, FileVersion: 1, FileRevision: 0, EDSVersion: "4.0", Description: productName },
    ...{ CreationTime: time, CreationDate: date, CreatedBy: vendorName },
    ...{ ModificationTime: time, ModificationDate: date, ModifiedBy: vendorName },
  });

function deviceInfo(objects: readonly DictionaryObject[], facts: EdsFacts): Lines {
  const count = (first: number): number =>
    objects.filter(({ index }) => index >= first && index < first + 0x200).length;
  return section("DeviceInfo", {
    ...{ VendorName: facts.vendorName, VendorNumber: hex(facts.vendorId, 8) },
    ...{ ProductName: facts.productName, ProductNumber: hex(facts.productCode, 8) },
    ...{ RevisionNumber: hex(facts.revision, 8), OrderCode: "" },
    ...Object.fromEntries(
      BIT_RATES_kbit.map((rate) => [`BaudRate_${rate}`, facts.bitRates_kbit.includes(rate) ? 1 : 0]),
    ),
    ...{ SimpleBootUpMaster: 0, SimpleBootUpSlave: 1, Granularity: 8, DynamicChannelsSupported: 0, CompactPDO: 0 },
    ...{ GroupMessaging: 0, NrOfRXPDO: count(0x1400), NrOfTXPDO: count(0x1800), LSS_Supported: 1 },
  });
}

const dummies = (): Record<string, number> =>
  Object.fromEntries(Array.from({ length: DUMMIES }, (_, i) => [`Dummy${String(i + 1).padStart(4, "0")}`, 1]));

function objectList(name: string, objects: readonly DictionaryObject[], isIn: (o: DictionaryObject) => boolean): Lines {
  const listed = objects.filter(isIn);
  const numbered = Object.fromEntries(listed.map(({ index }, i) => [String(i + 1), hex(index, 4)]));
  return [
    `[${name}]`,
    `SupportedObjects=${listed.length}`,
    ...Object.entries(numbered).map(([n, at]) => `${n}=${at}`),
    "",
  ];
}

function objectSections({ index, name, kind, entries }: DictionaryObject): Lines {
  const at = hexDigits(index, 4);
  if (kind === "variable" || kind === "domain") return entryLines(at, entries[0]!);
  const lines: Lines = [];
  let count = 0;
  for (const [subIndex, entry] of entries.entries()) {
    if (entry === undefined) continue;
    lines.push(...entryLines(`${at}sub${subIndex.toString(16).toUpperCase()}`, entry));
    count++;
  }
  return [...section(at, { ParameterName: name, ObjectType: hex(OBJECT_TYPES[kind], 1), SubNumber: count }), ...lines];
}

/** The section of one value. */
function entryLines(at: string, entry: Entry): Lines {
  const { name, type, preset, low, high, mapping } = entry;
  const isDomain = type === "domain";
  const lines = [`[${at}]`, `ParameterName=${name}`, `ObjectType=${isDomain ? "0x2" : "0x7"}`];
  lines.push(`DataType=${hex(DATA_TYPES[type].code, 4)}`, `AccessType=${accessWord(entry)}`);
  if (preset !== undefined) lines.push(`DefaultValue=${valueText(entry, preset)}`);
  if (low !== undefined) lines.push(`LowLimit=${valueText(entry, low)}`);
  if (high !== undefined) lines.push(`HighLimit=${valueText(entry, high)}`);
  if (!isDomain) lines.push(`PDOMapping=${mapping === undefined ? 0 : 1}`); // 306-1: no key of a DOMAIN
  lines.push("");
  return lines;
}

/** What is written by RPDOs alone is rww, what is only sent by TPDOs rwr (CiA 306-1, AccessType). */
function accessWord({ access, mapping }: Entry): string {
  if (access !== "rw") return access;
  if (mapping === "receive") return "rww";
  return mapping === "transmit" ? "rwr" : "rw";
}

const valueText = ({ type }: Entry, value: number | string): string => {
  if (typeof value === "string") return value;
  return isNumber(type) && type === "real32" ? String(shortest(Math.fround(value))) : String(value);
};
