// Judges one log file: the checksum of every chunk and attachment, of the summary and of the file as a whole, and that the
// messages of each channel are numbered without a hole. What a cut of power does to a file that was being written is no
// damage as long as its tail has the rest.

import { crc32 } from "node:zlib";
import { isoTime } from "../base/calendar.ts";
import { readAttachment } from "../log/log-file.ts";
import { isAsWritten, structureDamage } from "../log/readable-part.ts";
import { messagesOf } from "../log/tailed-log.ts";
import { TOPIC_NAMES, type TopicName } from "../log/topics.ts";
import type { OpenedLog } from "./open-log.ts";

export type LogVerdict = {
  readonly file: string;
  readonly state: "whole" | "unfinished" | "broken";
  readonly finished: boolean;
  readonly messages: number;
  /** Messages in the tail beside an unfinished file. */
  readonly inTail: number;
  /** Times without records that the writer marked itself. */
  readonly gaps: number;
  /** Messages that are missing, by their numbers. */
  readonly missing: number;
  /** One line each. */
  readonly problems: readonly string[];
};

/** Reads the whole log. Of an unfinished one, `state` is "unfinished" when nothing that was written is lost. */
export function checkLog(log: OpenedLog): LogVerdict {
  const count = createCount();
  for (const message of messagesOf(log, TOPIC_NAMES, 0, Infinity, ({ offset }, reason) => lost(count, offset, reason)))
    countMessage(count, message);
  const found = [...structureProblems(log), ...attachmentProblems(log), ...count.problems];
  const problems = found.length > 0 ? found : fileProblems(log);
  return {
    file: log.place.path,
    state: problems.length > 0 ? "broken" : log.log.isFinished ? "whole" : "unfinished",
    finished: log.log.isFinished,
    messages: count.messages,
    inTail: log.tail.length,
    gaps: count.gaps,
    missing: count.missing,
    problems,
  };
}

type Count = {
  readonly next: Map<TopicName, number>;
  readonly problems: string[];
  messages: number;
  missing: number;
  gaps: number;
};

const createCount = (): Count => ({ next: new Map(), problems: [], messages: 0, missing: 0, gaps: 0 });

const lost = ({ problems }: Count, offset: number, reason: string): void =>
  void problems.push(`chunk at byte ${offset}: ${reason}`);

/** Messages of a channel are numbered from 0 in every file. */
function countMessage(
  count: Count,
  { topic, sequence, time_us }: { topic: TopicName; sequence: number; time_us: number },
): void {
  const expected = count.next.get(topic) ?? 0;
  if (sequence > expected) {
    count.missing += sequence - expected;
    count.problems.push(`${topic}: ${sequence - expected} messages missing before ${isoTime(time_us)}`);
  } else if (sequence < expected)
    count.problems.push(`${topic}: message ${sequence} stands twice, at ${isoTime(time_us)}`);
  count.next.set(topic, Math.max(expected, sequence + 1));
  count.messages++;
  if (topic === "/gap") count.gaps++;
}

/** A file that was cut off while it was written lost nothing if the tail goes on where its last whole chunk ended. */
export function structureProblems({ log, tail, tornBytes, isTailDamaged }: OpenedLog): readonly string[] {
  const ofTail = isTailDamaged ? [`the tail is damaged: its last ${tornBytes} bytes cannot be used`] : [];
  const damage = structureDamage(log, tail.length > 0);
  if (damage === undefined) return ofTail;
  const cost = damage.lostBytes > 0 ? `, ${damage.lostBytes} bytes cannot be used` : "";
  return [`at byte ${damage.offset}: ${damage.reason}${cost}`, ...ofTail];
}

const attachmentProblems = ({ log }: OpenedLog): readonly string[] =>
  log.attachments.flatMap(({ name, offset }) =>
    readAttachment(log, name) === undefined ? [`attachment ${name} at byte ${offset}: its CRC is wrong`] : [],
  );

/** The CRC over the file as a whole; no problem where its writer gave none. */
export function fileProblems({ log }: OpenedLog): readonly string[] {
  const steps = isAsWritten(log, crc32);
  for (;;) {
    const { done, value } = steps.next();
    if (done !== true) continue;
    return value === false ? ["the CRC of the file as a whole is wrong: a byte outside of the chunks was altered"] : [];
  }
}
