// Opens a log file for the tools: through its summary or by walking over it, with the frames of the tail beside it while
// it is not finished. What is no log at all is told in one sentence.

import { closeSync, fstatSync, openSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { decompress } from "../device/log-compression.ts";
import { DISK } from "../device/log-files.ts";
import { readWaiting, type WaitingTail } from "../device/log-waiting.ts";
import { type LogFile, openLog, readMessages } from "../log/log-file.ts";
import type { TailedLog } from "../log/tailed-log.ts";
import type { TopicName } from "../log/topics.ts";
import { cannotRead, findLogs, type LogPlace } from "./log-source.ts";
import { UsageError } from "./usage-error.ts";

export type OpenedLog = TailedLog & WaitingTail & { readonly place: LogPlace; readonly close: () => void };

/** The log, or why it is none, in one sentence. Throws UsageError where the file cannot be read at all. */
export function openPlace(place: LogPlace): OpenedLog | { readonly problem: string } {
  const descriptor = opened(place.path);
  const read = (offset: number, length: number): Uint8Array => readAt(descriptor, place.path, offset, length);
  const log = openLog(read, fstatSync(descriptor).size, decompress);
  if ("problem" in log) {
    closeSync(descriptor);
    return log;
  }
  return { place, log, ...readWaiting(place.tail, log), close: () => closeSync(descriptor) };
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

/** Logs opened for a while; they are closed whatever happens. */
export function withLogs<T>(words: readonly string[], work: (logs: readonly OpenedLog[]) => T): T {
  const logs = openAll(findLogs(words));
  try {
    return work(logs);
  } finally {
    for (const log of logs) log.close();
  }
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
