// Columns of numbers out of bits, as column-code.ts has packed them (the format stands there).

import { type BitReader, isWithin, readBits, readDouble, windowAt } from "../base/bits.ts";
import {
  type ColumnMemory,
  codeOf,
  ESCAPE,
  FIXED,
  LAST,
  LINE,
  methodOf,
  nextSum,
  PLAIN,
  PREDICTIONS,
  parameterOf,
  predictionOf,
  RICE,
  ZERO,
} from "./column-code.ts";

/** Room to work in. */
export type ColumnReader = { rests: Int32Array };
export const createColumnReader = (): ColumnReader => ({ rests: new Int32Array(0) });

/**
 * Reads a column into `values`: the first at `start`, the next `stride` further, `count` of them. False when the bits make
 * no sense or end too early; `values` and the memory are then of no use.
 */
export function unpackColumn(
  reader: BitReader,
  room: ColumnReader,
  memory: ColumnMemory,
  perUnit: number,
  values: Float64Array,
  start: number,
  stride: number,
  count: number,
): boolean {
  if (readBits(reader, 1) === 0) memory.code = readCode(reader);
  const { code } = memory;
  const method = methodOf(code);
  const prediction = predictionOf(code);
  if (prediction >= PREDICTIONS) return false;
  if (method === PLAIN) {
    for (let i = 0; i < count; i++) values[start + i * stride] = readDouble(reader);
    return isWithin(reader);
  }
  if (method === ZERO && prediction === LAST) return hold(reader, memory, perUnit, values, start, stride, count);
  if (room.rests.length < count) room.rests = new Int32Array(count * 2);
  if (method === ZERO) room.rests.fill(0, 0, count);
  else if (method === RICE) readRice(reader, room.rests, parameterOf(code), count);
  else readFixed(reader, room.rests, parameterOf(code), count);
  if (prediction === LAST) followLast(memory, room.rests, perUnit, values, start, stride, count);
  else if (prediction === LINE) followLine(memory, room.rests, perUnit, values, start, stride, count);
  else followMean(memory, room.rests, perUnit, values, start, stride, count);
  return isWithin(reader);
}

function readCode(reader: BitReader): number {
  const method = readBits(reader, 2);
  const prediction = method === PLAIN ? LAST : readBits(reader, 2);
  const parameter = method === RICE ? readBits(reader, 4) : method === FIXED ? readBits(reader, 5) + 1 : 0;
  return codeOf(method, prediction, parameter);
}

/** A column that stood still. */
function hold(
  reader: BitReader,
  memory: ColumnMemory,
  perUnit: number,
  values: Float64Array,
  start: number,
  stride: number,
  count: number,
): boolean {
  const value = memory.last / perUnit;
  for (let i = 0, at = start; i < count; i++, at += stride) values[at] = value;
  if (count > 0) memory.before = memory.last;
  memory.sum = 16 * memory.last;
  return isWithin(reader);
}

function readRice(reader: BitReader, rests: Int32Array, k: number, count: number): void {
  const { words, end } = reader;
  let bits = reader.bits;
  let i = 0;
  for (; i < count && bits < end; i++) {
    const word = windowAt(words, bits);
    const ones = Math.clz32(~word);
    let u = ones;
    if (ones >= ESCAPE) {
      u = bits + ESCAPE < end ? windowAt(words, bits + ESCAPE) : 0;
      bits += ESCAPE + 32;
    } else {
      if (k > 0) u = (ones << k) | ((word << (ones + 1)) >>> (32 - k));
      bits += ones + 1 + k;
    }
    rests[i] = (u >>> 1) ^ -(u & 1);
  }
  reader.bits = i < count ? end + 1 : bits;
}

function readFixed(reader: BitReader, rests: Int32Array, width: number, count: number): void {
  const { words, end } = reader;
  let bits = reader.bits;
  let i = 0;
  for (; i < count && bits < end; i++, bits += width) {
    const u = windowAt(words, bits) >>> (32 - width);
    rests[i] = (u >>> 1) ^ -(u & 1);
  }
  reader.bits = i < count ? end + 1 : bits;
}

function followLast(
  memory: ColumnMemory,
  rests: Int32Array,
  perUnit: number,
  values: Float64Array,
  start: number,
  stride: number,
  count: number,
): void {
  let { last, before, sum } = memory;
  for (let i = 0, at = start; i < count; i++, at += stride) {
    before = last;
    last += rests[i];
    sum = nextSum(sum, last);
    values[at] = last / perUnit;
  }
  keep(memory, last, before, sum);
}

function followLine(
  memory: ColumnMemory,
  rests: Int32Array,
  perUnit: number,
  values: Float64Array,
  start: number,
  stride: number,
  count: number,
): void {
  let { last, before, sum } = memory;
  for (let i = 0, at = start; i < count; i++, at += stride) {
    const step = 2 * last - before + rests[i];
    before = last;
    last = step;
    sum = nextSum(sum, step);
    values[at] = step / perUnit;
  }
  keep(memory, last, before, sum);
}

/** Most noise comes this way: the sum grows by what remained, and so does not wait for the prediction. */
function followMean(
  memory: ColumnMemory,
  rests: Int32Array,
  perUnit: number,
  values: Float64Array,
  start: number,
  stride: number,
  count: number,
): void {
  let { last, before, sum } = memory;
  for (let i = 0, at = start; i < count; i++, at += stride) {
    const rest = rests[i];
    before = last;
    last = Math.floor((sum + 8) / 16) + rest;
    sum += rest;
    values[at] = last / perUnit;
  }
  keep(memory, last, before, sum);
}

function keep(memory: ColumnMemory, last: number, before: number, sum: number): void {
  memory.last = last;
  memory.before = before;
  memory.sum = sum;
}
