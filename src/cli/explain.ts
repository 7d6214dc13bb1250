// bms explain LOG [EVENT]: why a contactor opened or did not close, in words and as a picture. The seconds around the event are
// played again from the freeze-frame of its trip, or from the flight recorder; without either the journal's own sentence is
// all there is.

import type { Command } from "commander";
import type { JournalEntry } from "../model/events.ts";
import type { Evidence } from "../replay/evidence.ts";
import { explainPlot } from "../replay/explain-plot.ts";
import { isTold, type Told, tellEnd, tellEvent } from "../replay/told-event.ts";
import { renderPlot } from "../sim/drawing/plot.ts";
import { plotPage } from "../sim/drawing/plot-page.ts";
import { checkPicturePath, isPage, writeDrawing } from "./drawing-file.ts";
import { openEvidence } from "./evidence.ts";
import { listText, toldJson, toldText } from "./explain-report.ts";
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
    const told = event === "now" ? endOf(evidence) : tellEvent(evidence, chosen(entries, event));
    write(options.json === true ? `${JSON.stringify(toldJson(told))}\n` : `${toldText(told, entries, word)}\n`);
    if (options.plot !== undefined) draw(options.plot, told);
  } finally {
    evidence.close();
  }
}

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

/** The device as it stands at the end of the log. Throws UsageError where that is not known. */
function endOf(evidence: Evidence): Told {
  const told = tellEnd(evidence);
  if ("problem" in told) throw new UsageError(told.problem);
  return told;
}

function draw(path: string, { explanation, time, story, series, trip, at_us }: Told): void {
  if (story === undefined || series === undefined || series.time_us.length < 2)
    throw new UsageError("there is nothing to draw: no recorded seconds around it");
  const plot = explainPlot({ headline: explanation.headline, when: time, story, series, middle_us: at_us, trip });
  writeDrawing(path, isPage(path) ? plotPage(plot) : renderPlot(plot));
}
