// Events of a stretch of time, for a time axis: out of the journal where there is a store, else out of the logs' channel /events.

import type { NamedLog } from "../../log/chunk-columns.ts";
import { readMessages } from "../../log/log-file.ts";
import type { ChunkPlace } from "../../log/records.ts";
import type { JournalEntry, Severity } from "../../model/events.ts";
import { entryOf } from "../../replay/evidence.ts";
import type { AnswerTo, Input } from "../schemas.ts";
import { logTimes } from "./event-times.ts";
import type { DataSource } from "./source.ts";

export type TimedEvent = { readonly time_us: number; readonly entry: JournalEntry };

/** Events of chunks, by log and offset of the chunk: a chunk never changes. */
export type EventCache = Map<string, readonly TimedEvent[]>;

const WANTED = 500;
const RANKS: Readonly<Record<Severity, number>> = { critical: 0, error: 1, warning: 2, notice: 3, info: 4 };

/** Where there are too many the most severe stay; the answer is in the order of time. */
export function* eventSteps(
  cache: EventCache,
  source: DataSource,
  { from_us, to_us, limit = WANTED }: Input<"events">,
): Generator<undefined, AnswerTo<"events">> {
  const all =
    source.journal === undefined
      ? yield* eventsOfLogs(cache, source.logs, from_us, to_us)
      : eventsOfJournal(source.journal);
  const within = all.filter(({ time_us }) => time_us >= from_us && time_us < to_us);
  const isCut = within.length > limit;
  if (isCut) within.sort((a, b) => RANKS[a.entry.severity] - RANKS[b.entry.severity] || b.time_us - a.time_us);
  const kept = within.slice(0, limit).sort((a, b) => a.time_us - b.time_us);
  const frames = new Set(source.kept.list());
  return {
    events: kept.map(({ time_us, entry }) => ({ ...tellEvent(entry, frames.has(entry.sequence)), time_us })),
    left: within.length - kept.length,
  };
}

/** An entry without its place in the chain. */
export function tellEvent(entry: JournalEntry, hasFrame: boolean): AnswerTo<"journal">["entries"][number] {
  const { sequence = 0, wall_ms, clock, uptime_s, source, code, severity, subject, value, limit, actor, text } = entry;
  return {
    ...{ sequence, wall_ms, clock, uptime_s, source, code, severity, subject, actor, text },
    ...(value === undefined ? {} : { value }),
    ...(limit === undefined ? {} : { limit }),
    ...(hasFrame ? { hasFrame } : {}),
  };
}

function eventsOfJournal(entries: readonly JournalEntry[]): TimedEvent[] {
  const times_us = logTimes(entries);
  return entries.map((entry, i) => ({ time_us: times_us[i]!, entry }));
}

/** All events that logs hold of a time, with their log time. */
export function* eventsOfLogs(
  cache: EventCache,
  logs: readonly NamedLog[],
  from_us: number,
  to_us: number,
): Generator<undefined, TimedEvent[]> {
  const found: TimedEvent[] = [];
  for (const named of logs) {
    for (const place of chunksWithEvents(named, from_us, to_us)) {
      const isKnown = cache.has(keyOf(named, place));
      found.push(...eventsOfChunk(cache, named, place));
      if (!isKnown) yield undefined;
    }
    found.push(...timed(named.tail.filter(({ topic }) => topic === "/events")));
  }
  return found;
}

const chunksWithEvents = ({ log }: NamedLog, from_us: number, to_us: number): readonly ChunkPlace[] => {
  const channel = [...log.topics].find(([, topic]) => topic === "/events")?.[0] ?? 0;
  return log.chunks.filter(
    (place) =>
      place.from_us < to_us && place.to_us >= from_us && (place.indexes.size === 0 || place.indexes.has(channel)),
  );
};

const keyOf = ({ name }: NamedLog, { offset }: ChunkPlace): string => `${name}@${offset}`;

function eventsOfChunk(cache: EventCache, named: NamedLog, place: ChunkPlace): readonly TimedEvent[] {
  const key = keyOf(named, place);
  const kept = cache.get(key) ?? timed(readMessages({ ...named.log, chunks: [place] }, ["/events"]));
  cache.set(key, kept);
  return kept;
}

function timed(messages: Iterable<{ readonly time_us: number; readonly data: Uint8Array }>): readonly TimedEvent[] {
  const events: TimedEvent[] = [];
  for (const { time_us, data } of messages) {
    const entry = entryOf(data);
    if (entry !== undefined) events.push({ time_us, entry });
  }
  return events;
}
