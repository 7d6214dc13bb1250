// Why a contactor opened or did not close, from the evidence there is: the seconds around the event are played again from the
// freeze-frame of its trip, or from the flight recorder; without either the journal's own sentence is all there is.

import { isoTime } from "../base/calendar.ts";
import type { LogMessage } from "../log/topics.ts";
import type { JournalEntry } from "../model/events.ts";
import type { FaultName } from "../model/faults.ts";
import { type Evidence, evidenceOf, lastMessages, type Source } from "./evidence.ts";
import { explainTrip, type Later } from "./explain.ts";
import { explainEnd, explainMissing, explainOpening } from "./explain-opening.ts";
import type { Explanation } from "./explanation.ts";
import { explainLastRow, setInRows } from "./last-rows.ts";
import { createSeries, noteSeries, type Series, type Subject } from "./series.ts";
import { type Move, type Story, tellStory } from "./story.ts";
import type { Trip } from "./trips.ts";

/** What was found; of the parts only those there are. */
export type Told = {
  /** Undefined: the end of the log. */
  readonly entry?: JournalEntry;
  readonly time: string;
  readonly explanation: Explanation;
  readonly source: Source;
  /** Log time that a picture calls zero. */
  readonly at_us: number;
  readonly story?: Story;
  readonly series?: Series;
  readonly trip?: Trip | undefined;
  readonly move?: Move | undefined;
};

/** What can be explained of a journal. */
export const isTold = ({ code }: JournalEntry): boolean =>
  code === "tripped" || code === "indicated" || code === "contactorOpened" || code === "requestRefused";

/** The story of an entry: played again where its inputs are kept, else the journal's own sentence. */
export function tellEvent(open: Evidence, entry: JournalEntry): Told {
  const time = isoTime(entry.wall_ms * 1000);
  let lost: Story["lost"] = [];
  for (const { messages, at_us, source } of evidenceOf(open, entry)) {
    const story = tellStory(messages);
    const covers = story.last_us !== 0 && story.first_us < at_us && story.last_us >= at_us;
    if (covers) return { entry, time, source, ...toldOf(open, entry, messages, at_us, story) };
    if (lost.length === 0) lost = story.lost;
  }
  return { entry, time, explanation: unplayable(entry, lost), source: "journal", at_us: 0 };
}

function toldOf(
  open: Evidence,
  entry: JournalEntry,
  messages: readonly LogMessage[],
  at_us: number,
  story: Story,
): Omit<Told, "entry" | "time" | "source"> {
  const move = entry.code === "contactorOpened" ? openingOf(story, entry, at_us) : undefined;
  const trip = isTrip(entry) ? tripOf(story, entry, at_us) : tripBehind(story, move);
  const middle_us = trip?.at_us ?? move?.decided_us ?? at_us;
  const series = seriesAround(messages, { fault: trip?.name, element: trip?.element ?? -1 }, middle_us);
  const explanation = explanationOf(story, series, trip, move, entry, at_us, open);
  return { explanation, at_us: middle_us, story, series, trip, move };
}

/** No inputs, or those of another program, or damaged ones. */
const unplayable = ({ text }: JournalEntry, [lost]: Story["lost"]): Explanation => ({
  headline: text,
  paragraphs:
    lost === undefined ? [] : [{ topic: "also", sentences: [`The recorded inputs cannot be played: ${lost.text}.`] }],
});

function explanationOf(
  story: Story,
  series: Series,
  trip: Trip | undefined,
  move: Move | undefined,
  entry: JournalEntry,
  at_us: number,
  open: Evidence,
): Explanation {
  if (trip !== undefined) return explainTrip(story, series, trip, laterOf(open, entry, trip, at_us));
  if (move !== undefined) return explainOpening(story, move);
  if (entry.code !== "requestRefused") return explainMissing(story, at_us, entry.text);
  return { ...explainEnd(story), headline: entry.text };
}

/** The device as it stands at the end of the log; `problem`: why that is not known, in one sentence. */
export function tellEnd(open: Evidence): Told | { readonly problem: string } {
  const { messages, at_us } = lastMessages(open);
  if (messages.length === 0) return tellLastRow(open);
  const story = tellStory(messages);
  if (story.last_us === 0)
    return { problem: `the end of the recording cannot be played: ${story.lost[0]?.text ?? "it is empty"}` };
  const series = seriesAround(messages, { fault: undefined, element: -1 }, at_us);
  return { time: isoTime(at_us), explanation: explainEnd(story), source: "recorder", at_us, story, series };
}

