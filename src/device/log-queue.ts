// Records on their way to the medium, at most so many bytes: over that the oldest of the fuller stream are dropped, and
// counted, so that a gap can be marked. The loop's side and the writer each hold one.

import { type LogMessage, type Stream, TOPICS } from "../log/topics.ts";
import { createLoss, type Loss, lose } from "./log-trouble.ts";

/** Most bytes of records held while the medium does not take them. */
export const HELD_bytes = 8e6;

/** What a record takes in memory beside its content, roughly. */
const OVERHEAD_bytes = 100;

export type LogQueue = {
  readonly limit_bytes: number;
  /** In the order they came; the streams are kept apart only for dropping. */
  messages: LogMessage[];
  readonly bytes: Record<Stream, number>;
  readonly lost: Record<Stream, Loss>;
};

export const createLogQueue = (limit_bytes = HELD_bytes): LogQueue => ({
  limit_bytes,
  messages: [],
  bytes: { plain: 0, recorder: 0 },
  lost: { plain: createLoss("plain"), recorder: createLoss("recorder") },
});

const streamOf = (message: LogMessage): Stream => TOPICS[message.topic].stream;
const sizeOf = (message: LogMessage): number => message.data.length + OVERHEAD_bytes;

export const heldBytes = ({ bytes }: LogQueue): number => bytes.plain + bytes.recorder;
export const hasLost = ({ lost }: LogQueue): boolean => lost.plain.lost + lost.recorder.lost > 0;

/** Adds a record; what no longer fits is dropped and counted. */
export function push(queue: LogQueue, message: LogMessage): void {
  queue.messages.push(message);
  queue.bytes[streamOf(message)] += sizeOf(message);
  if (heldBytes(queue) > queue.limit_bytes) drop(queue);
}

/** Drops down to seven eighths, so that a full queue is not searched through for every record. */
function drop(queue: LogQueue): void {
  const { bytes, lost } = queue;
  const target = queue.limit_bytes * 0.875;
  const stream = bytes.plain > bytes.recorder ? "plain" : "recorder";
  queue.messages = queue.messages.filter((message) => {
    if (heldBytes(queue) <= target || streamOf(message) !== stream) return true;
    bytes[stream] -= sizeOf(message);
    lose(lost[stream], message.time_us);
    return false;
  });
}

/** The oldest records up to so many bytes, at least one; they leave the queue. */
export function take(queue: LogQueue, limit_bytes: number): LogMessage[] {
  let count = 0;
  for (let sum = 0; count < queue.messages.length && sum < limit_bytes; count++) {
    const message = queue.messages[count]!;
    sum += sizeOf(message);
    queue.bytes[streamOf(message)] -= sizeOf(message);
  }
  return queue.messages.splice(0, count);
}

/** Puts records back before all others; they had been taken and could not be written. */
export function putBack(queue: LogQueue, messages: readonly LogMessage[]): void {
  for (const message of messages) queue.bytes[streamOf(message)] += sizeOf(message);
  queue.messages = [...messages, ...queue.messages];
  if (heldBytes(queue) > queue.limit_bytes) drop(queue);
}

/** Counts records as lost that had been taken out and will not be written. */
export function loseAll(queue: LogQueue, messages: readonly LogMessage[]): void {
  for (const message of messages) lose(queue.lost[streamOf(message)], message.time_us);
}

/** Puts plain records back to be written into another file; the recorder's have nothing to go on from there, and count as lost. */
export function giveBack(queue: LogQueue, messages: readonly LogMessage[]): void {
  const plain = messages.filter((message) => streamOf(message) === "plain");
  for (const message of messages) if (streamOf(message) === "recorder") lose(queue.lost.recorder, message.time_us);
  putBack(queue, plain);
}
