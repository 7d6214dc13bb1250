// What the core was given, tick by tick, packed by the second: the encoder takes each tick, a block comes out, and the
// player (input-player.ts) gives the same ticks back, bit for bit. A block goes on from the one before it (last values,
// running means): the first of a recording goes on from a start (start.ts), which holds all that a block builds upon.
//
// Bytes of a block: 0xB1; the low half of the CRC-32 of all after it, u16; of the six hashes of the state after the block
// (core/state-hash.ts) the FNV-1a of their words, u32, and the lowest byte of each; the block's number modulo 256; of the
// device's time after the last tick, in us, the low 24 bits; counts as in base/bits.ts: ticks, period in us or 0 when it is
// as before; then bits:
//   the column of lateness; the four columns of the group "tick" (sensor-columns.ts), one value for each tick;
//   for each further group, 1 bit: 0 nothing in it changed; or 1, a count of rows, the column of the ticks from one row to the
//   next (the first from the last row of an earlier block, or from the tick before the recording), and its columns, one
//   value for each row;
// zeros to the next byte; a count of ticks with requests, for each: how many ticks after the one before, bytes, JSON text
// (request-text.ts). Words of several bytes begin with the lowest. Columns: log/column-code.ts, lateness in steps of
// 100 us, ticks in steps of 1. Lateness: the sum of (dt - period) over all ticks since it was 0, so dt is its growth plus the period.

import { assert } from "../base/assert.ts";
import {
  alignWriter,
  type BitWriter,
  createBitWriter,
  restartBits,
  writeBits,
  writeCount,
  writtenBytes,
} from "../base/bits.ts";

import { crc32 } from "../base/crc.ts";
import type { Request } from "../core/requests.ts";
import type { Sensors } from "../core/sensors.ts";
import { type ColumnCoder, createColumnCoder, packColumn } from "../log/column-code.ts";
import { createInputMemory, type InputMemory } from "./input-memory.ts";
import { requestText } from "./request-text.ts";
import { GROUPS, readGroupRow, readTickRow, SENSOR_COLUMNS, TICK_WIDTH } from "./sensor-columns.ts";

export const BLOCK_FORMAT = 0xb1;
export const SECTIONS = 6;
/** Format and checksum, all hashes in one, a part of each, the block's number, a part of its time. */
export const BLOCK_HEAD = 3 + 4 + SECTIONS + 1 + 3;
/** Of the time so many bits stand in a block; the rest follows from the blocks before. */
export const TIME_SPAN_us = 2 ** 24;
/** More ticks than a device can take in a block: at least 1 us each, and a block is closed each second. */
export const TICKS_MAX = 2_000_000;

type Rows = { values: Float64Array; ticks: Float64Array; count: number };
type Asked = { readonly tick: number; readonly text: string };

export type InputEncoder = {
  readonly memory: InputMemory;
  readonly rows: readonly Rows[];
  /** The period as blocks have told it. */
  told_us: number;
  /** In steps of LATENESS_us; and at the end of the block before. */
  late: Float64Array;
  before_us: number;
  ticks: number;
  asked: Asked[];
  readonly coder: ColumnCoder;
  readonly writer: BitWriter;
};

/** The real loop passes time in such steps (device/pace.ts); other times cost a block the bits of plain numbers. */
export const LATENESS_us = 100;

const ROOM = 128;

/** An encoder for a board that has measured nothing yet (createSensors). */
export const createInputEncoder = (): InputEncoder => ({
  memory: createInputMemory(),
  rows: GROUPS.map(({ width }, group) => ({
    values: new Float64Array(width * (group === 0 ? ROOM : 16)),
    ticks: new Float64Array(16),
    count: 0,
  })),
  told_us: 0,
  late: new Float64Array(ROOM),
  before_us: 0,
  ticks: 0,
  asked: [],
  coder: createColumnCoder(),
  writer: createBitWriter(),
});

/** Takes what one tick of the core is given: sensors, requests and its length, 1 us to 1 s. Everything is copied. */
export function addTick(encoder: InputEncoder, sensors: Sensors, requests: readonly Request[], dt_us: number): void {
  const { memory, ticks } = encoder;
  if (ticks === encoder.late.length) widen(encoder);
  memory.late_us += dt_us - memory.period_us;
  encoder.late[ticks] = memory.late_us / LATENESS_us;
  readTickRow(sensors, encoder.rows[0].values, ticks * TICK_WIDTH);
  for (let group = 1; group < GROUPS.length; group++)
    if (readGroupRow(group, sensors, memory.rows[group])) addRow(encoder.rows[group], memory.rows[group], ticks);
  if (requests.length > 0) encoder.asked.push({ tick: ticks, text: requestText(requests) });
  encoder.ticks++;
}

function widen(encoder: InputEncoder): void {
  assert(encoder.ticks < TICKS_MAX, "a block is closed each second");
  encoder.late = twice(encoder.late);
  encoder.rows[0].values = twice(encoder.rows[0].values);
}

