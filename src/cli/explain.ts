// bms explain LOG [EVENT]: why a contactor opened or did not close, in words and as a picture. The seconds around the event are
// played again from the freeze-frame of its trip, or from the flight recorder; without either the journal's own sentence is
// all there is.

import type { Command } from "commander";
import { isoTime } from "../base/calendar.ts";
import type { LogMessage } from "../log/topics.ts";
import type { JournalEntry } from "../model/events.ts";
import type { FaultName } from "../model/faults.ts";
import { explainTrip, type Later } from "../replay/explain.ts";
import { explainEnd, explainMissing, explainOpening } from "../replay/explain-opening.ts";
import { explainPlot } from "../replay/explain-plot.ts";
import type { Explanation } from "../replay/explanation.ts";
import { createSeries, noteSeries, type Series, type Subject } from "../replay/series.ts";
import { type Move, type Story, tellStory } from "../replay/story.ts";
import type { Trip } from "../replay/trips.ts";
import { renderPlot } from "../sim/drawing/plot.ts";
import { plotPage } from "../sim/drawing/plot-page.ts";
import { checkPicturePath, isPage, writeDrawing } from "./drawing-file.ts";
import { evidenceOf, lastMessages, type OpenEvidence, openEvidence } from "./evidence.ts";
import { listText, type Told, toldJson, toldText } from "./explain-report.ts";
import { explainLastRow, setInRows } from "./last-rows.ts";
import { UsageError } from "./usage-error.ts";

const HELP = `
LOG is a file (.mcap), a folder of them, or the data folder of bms run. EVENT is a sequence number of the journal; "last": the last
trip that opened something, or the last opening where nothing has tripped; "now": what is open at the end of the log, and why.

Examples:
  bms explain data                          why did it trip the last time?
  bms explain data 412 --plot trip.svg      entry 412 of the journal, with a picture of the seconds around it
  bms explain data now                      why does it not close?
  bms explain data --list                   the trips and openings that can be explained`;

export type ExplainOptions = { readonly json?: boolean; readonly plot?: string; readonly list?: boolean };

/** Adds the command to the program. What cannot be used throws UsageError. */
export function registerExplain(program: Command): void {
  program
    .command("explain")
    .summary("tell why a contactor opened or did not close")
    .description("Tells why a contactor opened or did not close, from what the device measured around it.")
    .argument("<log>", "a file, a folder of files, or a data folder")
    .argument("[event]", 'sequence number of the journal, "last" or "now"', "last")
    .option("--list", "only list what can be explained")
    .option("--plot <file>", "draw the seconds around it (.svg or .html)")
    .option("--json", "one object for programs")
    .addHelpText("after", HELP)
    .action((log: string, event: string, options: ExplainOptions) => {
      explainLog(log, event, options, (text) => process.stdout.write(text));
    });
}

/** Tells through `write`; the picture is drawn after the words. Throws UsageError for what cannot be explained or drawn. */
export function explainLog(word: string, event: string, options: ExplainOptions, write: (text: string) => void): void {
  checkPicturePath("--plot", options.plot);
  const evidence = openEvidence(word);
  try {
    const entries = evidence.entries.filter(isTold);
    if (options.list === true) {
      write(listText(entries, evidence.times_us, options.json === true));
      return;
    }
    const told = event === "now" ? tellEnd(evidence) : tell(evidence, chosen(entries, event));
    write(options.json === true ? `${JSON.stringify(toldJson(told))}\n` : `${toldText(told, entries, word)}\n`);
    if (options.plot !== undefined) draw(options.plot, told);
  } finally {
    evidence.close();
  }
}

const isTold = ({ code }: JournalEntry): boolean =>
  code === "tripped" || code === "indicated" || code === "contactorOpened" || code === "requestRefused";

