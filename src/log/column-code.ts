// Columns of numbers packed without loss, after the idea of FLAC (RFC 9639): what a converter gives is a whole number of
// steps; it is predicted from those before it, and what remains is small and takes few bits. Each column chooses the
// prediction and the code that make it shortest; it remembers its past over the blocks of one recording.
//
// Bits of a column of n values: 1 "coded as its last block was", or 0 and how:
//   method, 2 bits: 0 every remainder is 0; 1 Rice; 2 fixed width; 3 plain
//   prediction, 2 bits (not for plain): 0 the last value a; 1 the line 2a - b; 2 the mean, floor((s + 8) / 16)
//   parameter: Rice k, 4 bits; fixed width - 1, 5 bits
// then the n values. A remainder r is folded to u = 2r, or -2r - 1 below 0. Rice: u >> k ones, a zero, the k low bits of u;
// sixteen ones are followed by u in 32 bits. Fixed width: u. Plain: eight bytes of the double, the highest first.
// The value is (prediction + r) / perUnit. After each value x, in steps, s = s + x - floor((s + 8) / 16), then b = a, a = x;
// after a column of method 0 and prediction 0: s = 16a. A plain column changes none of them. All begin at 0, and the
// coding with plain. Unpacking: column-reading.ts.

import { type BitWriter, writeBits, writeDouble } from "../base/bits.ts";

/** What a column remembers: its last two values, sixteen times their running mean, and how it was coded. In steps. */
export type ColumnMemory = { last: number; before: number; sum: number; code: number };

export const PLAIN = 3;
export const ZERO = 0;
export const RICE = 1;
export const FIXED = 2;
export const LAST = 0;
export const LINE = 1;
/** The last value, the line, the mean. */
export const PREDICTIONS = 3;
/** So many ones in a row stand before a whole word. */
export const ESCAPE = 16;
const RICE_MAX = 15;
/** Steps beyond this are not predicted: what is worked out from them must still add up exactly. */
const STEPS_MAX = 2 ** 45;
const WORDS = 2 ** 32;

/** Method, prediction and parameter in one number. */
export const codeOf = (method: number, prediction: number, parameter: number): number =>
  (method << 8) | (prediction << 6) | parameter;
export const methodOf = (code: number): number => code >>> 8;
export const predictionOf = (code: number): number => (code >>> 6) & 3;
export const parameterOf = (code: number): number => code & 63;
const ALL_PLAIN = codeOf(PLAIN, LAST, 0);

export const createColumnMemory = (): ColumnMemory => ({ last: 0, before: 0, sum: 0, code: ALL_PLAIN });

/** Room to work in. */
export type ColumnCoder = { steps: Float64Array; folded: Float64Array[] };
export const createColumnCoder = (): ColumnCoder => ({
  steps: new Float64Array(0),
  folded: [new Float64Array(0), new Float64Array(0), new Float64Array(0)],
});

/** Sixteen times the mean after one more value. */
export const nextSum = (sum: number, step: number): number => sum + step - Math.floor((sum + 8) / 16);

/**
 * Appends a column.
 * @param values any doubles; those that are all whole multiples of 1 / perUnit take few bits
 * @param start of the first value, and `stride` to the next of `count` values
 */
export function packColumn(
  writer: BitWriter,
  coder: ColumnCoder,
  memory: ColumnMemory,
  perUnit: number,
  values: Float64Array,
  start: number,
  stride: number,
  count: number,
): void {
  reserve(coder, count);
  const exact = toSteps(coder.steps, perUnit, values, start, stride, count);
  const code = exact ? choose(coder, memory, count) : ALL_PLAIN;
  writeCode(writer, memory, code);
  if (methodOf(code) === PLAIN) {
    for (let i = 0; i < count; i++) writeDouble(writer, values[start + i * stride]);
    return;
  }
  writeFolded(writer, coder.folded[predictionOf(code)], methodOf(code), parameterOf(code), count);
  remember(memory, coder.steps, count);
}

function reserve(coder: ColumnCoder, count: number): void {
  if (coder.steps.length >= count) return;
  coder.steps = new Float64Array(count * 2);
  for (let i = 0; i < PREDICTIONS; i++) coder.folded[i] = new Float64Array(count * 2);
}

