// How the summary (summary.ts) is written: one entry behind its chunk, and all entries of a file, number by number, in one
// attachment, so that one signal is read without the others. Counts are in groups of seven bits (base/bits.ts); what is
// read may be damaged and is then undefined.

import {
  type BitReader,
  type BitWriter,
  createBitReader,
  createBitWriter,
  isWithin,
  readBytes,
  readCount,
  writeBytes,
  writeCount,
  writtenBytes,
} from "../base/bits.ts";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import { joined } from "./joined.ts";
import { type SummaryColumn, type SummaryEntry, type SummarySection, widthOf } from "./summary.ts";

/** 0, -1, 1, -2, 2 … as 0, 1, 2, 3, 4 …; for whole numbers to 2^52. */
const folded = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);
const unfolded = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);

/** The extremes of one chunk as bytes: for each number its range plus one (0: none), then its least value. */
export function packEntry({ min, max }: SummaryEntry): Uint8Array {
  const writer = createBitWriter(64);
  for (let i = 0; i < min.length; i++) {
    const isThere = !Number.isNaN(min[i]!);
    writeCount(writer, isThere ? max[i]! - min[i]! + 1 : 0);
    if (isThere) writeCount(writer, folded(min[i]!));
  }
  return writtenBytes(writer);
}

/** Undoes packEntry for `width` numbers; undefined where the bytes are not of that many. */
export function unpackEntry(
  bytes: Uint8Array,
  width: number,
  from_us: number,
  to_us: number,
): SummaryEntry | undefined {
  const reader = createBitReader(bytes);
  const min = new Float64Array(width).fill(Number.NaN);
  const max = new Float64Array(width).fill(Number.NaN);
  for (let i = 0; i < width; i++) {
    const range = readCount(reader);
    if (range === 0) continue;
    min[i] = unfolded(readCount(reader));
    max[i] = min[i]! + range - 1;
  }
  return isWithin(reader) ? { from_us, to_us, min, max } : undefined;
}

/**
 * All entries of one set of columns, the entries of each number together: head (JSON), times, lengths, numbers. A number's
 * entries are runs: how many are as the one before, then the next change of its least value and its range plus one.
 */
export function packSummary(columns: readonly SummaryColumn[], entries: readonly SummaryEntry[]): Uint8Array {
  const head = createBitWriter(64);
  const text = JSON.stringify(columns);
  writeText(head, text);
  writeCount(head, entries.length);
  let before_us = 0;
  for (const { from_us, to_us } of entries) {
    writeCount(head, folded(from_us - before_us));
    writeCount(head, to_us - from_us);
    before_us = to_us;
  }
  const numbers = Array.from({ length: widthOf(columns) }, (_, i) => packNumber(entries, i));
  for (const { length } of numbers) writeCount(head, length);
  return joined([writtenBytes(head), ...numbers]);
}

function packNumber(entries: readonly SummaryEntry[], at: number): Uint8Array {
  const writer = createBitWriter(64);
  let [least, size, run] = [0, 1, 0];
  for (const { min, max } of entries) {
    const isThere = !Number.isNaN(min[at]!);
    const next = isThere ? min[at]! : least;
    const nextSize = isThere ? max[at]! - next + 1 : 0;
    if (next === least && nextSize === size) {
      run++;
      continue;
    }
    writeCount(writer, run);
    writeCount(writer, folded(next - least));
    writeCount(writer, nextSize);
    [least, size, run] = [next, nextSize, 0];
  }
  writeCount(writer, run);
  return writtenBytes(writer);
}

/** The extremes of one number of one signal, chunk by chunk; NaN where a chunk had none. In the signal's own unit. */
export type Extremes = {
  readonly from_us: Float64Array;
  readonly to_us: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
};

