// What a difference does, for a person: plays on from the second in which the states part until a signal of the log's rows
// leaves its rounding, and compares a start that comes before with the state number by number.

import { saveState } from "../core/saved-state.ts";
import type { LogMessage } from "../log/topics.ts";
import { durationText } from "../sim/scenario/duration.ts";
import { firstOddEntry } from "./entry-difference.ts";
import { type PlayedDevice, playTicks, takeBlock } from "./played-device.ts";
import {
  byLikelihood,
  createSpans,
  emptySpans,
  oddSignal,
  type SignalSpans,
  type TimedRow,
  widenSpans,
} from "./signal-difference.ts";
import { unpackStart } from "./start.ts";

/** An entry of the state at a start of the recording, exact. */
export type DifferentEntry = {
  readonly name: string;
  /** Device time of the second that the start ends, s. */
  readonly second: number;
  readonly recorded: number;
  readonly replayed: number;
};

export type Sight = {
  readonly entry?: DifferentEntry;
  readonly signal?: string;
  readonly recorded?: number;
  readonly replayed?: number;
  /** Device time of the second in which the signal shows it, s. */
  readonly signalSecond?: number;
  /** Why no signal is named, in one sentence. */
  readonly unnamed?: string;
};

/** Longest time of the device that is looked through. */
export const LOOK_us = 600_000_000;

/**
 * @param device just before the block that differs
 * @param messages of the recorder: that block and what follows
 * @param from_us log time at the end of the block before
 * @param rows of the log from then on
 */
export function lookOn(
  device: PlayedDevice,
  messages: Iterable<LogMessage>,
  from_us: number,
  rows: Iterable<TimedRow>,
  section: string,
): Sight {
  const { bms } = device;
  const spans = createSpans(bms);
  const order = byLikelihood(section);
  const rowsUpTo = rowsBetween(rows, from_us);
  const begin_us = bms.time_us;
  let entry: DifferentEntry | undefined;
  let compared = 0;
  for (const message of messages) {
    if (message.topic === "/recorder/start") {
      if (!isNext(device, message)) break;
      entry ??= entryAt(device, message);
      continue;
    }
    const second = Math.floor(bms.time_us / 1e6);
    if (!watchBlock(device, message, spans)) break;
    for (const { row } of rowsUpTo(message.time_us)) {
      compared++;
      const odd = oddSignal(spans, row, order);
      if (odd !== undefined) return { ...(entry && { entry }), ...odd, signalSecond: second };
    }
    if (bms.time_us - begin_us >= LOOK_us) break;
  }
  return { ...(entry && { entry }), unnamed: unnamedBy(compared, bms.time_us - begin_us) };
}

function unnamedBy(compared: number, looked_us: number): string {
  if (compared === 0) return "no signal can be named: the log has no rows of the state there";
  return `no logged signal shows it within ${durationText(looked_us / 1e6)}: the difference is below what the log shows`;
}

function watchBlock(device: PlayedDevice, message: LogMessage, spans: SignalSpans): boolean {
  const taken = takeBlock(device, message);
  if (!taken.ok) return false;
  emptySpans(spans);
  for (let tick = 0; tick < taken.block.ticks; tick++) {
    playTicks(device, 1);
    widenSpans(spans);
  }
  return true;
}

/** Gives the rows up to a time that have not been given yet; those of a clock that was set back are passed over. */
function rowsBetween(rows: Iterable<TimedRow>, from_us: number): (to_us: number) => readonly TimedRow[] {
  const source = rows[Symbol.iterator]();
  let next = source.next();
  let after_us = from_us;
  return (to_us) => {
    const given: TimedRow[] = [];
    for (; next.done !== true && next.value.time_us <= to_us; next = source.next())
      if (next.value.time_us > after_us) given.push(next.value);
    after_us = to_us;
    return given;
  };
}

function isNext({ bms }: PlayedDevice, message: LogMessage): boolean {
  const unpacked = unpackStart(message.data);
  return unpacked.ok && unpacked.start.time_us === bms.time_us;
}

/**
 * Number by number: hashes may agree by chance, and a start is the recorded state itself. Undefined when all is the same,
 * and where the start cannot be read.
 */
export function entryAt({ bms }: PlayedDevice, message: LogMessage): DifferentEntry | undefined {
  const unpacked = unpackStart(message.data);
  const odd = unpacked.ok ? firstOddEntry(saveState(bms), unpacked.start.state) : undefined;
  if (odd === undefined) return undefined;
  const second = Math.max(0, Math.ceil(bms.time_us / 1e6) - 1);
  return { name: odd.name, second, recorded: odd.theirs, replayed: odd.ours };
}
