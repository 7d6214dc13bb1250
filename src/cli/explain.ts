// bms explain LOG [EVENT]: why a contactor opened or did not close, in words and as a picture. The seconds around the event are
// played again from the freeze-frame of its trip, or from the flight recorder; without either the journal's own sentence is
// all there is.

import type { Command } from "commander";
import { isoTime } from "../base/calendar.ts";
import { CONTACTORS } from "../core/decide/decided.ts";
import type { JournalEntry } from "../model/events.ts";
import { FAULT_ROWS, type FaultName } from "../model/faults.ts";
import { explainTrip } from "../replay/explain.ts";
import { explainOpening, explainStanding } from "../replay/explain-opening.ts";
import { explainPlot } from "../replay/explain-plot.ts";
import type { Explanation } from "../replay/explanation.ts";
import { createSeries, noteSeries, type Series } from "../replay/series.ts";
import { type Move, type Story, tellStory } from "../replay/story.ts";
import type { Trip } from "../replay/trips.ts";
import { renderPlot } from "../sim/drawing/plot.ts";
import { plotPage } from "../sim/drawing/plot-page.ts";
import { checkPicturePath, isPage, writeDrawing } from "./drawing-file.ts";
import { type Evidence, evidenceOf, journalOf, openEvidence } from "./evidence.ts";
import { alignColumns, wrap } from "./text-table.ts";
import { UsageError } from "./usage-error.ts";

const HELP = `
LOG is a file (.mcap), a folder of them, or the data folder of bms run. EVENT is a sequence number of the journal, or "last": the
last trip, or the last opening where nothing has tripped.

Examples:
  bms explain data                          why did it trip the last time?
  bms explain data 412 --plot trip.svg      entry 412 of the journal, with a picture of the seconds around it
  bms explain data --list                   the trips and openings that can be explained`;

export type ExplainOptions = { readonly json?: boolean; readonly plot?: string; readonly list?: boolean };

/** Adds the command to the program. What cannot be used throws UsageError. */
export function registerExplain(program: Command): void {
  program
    .command("explain")
    .summary("tell why a contactor opened or did not close")
    .description("Tells why a contactor opened or did not close, from what the device measured around it.")
    .argument("<log>", "a file, a folder of files, or a data folder")
    .argument("[event]", 'sequence number of the journal, or "last"', "last")
    .option("--list", "only list what can be explained")
    .option("--plot <file>", "draw the seconds around it (.svg or .html)")
    .option("--json", "one object for programs")
    .addHelpText("after", HELP)
    .action((log: string, event: string, options: ExplainOptions) => {
      process.stdout.write(explainLog(log, event, options));
    });
}

/** What `bms explain` prints. */
export function explainLog(word: string, event: string, options: ExplainOptions): string {
  checkPicturePath("--plot", options.plot);
  const evidence = openEvidence(word);
  try {
    const entries = journalOf(evidence).filter(isTold);
    if (options.list === true) return listText(entries, options.json === true);
    const entry = chosen(entries, event);
    const told = tell(evidence, entry);
    if (options.plot !== undefined) draw(options.plot, told, entry);
    return options.json === true
      ? `${JSON.stringify(toldJson(told, entry))}\n`
      : `${toldText(told, entry, entries, word)}\n`;
  } finally {
    evidence.close();
  }
}

const isTold = ({ code }: JournalEntry): boolean =>
  code === "tripped" || code === "indicated" || code === "contactorOpened" || code === "requestRefused";

function chosen(entries: readonly JournalEntry[], event: string): JournalEntry {
  if (event === "last") {
    const last =
      entries.filter(({ code }) => code === "tripped").at(-1) ??
      entries.filter(({ code }) => code === "contactorOpened").at(-1);
    if (last !== undefined) return last;
    throw new UsageError("nothing in this log has tripped or opened");
  }
  const sequence = Number(event);
  if (!/^\d+$/.test(event)) throw new UsageError(`EVENT is a sequence number or "last", not "${event}"`);
  const entry = entries.find((candidate) => candidate.sequence === sequence);
  if (entry !== undefined) return entry;
  throw new UsageError(`no trip, opening or refusal has the number ${event}; --list tells those that have one`);
}

/** `trip_us`: log time of the event, as the picture and the story count it. */
type Told = {
  readonly explanation: Explanation;
  /** Where it is from: "freeze-frame", "recorder", or "journal" alone. */
  readonly source: Evidence["source"];
  readonly story?: Story;
  readonly series?: Series;
  readonly trip?: Trip;
  readonly move?: Move;
  readonly standing: readonly string[];
};

function tell(open: ReturnType<typeof openEvidence>, entry: JournalEntry): Told {
  const evidence = evidenceOf(open, entry);
  if (evidence.source === "journal")
    return { explanation: { headline: entry.text, paragraphs: [] }, source: "journal", standing: [] };
  const { messages, at_us } = evidence;
  const story = tellStory(messages);
  const trip = nearestOf(
    story.trips.filter(({ name }) => name === entry.subject),
    ({ at_us: at }) => at,
    at_us,
  );
  const move = entry.code === "contactorOpened" ? openingOf(story, entry, at_us) : undefined;
  const cause = trip ?? tripBehind(story, move);
  const subject = { fault: cause?.name, element: cause?.element ?? -1 };
  const series = createSeries();
  const middle_us = cause?.at_us ?? move?.decided_us ?? at_us;
  tellStory(messages, (bms, tick_us) => {
    if (tick_us >= middle_us - BEFORE_us && tick_us <= middle_us + AFTER_us) noteSeries(series, subject, bms, tick_us);
  });
  const explanation =
    cause !== undefined
      ? explainTrip(story, series, cause, clearedAt(journalOf(open), entry, cause, at_us))
      : move !== undefined
        ? explainOpening(story, move)
        : { headline: entry.text, paragraphs: [] };
  const standing = entry.code === "requestRefused" ? explainStanding(story) : [];
  return {
    explanation,
    source: evidence.source,
    story,
    series,
    ...(cause === undefined ? {} : { trip: cause }),
    ...(move === undefined ? {} : { move }),
    standing,
  };
}

