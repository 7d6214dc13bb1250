// A frame as a row of a table: its id, its length and what stands at which byte. Rows are written into frames and read out
// of frames here, and printed into docs/equipment.md. Quantities go by name; a value that is not known is NaN.

import { assert } from "../base/assert.ts";
import { type CanFrame, extendedFrame, standardFrame } from "../base/can-frame.ts";

export type NumberType = "u8" | "s8" | "u16" | "s16" | "u32";
export type ByteOrder = "little" | "big";

/** A number of whole bytes: value = raw * step + offset. */
export type NumberField<Q extends string, S extends string = never> = {
  readonly kind: "number";
  readonly byte: number;
  readonly type: NumberType;
  /** Of one bit, in the unit; a name where a setting decides. */
  readonly step: number | S;
  readonly offset?: number;
  readonly unit: string;
  readonly of: Q;
  /** Limits are rounded to the safe side; otherwise to the nearest. */
  readonly round?: "down" | "up";
  /** Never sent as not available: its quantity falls to the safe side by itself. */
  readonly always?: true;
  readonly help?: string;
};
/** `bits` bits from `bit` on (0: the lowest) of one byte. */
export type BitsField<Q extends string> = {
  readonly kind: "bits";
  readonly byte: number;
  readonly bit: number;
  readonly bits: number;
  readonly of: Q;
  readonly help?: string;
};
/** Two bits that say active (01), not active (10) or not supported (00). */
export type PairField<Q extends string> = {
  readonly kind: "pair";
  readonly byte: number;
  readonly bit: 0 | 2 | 4 | 6;
  readonly of: Q;
  readonly help?: string;
};
/** ASCII, filled up with spaces; the characters from `from` on. */
export type TextField<T extends string> = {
  readonly kind: "text";
  readonly byte: number;
  readonly length: number;
  readonly from: number;
  readonly of: T;
  readonly help?: string;
};
export type ConstantField = {
  readonly kind: "constant";
  readonly byte: number;
  readonly value: number;
  readonly help: string;
};

export type Field<Q extends string, T extends string = never, S extends string = never> =
  | NumberField<Q, S>
  | BitsField<Q>
  | PairField<Q>
  | TextField<T>
  | ConstantField;

export type FrameRow<Q extends string, T extends string = never, S extends string = never> = {
  readonly id: number;
  readonly extended?: true;
  readonly length: number;
  readonly title: string;
  readonly fields: readonly Field<Q, T, S>[];
};

/** How rows become bytes. */
export type Coding<S extends string = never> = {
  readonly order: ByteOrder;
  /** How a number that is not known is sent: zero, or 0xFFFF and for signed ones 0x8000 ("marker"). */
  readonly unavailable: "zero" | "marker";
  readonly steps: Readonly<Record<S, number>>;
};

export type Quantities<Q extends string> = Readonly<Record<Q, number>>;
export type Texts<T extends string> = Readonly<Record<T, string>>;

const WIDTH = { u8: 1, s8: 1, u16: 2, s16: 2, u32: 4 } as const;
const LEAST = { u8: 0, s8: -0x80, u16: 0, s16: -0x8000, u32: 0 } as const;
const MOST = { u8: 0xff, s8: 0x7f, u16: 0xffff, s16: 0x7fff, u32: 0xffff_ffff } as const;
/** What stands for not available: the highest number, or the lowest of a signed type. */
const MARKER = { u8: 0xff, s8: -0x80, u16: 0xffff, s16: -0x8000, u32: 0xffff_ffff } as const;
/** Keeps 0.3 / 0.1 from being rounded down to 2. */
const HAIR = 1e-6;

/** The bytes of a frame, all others 0. Numbers outside their type are held at its ends, short of the marker. */
export function encodeRow<Q extends string, T extends string, S extends string>(
  row: FrameRow<Q, T, S>,
  coding: Coding<S>,
  quantities: Quantities<Q>,
  texts: Texts<T>,
  length = row.length,
): CanFrame {
  const data = new Uint8Array(length);
  for (const field of row.fields) putField(data, field, coding, quantities, texts);
  return row.extended === true ? extendedFrame(row.id, data) : standardFrame(row.id, data);
}

