// A log with what still waits for its chunk: the frames of the tail beside an unfinished file (tail-frames.ts), or messages that
// are kept in memory only. Whoever reads through this sees the newest records too.

import { channelOf } from "./container.ts";
import type { NumberedMessage } from "./log-chunk.ts";
import { type LogFile, type OnLost, readMessages } from "./log-file.ts";
import type { LogMessage, TopicName } from "./topics.ts";

/** `tail`: messages that wait for their chunk, in the order in which they were written; none of a finished log. */
export type TailedLog = { readonly log: LogFile; readonly tail: readonly NumberedMessage[] };

/** Chunks that hold what a tail may still hold: a cut came after the chunk and before the tail was emptied. */
const LAST_CHUNKS = 4;

/** The messages that no chunk holds yet, by their numbers. */
export function unknownTo(log: LogFile, messages: readonly NumberedMessage[]): readonly NumberedMessage[] {
  if (messages.length === 0) return [];
  const next = new Map<number, number>();
  const topics = [...new Set(messages.map(({ topic }) => topic))];
  for (const { topic, sequence } of readMessages({ ...log, chunks: log.chunks.slice(-LAST_CHUNKS) }, topics))
    next.set(channelOf(topic), Math.max(next.get(channelOf(topic)) ?? 0, sequence + 1));
  return messages.filter(({ topic, sequence }) => sequence >= (next.get(channelOf(topic)) ?? 0));
}

/** Messages of some topics from `from_us` to before `to_us`: those of the file, then those of its tail. */
export function* messagesOf(
  { log, tail }: TailedLog,
  topics: readonly TopicName[],
  from_us = 0,
  to_us = Infinity,
  onLost?: OnLost,
): Generator<NumberedMessage> {
  yield* readMessages(log, topics, from_us, to_us, onLost);
  for (const message of tail)
    if (topics.includes(message.topic) && message.time_us >= from_us && message.time_us < to_us) yield message;
}

/** Times of the first and last message; 0 where there is none. */
export function spanOf({ log, tail }: TailedLog): { readonly first_us: number; readonly last_us: number } {
  const first_us = log.chunks.length > 0 ? log.first_us : (tail[0]?.time_us ?? 0);
  const last_us = tail.reduce((last, { time_us }) => Math.max(last, time_us), log.last_us);
  return { first_us, last_us };
}

/** Messages that are kept in memory only, as a log; the bytes are those of the caller. */
export const memoryLog = (messages: readonly LogMessage[], identity: LogFile["identity"]): TailedLog => ({
  log: {
    read: () => NO_BYTES,
    size: 0,
    decompress: () => NO_BYTES,
    identity,
    isFinished: false,
    chunks: [],
    attachments: [],
    summaries: [],
    topics: new Map(),
    first_us: messages[0]?.time_us ?? 0,
    last_us: messages.reduce((last, { time_us }) => Math.max(last, time_us), 0),
  },
  tail: messages.map((message, sequence) => ({ ...message, sequence })),
});

const NO_BYTES = new Uint8Array(0);
