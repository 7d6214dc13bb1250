// Signals of a device by name, as people and protocols see them.

import type { Bms } from "../core/bms.ts";
import { resolve } from "../core/path.ts";
import type { SignalRow } from "../model/rows.ts";
import { SIGNALS } from "../model/signals.ts";

const ROWS: Readonly<Record<string, SignalRow>> = SIGNALS;

export const hasSignal = (name: string): boolean => Object.hasOwn(ROWS, name);

/** A signal's value; `index` where it is one of several. NaN: the device has no such signal. */
export function signalOf(bms: Bms, name: string, index = 0): number {
  const row = ROWS[name];
  if (row === undefined) return Number.NaN;
  const { holder, key } = resolve(bms, row.from);
  const value = holder[key];
  return ArrayBuffer.isView(value) ? (value as unknown as ArrayLike<number>)[index] : Number(value);
}

/** The words of a coded signal; empty where it has none. */
export const wordsOf = (name: string): readonly string[] => ROWS[name]?.codes ?? [];