function putField<Q extends string, T extends string, S extends string>(
  data: Uint8Array,
  field: Field<Q, T, S>,
  coding: Coding<S>,
  quantities: Quantities<Q>,
  texts: Texts<T>,
): void {
  switch (field.kind) {
    case "number":
      putRaw(data, field.byte, WIDTH[field.type], coding.order, rawOf(field, coding, quantities[field.of]));
      break;
    case "bits":
      orBits(data, field.byte, bitsOf(field, quantities[field.of]) << field.bit);
      break;
    case "pair":
      orBits(data, field.byte, pairOf(quantities[field.of]) << field.bit);
      break;
    case "text":
      putText(data, field, texts[field.of]);
      break;
    case "constant":
      orBits(data, field.byte, field.value);
  }
}

function orBits(data: Uint8Array, byte: number, bits: number): void {
  data[byte] = (data[byte] ?? 0) | bits;
}

export const stepOf = <S extends string>(step: number | S, steps: Readonly<Record<S, number>>): number =>
  typeof step === "number" ? step : steps[step];

function rawOf<Q extends string, S extends string>(field: NumberField<Q, S>, coding: Coding<S>, value: number): number {
  const { type, offset = 0, round } = field;
  const isMarked = coding.unavailable === "marker" && field.always !== true;
  if (Number.isNaN(value)) return isMarked ? MARKER[type] : 0;
  const exact = (value - offset) / stepOf(field.step, coding.steps);
  const whole =
    round === "down" ? Math.floor(exact + HAIR) : round === "up" ? Math.ceil(exact - HAIR) : Math.round(exact);
  const most = isMarked && MARKER[type] > 0 ? MOST[type] - 1 : MOST[type];
  const least = isMarked && MARKER[type] < 0 ? LEAST[type] + 1 : LEAST[type];
  return Math.min(most, Math.max(least, whole));
}

function bitsOf<Q extends string>({ bits }: BitsField<Q>, value: number): number {
  const most = (1 << bits) - 1;
  return Number.isNaN(value) ? 0 : Math.min(most, Math.max(0, Math.round(value)));
}

const pairOf = (value: number): number => (Number.isNaN(value) ? 0b00 : value === 0 ? 0b10 : 0b01);

function putText<T extends string>(data: Uint8Array, { byte, length, from }: TextField<T>, text: string): void {
  for (let i = 0; i < length; i++) {
    const sign = text.charCodeAt(from + i);
    data[byte + i] = sign >= 0x20 && sign < 0x7f ? sign : 0x20;
  }
}

/** Writes the lowest bytes of a whole number. */
export function putRaw(data: Uint8Array, byte: number, width: number, order: ByteOrder, raw: number): void {
  assert(byte + width <= data.length, "a field lies within its frame");
  let rest = raw < 0 ? raw + 2 ** (8 * width) : raw;
  for (let i = 0; i < width; i++) {
    data[order === "little" ? byte + i : byte + width - 1 - i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

/** A whole number of `width` bytes; NaN where the frame ends before. */
export function getRaw(data: Uint8Array, byte: number, width: number, order: ByteOrder, signed: boolean): number {
  if (byte < 0 || byte + width > data.length) return Number.NaN;
  let raw = 0;
  for (let i = 0; i < width; i++) raw = raw * 256 + (data[order === "big" ? byte + i : byte + width - 1 - i] ?? 0);
  return signed && raw >= 2 ** (8 * width - 1) ? raw - 2 ** (8 * width) : raw;
}

/** The value of a number in a frame, in its unit; NaN where the frame ends before, or carries the marker that is looked for. */
export function readNumber<Q extends string>(
  data: Uint8Array,
  field: NumberField<Q>,
  order: ByteOrder,
  marked = false,
): number {
  const raw = getRaw(data, field.byte, WIDTH[field.type], order, LEAST[field.type] < 0);
  if (marked && raw === MARKER[field.type]) return Number.NaN;
  return raw * field.step + (field.offset ?? 0);
}

/** All numbers and bits of a frame by name. A shorter frame leaves NaN. */
export function decodeRow<Q extends string>(
  row: FrameRow<Q>,
  order: ByteOrder,
  data: Uint8Array,
): Partial<Record<Q, number>> {
  const values: Partial<Record<Q, number>> = {};
  for (const field of row.fields) {
    if (field.kind === "number") values[field.of] = readNumber(data, field, order);
    if (field.kind === "bits") {
      const byte = data[field.byte];
      values[field.of] = byte === undefined ? Number.NaN : (byte >>> field.bit) & ((1 << field.bits) - 1);
    }
  }
  return values;
}

/** Whether a frame is that of the row: id and kind of id; what it carries may be shorter. */
export const isOfRow = (
  { id, extended }: { readonly id: number; readonly extended?: true },
  frame: CanFrame,
): boolean => frame.id === id && frame.extended === (extended === true) && !frame.remote;
