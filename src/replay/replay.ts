// Runs the core again on what it was given, and compares its state with the recorded one: every second by its hashes, at
// each start that follows without a gap number by number. The first difference ends it: all that follows may differ too.

import { type Bms, step } from "../core/bms.ts";
import { saveState } from "../core/saved-state.ts";
import { createSensors, type Sensors } from "../core/sensors.ts";
import { createStateHasher, HASHED_SECTIONS, hashState, type StateHasher } from "../core/state-hash.ts";
import type { LogMessage } from "../log/topics.ts";
import { firstOddEntry } from "./entry-difference.ts";
import { recallSensors } from "./input-memory.ts";
import {
  createInputPlayer,
  differingSection,
  type InputBlock,
  type InputPlayer,
  loadBlock,
  MISSING,
  nextTick,
  requestsNow,
  unpackBlock,
} from "./input-player.ts";
import type { Segment } from "./recording.ts";
import { oddSignal, type RowLookup } from "./signal-difference.ts";
import { startBms, unpackStart } from "./start.ts";

export type Difference = {
  /** Device time of the second in which it begins, s, and log time at its end, microseconds since 1970. */
  readonly second: number;
  readonly wall_us: number;
  /** The part of the state that differs: a stage, or an entry of the state where that is known. */
  readonly section: string;
  /** The first signal of the log's rows that the replay does not give, and both values. */
  readonly signal?: string;
  readonly recorded?: number;
  readonly replayed?: number;
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
  /** Rows of the log around a time; with them a difference gets the name of a signal. */
  readonly lookup?: RowLookup;
};

type Replay = {
  player: InputPlayer;
  sensors: Sensors;
  bms: Bms | undefined;
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
    player: createInputPlayer(),
    sensors: createSensors(),
    bms: undefined,
    hasher: undefined,
    seconds_us: 0,
    ticks: 0,
    gaps: 0,
    unused: 0,
    reasons: new Set(),
    difference: undefined,
  };
  for (const segment of segments) {
    replaySegment(state, segment, options);
    if (state.difference !== undefined) break;
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

function replaySegment(state: Replay, segment: Segment, options: ReplayOptions): void {
  const begun = segment.start === undefined ? "inputs without a start" : begin(state, segment.start);
  if (state.difference !== undefined) return;
  let problem = begun;
  for (const [i, block] of segment.blocks.entries()) {
    problem ||= playBlock(state, block, options);
    if (problem !== "") {
      state.unused += segment.blocks.length - i;
      break;
    }
    if (state.difference === undefined) continue;
    if (options.lookup !== undefined) nameSignal(state, segment, i, options.lookup);
    return;
  }
  if (problem === "") return;
  state.reasons.add(problem);
  if (state.bms !== undefined) state.gaps++;
  state.bms = undefined;
}

/** Takes up the device of a start; "" or why that cannot be. One that goes on from what was played must be equal to it. */
function begin(state: Replay, message: LogMessage): string {
  const unpacked = unpackStart(message.data);
  const before = state.bms;
  if (!unpacked.ok) return unpacked.reason;
  const { start } = unpacked;
  const isNext = before !== undefined && before.time_us === start.time_us;
  if (isNext) {
    checkAgainst(state, before, start.state, message.time_us);
    return "";
  }
  const started = startBms(start);
  if (!started.ok) return started.reason;
  if (before !== undefined && start.time_us > before.time_us) state.gaps++; // a device that woke begins at 0
  state.bms = started.bms;
  state.hasher = createStateHasher(started.bms);
  state.player = createInputPlayer(start.memory);
  recallSensors(start.memory, state.sensors);
  return "";
}

/** Number by number: hashes may agree by chance, and here is the recorded state itself. */
function checkAgainst(state: Replay, bms: Bms, recorded: Uint8Array, wall_us: number): void {
  const odd = firstOddEntry(saveState(bms), recorded);
  if (odd === undefined) return;
  const { name, ours, theirs } = odd;
  const second = Math.max(0, Math.ceil(bms.time_us / 1e6) - 1);
  state.difference = { second, wall_us, section: name, recorded: theirs, replayed: ours };
}

/** One block: "" or why it cannot be played. What differs after it stands in `state`. */
function playBlock(state: Replay, message: LogMessage, { onSecond }: ReplayOptions): string {
  const { player, bms, hasher } = state;
  if (bms === undefined || hasher === undefined) return "inputs without a start";
  const unpacked = unpackBlock(message.data);
  if (!unpacked.ok) return unpacked.reason;
  const { block } = unpacked;
  const loaded = loadBlock(player, block);
  if (!loaded.ok) return loaded.reason;
  const begin_us = bms.time_us;
  if (loaded.begin_us !== begin_us) return MISSING;
  if (!playTicks(state, bms, block)) return "the block of inputs is damaged: a tick has a senseless length";
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

function playTicks({ player, sensors }: Replay, bms: Bms, { ticks }: InputBlock): boolean {
  for (let tick = 0; tick < ticks; tick++) {
    const dt_us = nextTick(player, sensors);
    if (!(dt_us >= 1 && dt_us <= 1_000_000 && Number.isInteger(dt_us))) return false;
    step(bms, sensors, requestsNow(player), dt_us);
  }
  return true;
}

/** Plays the segment once more up to the block that differs, and compares that second's signals with the log's rows. */
function nameSignal(state: Replay, { start, blocks }: Segment, index: number, lookup: RowLookup): void {
  const unpacked = start === undefined ? undefined : unpackStart(start.data);
  const started = unpacked?.ok === true ? startBms(unpacked.start) : undefined;
  if (unpacked?.ok !== true || started?.ok !== true) return;
  const again: Replay = { ...state, player: createInputPlayer(unpacked.start.memory), bms: started.bms };
  recallSensors(unpacked.start.memory, again.sensors);
  for (let i = 0; i < index; i++) {
    const block = unpackBlock(blocks[i].data);
    if (!block.ok || !loadBlock(again.player, block.block).ok || !playTicks(again, started.bms, block.block)) return;
  }
  const last = unpackBlock(blocks[index].data);
  if (!last.ok || !loadBlock(again.player, last.block).ok) return;
  const from_us = index === 0 ? start!.time_us : blocks[index - 1].time_us;
  const odd = oddSignal(
    started.bms,
    last.block.ticks,
    () => playOne(again, started.bms),
    lookup(from_us, blocks[index].time_us),
  );
  if (odd !== undefined) state.difference = { ...state.difference!, ...odd };
}

function playOne({ player, sensors }: Replay, bms: Bms): void {
  const dt_us = nextTick(player, sensors);
  step(bms, sensors, requestsNow(player), dt_us);
}