/** Finds one number in a packed summary; undefined where the signal is not in it or the bytes are damaged. */
export function extremesOf(bytes: Uint8Array, signal: string, element: number): Extremes | undefined {
  const head = createBitReader(bytes);
  const columns = parseColumns(readText(head));
  const count = readCount(head);
  if (columns === undefined || count > bytes.length) return undefined;
  const times = readTimes(head, count);
  const place = placeOf(columns, signal, element);
  if (place === undefined) return undefined;
  let [skip, length] = [0, 0];
  for (let i = 0, width = widthOf(columns); i < width; i++) {
    const size = readCount(head);
    if (i < place.at) skip += size;
    if (i === place.at) length = size;
  }
  const start = head.bits / 8 + skip;
  const values = readNumber(createBitReader(bytes.subarray(start, start + length)), count, place.step);
  return isWithin(head) && values !== undefined ? { ...times, ...values } : undefined;
}

/** One number of the entries of one section; undefined where the signal is not in it. */
export function extremesOfSection(
  { columns, entries }: SummarySection,
  signal: string,
  element: number,
): Extremes | undefined {
  const place = placeOf(columns, signal, element);
  if (place === undefined) return undefined;
  const { at, step } = place;
  return {
    from_us: Float64Array.from(entries, ({ from_us }) => from_us),
    to_us: Float64Array.from(entries, ({ to_us }) => to_us),
    min: Float64Array.from(entries, ({ min }) => inUnit(min[at]!, step)),
    max: Float64Array.from(entries, ({ max }) => inUnit(max[at]!, step)),
  };
}

function readTimes(head: BitReader, count: number): { from_us: Float64Array; to_us: Float64Array } {
  const from_us = new Float64Array(count);
  const to_us = new Float64Array(count);
  let before_us = 0;
  for (let i = 0; i < count; i++) {
    from_us[i] = before_us + unfolded(readCount(head));
    before_us = from_us[i]! + readCount(head);
    to_us[i] = before_us;
  }
  return { from_us, to_us };
}

function readNumber(
  reader: BitReader,
  count: number,
  step: number,
): { min: Float64Array; max: Float64Array } | undefined {
  const min = new Float64Array(count);
  const max = new Float64Array(count);
  let [least, size] = [0, 1];
  for (let i = 0; i < count; i++) {
    for (let run = readCount(reader); run > 0 && i < count; run--, i++) put(min, max, i, least, size, step);
    if (i >= count) break;
    least += unfolded(readCount(reader));
    size = readCount(reader);
    put(min, max, i, least, size, step);
  }
  return isWithin(reader) ? { min, max } : undefined;
}

function put(min: Float64Array, max: Float64Array, i: number, least: number, size: number, step: number): void {
  min[i] = size === 0 ? Number.NaN : inUnit(least, step);
  max[i] = size === 0 ? Number.NaN : inUnit(least + size - 1, step);
}

/** A multiple of a step as the row has it: without the noise of the product's last bits. */
export const inUnit = (steps: number, step: number): number =>
  step === 0 ? steps : Number((steps * step).toPrecision(12));

/** Which of the numbers one signal is; `element` counts from 0 and is 0 for a plain number. */
export function placeOf(
  columns: readonly SummaryColumn[],
  signal: string,
  element: number,
): { readonly at: number; readonly step: number } | undefined {
  let at = 0;
  for (const [name, length, step] of columns) {
    if (name === signal) return element < Math.max(1, length) ? { at: at + element, step } : undefined;
    at += Math.max(1, length);
  }
  return undefined;
}

/** Columns of a JSON text; undefined where it is none. */
export function parseColumns(text: string): SummaryColumn[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every(isColumn) ? (value as SummaryColumn[]) : undefined;
  } catch {
    return undefined;
  }
}

const isColumn = (value: unknown): boolean =>
  Array.isArray(value) && typeof value[0] === "string" && isCount(value[1]) && typeof value[2] === "number";

/** No signal has more numbers than this. */
const LONGEST_LIST = 1000;
const isCount = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LONGEST_LIST;

function writeText(writer: BitWriter, text: string): void {
  const bytes = encodeUtf8(text);
  writeCount(writer, bytes.length);
  writeBytes(writer, bytes);
}

const readText = (reader: BitReader): string => decodeUtf8(readBytes(reader, readCount(reader)));
