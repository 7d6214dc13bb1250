// Our map of signals: one row of input registers for each signal, by its row and its address. What is not believed reads as
// "not known" (not a number), and its validity bit is 0. People count cells from 1, and so do these registers.

import type { FAULT_NAMES } from "../model/faults.ts";
import { FAULT_NUMBERS } from "../model/frozen-numbers.ts";
import { INTERNAL_SIGNALS } from "../model/internal-signals.ts";
import type { SignalRow } from "../model/rows.ts";
import { BELIEFS, ELEMENTS, IMAGE_PLACES, isVouched, type Voucher, voucherOf } from "../model/signal-image.ts";
import { SIGNAL_NAMES, SIGNALS } from "../model/signals.ts";
import type { Register, View } from "./register.ts";
import { FAULT_FLAGS, FAULT_TRIPS, INTERNAL_SIGNAL_FLAGS, SIGNAL_ADDRESSES, SIGNAL_BLOCK } from "./signal-addresses.ts";
import { putNumber, type WireType, widthOf } from "./words.ts";

/** Times in microseconds are given in seconds: 32 bits hold an hour of microseconds. */
const inSeconds = ({ unit }: SignalRow): boolean => unit === "us";

/** How a signal is written: from its row alone. */
export function signalType(row: SignalRow): WireType {
  if (row.type === "real" || inSeconds(row)) return "REAL32";
  if (row.type !== "integer" || row.counts !== undefined) return "U16";
  return (row.min ?? 0) < 0 ? "S32" : "U32";
}

function addressOf(name: string): number {
  const [kind, part = "", last] = name.split(".");
  if (kind === "signal") return INTERNAL_SIGNAL_FLAGS + INTERNAL_SIGNALS[part as keyof typeof INTERNAL_SIGNALS].bit;
  if (kind !== "fault") return SIGNAL_ADDRESSES[name as keyof typeof SIGNAL_ADDRESSES];
  const number = FAULT_NUMBERS[part as (typeof FAULT_NAMES)[number]];
  return last === "trips" ? FAULT_TRIPS + 2 * number : FAULT_FLAGS + number;
}

function registerOf(name: string): Register {
  const row = SIGNALS[name]!;
  const type = signalType(row);
  const { at } = IMAGE_PLACES.get(name)!;
  const { first } = BELIEFS.get(name)!;
  const voucher = voucherOf(name);
  const factor = inSeconds(row) ? 1e-6 : 1;
  const numberOf = (image: Float64Array, element: number): number => {
    return isVouched(image, voucher, element) ? image[at + element] * factor + first : Number.NaN;
  };
  return {
    ...{ table: "input", map: "ours", address: addressOf(name), type, words: widthOf(type), name },
    count: row.per === undefined ? 1 : ELEMENTS[row.per],
    unit: inSeconds(row) ? "s" : row.unit,
    help: helpOf(row),
    source: "O",
    read: ({ shown, isLowFirst }, element, out) => putNumber(out, 0, type, numberOf(shown.image, element), isLowFirst),
  };
}

/** The row's help, with the words of its codes. Unlike the signal, a register never keeps a value that is not believed. */
function helpOf({ help, codes, counts }: SignalRow): string {
  const meaning = help.replace(/^Index of/, "Number of").replace(/; the last believed one while [^.;]*/, "");
  const words = codes === undefined ? "" : ` ${codes.map((word, i) => `${i}: ${word}`).join(", ")}.`;
  return `${meaning}${counts === undefined ? "" : " As printed on the headers."}${words}`;
}

export const SIGNAL_REGISTERS: readonly Register[] = SIGNAL_NAMES.map(registerOf);

/** The validity bits: bit `A % 16` of the register at VALIDITY plus (A - 0x8000) / 16 is that of the value at A. */
export const VALIDITY = 0x9800;
export const VALIDITY_WORDS = (SIGNAL_BLOCK.last + 1 - SIGNAL_BLOCK.first) / 16;

type Vouched = { readonly voucher: Voucher; readonly element: number };

/** For each register of the block, whose validity its bit tells. */
const VOUCHED: readonly (Vouched | undefined)[] = vouched();

function vouched(): (Vouched | undefined)[] {
  const list = new Array<Vouched | undefined>(SIGNAL_BLOCK.last + 1 - SIGNAL_BLOCK.first).fill(undefined);
  for (const { address, words, count, name } of SIGNAL_REGISTERS) {
    const voucher = voucherOf(name);
    for (let i = 0; i < words * count; i++)
      list[address - SIGNAL_BLOCK.first + i] = { voucher, element: Math.floor(i / words) };
  }
  return list;
}

/** Whether the value at an address of the signals' block is believed; false where there is none. */
export function isValidAt(image: Float64Array, address: number): boolean {
  const found = VOUCHED[address - SIGNAL_BLOCK.first];
  return found !== undefined && isVouched(image, found.voucher, found.element);
}

function validityWord({ shown }: View, element: number): number {
  let word = 0;
  for (let bit = 0; bit < 16; bit++)
    if (isValidAt(shown.image, SIGNAL_BLOCK.first + 16 * element + bit)) word |= 1 << bit;
  return word;
}

export const VALIDITY_REGISTERS: readonly Register[] = [
  {
    ...{ table: "input", map: "ours", address: VALIDITY, type: "BITS16", words: 1, count: VALIDITY_WORDS },
    ...{ name: "validity", unit: "none", source: "O" },
    help: "Bit A % 16 of the register 0x9800 + (A - 0x8000) / 16 is 1 while the value at address A is believed.",
    read: (view, element, out) => {
      out[0] = validityWord(view, element);
    },
  },
];
