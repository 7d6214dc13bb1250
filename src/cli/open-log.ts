// Opens a log file for the tools: through its summary or by walking over it, with the frames of the tail beside it while
// it is not finished. What is no log at all is told in one sentence.

import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { decompress, TAIL_CODEC } from "../device/log-compression.ts";
import { DISK } from "../device/log-files.ts";
import { channelOf } from "../log/container.ts";
import type { NumberedMessage } from "../log/log-chunk.ts";
import { type LogFile, type OnLost, openLog, readMessages } from "../log/log-file.ts";
import { readTail } from "../log/tail-frames.ts";
import type { TopicName } from "../log/topics.ts";
import { cannotRead, type LogPlace } from "./log-source.ts";
import { UsageError } from "./usage-error.ts";

export type OpenedLog = {
  readonly place: LogPlace;
  readonly log: LogFile;
  /** Messages that wait in the tail for their chunk; none of a finished log. */
  readonly tail: readonly NumberedMessage[];
  /** Bytes of the tail, and those behind its last good frame. */
  readonly tailBytes: number;
  readonly tornBytes: number;
  /** More of the tail is bad than its last frame, which a cut of power may tear. */
  readonly isTailDamaged: boolean;
  readonly close: () => void;
};

/** The log, or why it is none, in one sentence. Throws UsageError where the file cannot be read at all. */
export function openPlace(place: LogPlace): OpenedLog | { readonly problem: string } {
  const descriptor = opened(place.path);
  const read = (offset: number, length: number): Uint8Array => readAt(descriptor, place.path, offset, length);
  const log = openLog(read, fstatSync(descriptor).size, decompress);
  if ("problem" in log) {
    closeSync(descriptor);
    return log;
  }
  return { place, log, ...waiting(place, log), close: () => closeSync(descriptor) };
}

/** A file that is no log, and why, in one sentence. */
export type NoLog = { readonly place: LogPlace; readonly problem: string };

/** The logs of all places, and the files that are none, as a cut leaves them. Throws UsageError where not one is a log. */
export function openGood(places: readonly LogPlace[]): {
  readonly logs: readonly OpenedLog[];
  readonly unusable: readonly NoLog[];
} {
  const logs: OpenedLog[] = [];
  const unusable: NoLog[] = [];
  for (const place of places) {
    const log = openPlace(place);
    if ("problem" in log) unusable.push({ place, problem: log.problem });
    else logs.push(log);
  }
  const [first] = unusable;
  if (logs.length === 0 && first !== undefined) throw new UsageError(`${first.place.path}: ${first.problem}`);
  return { logs, unusable };
}

/** The same; a file that is none is left out with a line. */
export function openAll(places: readonly LogPlace[], tell = tellOnce): readonly OpenedLog[] {
  const { logs, unusable } = openGood(places);
  for (const each of unusable) tell(leftOutText(each));
  return logs;
}

const TOLD = new Set<string>();

/** On standard error; a what-if opens its logs again and again, and in another thread. */
function tellOnce(line: string): void {
  if (isMainThread && !TOLD.has(line)) process.stderr.write(`bms: ${line}\n`);
  TOLD.add(line);
}

export const leftOutText = ({ place, problem }: NoLog): string => `${place.path} is left out: ${problem}`;

function opened(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    throw cannotRead(path, error);
  }
}

function readAt(descriptor: number, path: string, offset: number, length: number): Uint8Array {
  try {
    return DISK.read({ path, descriptor }, offset, length);
  } catch (error) {
    throw cannotRead(path, error);
  }
}

type Waiting = Pick<OpenedLog, "tail" | "tailBytes" | "tornBytes" | "isTailDamaged">;

function waiting(place: LogPlace, log: LogFile): Waiting {
  if (place.tail === undefined || log.isFinished) return { tail: [], tailBytes: 0, tornBytes: 0, isTailDamaged: false };
  const bytes = readTailFile(place.tail);
  const { messages, goodBytes } = readTail(bytes, TAIL_CODEC);
  const tornBytes = bytes.length - goodBytes;
  const isTailDamaged = !isTornEnd(bytes.subarray(goodBytes));
  return { tail: unknownTo(log, messages), tailBytes: bytes.length, tornBytes, isTailDamaged };
}

/** Whether bytes are what a cut of power leaves of the last frame: less than it, or all of it unwritten or half written. */
function isTornEnd(rest: Uint8Array): boolean {
  if (rest.length < 4 || rest.every((byte) => byte === 0)) return true;
  return new DataView(rest.buffer, rest.byteOffset).getUint32(0, true) >= rest.length;
}

/** A device that runs may remove the tail meanwhile: then its frames are chunks. */
function readTailFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    return new Uint8Array(0);
  }
}

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
  { log, tail }: OpenedLog,
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
export function spanOf({ log, tail }: OpenedLog): { readonly first_us: number; readonly last_us: number } {
  const first_us = log.chunks.length > 0 ? log.first_us : (tail[0]?.time_us ?? 0);
  const last_us = tail.reduce((last, { time_us }) => Math.max(last, time_us), log.last_us);
  return { first_us, last_us };
}

/** How many messages each channel has, by the indexes of the chunks: nothing is unpacked where a chunk has its indexes. */
export function countMessages({ log, tail }: OpenedLog): ReadonlyMap<TopicName, number> {
  const counts = new Map<TopicName, number>();
  const add = (topic: TopicName | undefined, count: number): void => {
    if (topic !== undefined) counts.set(topic, (counts.get(topic) ?? 0) + count);
  };
  for (const { topic } of tail) add(topic, 1);
  const bare = log.chunks.filter(({ indexes }) => indexes.size === 0);
  for (const { topic } of readMessages({ ...log, chunks: bare }, [...log.topics.values()])) add(topic, 1);
  for (const { indexes } of log.chunks)
    for (const [id, offset] of indexes) add(log.topics.get(id), indexedMessages(log, offset));
  return counts;
}

/** Messages in the index record at an offset: after its head, channel and length, 16 bytes for each (mcap.dev/spec). */
function indexedMessages({ read }: LogFile, offset: number): number {
  const head = read(offset, 15);
  return head.length < 15 ? 0 : Math.floor(new DataView(head.buffer, head.byteOffset).getUint32(11, true) / 16);
}
