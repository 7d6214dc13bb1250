// Gives recorded ticks back: unpacks a block (bytes: inputs.ts) and fills the sensors tick by tick as they were.

import {
  alignReader,
  type BitReader,
  createBitReader,
  isWithin,
  readBits,
  readCount,
  startReader,
} from "../base/bits.ts";
import type { Request } from "../core/requests.ts";
import type { Sensors } from "../core/sensors.ts";
import { type ColumnReader, createColumnReader, unpackColumn } from "../log/column-reading.ts";
import { createInputMemory, type InputMemory } from "./input-memory.ts";
import {
  BLOCK_FORMAT,
  BLOCK_HEAD,
  checksumOf,
  LATENESS_us,
  SECTIONS,
  TICKS_MAX,
  TIME_SPAN_us,
  wholeOf,
} from "./inputs.ts";
import { requestsOf } from "./request-text.ts";
import { GROUPS, SENSOR_COLUMNS, TICK_WIDTH, writeGroupRow, writeTickRow } from "./sensor-columns.ts";

/** What a block says of itself; its columns are unpacked by a player that knows what came before. */
export type InputBlock = {
  readonly ticks: number;
  /** Device time after its last tick: of itself a block only knows the low 24 bits, `loadBlock` completes it. */
  end_us: number;
  /** 0: as before. */
  readonly period_us: number;
  /** Modulo 256; one more than that of the block before. */
  readonly number: number;
  /** All hashes of the state there in one, and the lowest byte of each. */
  readonly whole: number;
  readonly sections: Uint8Array;
  readonly bytes: Uint8Array;
  /** Where in them the columns begin, in bits. */
  readonly columnsAt: number;
};
export type Unpacked =
  | { readonly ok: true; readonly block: InputBlock }
  | { readonly ok: false; readonly reason: string };

const refuse = (reason: string): { readonly ok: false; readonly reason: string } => ({ ok: false, reason });

/** The head of a block; a damaged or foreign one is refused with the reason. */
export function unpackBlock(bytes: Uint8Array): Unpacked {
  if (bytes.length <= BLOCK_HEAD) return refuse("the block of inputs is cut off");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = view.getUint8(0);
  if (format !== BLOCK_FORMAT)
    return refuse(`this is no block of inputs that this program reads (it begins with ${format}, not ${BLOCK_FORMAT})`);
  if (view.getUint16(1, true) !== checksumOf(bytes))
    return refuse("the block of inputs is damaged: its checksum differs");
  const sections = bytes.slice(7, 7 + SECTIONS);
  const reader = createBitReader(bytes.subarray(BLOCK_HEAD, BLOCK_HEAD + COUNTS));
  const ticks = readCount(reader);
  const end_us = view.getUint16(8 + SECTIONS, true) + 65_536 * view.getUint8(10 + SECTIONS);
  const period_us = readCount(reader);
  if (!isWithin(reader) || ticks < 1 || ticks > TICKS_MAX)
    return refuse("the block of inputs is damaged: its head is senseless");
  return {
    ok: true,
    block: {
      ticks,
      end_us,
      period_us,
      number: bytes[7 + SECTIONS],
      whole: view.getUint32(3, true),
      sections,
      bytes,
      columnsAt: BLOCK_HEAD * 8 + reader.bits,
    },
  };
}

/**
 * Which part of the state is not as it was recorded, by the device's hashes after the block: its number, -1 when all is the
 * same, SECTIONS when one cannot be told. The whole goes wrong once in 2^32, a single part once in 256.
 */
export function differingSection(block: InputBlock, hashes: Uint32Array): number {
  if (wholeOf(hashes) === block.whole) return -1;
  for (let i = 0; i < SECTIONS; i++) if ((hashes[i] & 0xff) !== block.sections[i]) return i;
  return SECTIONS;
}

/** Two counts take at most so many bytes. */
const COUNTS = 16;

type Rows = { values: Float64Array; ticks: Float64Array; count: number; next: number };

export type InputPlayer = {
  readonly memory: InputMemory;
  readonly rows: readonly Rows[];
  /** In steps of LATENESS_us. */
  late: Float64Array;
  /** Lateness after the last tick given. */
  late_us: number;
  period_us: number;
  ticks: number;
  tick: number;
  requests: Map<number, readonly Request[]>;
  readonly coder: ColumnReader;
  readonly reader: BitReader;
};

const NONE: readonly Request[] = [];

/** A player that goes on from a memory (of a start); without one, from a board that has measured nothing yet. */
export const createInputPlayer = (memory: InputMemory = createInputMemory()): InputPlayer => ({
  memory,
  rows: GROUPS.map(() => ({ values: new Float64Array(0), ticks: new Float64Array(0), count: 0, next: -1 })),
  late: new Float64Array(0),
  late_us: 0,
  period_us: 0,
  ticks: 0,
  tick: 0,
  requests: new Map(),
  coder: createColumnReader(),
  reader: createBitReader(new Uint8Array(0)),
});

/** What `step` takes. */
const LONGEST_TICK_us = 1_000_000;
export const SENSELESS_TICK = "the block of inputs is damaged: a tick has a senseless length";
const SENSELESS = "the block of inputs is damaged: it does not unpack";
/** Why a block cannot follow. */
export const MISSING = "inputs are missing";

export type Loaded = { readonly ok: true; readonly begin_us: number } | { readonly ok: false; readonly reason: string };

/**
 * Unpacks the next block; it must follow the one before it.
 * @returns the device time at which it begins: another one than the device has means that something is missing
 */
