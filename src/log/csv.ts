// Rows of a log as comma-separated text after RFC 4180: a line of names first, CRLF after each line, quotes where a field
// needs them. The vendor writes two logs, one of the battery and one of the cells (vendor's "SD card"); their columns are
// not published, so these are ours: time in UTC, the same as a number for spreadsheets, then each signal by its name.

import { isoTime } from "../base/calendar.ts";
import { type Column, columnValue, type LogRow, type RowValue } from "./table.ts";

/** "point": 1.5 with commas between fields. "comma": 1,5 with semicolons between fields, as spreadsheets want it where the comma is the decimal sign. */
export type DecimalSign = "point" | "comma";

/**
 * The line of names. A unit that the name does not end with follows it in brackets.
 * @param numbered indexes are numbers as printed on the headers, and the brackets say so
 */
export function csvHeader(columns: readonly Column[], sign: DecimalSign = "point", numbered = false): string {
  return line(["time", "unix_s", ...columns.map((column) => headerOf(column, numbered))], sign);
}

function headerOf({ name, signal, unit, counts }: Column, numbered: boolean): string {
  if (counts !== undefined) return numbered ? `${name} [${counts} number]` : `${name} [index from 0]`;
  return tellsUnit(signal, unit) ? name : `${name} [${unit}]`;
}

const tellsUnit = (signal: string, unit: string): boolean =>
  unit === "" ||
  unit === "none" ||
  unit === "count" ||
  unit === "ratio" ||
  signal.endsWith(`_${unit.replace("/", "Per")}`);

/** One row; `time_us` since 1970. What is not known is empty, flags are 0 and 1. */
export function csvLine(columns: readonly Column[], time_us: number, row: LogRow, sign: DecimalSign = "point"): string {
  const fields = [isoTime(time_us), field(Math.floor(time_us / 1000) / 1000, sign)];
  for (const column of columns) fields.push(field(columnValue(column, row), sign));
  return line(fields, sign);
}

const line = (fields: readonly string[], sign: DecimalSign): string => {
  const separator = sign === "comma" ? ";" : ",";
  return `${fields.map((text) => quoted(text, separator)).join(separator)}\r\n`;
};

function field(value: RowValue, sign: DecimalSign): string {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "string") return value;
  return sign === "comma" ? String(value).replace(".", ",") : String(value);
}

/** RFC 4180 section 2: a field with a separator, quote or line break stands in quotes, and its quotes twice. */
const quoted = (text: string, separator: string): string =>
  text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
