// Reads a table of measurements: CSV, plain or gzip, lines starting with # are comments, columns by name. Empty cells are not
// numbers. For logs that are no recording of one cell: ageing records and whole packs, which may be ten million numbers.

import { readBytes } from "./recording.ts";
import { UsageError } from "./usage-error.ts";

export type MeasuredTable = {
  readonly file: string;
  readonly names: readonly string[];
  readonly lines: readonly string[];
  readonly columns: readonly Float64Array[];
};

/** Throws UsageError with one line for anything that is no table. */
export const readTable = (file: string): MeasuredTable => parseTable(readBytes(file), file);

/** A table from the text of a file. */
export function parseTable(text: string, file: string): MeasuredTable {
  const [header, ...lines] = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (header === undefined || lines.length < 2) throw new UsageError(`${file} has no rows of data`);
  const names = header.split(",").map((name) => name.trim().toLowerCase());
  const columns = names.map(() => new Float64Array(lines.length).fill(Number.NaN));
  lines.forEach((line, row) => {
    line.split(",", names.length).forEach((word, column) => {
      if (word !== "") columns[column]![row] = Number(word);
    });
  });
  return { file, names, lines, columns };
}

/** The names of a file's columns, without reading it as a table. */
export function columnNames(file: string): readonly string[] {
  const text = readBytes(file);
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf("\n", from);
    const line = text.slice(from, end < 0 ? text.length : end).trim();
    if (line !== "" && !line.startsWith("#")) return line.split(",").map((name) => name.trim().toLowerCase());
    from = end < 0 ? text.length : end + 1;
  }
  return [];
}

export const hasColumn = ({ names }: MeasuredTable, name: string): boolean => names.includes(name);

/** A column of numbers; empty cells are NaN. Throws UsageError where there is none of that name. */
export const numbersOf = (table: MeasuredTable, name: string): Float64Array => table.columns[placeOf(table, name)]!;

export function wordsOf(table: MeasuredTable, name: string): readonly string[] {
  const place = placeOf(table, name);
  return table.lines.map((line) => line.split(",", place + 1)[place]?.trim() ?? "");
}

function placeOf({ file, names }: MeasuredTable, name: string): number {
  const place = names.indexOf(name);
  if (place < 0) throw new UsageError(`${file} has no column ${name}`);
  return place;
}