function addRow(rows: Rows, row: Float64Array, tick: number): void {
  if (rows.count === rows.ticks.length) {
    rows.ticks = twice(rows.ticks);
    rows.values = twice(rows.values);
  }
  rows.values.set(row, rows.count * row.length);
  rows.ticks[rows.count] = tick;
  rows.count++;
}

function twice(values: Float64Array): Float64Array {
  const wider = new Float64Array(values.length * 2);
  wider.set(values);
  return wider;
}

/**
 * The block of the ticks since the last one; at least one. The encoder goes on with the next.
 * @param time_us the device's time after the last tick
 * @param sections the hashes of its state there
 */
export function packBlock(encoder: InputEncoder, time_us: number, sections: Uint32Array): Uint8Array {
  assert(encoder.ticks > 0, "a block has at least one tick");
  assert(sections.length === SECTIONS, "there is one hash for each section");
  const { writer, coder, memory, ticks } = encoder;
  restartBits(writer);
  writer.bits = BLOCK_HEAD * 8;
  writeCount(writer, ticks);
  writeCount(writer, memory.period_us === encoder.told_us ? 0 : memory.period_us);
  encoder.told_us = memory.period_us;
  packColumn(writer, coder, memory.late, 1, encoder.late, 0, 1, ticks);
  packGroup(encoder, 0, ticks);
  for (let group = 1; group < GROUPS.length; group++) packChanges(encoder, group);
  packRequests(writer, encoder.asked);
  choosePeriod(encoder);
  encoder.before_us = memory.late_us;
  encoder.asked = [];
  encoder.ticks = 0;
  memory.time_us = time_us;
  const block = finish(writtenBytes(writer), sections, memory);
  memory.blocks = (memory.blocks + 1) & 0xff;
  return block;
}

function packGroup(encoder: InputEncoder, group: number, count: number): void {
  const { first, width } = GROUPS[group];
  const { writer, coder, memory, rows } = encoder;
  for (let i = 0; i < width; i++) {
    const { perUnit } = SENSOR_COLUMNS[first + i];
    packColumn(writer, coder, memory.columns[first + i], perUnit, rows[group].values, i, width, count);
  }
  if (group === 0) memory.rows[0].set(rows[0].values.subarray((count - 1) * width, count * width));
}

function packChanges(encoder: InputEncoder, group: number): void {
  const { writer, coder, memory, ticks } = encoder;
  const rows = encoder.rows[group];
  writeBits(writer, rows.count > 0 ? 1 : 0, 1);
  const since = memory.since[group];
  memory.since[group] = rows.count > 0 ? ticks - 1 - rows.ticks[rows.count - 1] : since + ticks;
  if (rows.count === 0) return;
  writeCount(writer, rows.count);
  for (let i = rows.count - 1; i > 0; i--) rows.ticks[i] -= rows.ticks[i - 1];
  rows.ticks[0] += since + 1;
  packColumn(writer, coder, memory.gaps[group], 1, rows.ticks, 0, 1, rows.count);
  packGroup(encoder, group, rows.count);
  rows.count = 0;
}

function packRequests(writer: BitWriter, asked: readonly Asked[]): void {
  alignWriter(writer);
  writeCount(writer, asked.length);
  let before = 0;
  for (const { tick, text } of asked) {
    writeCount(writer, tick - before);
    writeCount(writer, text.length);
    for (let i = 0; i < text.length; i++) writeBits(writer, text.charCodeAt(i), 8);
    before = tick;
  }
}

/** The period stays while it is near the truth: what matters is that it stays. */
function choosePeriod({ memory, ticks, before_us }: InputEncoder): void {
  const exact_us = (memory.late_us - before_us) / ticks + memory.period_us;
  const mean_us = Math.max(LATENESS_us, Math.round(exact_us / LATENESS_us) * LATENESS_us);
  if (Math.abs(mean_us - memory.period_us) > memory.period_us / 50) memory.period_us = mean_us;
}

function finish(block: Uint8Array, sections: Uint32Array, { blocks, time_us }: InputMemory): Uint8Array {
  const view = new DataView(block.buffer);
  view.setUint8(0, BLOCK_FORMAT);
  view.setUint32(3, wholeOf(sections), true);
  for (let i = 0; i < SECTIONS; i++) view.setUint8(7 + i, sections[i] & 0xff);
  view.setUint8(7 + SECTIONS, blocks);
  view.setUint16(8 + SECTIONS, time_us % 65_536, true);
  view.setUint8(10 + SECTIONS, Math.floor((time_us % TIME_SPAN_us) / 65_536));
  view.setUint16(1, checksumOf(block), true);
  return block;
}

/** Of everything behind it, 0..65535. */
export const checksumOf = (block: Uint8Array): number => crc32(block.subarray(3)) & 0xffff;

/** All hashes of a state in one number, 0..2^32-1: FNV-1a over their words (Fowler, Noll, Vo). Another one always shows. */
export function wholeOf(sections: Uint32Array): number {
  let whole = FNV_OFFSET;
  for (let i = 0; i < SECTIONS; i++) whole = Math.imul(whole ^ sections[i], FNV_PRIME);
  return whole >>> 0;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
