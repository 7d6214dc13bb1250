// bms record: the battery record of a data folder, as a table, JSON or a page to print. It reads what the device saved last
// and neither stops nor disturbs one that is running.

import type { Command } from "commander";
import { isoTime } from "../base/calendar.ts";
import { messageOf } from "../base/error-text.ts";
import { wrap } from "../base/wrap.ts";
import type { BatteryRecord } from "../core/battery-record.ts";
import type { RecordEntry } from "../core/record-entry.ts";
import { type KeptRecord, readRecord } from "../device/kept-record.ts";
import { programOf } from "../device/version.ts";
import { RECORD_GROUPS, RECORD_KEYS, RECORD_ROWS, type RecordGroup, type RecordKey } from "../model/battery-record.ts";
import { recordJson } from "../monitor/record-json.ts";
import { recordPage } from "../monitor/record-page.ts";
import { classesOf, duration, sharesOf, valueWords } from "../monitor/record-words.ts";
import { checkPagePath, writeDrawing } from "./drawing-file.ts";
import { chooseSetup, SETUP_OPTION, settingsMadeWith } from "./kept-setup.ts";
import { alignColumns } from "./text-table.ts";
import { UsageError } from "./usage-error.ts";

type Options = {
  readonly scenario?: string;
  readonly json?: boolean;
  readonly html?: string;
};

const HELP = `
A figure that has not been measured is stated as unknown, with the reason; docs/battery-record.md says how each is made.

Examples:
  bms record                       what is known of the battery in ./data
  bms record --html battery.html   the same as a page to print`;

/** Adds the command to the program. What cannot be used throws UsageError. */
export function registerRecord(program: Command): void {
  program
    .command("record")
    .summary("print the battery record: identity, health and life")
    .description(
      "Print the battery record: what the battery regulation (EU) 2023/1542 asks of identity, health and life.",
    )
    .argument("[dir]", "data folder of bms run; the device may be running", "./data")
    .option(...SETUP_OPTION)
    .option("--json", "print as JSON")
    .option("--html <file>", "also write a page to print or hand on")
    .addHelpText("after", HELP)
    .action(printRecord);
}

async function printRecord(folder: string, options: Options): Promise<void> {
  checkPagePath("--html", options.html);
  const kept = await keptOf(folder, options);
  if (!kept.ok) throw new UsageError(kept.reason);
  const { record, saved_ms } = kept;
  const asOf = `${isoTime(saved_ms * 1000)
    .slice(0, 16)
    .replace("T", " ")} UTC`;
  const text =
    options.json === true
      ? `${JSON.stringify(recordJson(record, saved_ms, programOf()), null, 2)}\n`
      : recordText(record, asOf);
  process.stdout.write(text);
  if (options.html !== undefined) writeDrawing(options.html, recordPage(record, asOf, programOf()));
}

async function keptOf(folder: string, { scenario }: Options): Promise<KeptRecord> {
  const setup = await chooseSetup(folder, scenario);
  const settings = await settingsMadeWith(setup, scenario);
  try {
    return readRecord(folder, setup, settings);
  } catch (error) {
    throw new UsageError(`cannot read the data in ${folder}: ${messageOf(error)}`);
  }
}

/** The record for a terminal, at most 80 columns. */
export function recordText(record: BatteryRecord, asOf: string): string {
  const lines = [`Battery record as of ${asOf}`];
  for (const group of Object.keys(RECORD_GROUPS) as readonly RecordGroup[])
    lines.push("", RECORD_GROUPS[group], ...groupLines(record, group));
  return `${lines.join("\n")}\n`;
}

const WIDTH = 80;
const TITLE = 37;
const INDENT = "  ";

function groupLines(record: BatteryRecord, group: RecordGroup): string[] {
  return RECORD_KEYS.filter((key) => RECORD_ROWS[key].group === group).flatMap((key) => rowLines(key, record[key]));
}

/** Title, value and law on one line; note or reason, and what is too long, below. */
function rowLines(key: RecordKey, entry: RecordEntry): string[] {
  const row = RECORD_ROWS[key];
  const start = `${INDENT}${row.title}`.padEnd(TITLE);
  const classes = classesOf(entry);
  if (classes !== undefined)
    return [`${start}${" ".repeat(WIDTH - TITLE - row.law.length)}${row.law}`, ...classLines(classes)];
  const words = valueWords(row, entry);
  const room = WIDTH - TITLE - row.law.length - 2;
  const note = entry.value === null ? entry.reason : (entry.note ?? "");
  const fits = words.length <= room;
  const first = fits ? words : "";
  return [
    `${start}${first}${row.law.padStart(WIDTH - start.length - first.length)}`.trimEnd(),
    ...(fits ? [] : wrap(words, WIDTH, `${INDENT}${INDENT}`)),
    ...(note === "" ? [] : wrap(note, WIDTH, `${INDENT}${INDENT}`)),
  ];
}

const BAR = 40;

function classLines(classes: NonNullable<ReturnType<typeof classesOf>>): string[] {
  const shares = sharesOf(classes);
  const most = Math.max(...shares, 1e-9);
  const rows = classes.map(({ class: name, time_s }, i) => [
    `${INDENT}${INDENT}${name}`,
    time_s > 0 ? duration(time_s) : "–",
    "█".repeat(Math.ceil((BAR * (shares[i] ?? 0)) / most)),
  ]);
  return alignColumns(rows, [1]);
}
