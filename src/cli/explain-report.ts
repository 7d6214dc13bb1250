// An explanation as a page for a person and as an object for programs (docs/json.md).

import { isoTime } from "../base/calendar.ts";
import { wrap } from "../base/wrap.ts";
import type { JournalEntry } from "../model/events.ts";
import { FAULT_ROWS } from "../model/faults.ts";
import type { Source } from "../replay/evidence.ts";
import { longTime } from "../replay/explain-words.ts";
import type { Move } from "../replay/story.ts";
import type { Told } from "../replay/told-event.ts";
import type { Trip } from "../replay/trips.ts";
import { alignColumns } from "./text-table.ts";

const TOPIC_WORDS: Readonly<Record<string, string>> = {
  before: "Before",
  trip: "Why",
  opened: "Opened",
  also: "Beside",
  clears: "Clears",
  prevents: "Prevents",
  about: "About",
  settings: "Settings",
};
const WIDTH = 112;

/** The whole page. @param word the log as it was named, for a hint */
export function toldText(told: Told, entries: readonly JournalEntry[], word: string): string {
  const { explanation, source, entry, time } = told;
  const { headline, paragraphs } = explanation;
  return [
    entry === undefined ? time : `#${entry.sequence}  ${time}`,
    ...wrap(headline, WIDTH + 10, ""),
    ...paragraphs.flatMap(({ topic, sentences }) => ["", ...paragraphLines(TOPIC_WORDS[topic] ?? topic, sentences)]),
    "",
    SOURCE_WORDS[source],
    ...(entry === undefined ? [] : othersText(entries, entry, word)),
  ].join("\n");
}

const SOURCE_WORDS: Readonly<Record<Source, string>> = {
  "freeze-frame": "Computed from the freeze-frame of the trip, by playing it again.",
  recorder: "Computed from the flight recorder, by playing it again.",
  log: "Read from the log's last row: it has no flight recorder, so only what that row holds is known.",
  journal: "There are no recorded inputs of it that can be played: this is what the journal says.",
};

function paragraphLines(title: string, sentences: readonly string[]): string[] {
  return sentences.flatMap((sentence, i) => {
    const lines = wrap(sentence, WIDTH, "");
    return lines.map((line, k) => `${(i === 0 && k === 0 ? title : "").padEnd(10)}${line}`);
  });
}

const MOST_OTHERS = 6;

function othersText(entries: readonly JournalEntry[], entry: JournalEntry, word: string): string[] {
  const trips = entries.filter(({ code, sequence }) => code === "tripped" && sequence !== entry.sequence);
  if (trips.length === 0) return [];
  const shown = trips.slice(-MOST_OTHERS).map(({ sequence }) => `#${sequence}`);
  const more = trips.length > shown.length ? ` and ${trips.length - shown.length} before` : "";
  return [`Other trips: ${shown.join(", ")}${more}; "bms explain ${word} --list" tells of them.`];
}

/** What can be explained, a line each. */
export function listText(
  entries: readonly JournalEntry[],
  times_us: ReadonlyMap<number, number>,
  json: boolean,
): string {
  if (json) return `${JSON.stringify(entries.map((entry) => listJson(entry, times_us)))}\n`;
  if (entries.length === 0) return "nothing in this log has tripped or opened\n";
  const rows = entries.map(({ sequence, wall_ms, text }) => [`#${sequence}`, isoTime(wall_ms * 1000), text]);
  return `${[...alignColumns(rows, [0]), ...clockLines(entries, times_us)].join("\n")}\n`;
}

const listJson = ({ sequence, wall_ms, code, subject, text }: JournalEntry, times_us: ReadonlyMap<number, number>) => {
  const log_us = times_us.get(sequence);
  const logTime = log_us === undefined ? {} : { logTime: isoTime(log_us) };
  return { sequence, time: isoTime(wall_ms * 1000), ...logTime, code, subject, text };
};

/** With --speed, or a clock that was set, the journal's times are not those of the log. */
function clockLines(entries: readonly JournalEntry[], times_us: ReadonlyMap<number, number>): string[] {
  const off_us = entries.map(({ sequence, wall_ms }) =>
    Math.abs((times_us.get(sequence) ?? wall_ms * 1000) - wall_ms * 1000),
  );
  const most_us = off_us.reduce((most, off) => Math.max(most, off), 0);
  if (most_us <= 1_000_000) return [];
  return [
    `These are times of the wall clock; the log's own clock (bms log, bms replay) differs by up to ${longTime(most_us)}.`,
  ];
}

/** The object of --json. */
export function toldJson({ explanation, source, trip, move, entry, time }: Told): object {
  return {
    ...(entry === undefined ? {} : { sequence: entry.sequence, code: entry.code, subject: entry.subject }),
    time,
    source,
    headline: explanation.headline,
    paragraphs: explanation.paragraphs,
    ...(trip === undefined ? {} : { trip: tripJson(trip) }),
    ...(move === undefined ? {} : { opening: moveJson(move) }),
  };
}

const tripJson = ({ name, value, limit, element, at_us, began_us, sentence }: Trip): object => ({
  name,
  value,
  ...(FAULT_ROWS[name].limit === undefined ? {} : { limit }),
  ...(element < 0
    ? {}
    : { [FAULT_ROWS[name].elementName ?? "element"]: FAULT_ROWS[name].elementName === "wire" ? element : element + 1 }),
  lasted_s: (at_us - began_us) / 1e6,
  sentence,
});

const moveJson = ({ contactor, current_A, coil_us, decided_us, there_us, reasons }: Move): object => ({
  contactor,
  ...(Number.isNaN(current_A) ? {} : { current_A }),
  waited_s: coil_us < 0 ? 0 : (coil_us - decided_us) / 1e6,
  ...(there_us < 0 || coil_us < 0 ? {} : { followed_s: (there_us - coil_us) / 1e6 }),
  reasons: reasons.map(({ text }) => text),
});
