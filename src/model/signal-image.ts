// All signals side by side in one list of numbers, for protocols: where each signal stands, whose flag vouches for it, and
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
  /** Signal whose flag vouches for all of it, and signal whose flags vouch for each element; the latter decides alone. */
  readonly flag: string | undefined;
  readonly flags: string | undefined;
  /** Added to an index for people: 1 where they count from 1. */
  readonly first: number;
  /** The value that stands for none; NaN: no value does. */
  readonly none: number;
};

const NAME_OF: ReadonlyMap<string, string> = new Map(SIGNAL_NAMES.map((name) => [SIGNALS[name]!.from, name]));
const nameOf = (path: string | undefined): string | undefined => {
  const name = path === undefined ? undefined : NAME_OF.get(path);
  assert(path === undefined || name !== undefined, "what vouches for a signal is a signal itself");
  return name;
};
const FIRST = { cell: 1, thermistor: 1, wire: 0 } as const;

/** The rule of each signal, by its row. */
export const BELIEFS: ReadonlyMap<string, Belief> = new Map(SIGNAL_NAMES.map((name) => {
  const { validFrom, validEach, counts, none = counts === undefined ? Number.NaN : -1 } = SIGNALS[name]!;
  return [name, { flag: nameOf(validFrom), flags: nameOf(validEach), first: counts === undefined ? 0 : FIRST[counts], none }];
}));

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

/** Where a signal and what vouches for it stand in an image; `step` 1: a flag for each element, 0: one for all. */
export type Voucher = { readonly at: number; readonly none: number; readonly flagAt: number; readonly step: number };
const NOBODY = -1;

function makeVoucher(name: string): Voucher {
  const { flag, flags, none } = BELIEFS.get(name)!;
  const vouching = flags ?? flag;
  const flagAt = vouching === undefined ? NOBODY : IMAGE_PLACES.get(vouching)!.at;
  return { at: IMAGE_PLACES.get(name)!.at, none, flagAt, step: flags === undefined ? 0 : 1 };
}

/** Whether the value of an element is believed; what nobody vouches for always is, unless it stands for none. */
export function isVouched(image: Float64Array, { at, none, flagAt, step }: Voucher, element: number): boolean {
  if (image[at + element] === none) return false;
  return flagAt === NOBODY || image[flagAt + step * element] === 1;
}

const VOUCHERS: ReadonlyMap<string, Voucher> = new Map(SIGNAL_NAMES.map((name) => [name, makeVoucher(name)]));

/** Look it up once for a signal that is read often. */
export const voucherOf = (name: string): Voucher => VOUCHERS.get(name)!;

export const isBelieved = (image: Float64Array, name: string, element = 0): boolean => isVouched(image, voucherOf(name), element);
