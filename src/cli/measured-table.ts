// Reads a table of measurements: CSV, plain or gzip, lines starting with # are comments, columns by name. Empty cells are not
// numbers. For logs that are no recording of one cell: ageing records and whole packs.

import { readBytes } from "./recording.ts";
import { UsageError } from "./usage-error.ts";

export type MeasuredTable = {
  readonly file: string;
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** Throws UsageError with one line for anything that is no table. */
export function readTable(file: string): MeasuredTable {
  const lines = readBytes(file)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  const [header, ...rest] = lines;
  if (header === undefined || rest.length < 2) throw new UsageError(`${file} has no rows of data`);
  return {
    file,
    names: header.split(",").map((name) => name.trim().toLowerCase()),
    rows: rest.map((line) => line.split(",")),
  };
}

export const hasColumn = ({ names }: MeasuredTable, name: string): boolean => names.includes(name);

/** A column of numbers; empty cells are NaN. Throws UsageError where there is none of that name. */
export function numbersOf(table: MeasuredTable, name: string): Float64Array {
  const place = placeOf(table, name);
  return Float64Array.from(table.rows, (row) => {
    const word = row[place]?.trim() ?? "";
    return word === "" ? Number.NaN : Number(word);
  });
}

export function wordsOf(table: MeasuredTable, name: string): readonly string[] {
  const place = placeOf(table, name);
  return table.rows.map((row) => row[place]?.trim() ?? "");
}

function placeOf({ file, names }: MeasuredTable, name: string): number {
  const place = names.indexOf(name);
  if (place < 0) throw new UsageError(`${file} has no column ${name}`);
  return place;
}
