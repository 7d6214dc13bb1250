// What there is to explain an event from: the journal (of the data folder's store, and the channel /events of logs), and the
// inputs around an event, from its freeze-frame or from the flight recorder.

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { decodeUtf8 } from "../base/utf8.ts";
import { JOURNAL_FILE } from "../device/store-journal.ts";
import { readFrame, readFrameList, readJournal } from "../device/store-reader.ts";
import type { LogMessage } from "../log/topics.ts";
import type { JournalEntry } from "../model/events.ts";
import { type Frame, unpackFrame } from "../replay/freeze-frame.ts";
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
export type Evidence =
  | { readonly source: "freeze-frame" | "recorder"; readonly messages: readonly LogMessage[]; readonly at_us: number }
  | { readonly source: "journal" };

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

/** The inputs around an entry: its own freeze-frame, one that covers it, or the flight recorder. */
export function evidenceOf(open: OpenEvidence, entry: JournalEntry): Evidence {
  const frame = frameInStore(open, entry) ?? frameInLogs(open, entry);
  if (frame !== undefined)
    return {
      source: "freeze-frame",
      messages: messagesOfFrame(frame.parts, frame.base_us),
      at_us: frame.base_us + Math.round(entry.uptime_s * 1e6),
    };
  const at_us = open.times_us.get(entry.sequence);
  if (at_us === undefined) return { source: "journal" };
  const stretch = { from_us: at_us - BEFORE_us, to_us: at_us + AFTER_us };
  const messages = [...recordedMessages(open.logs, stretch)];
  const covers = messages.some(({ topic, time_us }) => topic === "/recorder/inputs" && time_us >= at_us);
  return covers ? { source: "recorder", messages, at_us } : { source: "journal" };
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

function frameInStore({ folder }: OpenEvidence, entry: JournalEntry): Frame | undefined {
  if (folder === undefined) return undefined;
  const near = readFrameList(folder).filter((sequence) => Math.abs(sequence - entry.sequence) < NEAR_ENTRIES);
  near.sort((a, b) => Math.abs(a - entry.sequence) - Math.abs(b - entry.sequence));
  for (const sequence of near) {
    const bytes = readFrame(folder, sequence);
    const frame = bytes === undefined ? undefined : unpackFrame(bytes);
    if (frame !== undefined && isAround(frame, entry)) return frame;
  }
  return undefined;
}

/** A trip and what follows it in its frame are so many entries apart at most. */
const NEAR_ENTRIES = 40;

function frameInLogs({ logs, times_us }: OpenEvidence, entry: JournalEntry): Frame | undefined {
  const at_us = times_us.get(entry.sequence);
  if (at_us === undefined) return undefined;
  for (const log of logs)
    for (const { data } of messagesOf(log, ["/recorder/frame"], at_us - AROUND_us, at_us + AROUND_us)) {
      const frame = unpackFrame(data);
      if (frame !== undefined && isAround(frame, entry)) return frame;
    }
  return undefined;
}

const AROUND_us = 30_000_000;

/** The event lies inside the seconds of the frame, with some before it. */
function isAround({ parts }: Frame, { uptime_s }: JournalEntry): boolean {
  const at_us = uptime_s * 1e6;
  return parts.length > 1 && parts[0]!.end_us < at_us && parts.at(-1)!.end_us >= at_us;
}
