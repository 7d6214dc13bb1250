// The vendor's words of bits, as every bus of its device shows them: which bit stands for which input signal, internal signal and
// error, and where the flag stands in an image (signal-image.ts).

import { FAULT_ROWS, type FaultName, GENERAL_ERROR_BIT } from "./faults.ts";
import { INPUT_SIGNALS } from "./input-signals.ts";
import { INTERNAL_SIGNALS } from "./internal-signals.ts";
import { IMAGE_PLACES } from "./signal-image.ts";

/** A bit of a word, and the place of its flag in an image. */
export type Bit = { readonly bit: number; readonly at: number };

const place = (signal: string): number => IMAGE_PLACES.get(signal)!.at;

/** The word that flags of an image make, unsigned. */
export function wordOf(image: Float64Array, flags: readonly Bit[]): number {
  let word = 0;
  for (let i = 0; i < flags.length; i++) if (image[flags[i]!.at] === 1) word |= 1 << flags[i]!.bit;
  return word >>> 0;
}

const inputBits = (first: number, last: number): readonly Bit[] =>
  Object.values(INPUT_SIGNALS).filter(({ number }) => number >= first && number <= last).map(({ number }) => ({ bit: number - first, at: place("inputSignals") + number }));

/** Input signals 0 to 15, and 16 to 21, by their numbers. */
export const INPUTS_1 = inputBits(0, 15);
export const INPUTS_2 = inputBits(16, 21);

/** The errors of one of the vendor's words; the second also tells that there is any error at all. */
export const ERRORS_1 = errorBits(1);
export const ERRORS_2: readonly Bit[] = [...errorBits(2), { bit: GENERAL_ERROR_BIT, at: place("signal.anyError") }];

function errorBits(word: 1 | 2): readonly Bit[] {
  return (Object.keys(FAULT_ROWS) as FaultName[]).flatMap((name) => {
    const { vendor } = FAULT_ROWS[name];
    return vendor?.word === word && vendor.bit !== undefined ? [{ bit: vendor.bit, at: place(`fault.${name}`) }] : [];
  });
}

/** The faults that a bit of Errors 1 stands for: overcurrent stands for two. */
export const faultsOf = (bit: number): readonly FaultName[] =>
  (Object.keys(FAULT_ROWS) as FaultName[]).filter((name) => FAULT_ROWS[name].vendor?.word === 1 && FAULT_ROWS[name].vendor?.bit === bit);

export const INTERNAL_BITS: readonly Bit[] = Object.entries(INTERNAL_SIGNALS).map(([name, { bit }]) => ({ bit, at: place(`signal.${name}`) }));
