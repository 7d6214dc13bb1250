// The data types of CiA 301 (7.4.7, table 44) that the dictionary uses: their codes in the EDS, widths, and how a value becomes
// bytes and bytes a value. All numbers go low byte first. 64-bit integers are numbers here: exact up to 2^53.

import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";

/** Code in the EDS, and bits; 0: as long as the value. */
export const DATA_TYPES = {
  boolean: { code: 0x01, bits: 8 },
  i8: { code: 0x02, bits: 8 },
  i16: { code: 0x03, bits: 16 },
  i32: { code: 0x04, bits: 32 },
  u8: { code: 0x05, bits: 8 },
  u16: { code: 0x06, bits: 16 },
  u32: { code: 0x07, bits: 32 },
  real32: { code: 0x08, bits: 32 },
  visibleString: { code: 0x09, bits: 0 },
  octetString: { code: 0x0a, bits: 0 },
  timeOfDay: { code: 0x0c, bits: 48 },
  domain: { code: 0x0f, bits: 0 },
  real64: { code: 0x11, bits: 64 },
  i64: { code: 0x15, bits: 64 },
  u64: { code: 0x1b, bits: 64 },
} as const;

export type DataType = keyof typeof DATA_TYPES;
/** Types whose values are numbers. */
export type NumberType = Exclude<DataType, "visibleString" | "octetString" | "timeOfDay" | "domain">;

/** Bytes of one value; 0: as many as it has. */
export const sizeOf = (type: DataType): number => DATA_TYPES[type].bits >> 3;

export const isNumber = (type: DataType): type is NumberType =>
  !(type === "visibleString" || type === "octetString" || type === "timeOfDay" || type === "domain");

const RANGES = {
  boolean: [0, 1],
  i8: [-0x80, 0x7f],
  i16: [-0x8000, 0x7fff],
  i32: [-0x8000_0000, 0x7fff_ffff],
  i64: [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  u8: [0, 0xff],
  u16: [0, 0xffff],
  u32: [0, 0xffff_ffff],
  u64: [0, Number.MAX_SAFE_INTEGER],
  real32: [-3.4028234663852886e38, 3.4028234663852886e38],
  real64: [-Number.MAX_VALUE, Number.MAX_VALUE],
} as const satisfies Record<NumberType, readonly [number, number]>;

/** The least and the largest value of a type. */
export const rangeOf = (type: NumberType): readonly [number, number] => RANGES[type];

/** A number as bytes, held at the ends of its type's range; integers are rounded, NaN is NaN in a real and 0 elsewhere. */
export function numberBytes(type: NumberType, value: number): Uint8Array {
  const bytes = new Uint8Array(sizeOf(type));
  const isShort = bytes.length <= 4 && type !== "real32";
  if (isShort) putShort(bytes, held(type, value));
  else putLong(new DataView(bytes.buffer), type, value);
  return bytes;
}

/** Byte by byte: PDOs live from it, and a view costs more than four bytes. */
function putShort(bytes: Uint8Array, value: number): void {
  for (let i = 0, rest = value; i < bytes.length; i++, rest >>= 8) bytes[i] = rest & 0xff;
}

function putLong(view: DataView, type: NumberType, value: number): void {
  if (type === "real32") view.setFloat32(0, value, true);
  else if (type === "real64") view.setFloat64(0, value, true);
  else if (type === "i64") view.setBigInt64(0, BigInt(held(type, value)), true);
  else view.setBigUint64(0, BigInt(held(type, value)), true);
}

function held(type: NumberType, value: number): number {
  const [low, high] = RANGES[type];
  if (Number.isNaN(value)) return 0;
  return Math.min(high, Math.max(low, Math.round(value)));
}

/** The number that bytes of the type's width make. */
export function numberOf(type: NumberType, bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case "boolean":
    case "u8":
      return view.getUint8(0);
    case "i8":
      return view.getInt8(0);
    case "u16":
      return view.getUint16(0, true);
    case "i16":
      return view.getInt16(0, true);
    case "u32":
      return view.getUint32(0, true);
    case "i32":
      return view.getInt32(0, true);
    case "real32":
      return view.getFloat32(0, true);
    case "real64":
      return view.getFloat64(0, true);
    case "u64":
      return Number(view.getBigUint64(0, true));
    case "i64":
      return Number(view.getBigInt64(0, true));
  }
}

/** Texts are ASCII by the standard; ours are UTF-8, which is the same for ASCII. */
export const textBytes = (text: string): Uint8Array => encodeUtf8(text);
/** A text ends at its first zero byte. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeUtf8(end < 0 ? bytes : bytes.subarray(0, end));
}