/** Whole steps of each value; false when one is not exactly so many steps (-0, which would come back as 0, is none). */
function toSteps(
  steps: Float64Array,
  perUnit: number,
  values: Float64Array,
  start: number,
  stride: number,
  count: number,
): boolean {
  for (let i = 0, at = start; i < count; i++, at += stride) {
    const value = values[at];
    const step = Math.round(value * perUnit);
    if (step / perUnit !== value || (step === 0 && 1 / value < 0) || Math.abs(step) > STEPS_MAX) return false;
    steps[i] = step;
  }
  return true;
}

/** The shortest way, its head included; the one of the last block has nearly none. */
function choose(coder: ColumnCoder, memory: ColumnMemory, count: number): number {
  if (isStill(coder.steps, memory.last, count)) return codeOf(ZERO, LAST, 0);
  predictAll(coder, memory, count);
  let best = ALL_PLAIN;
  let least = 64 * count;
  for (let prediction = 0; prediction < PREDICTIONS; prediction++) {
    const folded = coder.folded[prediction];
    let sum = 0;
    let most = 0;
    for (let i = 0; i < count; i++) {
      sum += folded[i];
      if (folded[i] > most) most = folded[i];
    }
    if (most >= WORDS) continue;
    if (most === 0) return codeOf(ZERO, prediction, 0);
    const width = 32 - Math.clz32(most);
    const fixed = codeOf(FIXED, prediction, width);
    const fixedCost = width * count + (fixed === memory.code ? 1 : 10);
    if (fixedCost < least) {
      least = fixedCost;
      best = fixed;
    }
    const middle = Math.min(31 - Math.clz32(sum / count + 1), RICE_MAX);
    for (let k = Math.max(0, middle - 1); k <= Math.min(RICE_MAX, middle + 1); k++) {
      const rice = codeOf(RICE, prediction, k);
      const riceCost = riceBits(folded, k, count) + (rice === memory.code ? 1 : 9);
      if (riceCost >= least) continue;
      least = riceCost;
      best = rice;
    }
  }
  return best;
}

function isStill(steps: Float64Array, last: number, count: number): boolean {
  for (let i = 0; i < count; i++) if (steps[i] !== last) return false;
  return true;
}

function predictAll(coder: ColumnCoder, memory: ColumnMemory, count: number): void {
  const { steps } = coder;
  const [byLast, byLine, byMean] = coder.folded;
  let { last, before, sum } = memory;
  for (let i = 0; i < count; i++) {
    const step = steps[i];
    const mean = Math.floor((sum + 8) / 16);
    byLast[i] = fold(step - last);
    byLine[i] = fold(step - (2 * last - before));
    byMean[i] = fold(step - mean);
    before = last;
    last = step;
    sum += step - mean;
  }
}

const fold = (rest: number): number => (rest < 0 ? -2 * rest - 1 : 2 * rest);

function riceBits(folded: Float64Array, k: number, count: number): number {
  let bits = count * (1 + k);
  for (let i = 0; i < count; i++) {
    const ones = folded[i] >>> k;
    bits += ones < ESCAPE ? ones : ESCAPE + 31 - k;
  }
  return bits;
}

function writeCode(writer: BitWriter, memory: ColumnMemory, code: number): void {
  writeBits(writer, code === memory.code ? 1 : 0, 1);
  if (code === memory.code) return;
  const method = methodOf(code);
  writeBits(writer, method, 2);
  if (method !== PLAIN) writeBits(writer, predictionOf(code), 2);
  if (method === RICE) writeBits(writer, parameterOf(code), 4);
  if (method === FIXED) writeBits(writer, parameterOf(code) - 1, 5);
  memory.code = code;
}

function writeFolded(writer: BitWriter, folded: Float64Array, method: number, parameter: number, count: number): void {
  if (method === ZERO) return;
  for (let i = 0; i < count; i++) {
    const u = folded[i];
    const ones = u >>> parameter;
    if (method === FIXED) writeBits(writer, u, parameter);
    else if (ones >= ESCAPE) {
      writeBits(writer, 0xffff, ESCAPE);
      writeBits(writer, u, 32);
    } else if (ones + 1 + parameter <= 32) {
      writeBits(writer, (((2 << ones) - 2) << parameter) | (u & ((1 << parameter) - 1)), ones + 1 + parameter);
    }
  }
}

/** What a column of steps leaves behind. */
export function remember(memory: ColumnMemory, steps: Float64Array, count: number): void {
  let { last, before, sum } = memory;
  for (let i = 0; i < count; i++) {
    sum = nextSum(sum, steps[i]);
    before = last;
    last = steps[i];
  }
  memory.last = last;
  memory.before = before;
  memory.sum = memory.code === codeOf(ZERO, LAST, 0) ? 16 * last : sum;
}
