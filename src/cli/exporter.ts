// What the writers of an export have in common: they take the messages of one log one by one, in the order of time, and
// keep no more than a block of them.

import type { DecimalSign } from "../log/csv.ts";
import { type Column, columnsOf, isMeant, type LogRow } from "../log/table.ts";
import type { LogMessage, TopicName } from "../log/topics.ts";

export type Wishes = {
  /** Signals or columns by name or pattern; none: all. */
  readonly signals: readonly string[];
  /** At most one row of the state in so many microseconds; 0: all. */
  readonly every_us: number;
  /** The events as a third table. */
  readonly events: boolean;
  /** Tables as logged: numbers that were not believed too, and indexes from 0. */
  readonly raw: boolean;
  readonly decimalSign: DecimalSign;
};

/** A file that was written, and how many rows, lines or messages are in it. */
export type Written = { readonly path: string; readonly rows: number };

export type Exporter = {
  /** The channels it wants to see. */
  readonly topics: readonly TopicName[];
  readonly add: (message: LogMessage) => void;
  readonly close: () => readonly Written[];
};

/** The columns of rows like this one that are wanted. */
export const wantedColumns = (row: LogRow, signals: readonly string[]): readonly Column[] =>
  signals.length === 0
    ? columnsOf(row)
    : columnsOf(row).filter((column) => signals.some((wish) => isMeant(column, wish)));

/** Lets one message through in each period, the first at or after its begin; all where the period is 0. */
export function createThinning(every_us: number): (time_us: number) => boolean {
  let next_us = -Infinity;
  return (time_us) => {
    if (time_us < next_us) return false;
    if (every_us > 0) next_us = Math.floor(time_us / every_us + 1) * every_us;
    return true;
  };
}
