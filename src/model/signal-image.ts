// All signals side by side in one list of numbers, for protocols: where each signal stands, whose flags vouch for it, and
// how people count it. core/signal-image.ts fills the list; a protocol reads it by these places.

import { assert } from "../base/assert.ts";
import type { SignalRow } from "./rows.ts";
import { SELF_DISCHARGE_WINDOWS, SOC_CLASSES, TEMPERATURE_CLASSES } from "./life-classes.ts";
import { SIGNAL_NAMES, SIGNALS } from "./signals.ts";
import { INPUT_SIGNAL_COUNT } from "./input-signals.ts";

/** How many values a signal has that is one per cell, thermistor and so on. */
export const ELEMENTS = {
  "cell": 18, "thermistor": 6, "output": 4, "input": 4, "inputSignal": INPUT_SIGNAL_COUNT, "point": 22,
  "temperature class": TEMPERATURE_CLASSES, "charge class": SOC_CLASSES, "measurement": SELF_DISCHARGE_WINDOWS,
  "horizon": 4,
} as const satisfies Record<NonNullable<SignalRow["per"]>, number>;

/** Who vouches for a signal, and how its number is meant. */
export type Belief = {
  /** Signals whose flags vouch for all of it together, and signal whose flags vouch for each element; the latter decides alone. */
  readonly flags: readonly string[];
  readonly each: string | undefined;
  /** Added to an index for people: 1 where they count from 1. */
  readonly first: number;
  /** The value that stands for none; NaN: no value does. */
  readonly none: number;
};

const NAME_OF: ReadonlyMap<string, string> = new Map(SIGNAL_NAMES.map((name) => [SIGNALS[name]!.from, name]));
const nameOf = (path: string): string => {
  const name = NAME_OF.get(path);
  assert(name !== undefined, "what vouches for a signal is a signal itself");
  return name;
};
const FIRST = { cell: 1, thermistor: 1, wire: 0 } as const;

/** The rule of each signal, by its row. */
export const BELIEFS: ReadonlyMap<string, Belief> = new Map(SIGNAL_NAMES.map((name) => {
  const { validFrom = [], validEach, counts, none = counts === undefined ? Number.NaN : -1 } = SIGNALS[name]!;
  const each = validEach === undefined ? undefined : nameOf(validEach);
  return [name, { flags: validFrom.map(nameOf), each, first: counts === undefined ? 0 : FIRST[counts], none }];
}));

/** The signals whose flags decide. */
export const decidingFlags = ({ flags, each }: Belief): readonly string[] => (each === undefined ? flags : [each]);

/** The first place of a signal and how many it has. */
export type ImagePlace = { readonly at: number; readonly count: number };

function layOut(): { places: ReadonlyMap<string, ImagePlace>; size: number } {
  const places = new Map<string, ImagePlace>();
  let size = 0;
  for (const name of SIGNAL_NAMES) {
    const { per } = SIGNALS[name]!;
    const count = per === undefined ? 1 : ELEMENTS[per];
    places.set(name, { at: size, count });
    size += count;
  }
  return { places, size };
}

const LAYOUT = layOut();
export const IMAGE_PLACES = LAYOUT.places;
/** How many numbers an image has. */
export const IMAGE_SIZE = LAYOUT.size;

/** Where a signal and what vouches for it stand in an image; `step` 1: a flag for each element, 0: flags for all of them. */
export type Voucher = { readonly at: number; readonly none: number; readonly flagsAt: readonly number[]; readonly step: number };

function makeVoucher(name: string): Voucher {
  const belief = BELIEFS.get(name)!;
  const flagsAt = decidingFlags(belief).map((flag) => IMAGE_PLACES.get(flag)!.at);
  return { at: IMAGE_PLACES.get(name)!.at, none: belief.none, flagsAt, step: belief.each === undefined ? 0 : 1 };
}

/** Whether the value of an element is believed; what nobody vouches for always is, unless it stands for none. */
export function isVouched(image: Float64Array, { at, none, flagsAt, step }: Voucher, element: number): boolean {
  if (image[at + element] === none) return false;
  for (let i = 0; i < flagsAt.length; i++) if (image[flagsAt[i]! + step * element] !== 1) return false;
  return true;
}

const VOUCHERS: ReadonlyMap<string, Voucher> = new Map(SIGNAL_NAMES.map((name) => [name, makeVoucher(name)]));

/** Look it up once for a signal that is read often. */
export const voucherOf = (name: string): Voucher => VOUCHERS.get(name)!;

/** Puts a value into an image, believed. @param element 0 for a signal that has one value */
export function putBelieved(image: Float64Array, name: string, value: number, element: number): void {
  const { at, flagsAt, step } = voucherOf(name);
  image[at + element] = value;
  for (const flagAt of flagsAt) image[flagAt + step * element] = 1;
}

export const isBelieved = (image: Float64Array, name: string, element = 0): boolean => isVouched(image, voucherOf(name), element);
