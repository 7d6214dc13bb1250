// bms log tail: the last rows and events of a log, and with --follow those to come, while the device writes them. Nothing
// is locked: it looks at the newest file and its tail a few times a second, and goes on with the next file when one begins.

import { setTimeout as pause } from "node:timers/promises";
import type { NumberedMessage } from "../log/log-chunk.ts";
import { readMessages } from "../log/log-file.ts";
import { rowOf } from "../log/table.ts";
import { messagesOf } from "../log/tailed-log.ts";
import type { TopicName } from "../log/topics.ts";
import { jsonLine, READABLE_TOPICS } from "./export-lines.ts";
import { findLogs } from "./log-source.ts";
import { type OpenedLog, openPlace } from "./open-log.ts";
import { tailLine } from "./tail-line.ts";
import { UsageError } from "./usage-error.ts";

type Options = { readonly follow?: boolean; readonly lines: string; readonly json?: boolean };

const LOOK_ms = 250;
/** What a person follows; freeze-frames and settings are for other tools. */
const TOPICS: readonly TopicName[] = ["/state", "/events", "/gap"];

/** How far a file has been shown: the end of its last chunk, and the next number of each channel. */
type Shown = { readonly path: string; readonly end: number; readonly next: ReadonlyMap<TopicName, number> };

const NOTHING = { path: "", end: 0, next: new Map() } as const;

export async function logTail(word: string, options: Options): Promise<void> {
  const count = /^\d+$/.test(options.lines) ? Number(options.lines) : Number.NaN;
  if (Number.isNaN(count)) throw new UsageError(`--lines must be a whole number, not "${options.lines}"`);
  const topics = options.json === true ? READABLE_TOPICS : TOPICS;
  const newest = findLogs([word]).at(-1)!;
  const log = openPlace(newest);
  if ("problem" in log) throw new UsageError(`${newest.path}: ${log.problem}`);
  const messages = recent(log, topics, count);
  log.close();
  print(messages.slice(count === 0 ? messages.length : -count), options);
  if (options.follow === true) await follow(word, shownOf(log, NOTHING, messages), topics, options);
}

/** At least so many of the last messages, where there are as many, in the order of time. */
function recent(log: OpenedLog, topics: readonly TopicName[], count: number): readonly NumberedMessage[] {
  let found = log.tail.filter(({ topic }) => topics.includes(topic));
  for (const chunk of log.log.chunks.toReversed()) {
    if (found.length >= count) break;
    found = [...readMessages({ ...log.log, chunks: [chunk] }, topics), ...found];
  }
  return inOrder(found);
}

const inOrder = (messages: NumberedMessage[]): NumberedMessage[] => messages.sort((a, b) => a.time_us - b.time_us);

/** The messages that came after those shown, in the order of time: of new chunks and of the tail. */
function fresh(log: OpenedLog, topics: readonly TopicName[], { end, next }: Shown): readonly NumberedMessage[] {
  const chunks = log.log.chunks.filter(({ offset }) => offset >= end);
  const found = [...messagesOf({ ...log, log: { ...log.log, chunks } }, topics)];
  return inOrder(found.filter(({ topic, sequence }) => sequence >= (next.get(topic) ?? 0)));
}

function shownOf({ place, log }: OpenedLog, before: Pick<Shown, "next">, messages: readonly NumberedMessage[]): Shown {
  const next = new Map(before.next);
  for (const { topic, sequence } of messages) next.set(topic, Math.max(next.get(topic) ?? 0, sequence + 1));
  const last = log.chunks.at(-1);
  return { path: place.path, end: last === undefined ? 0 : last.offset + last.length, next };
}

function print(messages: readonly NumberedMessage[], { json }: Options): void {
  for (const message of messages) {
    const row = rowOf(message.data);
    if (row !== undefined) process.stdout.write(json === true ? jsonLine(message, row) : tailLine(message, row));
  }
}

/** Until a signal, or until nobody reads any more. */
async function follow(word: string, shown: Shown, topics: readonly TopicName[], options: Options): Promise<void> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, end);
  process.stdout.once("error", end);
  let at = shown;
  while (!ending.signal.aborted) {
    await pause(LOOK_ms, undefined, { signal: ending.signal }).catch(() => {});
    if (!ending.signal.aborted) at = look(word, at, topics, options);
  }
}

/** Shows what has come since, of this file and of those begun after it. */
function look(word: string, shown: Shown, topics: readonly TopicName[], options: Options): Shown {
  const places = findLogs([word]);
  const at = places.findIndex(({ path }) => path === shown.path);
  let now = shown;
  for (const place of places.slice(at < 0 ? -1 : at)) {
    const log = openPlace(place);
    if ("problem" in log) continue; // it has only just begun
    const before = place.path === now.path ? now : { ...NOTHING, path: place.path };
    const messages = fresh(log, topics, before);
    log.close();
    print(messages, options);
    now = shownOf(log, before, messages);
  }
  return now;
}
