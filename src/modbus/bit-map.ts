// Coils and discrete inputs: the vendor publishes none, so all of these are ours. Discrete inputs are the vendor's words bit
// by bit, and the validity of each of our signals at its address; coils drive input signals by software.

import { INPUT_SIGNAL_COUNT } from "../model/input-signals.ts";
import { IMAGE_PLACES } from "../model/signal-image.ts";
import { ERRORS_1, ERRORS_2, INTERNAL_BITS } from "../model/vendor-words.ts";
import type { View } from "./register.ts";
import { SCRATCH } from "./session.ts";
import { SIGNAL_BLOCK } from "./signal-addresses.ts";
import { isValidAt } from "./signal-registers.ts";

/** First address of each block of discrete inputs. */
export const DISCRETE_INPUTS = { inputs: 0x0000, internal: 0x0020, errors1: 0x0040, errors2: 0x0060 } as const;

/**
 * driven + n: software drives input signal n on. controlled + n: software drives it at all; 0 lets it follow its wire.
 * scratch: means nothing and keeps what the client writes.
 */
export const COILS = { driven: 0x0000, controlled: 0x0020, scratch: 0x0100 } as const;

/** Where the flag of each discrete input stands in the image; -1: a bit that is always 0. */
const FLAG_PLACES: Int32Array = flagPlaces();

function flagPlaces(): Int32Array {
  const places = new Int32Array(0x80).fill(-1);
  for (let n = 0; n < INPUT_SIGNAL_COUNT; n++) places[n] = IMAGE_PLACES.get("inputSignals")!.at + n;
  const put = (first: number, bits: readonly { readonly bit: number; readonly at: number }[]): void => {
    for (const { bit, at } of bits) places[first + bit] = at;
  };
  put(DISCRETE_INPUTS.internal, INTERNAL_BITS);
  put(DISCRETE_INPUTS.errors1, ERRORS_1);
  put(DISCRETE_INPUTS.errors2, ERRORS_2);
  return places;
}

/** A discrete input; undefined where there is none. */
export function discreteInput(image: Float64Array, address: number): boolean | undefined {
  if (address < FLAG_PLACES.length) return FLAG_PLACES[address] >= 0 && image[FLAG_PLACES[address]] === 1;
  if (address >= SIGNAL_BLOCK.first && address <= SIGNAL_BLOCK.last) return isValidAt(image, address);
  return undefined;
}

/** The input signal a coil belongs to; undefined where there is no such coil. */
export function coilSignal(address: number): { readonly number: number; readonly isControl: boolean } | undefined {
  if (address < INPUT_SIGNAL_COUNT) return { number: address, isControl: false };
  const number = address - COILS.controlled;
  return number >= 0 && number < INPUT_SIGNAL_COUNT ? { number, isControl: true } : undefined;
}

const OVERRIDDEN = IMAGE_PLACES.get("overrides")!.at;

export const isScratchCoil = (address: number): boolean =>
  address >= COILS.scratch && address < COILS.scratch + SCRATCH;

/** A coil; undefined where there is none. */
export function coil({ shown: { image }, session }: View, address: number): boolean | undefined {
  if (isScratchCoil(address)) return session.scratchCoils[address - COILS.scratch] === 1;
  const found = coilSignal(address);
  if (found === undefined) return undefined;
  const override = image[OVERRIDDEN + found.number];
  return found.isControl ? override < 2 : override === 1;
}
