// Numbers as registers and back. A register goes over the line with its high byte first; the order of the two registers of
// a 32-bit value is a setting (the vendor's page: low word first). Texts are UTF-8, two bytes a register, the first high.

import { shortest } from "../base/shortest.ts";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";

export type WireType =
  | "U16"
  | "S16"
  | "U32"
  | "S32"
  | "REAL32"
  | "BITS16"
  | "BITS32"
  | "TEXT"
  | "U8"
  | "CURVE"
  | "TABLE";

/** Registers of one value; texts, curves and tables tell their own. */
export const widthOf = (type: WireType): number =>
  type === "U32" || type === "S32" || type === "REAL32" || type === "BITS32" ? 2 : 1;

/** What stands for "not known now", as SunSpec has it: largest unsigned, smallest signed, not a number. */
export const NOT_KNOWN = { U16: 0xffff, S16: 0x8000, U32: 0xffff_ffff, S32: 0x8000_0000 } as const;

const FLOAT = new Float32Array(1);
const FLOAT_BITS = new Uint32Array(FLOAT.buffer);

/** A 32-bit word as two registers. */
export function put32(out: Uint16Array, at: number, value: number, isLowFirst: boolean): void {
  const bits = value >>> 0;
  out[at] = isLowFirst ? bits & 0xffff : bits >>> 16;
  out[at + 1] = isLowFirst ? bits >>> 16 : bits & 0xffff;
}

export const get32 = (words: ArrayLike<number>, at: number, isLowFirst: boolean): number =>
  isLowFirst ? ((words[at + 1] << 16) | words[at]) >>> 0 : ((words[at] << 16) | words[at + 1]) >>> 0;

/** NaN is 0x7FC00000. */
export function putReal(out: Uint16Array, at: number, value: number, isLowFirst: boolean): void {
  if (Number.isNaN(value)) {
    put32(out, at, 0x7fc0_0000, isLowFirst);
    return;
  }
  FLOAT[0] = value;
  put32(out, at, FLOAT_BITS[0], isLowFirst);
}

export function getReal(words: ArrayLike<number>, at: number, isLowFirst: boolean): number {
  FLOAT_BITS[0] = get32(words, at, isLowFirst);
  return FLOAT[0];
}

const between = (value: number, least: number, most: number): number =>
  value < least ? least : value > most ? most : Math.round(value);

/** A number as registers of a type; held at the ends of its range. NaN becomes what stands for "not known". */
export function putNumber(out: Uint16Array, at: number, type: WireType, value: number, isLowFirst: boolean): void {
  const isKnown = !Number.isNaN(value);
  switch (type) {
    case "REAL32":
      putReal(out, at, value, isLowFirst);
      break;
    case "U32":
    case "BITS32":
      put32(out, at, isKnown ? between(value, 0, 0xffff_ffff) : NOT_KNOWN.U32, isLowFirst);
      break;
    case "S32":
      put32(out, at, isKnown ? between(value, -0x7fff_ffff, 0x7fff_ffff) : NOT_KNOWN.S32, isLowFirst);
      break;
    case "S16":
      out[at] = (isKnown ? between(value, -0x7fff, 0x7fff) : NOT_KNOWN.S16) & 0xffff;
      break;
    default:
      out[at] = isKnown ? between(value, 0, 0xffff) : NOT_KNOWN.U16;
  }
}

/** The number in registers of a type; NaN where they say "not known" (but for plain bits). */
export function getNumber(words: ArrayLike<number>, at: number, type: WireType, isLowFirst: boolean): number {
  switch (type) {
    case "REAL32":
      return shortest(getReal(words, at, isLowFirst));
    case "BITS32":
      return get32(words, at, isLowFirst);
    case "U32":
      return known(get32(words, at, isLowFirst), NOT_KNOWN.U32);
    case "S32":
      return signed(known(get32(words, at, isLowFirst), NOT_KNOWN.S32), 0x8000_0000);
    case "S16":
      return signed(known(words[at], NOT_KNOWN.S16), 0x8000);
    case "U16":
      return known(words[at], NOT_KNOWN.U16);
    default:
      return words[at];
  }
}

const known = (value: number, none: number): number => (value === none ? Number.NaN : value);

/** Two's complement: what is over the half is below zero. */
const signed = (value: number, half: number): number => (value > half ? value - 2 * half : value);

/** A text over `words` registers; what is left stays 0. What does not fit is cut at a letter. */
export function putText(out: Uint16Array, at: number, words: number, text: string): void {
  const bytes = encodeUtf8(text);
  let length = Math.min(bytes.length, words * 2);
  while (length < bytes.length && length > 0 && (bytes[length] & 0xc0) === 0x80) length--;
  for (let i = 0; i < words; i++) {
    const high = 2 * i < length ? bytes[2 * i] : 0;
    const low = 2 * i + 1 < length ? bytes[2 * i + 1] : 0;
    out[at + i] = (high << 8) | low;
  }
}

/** The text in registers, up to the first zero byte. */
export function getText(words: ArrayLike<number>, at: number, count: number): string {
  const bytes = new Uint8Array(count * 2);
  let length = 0;
  for (let i = 0; i < count * 2; i++) {
    const word = words[at + (i >> 1)];
    const byte = i % 2 === 0 ? word >>> 8 : word & 0xff;
    if (byte === 0) break;
    bytes[length++] = byte;
  }
  return decodeUtf8(bytes.subarray(0, length));
}
