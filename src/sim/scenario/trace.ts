// Records a run for plots and golden traces: named columns over a bounded number of bins of equal length, each with the
// least, largest and last value seen in it. A bin is a second or more, so that a year fits into a picture.

import { assert } from "../../base/assert.ts";

export type Column = {
  readonly name: string;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly last: Float64Array;
};
export type Trace = {
  readonly bin_us: number;
  readonly bins: number;
  readonly columns: readonly Column[];
  bin: number;
  marks: Mark[];
};
/** Something to point at in a plot. */
export type Mark = { readonly at_s: number; readonly text: string; readonly kind: "event" | "trip" | "indication" };

const MOST_BINS = 2400;

/** An empty trace for a run of a length, in seconds. Nothing seen reads NaN. */
export function createTrace(names: readonly string[], duration_s: number, mostBins = MOST_BINS): Trace {
  const bin_us = Math.max(1, Math.ceil(duration_s / mostBins)) * 1_000_000;
  const bins = Math.max(1, Math.ceil((duration_s * 1e6) / bin_us));
  const empty = (): Float64Array => new Float64Array(bins).fill(Number.NaN);
  return {
    bin_us,
    bins,
    columns: names.map((name) => ({ name, min: empty(), max: empty(), last: empty() })),
    bin: 0,
    marks: [],
  };
}

/** Values put from now on belong to this time. */
export function openBin(trace: Trace, time_us: number): void {
  const bin = Math.floor((time_us - 1) / trace.bin_us);
  trace.bin = bin < 0 ? 0 : bin < trace.bins ? bin : trace.bins - 1;
}

/** Note a value of a column, by its number. */
export function put(trace: Trace, column: number, value: number): void {
  const { min, max, last } = trace.columns[column];
  const bin = trace.bin;
  last[bin] = value;
  if (!(min[bin] <= value)) min[bin] = value;
  if (!(max[bin] >= value)) max[bin] = value;
}

/** A column by its name, which must exist. */
export function columnOf(trace: Trace, name: string): Column {
  const column = trace.columns.find((candidate) => candidate.name === name);
  assert(column !== undefined, "the trace has the column that is asked for");
  return column;
}

/** Seconds at the end of a bin. */
export const binEnd_s = (trace: Trace, bin: number): number => ((bin + 1) * trace.bin_us) / 1e6;

export type Shown = { readonly title: string; readonly column: string; readonly decimals: number };

/** The trace as aligned text, one line each `every` bins, and one for each mark: what a reviewer reads in a diff. */
export function traceText(trace: Trace, shown: readonly Shown[], every: number): string {
  const columns = shown.map(({ column }) => columnOf(trace, column));
  const rows: { at_s: number; cells: string[] }[] = [];
  for (let bin = every - 1; bin < trace.bins; bin += every) {
    const values = columns.map((column, i) => fixed(column.last[bin], shown[i].decimals));
    rows.push({ at_s: binEnd_s(trace, bin), cells: [binEnd_s(trace, bin).toFixed(0), ...values] });
  }
  const head = ["time_s", ...shown.map(({ title }) => title)];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map(({ cells }) => cells[i].length)));
  const line = (cells: readonly string[]): string => cells.map((cell, i) => cell.padStart(widths[i])).join("  ");
  const lines = [
    ...rows.map(({ at_s, cells }) => ({ at_s, text: line(cells) })),
    ...trace.marks.map(({ at_s, kind, text }) => ({
      at_s: at_s - 1e-6,
      text: `  -- ${at_s.toFixed(2)} s ${kind}: ${text}`,
    })),
  ];
  return [line(head), ...lines.sort((a, b) => a.at_s - b.at_s).map(({ text }) => text)].join("\n");
}

const fixed = (value: number, decimals: number): string =>
  Number.isNaN(value) ? "-" : value.toFixed(decimals).replace(/^-(0(\.0*)?)$/, "$1");
