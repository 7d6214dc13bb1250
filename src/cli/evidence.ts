// What there is to explain an event from: the journal (of the data folder's store, and the channel /events of logs), and the
// inputs around an event, from its freeze-frame or from the flight recorder.

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { decodeUtf8 } from "../base/utf8.ts";
import { JOURNAL_FILE } from "../device/store-journal.ts";
import { readFrame, readFrameList, readJournal } from "../device/store-reader.ts";
import type { LogMessage } from "../log/topics.ts";
import type { JournalEntry } from "../model/events.ts";
import {
  AFTER_us as FRAME_AFTER_us,
  BEFORE_us as FRAME_BEFORE_us,
  type Frame,
  unpackFrame,
} from "../replay/freeze-frame.ts";
import { messagesOfFrame } from "../replay/passage.ts";
import { findLogs } from "./log-source.ts";
import { messagesOf, type OpenedLog, openAll, spanOf } from "./open-log.ts";
import { recordedMessages } from "./recorded-messages.ts";
import { UsageError } from "./usage-error.ts";

export type OpenEvidence = {
  readonly logs: readonly OpenedLog[];
  /** The data folder, where there is one with a store. */
  readonly folder: string | undefined;
  /** Oldest first. */
  readonly entries: readonly JournalEntry[];
  /** Log time of the entries that stand in a log, by sequence. */
  readonly times_us: ReadonlyMap<number, number>;
  readonly close: () => void;
};

/** `at_us`: the time of the event as the messages count it. */
export type InputEvidence = {
  readonly source: "freeze-frame" | "recorder";
  readonly messages: readonly LogMessage[];
  readonly at_us: number;
};

/** What an explanation is made of; the journal's own sentence where there are no inputs. */
export type Source = InputEvidence["source"] | "journal" | "log";

/** Opens what a word names. Throws UsageError where there is neither a log nor a store. */
export function openEvidence(word: string): OpenEvidence {
  const folder = existsSync(join(word, JOURNAL_FILE)) && statSync(word).isDirectory() ? word : undefined;
  const logs = logsOf(word, folder !== undefined);
  const told = new Map<number, JournalEntry>();
  const times_us = new Map<number, number>();
  if (folder !== undefined) for (const entry of readJournal(folder)) told.set(entry.sequence, entry);
  for (const log of logs)
    for (const { time_us, data } of messagesOf(log, ["/events"])) {
      const entry = entryOf(data);
      if (entry === undefined) continue;
      if (!told.has(entry.sequence)) told.set(entry.sequence, entry);
      times_us.set(entry.sequence, time_us);
    }
  const close = (): void => {
    for (const log of logs) log.close();
  };
  return { logs, folder, entries: [...told.values()].sort((a, b) => a.sequence - b.sequence), times_us, close };
}

function logsOf(word: string, hasStore: boolean): readonly OpenedLog[] {
  try {
    return openAll(findLogs([word]));
  } catch (error) {
    if (hasStore && error instanceof UsageError) return [];
    throw error;
  }
}

function entryOf(data: Uint8Array): JournalEntry | undefined {
  try {
    const entry = JSON.parse(decodeUtf8(data)) as Partial<JournalEntry>;
    const isWhole =
      typeof entry.sequence === "number" && typeof entry.code === "string" && typeof entry.uptime_s === "number";
    return isWhole ? (entry as JournalEntry) : undefined;
  } catch {
    return undefined;
  }
}

const BEFORE_us = 12_000_000;
const AFTER_us = 8_000_000;

/**
 * The inputs around an entry, the best first: its freeze-frame where that reaches from the seconds before to those after, the
 * flight recorder, and what a shorter frame has. Whether they can be played is seen when they are.
 */
export function* evidenceOf(open: OpenEvidence, entry: JournalEntry): Generator<InputEvidence> {
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

function evidenceOfRecorder({ logs, times_us }: OpenEvidence, { sequence }: JournalEntry): InputEvidence | undefined {
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
export function lastMessages({ logs }: OpenEvidence): {
  readonly messages: readonly LogMessage[];
  readonly at_us: number;
} {
  const at_us = logs.length === 0 ? 0 : Math.max(...logs.map((log) => spanOf(log).last_us));
  const messages = [...recordedMessages(logs, { from_us: at_us - BEFORE_us, to_us: Infinity })];
  return { messages, at_us: messages.at(-1)?.time_us ?? at_us };
}

/** Those of entries near by, the nearest first. */
function* framesInStore({ folder }: OpenEvidence, { sequence: wanted }: JournalEntry): Generator<Frame> {
  if (folder === undefined) return;
  const near = readFrameList(folder).filter((sequence) => Math.abs(sequence - wanted) < NEAR_ENTRIES);
  near.sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted));
  for (const sequence of near) {
    const bytes = readFrame(folder, sequence);
    const frame = bytes === undefined ? undefined : unpackFrame(bytes);
    if (frame !== undefined) yield frame;
  }
}

/** A trip and what follows it in its frame are so many entries apart at most. */
const NEAR_ENTRIES = 40;

function* framesInLogs({ logs, times_us }: OpenEvidence, { sequence }: JournalEntry): Generator<Frame> {
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