export function loadBlock(player: InputPlayer, block: InputBlock): Loaded {
  const { memory, coder, reader } = player;
  const { ticks } = block;
  if (block.number !== memory.blocks) return refuse(MISSING);
  memory.blocks = (memory.blocks + 1) & 0xff;
  if (block.period_us > 0) memory.period_us = block.period_us;
  startReader(reader, block.bytes);
  reader.bits = block.columnsAt;
  if (player.late.length < ticks) player.late = new Float64Array(ticks + 16);
  player.late_us = memory.late_us;
  let good =
    unpackColumn(reader, coder, memory.late, 1, player.late, 0, 1, ticks) && unpackGroup(player, reader, 0, ticks);
  for (let group = 1; group < GROUPS.length; group++) good = good && unpackChanges(player, reader, group, ticks);
  if (!good) return refuse(SENSELESS);
  const problem = unpackRequests(player, reader, ticks);
  if (problem !== "") return refuse(problem);
  player.period_us = memory.period_us;
  player.ticks = ticks;
  player.tick = 0;
  if (!hasTicks(player)) return refuse(SENSELESS_TICK);
  const begin_us = memory.time_us;
  memory.late_us = latenessAt(player, ticks - 1);
  memory.time_us += memory.late_us - player.late_us + ticks * memory.period_us;
  if (memory.time_us % TIME_SPAN_us !== block.end_us % TIME_SPAN_us) return refuse(MISSING);
  block.end_us = memory.time_us;
  return { ok: true, begin_us };
}

function unpackGroup(player: InputPlayer, reader: BitReader, group: number, count: number): boolean {
  const { first, width } = GROUPS[group];
  const rows = player.rows[group];
  if (rows.values.length < count * width) rows.values = new Float64Array((count + 16) * width);
  for (let i = 0; i < width; i++) {
    const { perUnit } = SENSOR_COLUMNS[first + i];
    if (!unpackColumn(reader, player.coder, player.memory.columns[first + i], perUnit, rows.values, i, width, count))
      return false;
  }
  return true;
}

/** Rows with the ticks they belong to; -1 after the last. */
function unpackChanges(player: InputPlayer, reader: BitReader, group: number, ticks: number): boolean {
  const rows = player.rows[group];
  rows.count = readBits(reader, 1) === 0 ? 0 : readCount(reader);
  if (rows.count > ticks) return false;
  if (rows.ticks.length <= rows.count) rows.ticks = new Float64Array(rows.count + 16);
  const { coder, memory } = player;
  const since = memory.since[group];
  memory.since[group] = since + ticks;
  if (rows.count > 0) {
    if (!unpackColumn(reader, coder, memory.gaps[group], 1, rows.ticks, 0, 1, rows.count)) return false;
    if (!unpackGroup(player, reader, group, rows.count)) return false;
    rows.ticks[0] -= since + 1;
    for (let i = 1; i < rows.count; i++) rows.ticks[i] += rows.ticks[i - 1];
    memory.since[group] = ticks - 1 - rows.ticks[rows.count - 1];
  }
  rows.ticks[rows.count] = -1;
  rows.next = 0;
  return true;
}

/** "" or why they cannot be used. */
function unpackRequests(player: InputPlayer, reader: BitReader, ticks: number): string {
  if (player.requests.size > 0) player.requests.clear();
  alignReader(reader);
  let tick = 0;
  for (let left = readCount(reader); left > 0; left--) {
    tick += readCount(reader);
    const length = readCount(reader);
    if (!isWithin(reader) || tick >= ticks || length > reader.end) return SENSELESS;
    let text = "";
    for (let i = 0; i < length; i++) text += String.fromCharCode(readBits(reader, 8));
    const requests = requestsOf(text);
    if (requests === undefined) return "a recorded request is of a kind that this program does not know";
    player.requests.set(tick, requests);
  }
  return reader.bits === reader.end ? "" : SENSELESS;
}

/** Fills the sensors for the next tick of the block (at most block.ticks times); returns how long that tick was, in us. */
export function nextTick(player: InputPlayer, sensors: Sensors): number {
  const { tick, rows } = player;
  writeTickRow(rows[0].values, tick * TICK_WIDTH, sensors);
  for (let group = 1; group < GROUPS.length; group++) {
    const { ticks, next } = rows[group];
    if (ticks[next] !== tick) continue;
    writeGroupRow(group, rows[group].values, next * GROUPS[group].width, sensors);
    rows[group].next = next + 1;
  }
  player.tick = tick + 1;
  const before_us = player.late_us;
  player.late_us = latenessAt(player, tick);
  return player.late_us - before_us + player.period_us;
}

const latenessAt = ({ late }: InputPlayer, tick: number): number => Math.round(late[tick] * LATENESS_us);

/** Whether each tick is as long as one can be. */
function hasTicks(player: InputPlayer): boolean {
  let before_us = player.late_us;
  for (let tick = 0; tick < player.ticks; tick++) {
    const late_us = latenessAt(player, tick);
    const dt_us = late_us - before_us + player.period_us;
    if (!(dt_us >= 1 && dt_us <= LONGEST_TICK_us && Number.isInteger(dt_us))) return false;
    before_us = late_us;
  }
  return true;
}

/** The requests of the tick that `nextTick` gave last. */
export const requestsNow = (player: InputPlayer): readonly Request[] =>
  player.requests.size === 0 ? NONE : (player.requests.get(player.tick - 1) ?? NONE);