const BEFORE_us = 10_000_000;
const AFTER_us = 5_000_000;

function nearestOf<T>(candidates: readonly T[], timeOf: (candidate: T) => number, at_us: number): T | undefined {
  const [first] = [...candidates].sort((a, b) => Math.abs(timeOf(a) - at_us) - Math.abs(timeOf(b) - at_us));
  return first;
}

/** The move that the journal told once its contact had followed. */
function openingOf(story: Story, { subject }: JournalEntry, at_us: number): Move | undefined {
  const moves = story.moves.filter(({ closes, contactor }) => !closes && contactor === subject);
  return nearestOf(moves, ({ there_us, decided_us }) => (there_us >= 0 ? there_us : decided_us), at_us);
}

/** The trip that opened a contactor, where one did; the main contactor follows what opened the others just before. */
function tripBehind({ trips, moves }: Story, move: Move | undefined): Trip | undefined {
  const faultOf = ({ reasons }: Move): FaultName | undefined =>
    reasons.find(({ fault: name }) => name !== undefined)?.fault;
  const others = moves.filter(
    ({ contactor, closes, decided_us }) =>
      contactor !== "precharge" &&
      !closes &&
      decided_us <= move!.decided_us &&
      decided_us > move!.decided_us - FOLLOWS_us,
  );
  const fault =
    move?.contactor === "main" ? others.map(faultOf).find((name) => name !== undefined) : move && faultOf(move);
  if (move === undefined || fault === undefined) return undefined;
  return trips.filter(({ name, at_us }) => name === fault && at_us <= move.decided_us).at(-1);
}

/** The main contactor opens so soon after the others. */
const FOLLOWS_us = 3_000_000;

/** Log time at which the journal says a trip has cleared; -1: it does not. */
function clearedAt(entries: readonly JournalEntry[], entry: JournalEntry, trip: Trip, at_us: number): number {
  const cleared = entries.find(
    ({ code, subject, sequence }) => code === "cleared" && subject === trip.name && sequence > entry.sequence,
  );
  const again = entries.find(
    ({ code, subject, sequence }) => code === "tripped" && subject === trip.name && sequence > entry.sequence,
  );
  if (cleared === undefined || (again !== undefined && again.sequence < cleared.sequence)) return -1;
  return at_us + (cleared.uptime_s - entry.uptime_s) * 1e6;
}

const TOPIC_WORDS: Readonly<Record<string, string>> = {
  before: "Before",
  trip: "Why",
  opened: "Opened",
  also: "Beside",
  clears: "Clears",
  prevents: "Prevents",
};
const WIDTH = 112;

function toldText(
  { explanation, source, standing }: Told,
  entry: JournalEntry,
  entries: readonly JournalEntry[],
  word: string,
): string {
  const { headline, paragraphs } = explanation;
  const when = isoTime(entry.wall_ms * 1000);
  return [
    `#${entry.sequence}  ${when}`,
    ...wrap(headline, WIDTH + 10, ""),
    ...paragraphs.flatMap(({ topic, sentences }) => ["", ...paragraphLines(TOPIC_WORDS[topic] ?? topic, sentences)]),
    ...(standing.length === 0 ? [] : ["", ...paragraphLines("Then", standing)]),
    "",
    SOURCE_WORDS[source],
    ...othersText(entries, entry, word),
  ].join("\n");
}

const SOURCE_WORDS: Readonly<Record<Evidence["source"], string>> = {
  "freeze-frame": "Computed from the freeze-frame of the trip, by playing it again.",
  recorder: "Computed from the flight recorder, by playing it again.",
  journal: "There is neither a freeze-frame nor a flight recorder for it: this is what the journal says.",
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

function listText(entries: readonly JournalEntry[], json: boolean): string {
  if (json)
    return `${JSON.stringify(entries.map(({ sequence, wall_ms, code, subject, text }) => ({ sequence, time: isoTime(wall_ms * 1000), code, subject, text })))}\n`;
  if (entries.length === 0) return "nothing in this log has tripped or opened\n";
  const rows = entries.map(({ sequence, wall_ms, text }) => [`#${sequence}`, isoTime(wall_ms * 1000), text]);
  return `${alignColumns(rows, [0]).join("\n")}\n`;
}

function toldJson({ explanation, source, trip, move, standing }: Told, entry: JournalEntry): object {
  return {
    sequence: entry.sequence,
    time: isoTime(entry.wall_ms * 1000),
    code: entry.code,
    subject: entry.subject,
    source,
    headline: explanation.headline,
    paragraphs: explanation.paragraphs,
    ...(standing.length === 0 ? {} : { standing }),
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

function draw(path: string, { explanation, source, story, series, trip, move }: Told, entry: JournalEntry): void {
  if (story === undefined || series === undefined || series.time_us.length < 2)
    throw new UsageError(`there is nothing to draw: ${SOURCE_WORDS[source]}`);
  const middle_us = trip?.at_us ?? move?.decided_us ?? story.last_us;
  const fault = trip?.name as FaultName | undefined;
  const plot = explainPlot({
    headline: explanation.headline,
    when: isoTime(entry.wall_ms * 1000),
    story,
    series,
    middle_us,
    fault,
    trip,
    contactors: CONTACTORS,
  });
  writeDrawing(path, isPage(path) ? plotPage(plot) : renderPlot(plot));
}
