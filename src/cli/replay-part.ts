// The part of a recording that one thread of bms replay plays: all of it, or one side of a start in its middle. Between
// two starts nothing depends on what came before, so that both sides can be played at the same time.

import type { NumberedMessage } from "../log/log-chunk.ts";
import { readMessages } from "../log/log-file.ts";
import { rowOf } from "../log/table.ts";
import { messagesOf } from "../log/tailed-log.ts";
import type { LogMessage, TopicName } from "../log/topics.ts";
import { segmentsOf } from "../replay/recording.ts";
import { type Replayed, replay } from "../replay/replay.ts";
import type { TimedRow } from "../replay/signal-difference.ts";
import type { OpenedLog } from "./open-log.ts";

/** A start of the recording: which log, the offset of its chunk there, and its number in its channel. */
export type Split = { readonly log: number; readonly offset: number; readonly sequence: number };

export type PartOptions = {
  /** Play from this start on; without it, from the beginning. */
  readonly from?: Split | undefined;
  /** Play up to this start and compare it; without it, to the end. */
  readonly to?: Split | undefined;
  /** Told how much of the logs has been read, 0..1. */
  readonly onRead?: (part: number) => void;
};

export type PartPlayed = {
  readonly replayed: Replayed;
  /** Chunks that could not be read, in one line each reason. */
  readonly lost: readonly string[];
  /** How long the signal of a difference was looked for, which is no part of the replay. */
  readonly looking_ms: number;
};

const RECORDED: readonly TopicName[] = ["/recorder/start", "/recorder/inputs"];

export function playPart(logs: readonly OpenedLog[], options: PartOptions): PartPlayed {
  const lost = new Set<string>();
  let found_ms = Infinity;
  let last: LogMessage | undefined;
  const messages = watched(recorded(logs, options, lost), (message, log) => {
    if (message.topic === "/recorder/start" && isAt(message, log, options.to)) last = message;
  });
  const lookup = (from_us: number): Iterable<TimedRow> => {
    found_ms = performance.now();
    return rowsAfter(logs, from_us);
  };
  const replayed = replay(segmentsOf(messages), { lookup, isLast: (start) => start === last });
  return { replayed, lost: [...lost], looking_ms: Math.max(0, performance.now() - found_ms) };
}

type Read = { readonly message: NumberedMessage; readonly log: number };

const isAt = ({ sequence }: NumberedMessage, log: number, split: Split | undefined): boolean =>
  split !== undefined && log === split.log && sequence === split.sequence;

function* watched(source: Iterable<Read>, see: (message: NumberedMessage, log: number) => void): Generator<LogMessage> {
  for (const { message, log } of source) {
    see(message, log);
    yield message;
  }
}

/** The recorder's messages of all logs, one log after the other; damage is told in `lost`. */
function* recorded(logs: readonly OpenedLog[], { from, onRead }: PartOptions, lost: Set<string>): Generator<Read> {
  let begun = from === undefined;
  for (const [log, opened] of logs.entries()) {
    if (from !== undefined && log < from.log) continue;
    const rest = log === from?.log ? restOf(opened, from.offset) : opened;
    const onLost = (_: unknown, reason: string): void => {
      lost.add(`${opened.place.path}: ${reason}`);
    };
    for (const message of messagesOf(rest, RECORDED, 0, Infinity, onLost)) {
      begun ||= message.topic === "/recorder/start" && isAt(message, log, from);
      if (begun) yield { message, log };
    }
    onRead?.((log + 1) / logs.length);
  }
}

const restOf = (opened: OpenedLog, offset: number): OpenedLog => ({
  ...opened,
  log: { ...opened.log, chunks: opened.log.chunks.filter((chunk) => chunk.offset >= offset) },
});

/** Chunks are unpacked as the rows of them are asked for. */
function* rowsAfter(logs: readonly OpenedLog[], from_us: number): Generator<TimedRow> {
  for (const log of logs)
    for (const { time_us, data } of messagesOf(log, ["/state"], from_us + 1)) {
      const row = rowOf(data);
      if (row !== undefined) yield { time_us, row };
    }
}

/** Less is replayed sooner than another thread has started: about an hour and a half in ticks of 10 ms. */
const WORTH_bytes = 2_500_000;
/** Each side must be at least such a part of all. */
const LEAST = 0.2;

/** The start nearest to the middle of what is to be played; undefined where one thread does better. */
export function splitOf(logs: readonly OpenedLog[], worth_bytes = WORTH_bytes): Split | undefined {
  const total = logs.reduce((sum, log) => sum + bytesOf(log), 0);
  if (total < worth_bytes) return undefined;
  let best: Split | undefined;
  let least = 0.5 - LEAST;
  let before = 0;
  for (const [i, { log }] of logs.entries())
    for (const place of log.chunks) {
      const share = before / total;
      if (holds(log, place, "/recorder/inputs")) before += place.plain_bytes;
      if (Math.abs(share - 0.5) >= least || !holds(log, place, "/recorder/start")) continue;
      const sequence = firstStart(log, place);
      if (sequence === undefined) continue;
      best = { log: i, offset: place.offset, sequence };
      least = Math.abs(share - 0.5);
    }
  return best;
}

type Log = OpenedLog["log"];
type Place = Log["chunks"][number];

const bytesOf = ({ log }: OpenedLog): number =>
  log.chunks.reduce((sum, place) => sum + (holds(log, place, "/recorder/inputs") ? place.plain_bytes : 0), 0);

/** By the chunk's indexes: where these are lost, it counts as holding none. */
const holds = ({ topics }: Log, { indexes }: Place, topic: TopicName): boolean =>
  [...indexes.keys()].some((id) => topics.get(id) === topic);

function firstStart(log: Log, place: Place): number | undefined {
  for (const { sequence } of readMessages({ ...log, chunks: [place] }, ["/recorder/start"])) return sequence;
  return undefined;
}
