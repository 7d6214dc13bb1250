// Runs the core again on what it was given, and compares its state with the recorded one: every second by its hashes, at
// each start that follows without a gap number by number. The first difference ends it: all that follows may differ too.

import type { Bms } from "../core/bms.ts";
import { createStateHasher, HASHED_SECTIONS, hashState, type StateHasher } from "../core/state-hash.ts";
import type { LogMessage } from "../log/topics.ts";
import { differingSection } from "./input-player.ts";
import { entryAt, lookOn, type Sight } from "./look-on.ts";
import { type PlayedDevice, playTicks, takeBlock, takeUp } from "./played-device.ts";
import type { Segment } from "./recording.ts";
import type { RowLookup } from "./signal-difference.ts";
import { unpackStart } from "./start.ts";

export type Difference = Sight & {
  /** Device time of the second in which it begins, s, and log time at its end, microseconds since 1970. */
  readonly second: number;
  readonly wall_us: number;
  /** The part of the state that differs: a stage, or an entry of the state where that is known. */
  readonly section: string;
};

export type Replayed = {
  /** All that could be replayed gave the recorded states. */
  readonly identical: boolean;
  readonly seconds: number;
  readonly ticks: number;
  readonly firstDifference?: Difference;
  /** Places where the recording does not go on from what came before, without those where a device slept and woke. */
  readonly gaps: number;
  /** Blocks that could not be used, and why, each reason once. */
  readonly unused: number;
  readonly reasons: readonly string[];
};

export type ReplayOptions = {
  /** Told after each block of about a second, with the device as it then is. */
  readonly onSecond?: (bms: Bms, wall_us: number) => void;
  /** Rows of the log from a time on; with them a difference gets the name of a signal. */
  readonly lookup?: RowLookup;
  /** Whether another replay goes on from this start: it is only compared, and nothing after it is played. */
  readonly isLast?: (start: LogMessage) => boolean;
};

type Replay = {
  device: PlayedDevice | undefined;
  hasher: StateHasher | undefined;
  seconds_us: number;
  ticks: number;
  gaps: number;
  unused: number;
  readonly reasons: Set<string>;
  difference: Difference | undefined;
};

/**
 * Replays segments in their order until the first difference. Inputs without a start, and what is behind a gap up to the
 * next start, are passed over and counted; so is what is damaged.
 */
export function replay(segments: Iterable<Segment>, options: ReplayOptions = {}): Replayed {
  const state: Replay = {
    device: undefined,
    hasher: undefined,
    seconds_us: 0,
    ticks: 0,
    gaps: 0,
    unused: 0,
    reasons: new Set(),
    difference: undefined,
  };
  const rest = segments[Symbol.iterator]();
  for (let next = rest.next(); next.done !== true; next = rest.next()) {
    const segment = next.value;
    const isLast = segment.start !== undefined && options.isLast?.(segment.start) === true;
    const different = replaySegment(state, isLast ? { start: segment.start, blocks: [] } : segment, options);
    if (different !== SAME) nameSignal(state, segment, different, rest, options);
    if (isLast || different !== SAME) break;
  }
  return resultOf(state);
}

function resultOf({ seconds_us, ticks, gaps, unused, reasons, difference }: Replay): Replayed {
  return {
    identical: difference === undefined && ticks > 0,
    seconds: seconds_us / 1e6,
    ticks,
    ...(difference === undefined ? {} : { firstDifference: difference }),
    gaps,
    unused,
    reasons: [...reasons],
  };
}

/** Where a segment differs: the number of a block, or one of these. */
const SAME = -2;
const AT_START = -1;

