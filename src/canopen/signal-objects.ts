// Every signal of the device, by its row and its index. What is not believed reads as "not known" (known.ts), never as the last value.
// People count cells from 1, and so do these objects. All of them may be mapped into transmit PDOs.

import type { FaultName } from "../model/faults.ts";
import { FAULT_NAMES } from "../model/faults.ts";
import { FAULT_NUMBERS } from "../model/frozen-numbers.ts";
import { INTERNAL_SIGNALS, type InternalSignalName } from "../model/internal-signals.ts";
import type { SignalRow } from "../model/rows.ts";
import { BELIEFS, ELEMENTS, IMAGE_PLACES, isVouched, voucherOf } from "../model/signal-image.ts";
import { SIGNAL_NAMES, SIGNALS } from "../model/signals.ts";
import type { Application } from "./application.ts";
import type { NumberType } from "./data-types.ts";
import { knownBytes } from "./known.ts";
import type { DictionaryObject, Entry } from "./object.ts";
import { array, type Cell, placed, record, variable } from "./object-shapes.ts";
import { FAULT_FLAGS, FAULT_TRIPS, INTERNAL_FLAGS, SIGNAL_INDEXES } from "./signal-indexes.ts";

/** Times in microseconds are given in seconds: 32 bits hold an hour of microseconds. */
const inSeconds = ({ unit }: SignalRow): boolean => unit === "us";

/** How a signal is written: from its row alone. Flags are bytes, so that one may be not known: 0, 1, 255. */
export function signalType(row: SignalRow): NumberType {
  if (row.type === "real" || inSeconds(row)) return "real32";
  if (row.type !== "integer" || row.counts !== undefined) return "u8";
  return (row.min ?? 0) < 0 ? "i32" : "u32";
}

/** The row's help. Unlike the signal, an object never keeps a value that is not believed. */
function helpOf({ help, counts }: SignalRow): string {
  const meaning = help.replace(/^Index of/, "Number of").replace(/; the last believed one while [^.;]*/, "");
  return `${meaning}${counts === undefined ? "" : " As printed on the headers."}`;
}

const WORDS = ["no", "yes"] as const;

function entryOf(row: SignalRow, name: string): Entry {
  const words = row.codes ?? (row.type === "flag" ? WORDS : undefined);
  return {
    ...{ name, type: signalType(row), access: "ro", mapping: "transmit", unit: inSeconds(row) ? "s" : row.unit },
    mayBeUnknown: true,
    help: helpOf(row),
    ...(words === undefined ? {} : { words }),
  };
}

/** @param label the entry's name: with the element in brackets, from 1, where there are several */
function cellOf({ show }: Application, name: string, element: number, label: string): Cell {
  const row = SIGNALS[name]!;
  const type = signalType(row);
  const at = IMAGE_PLACES.get(name)!.at + element;
  const { first } = BELIEFS.get(name)!;
  const voucher = voucherOf(name);
  const factor = inSeconds(row) ? 1e-6 : 1;
  const read = (): Uint8Array => {
    const { image } = show();
    return knownBytes(type, isVouched(image, voucher, element) ? image[at] * factor + first : Number.NaN);
  };
  return { entry: entryOf(row, label), read };
}

function objectOf(application: Application, name: keyof typeof SIGNAL_INDEXES): DictionaryObject {
  const { per } = SIGNALS[name]!;
  const index = SIGNAL_INDEXES[name];
  if (per === undefined) return variable(index, name, cellOf(application, name, 0, name));
  const cells = Array.from({ length: ELEMENTS[per] }, (_, i) => cellOf(application, name, i, `${name}[${i + 1}]`));
  return array(index, name, cells);
}

/** Flags that stand side by side by a number of their own. */
function flags(
  application: Application,
  index: number,
  title: string,
  names: readonly (readonly [string, number])[],
): DictionaryObject {
  const cells = names.map(([name, number]) => [number + 1, cellOf(application, name, 0, name)] as const);
  return record(index, title, placed(cells));
}

const faults = (suffix: string): (readonly [string, number])[] =>
  FAULT_NAMES.map((name: FaultName) => [`fault.${name}${suffix}`, FAULT_NUMBERS[name]]);
const internals = (): (readonly [string, number])[] =>
  Object.entries(INTERNAL_SIGNALS).map(([name, { bit }]) => [
    `signal.${name satisfies string as InternalSignalName}`,
    bit,
  ]);

const isStage = (name: string): name is keyof typeof SIGNAL_INDEXES => Object.hasOwn(SIGNAL_INDEXES, name);

export const signalObjects = (application: Application): readonly DictionaryObject[] => [
  ...SIGNAL_NAMES.filter(isStage).map((name) => objectOf(application, name)),
  flags(application, FAULT_FLAGS, "fault", faults("")),
  flags(application, FAULT_TRIPS, "faultTrips", faults(".trips")),
  flags(application, INTERNAL_FLAGS, "signal", internals()),
];
