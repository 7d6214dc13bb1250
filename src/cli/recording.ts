// Reads a recording of a cell: CSV, plain or gzip, with a header line; lines starting with # are comments. Columns time_s,
// voltage_v, current_a (charging positive), and where given temperature_c, ah, current_avg_a (mean since the row before) and
// soc_ref (the author's own state of charge).
// Whatever is wrong is told in one line with the row's line number.

import { existsSync, readFileSync, statSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Recording } from "../sim/recorded/recording.ts";
import { UsageError } from "./usage-error.ts";

const NEEDED = ["time_s", "voltage_v", "current_a"] as const;
const OPTIONAL = ["temperature_c", "ah", "current_avg_a", "soc_ref"] as const;
type ColumnName = (typeof NEEDED)[number] | (typeof OPTIONAL)[number];

/** What a single cell can show; beyond it a row is not a measurement. */
const PLAUSIBLE: Readonly<Record<ColumnName, readonly [number, number]>> = {
  time_s: [-1e9, 1e10],
  voltage_v: [-1, 6],
  current_a: [-10_000, 10_000],
  temperature_c: [-80, 200],
  ah: [-1e6, 1e6],
  current_avg_a: [-10_000, 10_000],
  soc_ref: [-0.5, 1.5],
};

const MOST_BYTES = 1_000_000_000;

/** The recording in a file. Throws UsageError with one clear line for anything that is not one. */
export function readRecording(file: string): Recording {
  return parseRecording(readBytes(file), file);
}

/** The text of a file, unpacked where it is gzip. Throws UsageError with one line. */
export function readBytes(file: string): string {
  if (!existsSync(file)) throw new UsageError(`there is no file ${file}`);
  if (!statSync(file).isFile()) throw new UsageError(`${file} is not a file`);
  if (statSync(file).size > MOST_BYTES) throw new UsageError(`${file} is larger than ${MOST_BYTES / 1e9} GB`);
  const bytes = readFileSync(file);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString("utf8");
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES }).toString("utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be unpacked: ${(error as Error).message}`);
  }
}

type Row = { readonly line: number; readonly words: readonly string[] };

/** A recording from the text of a file. */
export function parseRecording(text: string, file: string): Recording {
  const rows: Row[] = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!.trim();
    if (line !== "" && !line.startsWith("#")) rows.push({ line: i + 1, words: line.split(",") });
  }
  const header = rows.shift();
  if (header === undefined) throw new UsageError(`${file} is empty`);
  const places = readHeader(header, file);
  if (rows.length < 2) throw new UsageError(`${file} has ${rows.length} rows of data: at least 2 are needed`);
  const column = (name: ColumnName): Float64Array => readColumn(rows, name, places.get(name)!, file);
  const optional = (name: ColumnName): Float64Array => (places.has(name) ? column(name) : new Float64Array(0));
  const recording: Recording = {
    time_s: column("time_s"),
    voltage_V: column("voltage_v"),
    current_A: column("current_a"),
    temperature_degC: optional("temperature_c"),
    charge_Ah: optional("ah"),
    mean_A: optional("current_avg_a"),
    reference: optional("soc_ref"),
  };
  checkTime(recording.time_s, rows, file);
  return recording;
}

function readHeader({ line, words }: Row, file: string): ReadonlyMap<string, number> {
  const places = new Map(words.map((word, i) => [word.trim().toLowerCase(), i]));
  const missing = NEEDED.filter((name) => !places.has(name));
  if (missing.length > 0)
    throw new UsageError(
      `${file}:${line}: the header has no ${missing.join(", ")}; needed are ${NEEDED.join(", ")}, welcome are ${OPTIONAL.join(", ")}`,
    );
  return places;
}

function readColumn(rows: readonly Row[], name: ColumnName, place: number, file: string): Float64Array {
  const [min, max] = PLAUSIBLE[name];
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const { line, words } = rows[i]!;
    const word = (words[place] ?? "").trim();
    const value = word === "" ? Number.NaN : Number(word);
    if (!Number.isFinite(value)) throw new UsageError(`${file}:${line}: ${name} is not a number: "${word}"`);
    if (value < min || value > max)
      throw new UsageError(`${file}:${line}: ${name} is ${value}, which no cell can show (${min} to ${max})`);
    values[i] = value;
  }
  return values;
}

/** A tester that was silent for longer says nothing of the cell, and its gap would have to be played tick by tick. */
const LONGEST_GAP_s = 86_400;

function checkTime(time_s: Float64Array, rows: readonly Row[], file: string): void {
  for (let i = 1; i < time_s.length; i++) {
    if (time_s[i]! <= time_s[i - 1]!)
      throw new UsageError(`${file}:${rows[i]!.line}: time_s does not rise: ${time_s[i]} after ${time_s[i - 1]}`);
    if (time_s[i]! - time_s[i - 1]! > LONGEST_GAP_s)
      throw new UsageError(
        `${file}:${rows[i]!.line}: time_s jumps from ${time_s[i - 1]} to ${time_s[i]}, more than a day; cut the recording there`,
      );
  }
}
