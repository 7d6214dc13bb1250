// Data types of the gateway's commands (CiA 309-3, 5.2): how the text of a value becomes the bytes of an SDO, low byte first,
// and back. x8 to x64 (hexadecimal numbers) and hex (bytes) are not the standard's, but what its clients in use offer.

import { bytesOfHex, hexBytes } from "../base/hex.ts";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import { fromBase64, toBase64 } from "./base64.ts";

type Codec = {
  /** Bytes of one value; 0: as many as it has. */
  readonly size: number;
  readonly help: string;
  /** Undefined: the text is none. */
  readonly parse: (text: string) => Uint8Array | undefined;
  readonly format: (bytes: Uint8Array) => string;
};

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const WHOLE = /^[+-]?(0x[\da-f]+|\d+)$/i;

/** A whole number in decimal or 0x form, exact to 64 bits. */
function whole(text: string): bigint | undefined {
  if (!WHOLE.test(text)) return undefined;
  const isNegative = text.startsWith("-");
  const value = BigInt(text.replace(/^[+-]/, ""));
  return isNegative ? -value : value;
}

function integerBytes(text: string, bits: number, isSigned: boolean): Uint8Array | undefined {
  const value = whole(text);
  const most = 2n ** BigInt(isSigned ? bits - 1 : bits);
  if (value === undefined || value >= most || value < (isSigned ? -most : 0n)) return undefined;
  const bytes = new Uint8Array(8);
  viewOf(bytes).setBigInt64(0, BigInt.asIntN(64, value), true);
  return bytes.slice(0, bits / 8);
}

function integerOf(bytes: Uint8Array, isSigned: boolean): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]);
  return isSigned ? BigInt.asIntN(8 * bytes.length, value) : value;
}

const integer = (bits: number, isSigned: boolean): Codec => ({
  size: bits / 8,
  help: `${isSigned ? "signed" : "unsigned"} integer, ${bits} bits`,
  parse: (text) => integerBytes(text, bits, isSigned),
  format: (bytes) => integerOf(bytes, isSigned).toString(),
});

const hexadecimal = (bits: number): Codec => ({
  size: bits / 8,
  help: `unsigned integer, ${bits} bits, shown as hexadecimal`,
  parse: (text) => integerBytes(text, bits, false),
  format: (bytes) =>
    `0x${integerOf(bytes, false)
      .toString(16)
      .toUpperCase()
      .padStart(bits / 4, "0")}`,
});

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function realBytes(text: string, size: 4 | 8): Uint8Array | undefined {
  if (!NUMBER.test(text)) return undefined;
  const bytes = new Uint8Array(size);
  if (size === 4) viewOf(bytes).setFloat32(0, Number(text), true);
  else viewOf(bytes).setFloat64(0, Number(text), true);
  return Number.isFinite(realOf(bytes)) ? bytes : undefined;
}

const realOf = (bytes: Uint8Array): number =>
  bytes.length === 4 ? viewOf(bytes).getFloat32(0, true) : viewOf(bytes).getFloat64(0, true);

/** As many digits as tell the value from its neighbours. */
const realText = (bytes: Uint8Array): string =>
  bytes.length === 4 && Number.isFinite(realOf(bytes))
    ? String(Number(realOf(bytes).toPrecision(7)))
    : String(realOf(bytes));

const real = (size: 4 | 8): Codec => ({
  size,
  help: `real number, ${8 * size} bits`,
  parse: (text) => realBytes(text, size),
  format: realText,
});

/** Days since 1984-01-01 and milliseconds after midnight. */
const time = (help: string): Codec => ({
  size: 6,
  help,
  parse: (text) => {
    const [, days, ms] = /^(\d+)\s+(\d+)$/.exec(text) ?? [];
    if (days === undefined || Number(days) > 0xffff || Number(ms) > 0xfff_ffff) return undefined;
    const bytes = new Uint8Array(6);
    viewOf(bytes).setUint32(0, Number(ms), true);
    viewOf(bytes).setUint16(4, Number(days), true);
    return bytes;
  },
  format: (bytes) => `${viewOf(bytes).getUint16(4, true)} ${viewOf(bytes).getUint32(0, true) & 0xfff_ffff}`,
});

const octets = (help: string): Codec => ({ size: 0, help, parse: fromBase64, format: toBase64 });

/** In quotes where it has blanks or quotes; a quote inside stands twice. Ends at a zero byte. */
function quoted(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const text = decodeUtf8(end < 0 ? bytes : bytes.subarray(0, end)).replace(/[\r\n]+/g, " ");
  return /^[^\s"#]+$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`;
}

const BOOLEANS: Readonly<Record<string, number>> = { "0": 0, "1": 1, false: 0, true: 1, off: 0, on: 1 };
function booleanBytes(text: string): Uint8Array | undefined {
  const word = text.toLowerCase();
  return Object.hasOwn(BOOLEANS, word) ? Uint8Array.of(BOOLEANS[word]!) : undefined;
}

export const DATATYPES = {
  b: { size: 1, help: "boolean: 0 or 1", parse: booleanBytes, format: (bytes) => (bytes[0] === 0 ? "0" : "1") },
  i8: integer(8, true),
  i16: integer(16, true),
  i32: integer(32, true),
  i64: integer(64, true),
  u8: integer(8, false),
  u16: integer(16, false),
  u32: integer(32, false),
  u64: integer(64, false),
  x8: hexadecimal(8),
  x16: hexadecimal(16),
  x32: hexadecimal(32),
  x64: hexadecimal(64),
  r32: real(4),
  r64: real(8),
  t: time("time of day: days since 1984-01-01, milliseconds after midnight"),
  td: time("time difference: days, milliseconds"),
  vs: { size: 0, help: "text; in double quotes where it has blanks", parse: encodeUtf8, format: quoted },
  os: octets("octets, base64"),
  us: octets("unicode text, base64"),
  d: octets("domain, base64"),
  hex: {
    size: 0,
    help: "bytes as hexadecimal digits",
    parse: (text) => bytesOfHex(text.replaceAll(/\s/g, "")),
    format: (bytes) => hexBytes(bytes, " "),
  },
} as const satisfies Record<string, Codec>;

export type Datatype = keyof typeof DATATYPES;

/** Whether this is a data type of commands; lower case. */
export const isDatatype = (text: string): text is Datatype => Object.hasOwn(DATATYPES, text);

/** The bytes of a text, or undefined where it is none of the type. */
export const bytesOf = (type: Datatype, text: string): Uint8Array | undefined => DATATYPES[type].parse(text);

/** The text of bytes, or undefined where they are too few or too many for the type. */
export function textOf(type: Datatype, bytes: Uint8Array): string | undefined {
  const { size, format } = DATATYPES[type];
  return size > 0 && bytes.length !== size ? undefined : format(bytes);
}
