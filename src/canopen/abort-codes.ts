// Why an SDO transfer ends early (CiA 301 v4.2, table 22): the codes, and their words for people.

export const ABORT = {
  toggle: 0x0503_0000,
  timeout: 0x0504_0000,
  command: 0x0504_0001,
  blockSize: 0x0504_0002,
  sequence: 0x0504_0003,
  crc: 0x0504_0004,
  memory: 0x0504_0005,
  access: 0x0601_0000,
  writeOnly: 0x0601_0001,
  readOnly: 0x0601_0002,
  noObject: 0x0602_0000,
  notMappable: 0x0604_0041,
  pdoLength: 0x0604_0042,
  incompatible: 0x0604_0043,
  internal: 0x0604_0047,
  hardware: 0x0606_0000,
  length: 0x0607_0010,
  tooLong: 0x0607_0012,
  tooShort: 0x0607_0013,
  noSubIndex: 0x0609_0011,
  value: 0x0609_0030,
  tooHigh: 0x0609_0031,
  tooLow: 0x0609_0032,
  order: 0x0609_0036,
  noResource: 0x060a_0023,
  general: 0x0800_0000,
  store: 0x0800_0020,
  localControl: 0x0800_0021,
  deviceState: 0x0800_0022,
  noDictionary: 0x0800_0023,
  noData: 0x0800_0024,
} as const;

export type AbortName = keyof typeof ABORT;
export type AbortCode = (typeof ABORT)[AbortName];

const TEXTS: Readonly<Record<AbortName, string>> = {
  toggle: "toggle bit not alternated",
  timeout: "SDO protocol timed out",
  command: "command specifier not valid or unknown",
  blockSize: "invalid block size",
  sequence: "invalid sequence number",
  crc: "CRC error",
  memory: "out of memory",
  access: "unsupported access to an object",
  writeOnly: "attempt to read a write only object",
  readOnly: "attempt to write a read only object",
  noObject: "object does not exist in the object dictionary",
  notMappable: "object cannot be mapped to the PDO",
  pdoLength: "the mapped objects would exceed the PDO length",
  incompatible: "general parameter incompatibility",
  internal: "general internal incompatibility in the device",
  hardware: "access failed due to a hardware error",
  length: "data type does not match, length of service parameter does not match",
  tooLong: "data type does not match, length of service parameter too high",
  tooShort: "data type does not match, length of service parameter too low",
  noSubIndex: "sub-index does not exist",
  value: "invalid value for parameter",
  tooHigh: "value of parameter written too high",
  tooLow: "value of parameter written too low",
  order: "maximum value is less than minimum value",
  noResource: "resource not available: SDO connection",
  general: "general error",
  store: "data cannot be transferred or stored to the application",
  localControl: "data cannot be transferred or stored because of local control",
  deviceState: "data cannot be transferred or stored because of the present device state",
  noDictionary: "no object dictionary is present or its generation failed",
  noData: "no data available",
};

const NAMES = Object.keys(ABORT) as readonly AbortName[];
const TEXT_OF: ReadonlyMap<number, string> = new Map(NAMES.map((name) => [ABORT[name], TEXTS[name]]));

/** A code in words; a code of another device may be none of the standard's. */
export const abortText = (code: number): string => TEXT_OF.get(code) ?? "unknown abort code";