function tellLastRow(open: Evidence): Told | { readonly problem: string } {
  const last = explainLastRow(open);
  if (last === undefined)
    return { problem: "the log has no flight recorder and no rows: what stands at its end is not known" };
  return { time: isoTime(last.at_us), ...last, source: "log" };
}

function seriesAround(messages: readonly LogMessage[], subject: Subject, middle_us: number): Series {
  const series = createSeries();
  tellStory(messages, (bms, at_us) => {
    if (at_us >= middle_us - BEFORE_us && at_us <= middle_us + AFTER_us) noteSeries(series, subject, bms, at_us);
  });
  return series;
}

const BEFORE_us = 10_000_000;
const AFTER_us = 5_000_000;

function nearestOf<T>(candidates: readonly T[], timeOf: (candidate: T) => number, at_us: number): T | undefined {
  const [first] = [...candidates].sort((a, b) => Math.abs(timeOf(a) - at_us) - Math.abs(timeOf(b) - at_us));
  return first;
}

/** Its subject is a fault; a contactor may have the same name. */
const isTrip = ({ code }: JournalEntry): boolean => code === "tripped" || code === "indicated";

function tripOf({ trips }: Story, { subject }: JournalEntry, at_us: number): Trip | undefined {
  const named = trips.filter(({ name }) => name === subject);
  return nearestOf(named, (trip) => trip.at_us, at_us);
}

/** The move that the journal told once its contact had followed. */
function openingOf(story: Story, { subject }: JournalEntry, at_us: number): Move | undefined {
  const moves = story.moves.filter(({ closes, contactor }) => !closes && contactor === subject);
  return nearestOf(moves, ({ there_us, decided_us }) => (there_us >= 0 ? there_us : decided_us), at_us);
}

/** The trip that opened a contactor, where one did; the main contactor follows what opened the others just before. */
function tripBehind({ trips, moves }: Story, move: Move | undefined): Trip | undefined {
  if (move === undefined) return undefined;
  const fault = move.contactor === "main" ? firstFaultOf(openedJustBefore(moves, move)) : firstFaultOf([move]);
  if (fault === undefined) return undefined;
  return trips.filter(({ name, at_us }) => name === fault && at_us <= move.decided_us).at(-1);
}

const firstFaultOf = (moves: readonly Move[]): FaultName | undefined =>
  moves.flatMap(({ reasons }) => reasons.flatMap(({ fault }) => fault ?? []).slice(0, 1))[0];

const openedJustBefore = (moves: readonly Move[], { decided_us: last_us }: Move): Move[] =>
  moves.filter(
    ({ contactor, closes, decided_us }) =>
      contactor !== "precharge" && !closes && decided_us <= last_us && decided_us > last_us - FOLLOWS_us,
  );

/** The main contactor opens so soon after the others. */
const FOLLOWS_us = 3_000_000;

/** When a trip had cleared and until when it is known to be set: by the journal, else by the rows of the log. */
function laterOf(open: Evidence, entry: JournalEntry, trip: Trip, at_us: number): Later {
  const { entries } = open;
  const later = entries.filter(({ subject, sequence }) => subject === trip.name && sequence > entry.sequence);
  const next = later.find(({ code }) => code === "cleared" || code === "tripped" || code === "indicated");
  if (next?.code === "cleared") return { cleared_us: at_us + between_us(open, entry, next), set_us: -1 };
  return setInRows(open, trip.name, trip.at_us);
}

/** By the log's clock where it has both; the device's own begins anew with each start. */
function between_us({ times_us }: Evidence, from: JournalEntry, to: JournalEntry): number {
  const [from_us, to_us] = [times_us.get(from.sequence), times_us.get(to.sequence)];
  if (from_us !== undefined && to_us !== undefined) return to_us - from_us;
  return to.uptime_s >= from.uptime_s ? (to.uptime_s - from.uptime_s) * 1e6 : (to.wall_ms - from.wall_ms) * 1000;
}
