// What there is to explain an event from: the journal (as the store keeps it, and the channel /events of logs), and the inputs
// around an event, from its freeze-frame or from the flight recorder.

import { decodeUtf8 } from "../base/utf8.ts";
import { messagesOf, spanOf, type TailedLog } from "../log/tailed-log.ts";
import type { LogMessage } from "../log/topics.ts";
import type { JournalEntry } from "../model/events.ts";
import { AFTER_us as FRAME_AFTER_us, BEFORE_us as FRAME_BEFORE_us, type Frame, unpackFrame } from "./freeze-frame.ts";
import { messagesOfFrame } from "./passage.ts";
import { recordedMessages } from "./recorded-messages.ts";

/** Freeze-frames as they are kept beside the logs, by the sequence of their trip. */
export type KeptFrames = {
  readonly list: () => readonly number[];
  readonly read: (sequence: number) => Uint8Array | undefined;
};

/** Where nothing is kept but the logs. */
export const NO_FRAMES: KeptFrames = { list: () => [], read: () => undefined };

export type Evidence = {
  readonly logs: readonly TailedLog[];
  readonly kept: KeptFrames;
  /** Oldest first. */
  readonly entries: readonly JournalEntry[];
  /** Log time of the entries that stand in a log, by sequence. */
  readonly times_us: ReadonlyMap<number, number>;
};

/** `at_us`: the time of the event as the messages count it. */
export type InputEvidence = {
  readonly source: "freeze-frame" | "recorder";
  readonly messages: readonly LogMessage[];
  readonly at_us: number;
};

/** What an explanation is made of; the journal's own sentence where there are no inputs. */
export type Source = InputEvidence["source"] | "journal" | "log";

/** @param journal entries as the store has them; those of the logs are added */
export function gatherEvidence(
  logs: readonly TailedLog[],
  journal: readonly JournalEntry[] = [],
  kept: KeptFrames = NO_FRAMES,
): Evidence {
  const told = new Map(journal.map((entry) => [entry.sequence, entry]));
  const times_us = new Map<number, number>();
  for (const log of logs)
    for (const { time_us, data } of messagesOf(log, ["/events"])) {
      const entry = entryOf(data);
      if (entry === undefined) continue;
      if (!told.has(entry.sequence)) told.set(entry.sequence, entry);
      times_us.set(entry.sequence, time_us);
    }
  return { logs, kept, entries: [...told.values()].sort((a, b) => a.sequence - b.sequence), times_us };
}

/** An entry as it stands on the channel /events; undefined where the bytes are none. */
export function entryOf(data: Uint8Array): JournalEntry | undefined {
  try {
    const entry: unknown = JSON.parse(decodeUtf8(data));
    return isEntry(entry) ? entry : undefined;
  } catch {
    return undefined;
  }
}

const NUMBERS = ["sequence", "wall_ms", "uptime_s"] as const;
const TEXTS = ["code", "severity", "subject", "source", "actor", "text"] as const;

function isEntry(value: unknown): value is JournalEntry {
  if (typeof value !== "object" || value === null) return false;
  const entry = value as Readonly<Record<string, unknown>>;
  return (
    NUMBERS.every((name) => Number.isFinite(entry[name])) && TEXTS.every((name) => typeof entry[name] === "string")
  );
}

const BEFORE_us = 12_000_000;
const AFTER_us = 8_000_000;

/**
 * The inputs around an entry, the best first: its freeze-frame where that reaches from the seconds before to those after, the
 * flight recorder, and what a shorter frame has. Whether they can be played is seen when they are.
 */
export function* evidenceOf(open: Evidence, entry: JournalEntry): Generator<InputEvidence> {
  const frames = [...framesInStore(open, entry), ...framesInLogs(open, entry)].filter((frame) =>
    isAround(frame, entry, open.times_us.get(entry.sequence)),
  );
  for (const frame of frames) if (isWhole(frame, entry)) yield evidenceOfFrame(frame, entry);
  const recorded = evidenceOfRecorder(open, entry);
  if (recorded !== undefined) yield recorded;
  for (const frame of frames) if (!isWhole(frame, entry)) yield evidenceOfFrame(frame, entry);
}