function replaySegment(state: Replay, segment: Segment, options: ReplayOptions): number {
  const begun = segment.start === undefined ? "inputs without a start" : begin(state, segment.start);
  if (state.difference !== undefined) return AT_START;
  let problem = begun;
  for (const [i, block] of segment.blocks.entries()) {
    problem ||= playBlock(state, block, options);
    if (problem !== "") {
      state.unused += segment.blocks.length - i;
      break;
    }
    if (state.difference !== undefined) return i;
  }
  if (problem === "") return SAME;
  state.reasons.add(problem);
  if (state.device !== undefined) state.gaps++;
  state.device = undefined;
  return SAME;
}

/** Takes up the device of a start; "" or why that cannot be. One that goes on from what was played must be equal to it. */
function begin(state: Replay, message: LogMessage): string {
  const unpacked = unpackStart(message.data);
  if (!unpacked.ok) return unpacked.reason;
  const { start } = unpacked;
  const before_us = state.device?.bms.time_us;
  if (state.device !== undefined && before_us === start.time_us) {
    checkAgainst(state, state.device, message);
    return "";
  }
  const taken = takeUp(start);
  if (!taken.ok) return taken.reason;
  if (before_us !== undefined && start.time_us > before_us) state.gaps++; // a device that woke begins at 0
  state.device = taken.device;
  state.hasher = createStateHasher(taken.device.bms);
  return "";
}

function checkAgainst(state: Replay, device: PlayedDevice, message: LogMessage): void {
  const entry = entryAt(device, message);
  if (entry === undefined) return;
  const { name, second, recorded, replayed } = entry;
  state.difference = { second, wall_us: message.time_us, section: name, recorded, replayed, entry };
}

/** One block: "" or why it cannot be played. What differs after it stands in `state`. */
function playBlock(state: Replay, message: LogMessage, { onSecond }: ReplayOptions): string {
  const { device, hasher } = state;
  if (device === undefined || hasher === undefined) return "inputs without a start";
  const { bms } = device;
  const begin_us = bms.time_us;
  const taken = takeBlock(device, message);
  if (!taken.ok) return taken.reason;
  const { block } = taken;
  playTicks(device, block.ticks);
  state.ticks += block.ticks;
  state.seconds_us += bms.time_us - begin_us;
  const section = differingSection(block, hashState(hasher));
  if (section >= 0)
    state.difference = {
      second: Math.floor(begin_us / 1e6),
      wall_us: message.time_us,
      section: HASHED_SECTIONS[section] ?? "state",
    };
  else onSecond?.(bms, message.time_us);
  return "";
}

/** Plays the segment once more up to the block that differs, and from there on compares the signals with the log's rows. */
function nameSignal(
  state: Replay,
  segment: Segment,
  at: number,
  rest: Iterator<Segment>,
  options: ReplayOptions,
): void {
  const { difference } = state;
  if (options.lookup === undefined || difference === undefined) return;
  const from_us = (at <= 0 ? segment.start : segment.blocks[at - 1])!.time_us;
  const rows = options.lookup(from_us);
  const device = at === AT_START ? state.device : deviceBefore(segment, at);
  if (device === undefined) return;
  const sight = lookOn(device, messagesFrom(segment, Math.max(0, at), rest), from_us, rows, difference.section);
  state.difference = { ...difference, ...sight };
}

function deviceBefore({ start, blocks }: Segment, index: number): PlayedDevice | undefined {
  const unpacked = start === undefined ? undefined : unpackStart(start.data);
  const taken = unpacked?.ok === true ? takeUp(unpacked.start) : undefined;
  if (taken?.ok !== true) return undefined;
  for (let i = 0; i < index; i++) {
    const next = takeBlock(taken.device, blocks[i]);
    if (!next.ok) return undefined;
    playTicks(taken.device, next.block.ticks);
  }
  return taken.device;
}

function* messagesFrom({ blocks }: Segment, index: number, rest: Iterator<Segment>): Generator<LogMessage> {
  yield* blocks.slice(index);
  for (let next = rest.next(); next.done !== true; next = rest.next()) {
    if (next.value.start !== undefined) yield next.value.start;
    yield* next.value.blocks;
  }
}
