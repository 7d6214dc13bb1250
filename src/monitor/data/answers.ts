// Answers what can be answered from logs and what a store keeps: the same for a data folder, dropped files and a pack in memory. Each
// answer comes in steps, so that whoever runs them can stop, or serve others in between.

import type { JournalEntry, Severity } from "../../model/events.ts";
import { gatherEvidence, type KeptFrames } from "../../replay/evidence.ts";
import { isTold, tellEvent as tellStoryOf } from "../../replay/told-event.ts";
import { type Reply, refuse } from "../problem.ts";
import type { AnswerTo, Input } from "../schemas.ts";
import { type EventCache, eventSteps, eventsOfLogs, tellEvent } from "./events.ts";
import { tellExplanation } from "./explanation.ts";
import { createHistoryCache, type HistoryCache, historySteps } from "./history.ts";
import { logsSteps, type PartCache } from "./log-list.ts";
import type { DataSource } from "./source.ts";

/** What this file answers. */
export type DataName = "logs" | "history" | "events" | "journal" | "explanation";

export type DataCache = { readonly history: HistoryCache; readonly events: EventCache; readonly parts: PartCache };
export const createDataCache = (limit_bytes?: number): DataCache => ({
  history: createHistoryCache(limit_bytes),
  events: new Map(),
  parts: new WeakMap(),
});

type Steps<K extends DataName> = Generator<undefined, Reply<AnswerTo<K>>>;
type Answering = { readonly [K in DataName]: (cache: DataCache, source: DataSource, input: Input<K>) => Steps<K> };

const ANSWERING: Answering = {
  *logs({ parts }, source, input) {
    return { ok: true, answer: yield* logsSteps(parts, source, input) };
  },
  *history({ history }, { logs }, input) {
    return yield* historySteps(history, logs, input);
  },
  *events({ events }, source, input) {
    return { ok: true, answer: yield* eventSteps(events, source, input) };
  },
  journal: journalSteps,
  explanation: explanationSteps,
};

export const answerSteps = <K extends DataName>(
  cache: DataCache,
  source: DataSource,
  name: K,
  input: Input<K>,
): Steps<K> => ANSWERING[name](cache, source, input);

const SEVERITIES: readonly Severity[] = ["info", "notice", "warning", "error", "critical"];
const WANTED = 100;

function* journalSteps(
  { events }: DataCache,
  { journal, kept, logs }: DataSource,
  { limit = WANTED, before = Infinity, severity = "info", code }: Input<"journal">,
): Steps<"journal"> {
  const entries = journal ?? (yield* eventsOfLogs(events, logs, 0, Infinity)).map(({ entry }) => entry);
  const meant = entries.filter(
    (entry) =>
      entry.sequence < before &&
      SEVERITIES.indexOf(entry.severity) >= SEVERITIES.indexOf(severity) &&
      (code === undefined || entry.code === code),
  );
  const frames = new Set(kept.list());
  const newest = meant.slice(-limit).reverse();
  return { ok: true, answer: { entries: newest.map((entry) => tellEvent(entry, frames.has(entry.sequence))) } };
}

/** Log and wall clock may differ by so much for a log to be looked into. */
const NEAR_us = 6 * 3_600_000_000;

function* explanationSteps(
  { events }: DataCache,
  source: DataSource,
  { sequence }: Input<"explanation">,
): Steps<"explanation"> {
  const { journal, kept, logs } = source;
  const entries = journal ?? (yield* eventsOfLogs(events, logs, 0, Infinity)).map(({ entry }) => entry);
  const entry = entries.find((candidate) => candidate.sequence === sequence);
  if (entry === undefined) return refuse("unknown", `the journal has no entry ${sequence}`);
  if (!isTold(entry)) return refuse("unknown", `entry ${sequence} is no trip, opening or refusal`);
  const around = runOf(entries, entry);
  const wall_us = entry.wall_ms * 1000;
  const near =
    journal === undefined
      ? logs
      : logs.filter(({ log }) => log.first_us <= wall_us + NEAR_us && log.last_us >= wall_us - NEAR_us);
  const told = tellStoryOf(gatherEvidence(near, around, framesOf(kept, around)), entry);
  return { ok: true, answer: tellExplanation(told) };
}

/** Freeze-frames of the entries' own run: those of another may have the same times since its start. */
function framesOf(kept: KeptFrames, run: readonly JournalEntry[]): KeptFrames {
  const [first, last] = [run[0]?.sequence ?? 0, run.at(-1)?.sequence ?? 0];
  return { ...kept, list: () => kept.list().filter((sequence) => sequence >= first && sequence <= last) };
}

/** The entries of the same run of the device: others count their time from another start. */
function runOf(entries: readonly JournalEntry[], entry: JournalEntry): readonly JournalEntry[] {
  const at = entries.indexOf(entry);
  let first = at;
  while (first > 0 && entries[first]!.code !== "started") first--;
  let end = at + 1;
  while (end < entries.length && entries[end]!.code !== "started") end++;
  return entries.slice(first, end);
}