const evidenceOfFrame = ({ parts, base_us }: Frame, { uptime_s }: JournalEntry): InputEvidence => ({
  source: "freeze-frame",
  messages: messagesOfFrame(parts, base_us),
  at_us: base_us + Math.round(uptime_s * 1e6),
});

function evidenceOfRecorder({ logs, times_us }: Evidence, { sequence }: JournalEntry): InputEvidence | undefined {
  const at_us = times_us.get(sequence);
  if (at_us === undefined) return undefined;
  const stretch = { from_us: at_us - BEFORE_us, to_us: at_us + AFTER_us };
  const messages = [...recordedMessages(logs, stretch)];
  const covers =
    messages.some(({ topic, time_us }) => topic === "/recorder/start" && time_us < at_us) &&
    messages.some(({ topic, time_us }) => topic === "/recorder/inputs" && time_us >= at_us);
  return covers ? { source: "recorder", messages, at_us } : undefined;
}

/** The recorder's last seconds; none where there is no recorder. */
export function lastMessages({ logs }: Evidence): {
  readonly messages: readonly LogMessage[];
  readonly at_us: number;
} {
  const at_us = logs.length === 0 ? 0 : Math.max(...logs.map((log) => spanOf(log).last_us));
  const messages = [...recordedMessages(logs, { from_us: at_us - BEFORE_us, to_us: Infinity })];
  return { messages, at_us: messages.at(-1)?.time_us ?? at_us };
}

/** Those of entries near by, the nearest first. */
function* framesInStore({ kept }: Evidence, { sequence: wanted }: JournalEntry): Generator<Frame> {
  const near = kept.list().filter((sequence) => Math.abs(sequence - wanted) < NEAR_ENTRIES);
  near.sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted));
  for (const sequence of near) {
    const bytes = kept.read(sequence);
    const frame = bytes === undefined ? undefined : unpackFrame(bytes);
    if (frame !== undefined) yield frame;
  }
}

/** A trip and what follows it in its frame are so many entries apart at most. */
const NEAR_ENTRIES = 40;

function* framesInLogs({ logs, times_us }: Evidence, { sequence }: JournalEntry): Generator<Frame> {
  const at_us = times_us.get(sequence);
  if (at_us === undefined) return;
  for (const log of logs)
    for (const { data } of messagesOf(log, ["/recorder/frame"], at_us - AROUND_us, at_us + AROUND_us)) {
      const frame = unpackFrame(data);
      if (frame !== undefined) yield frame;
    }
}

const AROUND_us = 30_000_000;
/** A frame's clock and the log's may lie so far apart; another run of the device, with the same times, lies further. */
const SAME_RUN_us = 2_000_000;

/**
 * The event lies inside the seconds of the frame, with some before it, and in the same run of the device.
 * @param log_us its time in the log, where that is known
 */
function isAround({ parts, base_us }: Frame, { uptime_s }: JournalEntry, log_us: number | undefined): boolean {
  const at_us = uptime_s * 1e6;
  const isSameRun = log_us === undefined || Math.abs(base_us + at_us - log_us) < SAME_RUN_us;
  return isSameRun && parts.length > 1 && parts[0]!.end_us < at_us && parts.at(-1)!.end_us >= at_us;
}

/** The frame has the seconds before the event (from the device's start, where that is later) and those after it. */
function isWhole({ parts }: Frame, { uptime_s }: JournalEntry): boolean {
  const at_us = uptime_s * 1e6;
  const from_us = parts[0]!.end_us;
  return (
    from_us <= Math.max(at_us - FRAME_BEFORE_us, BLOCK_us) && parts.at(-1)!.end_us >= at_us + FRAME_AFTER_us - BLOCK_us
  );
}

/** Seconds of a frame end with those of the device's blocks. */
const BLOCK_us = 1_000_000;
