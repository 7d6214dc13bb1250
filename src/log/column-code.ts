// Columns of numbers packed without loss, after the idea of FLAC (RFC 9639): what a converter gives is a whole number of
// steps; it is predicted from those before it, and what remains is small and takes few bits. Each column chooses the
// prediction and the code that make it shortest; it remembers its past over the blocks of one recording.
//
// Bits of a column of n values: 1 "coded like the column before", or 0 and how:
//   method, 2 bits: 0 every remainder is 0; 1 Rice; 2 fixed width; 3 plain
//   prediction, 2 bits (not for plain): 0 the last value a; 1 the line 2a - b; 2 the mean, floor(m + 1/2)
//   parameter: Rice k, 4 bits; fixed width - 1, 5 bits
// then the n values. A remainder r is folded to u = 2r, or -2r - 1 below 0. Rice: u >> k ones, a zero, the k low bits of u;
// sixteen ones are followed by u in 32 bits. Fixed width: u. Plain: eight bytes of the double, the highest first.
// The value is (prediction + r) / perUnit. After each value b = a, a = it (in steps), m = m + (it - m) / 16; after a column of
// method 0, prediction 0: m = a; a plain column changes none of them. All begin at 0.

import {
  type BitReader,
  type BitWriter,
  isWithin,
  readBits,
  readDouble,
  windowAt,
  writeBits,
  writeDouble,
} from "../base/bits.ts";

/** What a column remembers of its past, in steps: its last two values and their running mean. */
export type ColumnMemory = { last: number; before: number; mean: number };
export const createColumnMemory = (): ColumnMemory => ({ last: 0, before: 0, mean: 0 });

const ZERO = 0;
const RICE = 1;
const FIXED = 2;
const PLAIN = 3;
const LAST = 0;
const LINE = 1;
const PREDICTIONS = 3; // and the mean
const ESCAPE = 16;
const RICE_MAX = 15;
const SHARE = 1 / 64;
/** Steps beyond this are not predicted: three of them must still add up exactly. */
const STEPS_MAX = 2 ** 50;

/** Room to work in, and how the column before was coded. Restart it with each block. */
export type ColumnCoder = {
  steps: Float64Array;
  folded: Float64Array[];
  method: number;
  prediction: number;
  parameter: number;
};

export const createColumnCoder = (): ColumnCoder => ({
  steps: new Float64Array(0),
  folded: [new Float64Array(0), new Float64Array(0), new Float64Array(0)],
  method: PLAIN,
  prediction: LAST,
  parameter: 0,
});

export function restartCoder(coder: ColumnCoder): void {
  coder.method = PLAIN;
  coder.prediction = LAST;
  coder.parameter = 0;
}

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
  if (exact) predictAll(coder, memory, count);
  const choice = exact ? choose(coder, count) : NOTHING_FITS;
  writeChoice(writer, coder, choice);
  if (choice.method === PLAIN) for (let i = 0; i < count; i++) writeDouble(writer, values[start + i * stride]);
  else {
    writeFolded(writer, coder.folded[choice.prediction], choice, count);
    remember(memory, coder.steps, count);
    if (choice.method === ZERO && choice.prediction === LAST) memory.mean = memory.last;
  }
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
  for (let i = 0; i < count; i++) {
    const value = values[start + i * stride];
    const step = Math.round(value * perUnit);
    if (step / perUnit !== value || (step === 0 && 1 / value < 0) || Math.abs(step) > STEPS_MAX) return false;
    steps[i] = step;
  }
  return true;
}

function predictAll(coder: ColumnCoder, memory: ColumnMemory, count: number): void {
  const { steps } = coder;
  const [byLast, byLine, byMean] = coder.folded;
  let { last, before, mean } = memory;
  for (let i = 0; i < count; i++) {
    const step = steps[i];
    byLast[i] = fold(step - last);
    byLine[i] = fold(step - (2 * last - before));
    byMean[i] = fold(step - Math.floor(mean + 0.5));
    before = last;
    last = step;
    mean += (step - mean) * SHARE;
  }
}

const fold = (rest: number): number => (rest < 0 ? -2 * rest - 1 : 2 * rest);

type Choice = { readonly method: number; readonly prediction: number; readonly parameter: number };
const NOTHING_FITS: Choice = { method: PLAIN, prediction: LAST, parameter: 0 };
const HEAD_BITS = [4, 8, 9, 2] as const;

/** The shortest way, its head included; that of the column before has nearly none. */
function choose(coder: ColumnCoder, count: number): Choice {
  let best = NOTHING_FITS;
  let least = 64 * count + HEAD_BITS[PLAIN];
  const consider = (choice: Choice, bits: number): void => {
    if (bits >= least) return;
    least = bits;
    best = choice;
  };
  if (coder.method !== PLAIN)
    consider(
      { method: coder.method, prediction: coder.prediction, parameter: coder.parameter },
      cost(coder.folded[coder.prediction], count, coder.method, coder.parameter),
    );
  for (let prediction = 0; prediction < PREDICTIONS; prediction++) {
    const folded = coder.folded[prediction];
    for (const [method, parameter] of candidates(folded, count))
      consider({ method, prediction, parameter }, cost(folded, count, method, parameter) + HEAD_BITS[method]);
  }
  return best;
}

function candidates(folded: Float64Array, count: number): readonly (readonly [number, number])[] {
  let sum = 0;
  let most = 0;
  for (let i = 0; i < count; i++) {
    sum += folded[i];
    if (folded[i] > most) most = folded[i];
  }
  if (most === 0) return [[ZERO, 0]];
  if (most >= 2 ** 32) return [];
  const middle = Math.min(31 - Math.clz32(sum / count + 1), RICE_MAX);
  const rice = [middle - 1, middle, middle + 1].filter((k) => k >= 0 && k <= RICE_MAX);
  return [...rice.map((k) => [RICE, k] as const), [FIXED, 32 - Math.clz32(most)]];
}

