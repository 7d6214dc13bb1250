// bms journal: what happened to a device and who did what, from the journal in its data folder; the history of its settings;
// and the vendor's ring of 32 errors, as field buses show it. Reads only; a running device goes on meanwhile.

import { existsSync } from "node:fs";
import { type Command, Option } from "commander";
import { isoTime } from "../base/calendar.ts";
import { messageOf } from "../base/error-text.ts";
import { type JournalFilter, readHistory, readJournal, SEVERITIES } from "../device/store-reader.ts";
import { vendorJournalOf } from "../log/vendor-journal.ts";
import { EVENTS, type EventCode, type JournalEntry, type Severity } from "../model/events.ts";
import type { Revision } from "../model/kept-settings.ts";
import { chooseSetup, DEFAULT_SETUP, SETUP_OPTION } from "./kept-setup.ts";
import { duration_us } from "./log-options.ts";
import { alignColumns } from "./text-table.ts";
import { UsageError } from "./usage-error.ts";

type Options = {
  readonly lines: string;
  readonly code?: EventCode;
  readonly severity?: Severity;
  readonly last?: string;
  readonly settings?: boolean;
  readonly vendor?: boolean;
  /** With settings: whose. */
  readonly setup?: string;
  readonly json?: boolean;
};

const HELP = `
Times are those of the machine's clock, UTC, as in bms explain. bms log has the time of the device, which under --speed
runs faster.

Examples:
  bms journal                          the last 20 entries
  bms journal --severity error -n 5    the last five errors
  bms journal --settings               who changed which setting, from what to what`;

/** Adds the command to the program. What cannot be used throws UsageError. */
export function registerJournal(program: Command): void {
  program
    .command("journal")
    .summary("show what happened, and who did what")
    .description("Show the journal of a device: errors, contactors, modes, settings, commands; and who did what.")
    .argument("[dir]", "data folder of bms run; the device may be running", "./data")
    .option("-n, --lines <count>", "at most so many, the newest", "20")
    .addOption(new Option("--code <name>", "only this kind of event").choices(Object.keys(EVENTS)))
    .addOption(new Option("--severity <name>", "at least so severe").choices(SEVERITIES))
    .option("--last <duration>", 'only of the last "2h" or "30min"')
    .option("--settings", "the history of the settings instead")
    .option(SETUP_OPTION[0], `with --settings: ${SETUP_OPTION[1]}`)
    .option("--vendor", "the vendor's ring of 32 error records instead")
    .option("--json", "a line of JSON for each")
    .addHelpText("after", HELP)
    .action(async (folder: string, { scenario, ...options }: Options & { readonly scenario?: string }) => {
      if (scenario !== undefined && options.settings !== true) throw new UsageError("--scenario goes with --settings");
      const setup = options.settings === true ? await chooseSetup(folder, scenario) : DEFAULT_SETUP;
      process.stdout.write(journalText(folder, { ...options, setup }));
    });
}

/** What `bms journal` prints. */
export function journalText(folder: string, options: Options): string {
  if (options.settings === true && options.vendor === true)
    throw new UsageError("choose either --settings or --vendor");
  if (!existsSync(folder)) throw new UsageError(`there is no data of a device in ${folder}`);
  const limit = countOf(options.lines);
  try {
    if (options.settings === true)
      return historyText(readHistory(folder, options.setup ?? DEFAULT_SETUP, limit), options);
    if (options.vendor === true) return vendorText(readJournal(folder), options);
    return entriesText(readJournal(folder, filterOf(options, limit)), options);
  } catch (error) {
    throw error instanceof UsageError
      ? error
      : new UsageError(`cannot read the data in ${folder}: ${messageOf(error)}`);
  }
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new UsageError(`--lines must be a whole number over 0, not "${text}"`);
}

function filterOf({ code, severity, last }: Options, limit: number): JournalFilter {
  return {
    limit,
    ...(code === undefined ? {} : { code }),
    ...(severity === undefined ? {} : { severity }),
    ...(last === undefined ? {} : { since: Date.now() - duration_us("--last", last) / 1000 }),
  };
}

const jsonLines = (values: readonly object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");

function entriesText(entries: readonly JournalEntry[], { json }: Options): string {
  if (json === true) return jsonLines(entries);
  if (entries.length === 0) return "no entries\n";
  const rows = entries.map(({ sequence, wall_ms, severity, text, actor }) => [
    ...[String(sequence), isoTime(wall_ms * 1000), severity],
    actor === "" ? text : `${text} (${actor})`,
  ]);
  return `${alignColumns([HEAD, ...rows], [0]).join("\n")}\n`;
}

/** Whose clock it is: rows of the log have that of the device, which under --speed is another. */
const HEAD = ["#", "machine's clock, UTC", "", ""] as const;

function historyText(revisions: readonly Revision[], { json }: Options): string {
  if (json === true) return jsonLines(revisions);
  if (revisions.length === 0) return "no settings were changed\n";
  const blocks = [...revisions].reverse().map(({ revision, wall_ms, actor, changes }) => {
    const who = actor === "" ? "" : ` by ${actor}`;
    const rows = changes.map(({ name, from, to }) => [
      `  ${name}`,
      `from ${JSON.stringify(from)} to ${JSON.stringify(to)}`,
    ]);
    return [`revision ${revision}, ${isoTime(wall_ms * 1000)}${who}`, ...alignColumns(rows)].join("\n");
  });
  return `${blocks.join("\n")}\n`;
}

const hexadecimal = (value: number): string => `0x${value.toString(16).padStart(8, "0")}`;

/** Records that were made, the oldest first. */
function vendorText(entries: readonly JournalEntry[], { json }: Options): string {
  const { records, last } = vendorJournalOf(entries);
  const made = records
    .map((_, i) => ((last + i) % records.length) + 1)
    .map((number) => ({ number, record: records[number - 1]! }))
    .map(({ number, record: { errors1, errors2, stamp } }) => ({ number, errors1, errors2, time: stamp }))
    .filter(({ time }) => time !== 0);
  if (json === true) return jsonLines(made);
  if (made.length === 0) return "no error has appeared that the vendor has a bit for\n";
  const rows = made.map(({ number, errors1, errors2, time }) => [
    String(number),
    ...[errors1, errors2, time].map(hexadecimal),
  ]);
  return `${alignColumns([["#", "errors 1", "errors 2", "time"], ...rows], [0]).join("\n")}\n`;
}