function chosen(entries: readonly JournalEntry[], event: string): JournalEntry {
  if (event === "last") {
    const trips = entries.filter(({ code }) => code === "tripped");
    const opening = trips.filter(({ text }) => !text.includes("nothing was opened")).at(-1);
    const last = opening ?? trips.at(-1) ?? entries.filter(({ code }) => code === "contactorOpened").at(-1);
    if (last !== undefined) return last;
    throw new UsageError("nothing in this log has tripped or opened");
  }
  const sequence = Number(event);
  if (!/^\d+$/.test(event)) throw new UsageError(`EVENT is a sequence number, "last" or "now", not "${event}"`);
  const entry = entries.find((candidate) => candidate.sequence === sequence);
  if (entry !== undefined) return entry;
  throw new UsageError(`no trip, opening or refusal has the number ${event}; --list tells those that have one`);
}

function tell(open: OpenEvidence, entry: JournalEntry): Told {
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
  open: OpenEvidence,
  entry: JournalEntry,
  messages: readonly LogMessage[],
  at_us: number,
  story: Story,
): Omit<Told, "entry" | "time" | "source"> {
  const move = entry.code === "contactorOpened" ? openingOf(story, entry, at_us) : undefined;
  const trip =
    nearestOf(
      story.trips.filter(({ name }) => name === entry.subject),
      (candidate) => candidate.at_us,
      at_us,
    ) ?? tripBehind(story, move);
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
  open: OpenEvidence,
): Explanation {
  if (trip !== undefined) return explainTrip(story, series, trip, laterOf(open, entry, trip, at_us));
  if (move !== undefined) return explainOpening(story, move);
  if (entry.code !== "requestRefused") return explainMissing(story, at_us, entry.text);
  return { ...explainEnd(story), headline: entry.text };
}

/** The device as it stands at the end of the log. */
function tellEnd(open: OpenEvidence): Told {
  const { messages, at_us } = lastMessages(open);
  if (messages.length === 0) return tellLastRow(open);
  const story = tellStory(messages);
  if (story.last_us === 0)
    throw new UsageError(`the end of the recording cannot be played: ${story.lost[0]?.text ?? "it is empty"}`);
  const series = seriesAround(messages, { fault: undefined, element: -1 }, at_us);
  return { time: isoTime(at_us), explanation: explainEnd(story), source: "recorder", at_us, story, series };
}

function tellLastRow(open: OpenEvidence): Told {
  const last = explainLastRow(open);
  if (last === undefined)
    throw new UsageError("the log has no flight recorder and no rows: what stands at its end is not known");
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

/** When a trip had cleared and until when it is known to be set: by the journal, else by the rows of the log. */
function laterOf(open: OpenEvidence, entry: JournalEntry, trip: Trip, at_us: number): Later {
  const { entries } = open;
  const later = entries.filter(({ subject, sequence }) => subject === trip.name && sequence > entry.sequence);
  const next = later.find(({ code }) => code === "cleared" || code === "tripped" || code === "indicated");
  if (next?.code === "cleared") return { cleared_us: at_us + between_us(open, entry, next), set_us: -1 };
  return setInRows(open, trip.name, trip.at_us);
}

/** By the log's clock where it has both; the device's own begins anew with each start. */
function between_us({ times_us }: OpenEvidence, from: JournalEntry, to: JournalEntry): number {
  const [from_us, to_us] = [times_us.get(from.sequence), times_us.get(to.sequence)];
  if (from_us !== undefined && to_us !== undefined) return to_us - from_us;
  return to.uptime_s >= from.uptime_s ? (to.uptime_s - from.uptime_s) * 1e6 : (to.wall_ms - from.wall_ms) * 1000;
}

function draw(path: string, { explanation, time, story, series, trip, at_us }: Told): void {
  if (story === undefined || series === undefined || series.time_us.length < 2)
    throw new UsageError("there is nothing to draw: no recorded seconds around it");
  const plot = explainPlot({ headline: explanation.headline, when: time, story, series, middle_us: at_us, trip });
  writeDrawing(path, isPage(path) ? plotPage(plot) : renderPlot(plot));
}