function cost(folded: Float64Array, count: number, method: number, parameter: number): number {
  let bits = 0;
  for (let i = 0; i < count; i++) {
    const u = folded[i];
    if (u >= 2 ** 32) return Infinity;
    if (method === ZERO) {
      if (u !== 0) return Infinity;
    } else if (method === FIXED) {
      if (u >= 2 ** parameter) return Infinity;
      bits += parameter;
    } else {
      const ones = u >>> parameter;
      bits += ones < ESCAPE ? ones + 1 + parameter : ESCAPE + 32;
    }
  }
  return bits;
}

function writeChoice(writer: BitWriter, coder: ColumnCoder, choice: Choice): void {
  const { method, prediction, parameter } = choice;
  const same = coder.method === method && coder.prediction === prediction && coder.parameter === parameter;
  writeBits(writer, same ? 1 : 0, 1);
  if (same) return;
  writeBits(writer, method, 2);
  if (method !== PLAIN) writeBits(writer, prediction, 2);
  if (method === RICE) writeBits(writer, parameter, 4);
  if (method === FIXED) writeBits(writer, parameter - 1, 5);
  coder.method = method;
  coder.prediction = prediction;
  coder.parameter = parameter;
}

function writeFolded(writer: BitWriter, folded: Float64Array, { method, parameter }: Choice, count: number): void {
  if (method === ZERO) return;
  for (let i = 0; i < count; i++) {
    const u = folded[i];
    const ones = u >>> parameter;
    if (method === FIXED) writeBits(writer, u, parameter);
    else if (ones >= ESCAPE) {
      writeBits(writer, 0xffff, ESCAPE);
      writeBits(writer, u, 32);
    } else {
      writeBits(writer, 2 ** (ones + 1) - 2, ones + 1);
      writeBits(writer, u, parameter);
    }
  }
}

function remember(memory: ColumnMemory, steps: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) {
    memory.before = memory.last;
    memory.last = steps[i];
    memory.mean += (steps[i] - memory.mean) * SHARE;
  }
}

/** Reads a column back into `values`; false when the bits make no sense. The counterpart of `packColumn`. */
export function unpackColumn(
  reader: BitReader,
  coder: ColumnCoder,
  memory: ColumnMemory,
  perUnit: number,
  values: Float64Array,
  start: number,
  stride: number,
  count: number,
): boolean {
  reserve(coder, count);
  if (!readChoice(reader, coder)) return false;
  if (coder.method === PLAIN) {
    for (let i = 0; i < count; i++) values[start + i * stride] = readDouble(reader);
    return isWithin(reader);
  }
  if (coder.method === ZERO) coder.steps.fill(0, 0, count);
  else if (coder.method === RICE) readRice(reader, coder.steps, coder.parameter, count);
  else readFixed(reader, coder.steps, coder.parameter, count);
  predict(memory, coder, count);
  const { steps } = coder;
  for (let i = 0; i < count; i++) values[start + i * stride] = steps[i] / perUnit;
  return isWithin(reader);
}

function readChoice(reader: BitReader, coder: ColumnCoder): boolean {
  if (readBits(reader, 1) === 1) return true;
  coder.method = readBits(reader, 2);
  coder.prediction = coder.method === PLAIN ? LAST : readBits(reader, 2);
  coder.parameter = coder.method === RICE ? readBits(reader, 4) : coder.method === FIXED ? readBits(reader, 5) + 1 : 0;
  return coder.prediction < PREDICTIONS;
}

function readRice(reader: BitReader, rests: Float64Array, k: number, count: number): void {
  const { bytes, end } = reader;
  let bits = reader.bits;
  let i = 0;
  for (; i < count && bits < end; i++) {
    const word = windowAt(bytes, bits);
    const ones = Math.clz32(~word);
    let u = ones;
    if (ones >= ESCAPE) {
      u = bits + ESCAPE < end ? windowAt(bytes, bits + ESCAPE) : 0;
      bits += ESCAPE + 32;
    } else {
      if (k > 0) u = (ones << k) | ((word << (ones + 1)) >>> (32 - k));
      bits += ones + 1 + k;
    }
    rests[i] = (u >>> 1) ^ -(u & 1);
  }
  reader.bits = i < count ? end + 1 : bits;
}

function readFixed(reader: BitReader, rests: Float64Array, width: number, count: number): void {
  const { bytes, end } = reader;
  let bits = reader.bits;
  let i = 0;
  for (; i < count && bits < end; i++, bits += width) {
    const u = windowAt(bytes, bits) >>> (32 - width);
    rests[i] = (u >>> 1) ^ -(u & 1);
  }
  reader.bits = i < count ? end + 1 : bits;
}

/** Remainders become steps, in place, and the memory goes on as `remember` has it. */
function predict(memory: ColumnMemory, coder: ColumnCoder, count: number): void {
  const { steps, prediction } = coder;
  let { last, before, mean } = memory;
  for (let i = 0; i < count; i++) {
    const from = prediction === LAST ? last : prediction === LINE ? 2 * last - before : Math.floor(mean + 0.5);
    const step = from + steps[i];
    steps[i] = step;
    before = last;
    last = step;
    mean += (step - mean) * SHARE;
  }
  memory.last = last;
  memory.before = before;
  memory.mean = coder.method === ZERO && prediction === LAST ? last : mean;
}
