// Names a signal that a replay gives otherwise than the log has it. Rows of the log are rounded and hold a value that has
// hardly moved (log/state-row.ts), and were taken in some tick of the second: a value differs when it lies outside all that
// the replay gave in that second, by more than rounding and holding explain.

import type { Bms } from "../core/bms.ts";
import { type Place, resolve } from "../core/path.ts";
import { HASHED_SECTIONS } from "../core/state-hash.ts";
import { resolutionOf } from "../log/resolution.ts";
import type { LogRow } from "../log/table.ts";
import { SIGNAL_NAMES, SIGNALS } from "../model/signals.ts";

export type TimedRow = { readonly time_us: number; readonly row: LogRow };

/** The rows of /state with a log time above `from_us`, in their order; they are read as they are asked for. */
export type RowLookup = (from_us: number) => Iterable<TimedRow>;

/** Elements of lists are counted from 1, as on the headers. */
export type OddSignal = { readonly signal: string; readonly recorded: number; readonly replayed: number };

/** Of a step: what a row may be away from the value is three quarters by holding, more than the half by rounding. */
const SLACK = 0.76;

/** What each signal was in a second: every element of every signal has a place in the arrays. */
export type SignalSpans = {
  readonly places: readonly Place[];
  /** Where the elements of each signal begin. */
  readonly first: readonly number[];
  readonly least: Float64Array;
  readonly most: Float64Array;
  readonly last: Float64Array;
};

export function createSpans(bms: Bms): SignalSpans {
  const places = SIGNAL_NAMES.map((name) => resolve(bms, SIGNALS[name].from));
  const first: number[] = [];
  let count = 0;
  for (const { holder, key } of places) {
    first.push(count);
    const value = holder[key];
    count += ArrayBuffer.isView(value) ? (value as unknown as ArrayLike<number>).length : 1;
  }
  return {
    places,
    first,
    least: new Float64Array(count),
    most: new Float64Array(count),
    last: new Float64Array(count),
  };
}

export function emptySpans({ least, most }: SignalSpans): void {
  least.fill(Infinity);
  most.fill(-Infinity);
}

/** Takes the device's values in, after a tick. */
export function widenSpans(spans: SignalSpans): void {
  const { places } = spans;
  let at = 0;
  for (let i = 0; i < places.length; i++) {
    const { holder, key } = places[i];
    const value = holder[key];
    if (typeof value !== "object") {
      widen(spans, at++, Number(value));
      continue;
    }
    const list = value as ArrayLike<number>;
    for (let element = 0; element < list.length; element++) widen(spans, at++, list[element]);
  }
}

function widen({ least, most, last }: SignalSpans, at: number, value: number): void {
  last[at] = value;
  if (value < least[at]) least[at] = value;
  if (value > most[at]) most[at] = value;
}

/**
 * Which of SIGNAL_NAMES may be the cause, the likeliest first: those of the section itself, then by the order of the
 * stages; real numbers before flags and codes, which follow from them.
 */
export function byLikelihood(section: string): readonly number[] {
  const root = section.split(".")[0];
  const rank = (signal: number): number => {
    const { from, type } = SIGNALS[SIGNAL_NAMES[signal]];
    const stage = from.split(".")[0];
    const order = stage === root ? -1 : (HASHED_SECTIONS as readonly string[]).indexOf(stage);
    return 2 * order + (type === "real" ? 0 : 1);
  };
  return [...SIGNAL_NAMES.keys()].sort((a, b) => rank(a) - rank(b));
}

/**
 * The first signal of a row that is outside its span; undefined when there is none.
 * @param order of SIGNAL_NAMES in which they are looked at
 */
export function oddSignal(spans: SignalSpans, row: LogRow, order: readonly number[]): OddSignal | undefined {
  for (const signal of order) {
    const name = SIGNAL_NAMES[signal];
    const value = row[name];
    const first = spans.first[signal];
    const slack = resolutionOf(name) * SLACK;
    if (!Array.isArray(value)) {
      if (isOdd(spans, first, value, slack)) return { signal: name, recorded: value, replayed: spans.last[first] };
      continue;
    }
    for (const [i, element] of (value as readonly unknown[]).entries())
      if (isOdd(spans, first + i, element, slack))
        return { signal: `${name}.${i + 1}`, recorded: element, replayed: spans.last[first + i] };
  }
  return undefined;
}

/** What is no number, in the row or in the replay, is passed over. */
function isOdd({ least, most }: SignalSpans, at: number, value: unknown, slack: number): value is number {
  if (typeof value !== "number" || !(least[at] <= most[at])) return false;
  return value < least[at] - slack || value > most[at] + slack;
}
