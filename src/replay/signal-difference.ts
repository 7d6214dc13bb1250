// Names a signal that a replay gives otherwise than the log has it. Rows of the log are rounded (log/resolution.ts) and
// were taken in some tick of the second: a value differs when it lies outside all that the replay gave in that second, by
// more than rounding can explain.

import type { Bms } from "../core/bms.ts";
import { createSnapshotReader, takeSnapshot } from "../core/snapshot.ts";
import { resolutionOf } from "../log/resolution.ts";
import type { LogRow } from "../log/table.ts";
import { SIGNAL_NAMES } from "../model/signals.ts";

/** The rows of /state with a time above `from_us` and up to `to_us`. */
export type RowLookup = (from_us: number, to_us: number) => readonly LogRow[];

export type OddSignal = { readonly signal: string; readonly recorded: number; readonly replayed: number };

/** Half a step by rounding, and three quarters that a value may move before the log writes another. */
const ROUNDING = 1.3;

type Span = { least: number; most: number; last: number };

/** @param play lets the device take the next of so many ticks */
export function oddSignal(bms: Bms, ticks: number, play: () => void, rows: readonly LogRow[]): OddSignal | undefined {
  const reader = createSnapshotReader(bms);
  const spans = new Map<string, Span>();
  for (let tick = 0; tick < ticks; tick++) {
    play();
    const snapshot = takeSnapshot(reader);
    for (const name of SIGNAL_NAMES) widen(spans, name, snapshot[name]);
  }
  for (const row of rows) {
    for (const name of SIGNAL_NAMES) {
      const odd = oddIn(spans, name, row[name]);
      if (odd !== undefined) return odd;
    }
  }
  return undefined;
}

function widen(spans: Map<string, Span>, name: string, value: number | readonly number[]): void {
  if (typeof value !== "number") {
    for (let i = 0; i < value.length; i++) widen(spans, `${name}.${i + 1}`, value[i]);
    return;
  }
  const span = spans.get(name);
  if (span === undefined) {
    spans.set(name, { least: value, most: value, last: value });
    return;
  }
  span.last = value;
  if (value < span.least) span.least = value;
  if (value > span.most) span.most = value;
}

/** Elements of lists are counted from 1, as on the headers. */
function oddIn(spans: ReadonlyMap<string, Span>, name: string, value: unknown): OddSignal | undefined {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const slack = resolutionOf(name) * ROUNDING;
  for (const [i, recorded] of values.entries()) {
    const signal = Array.isArray(value) ? `${name}.${i + 1}` : name;
    const span = spans.get(signal);
    if (typeof recorded !== "number" || span === undefined) continue;
    if (recorded < span.least - slack || recorded > span.most + slack) return { signal, recorded, replayed: span.last };
  }
  return undefined;
}
