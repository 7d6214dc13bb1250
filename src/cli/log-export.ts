// bms log export: the same records in a format for other programs. Each log file becomes files of its own beside the
// others, named after it; messages stream through, so a log of any length needs little memory.

import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { messageOf } from "../base/error-text.ts";
import { type OnLost, settingsOf } from "../log/log-file.ts";
import { columnsOf, isMeant, rowOf } from "../log/table.ts";
import { messagesOf, spanOf } from "../log/tailed-log.ts";
import type { LogMessage, TopicName } from "../log/topics.ts";
import { recordedMessages } from "../replay/recorded-messages.ts";
import { candumpExporter, linesExporter } from "./export-lines.ts";
import { logExporter } from "./export-log.ts";
import { csvExporter, parquetExporter } from "./export-tables.ts";
import type { Exporter, Written } from "./exporter.ts";
import { fileProblems, structureProblems } from "./log-check.ts";
import { type ExportOptions, type ExportPlan, exportPlan, refuseUnknown } from "./log-options.ts";
import { cutName, findLogs, isOfSystem } from "./log-source.ts";
import { leftOutText, type NoLog, type OpenedLog, openGood } from "./open-log.ts";
import { type Progress, progressLine } from "./progress.ts";
import { alignColumns } from "./text-table.ts";
import { UsageError } from "./usage-error.ts";

export function logExport(words: readonly string[], options: ExportOptions): void {
  const plan = exportPlan(options);
  const { logs, unusable } = openGood(findLogs(words));
  const span = absoluteSpan(plan, logs);
  refuseUnknownSignals(plan, logs);
  prepareFolder(plan.output);
  const chosen = logs.filter((log) => overlaps(log, span));
  refuseSameNames(plan, chosen);
  const progress = progressLine("exporting");
  const losses = chosen.flatMap((log) => structureProblems(log).map((problem) => `${log.place.path}: ${problem}`));
  try {
    const written = chosen.flatMap((log, i) => exportOne(log, plan, span, losses, partOf(progress, i, chosen.length)));
    progress.clear();
    if (losses.length === 0) losses.push(...alterations(chosen));
    tell(plan, written, losses, unusable);
  } catch (error) {
    progress.clear();
    throw isOfSystem(error) ? new UsageError(`cannot write to ${plan.output}: ${(error as Error).message}`) : error;
  } finally {
    for (const log of logs) log.close();
  }
}

/** Logs that are damaged where the export had nothing to read: its rows are whole, their CRCs were right. */
const alterations = (logs: readonly OpenedLog[]): readonly string[] =>
  logs
    .filter((log) => fileProblems(log).length > 0)
    .map(({ place }) => `${place.path} is damaged, but not in what was exported: see bms log verify`);

type Span = { readonly from_us: number; readonly to_us: number };

/** --to is the end itself: a message at that instant is still in. */
function absoluteSpan({ span }: ExportPlan, logs: readonly OpenedLog[]): Span {
  const end_us = Math.max(...logs.map((log) => spanOf(log).last_us));
  if (span.last_us > 0) return { from_us: end_us - span.last_us, to_us: end_us + 1 };
  return { from_us: span.from_us, to_us: span.to_us + 1 };
}

function overlaps(log: OpenedLog, { from_us, to_us }: Span): boolean {
  const { first_us, last_us } = spanOf(log);
  return first_us < to_us && last_us >= from_us;
}

/** Before anything is written, by the first row of each log. */
function refuseUnknownSignals({ signals }: ExportPlan, logs: readonly OpenedLog[]): void {
  if (signals.length === 0) return;
  const columns = logs.flatMap((log) => {
    const first = messagesOf(log, ["/state"]).next();
    const row = first.done === true ? undefined : rowOf(first.value.data);
    return row === undefined ? [] : columnsOf(row);
  });
  if (columns.length > 0) refuseUnknown(signals, (wish) => columns.some((column) => isMeant(column, wish)));
}

function prepareFolder(output: string): void {
  if (output === "-") return;
  try {
    makeFolders(output);
    accessSync(output, constants.W_OK);
  } catch (error) {
    throw new UsageError(`cannot write to ${output}: ${messageOf(error)}`);
  }
  if (!statSync(output).isDirectory()) throw new UsageError(`--output ${output} is not a folder`);
}

/** Files of one name from two folders would overwrite each other. */
function refuseSameNames({ output }: ExportPlan, logs: readonly OpenedLog[]): void {
  const stems = logs.map(({ place }) => place.stem);
  const twice = stems.find((stem, i) => stems.indexOf(stem) !== i);
  if (twice !== undefined && output !== "-")
    throw new UsageError(`two of the logs are called ${twice}: export them one by one, to different folders`);
}

/** One by one: mkdirSync's own recursion never ends where a parent cannot be made, as in /proc. */
function makeFolders(path: string): void {
  if (existsSync(path)) return;
  makeFolders(dirname(resolve(path)));
  mkdirSync(path);
}

type Part = (done: number) => void;

const partOf =
  (progress: Progress, index: number, count: number): Part =>
  (done) =>
    progress.show((index + done) / count);

const LOOK_messages = 256;

function exportOne(log: OpenedLog, plan: ExportPlan, span: Span, losses: string[], show: Part): readonly Written[] {
  const { first_us, last_us } = spanOf(log);
  const from_us = Math.max(first_us, span.from_us);
  const exporter = exporterOf(log, plan, from_us);
  const length_us = Math.max(1, Math.min(last_us, span.to_us) - from_us);
  const lost = ({ offset }: { offset: number }, reason: string): void =>
    void losses.push(`${log.place.path}: chunk at byte ${offset}: ${reason}`);
  let count = 0;
  for (const message of chosenMessages(log, plan, exporter.topics, span, lost)) {
    exporter.add(message);
    if (++count % LOOK_messages === 0) show((message.time_us - from_us) / length_us);
  }
  return exporter.close();
}

/** A part of a log begins with the recorder's last start before it, so that it can be replayed from its first second. */
function* chosenMessages(
  log: OpenedLog,
  { format }: ExportPlan,
  topics: readonly TopicName[],
  span: Span,
  onLost: OnLost,
): Generator<LogMessage> {
  const isCut = format === "mcap" && span.from_us > spanOf(log).first_us;
  const plain = isCut ? topics.filter((topic) => !RECORDED.includes(topic)) : topics;
  if (isCut) yield* recordedMessages([log], span);
  yield* messagesOf(log, plain, span.from_us, span.to_us, onLost);
}

const RECORDED: readonly TopicName[] = ["/recorder/start", "/recorder/inputs"];

function exporterOf(log: OpenedLog, plan: ExportPlan, from_us: number): Exporter {
  const { identity } = log.log;
  const { serialNumber, manufacturer, program, pack } = identity;
  const stem = join(plan.output, log.place.stem);
  switch (plan.format) {
    case "csv":
      return csvExporter(stem, plan);
    case "parquet":
      return parquetExporter(stem, plan, { serialNumber, manufacturer, program, pack });
    case "jsonl":
      return linesExporter(plan.output === "-" ? "-" : `${stem}.jsonl`, plan);
    case "candump":
      return candumpExporter(plan.output === "-" ? "-" : `${stem}-can.log`);
    case "mcap":
      return logExporter(
        join(plan.output, cutName(log.place.stem)),
        { ...identity, began_us: from_us },
        settingsOf(log.log) ?? "{}",
      );
  }
}

const NOTHING: Readonly<Partial<Record<ExportPlan["format"], string>>> & { readonly all: string } = {
  candump: "no frame of a bus was logged in that time: nothing is written",
  all: "the logs have nothing of it in that time",
};

/** An empty file is what a cut leaves of one that has only just been made: nothing is lost with it. */
const hadContent = ({ place }: NoLog): boolean => (statSync(place.path, { throwIfNoEntry: false })?.size ?? 0) > 0;

/** On standard error where the export itself goes to standard output. Damage is told, and ends with code 1. */
function tell(
  plan: ExportPlan,
  written: readonly Written[],
  losses: readonly string[],
  unusable: readonly NoLog[],
): void {
  const lines = written.map(({ path, rows }) => [
    path,
    `${rows.toLocaleString("en")} ${plan.format === "mcap" ? "messages" : "rows"}`,
  ]);
  if (plan.output !== "-" && written.length > 0) process.stdout.write(`${alignColumns(lines).join("\n")}\n`);
  if (written.every(({ rows }) => rows === 0)) process.stderr.write(`bms: ${NOTHING[plan.format] ?? NOTHING.all}\n`);
  for (const line of [...unusable.map(leftOutText), ...losses]) process.stderr.write(`bms: ${line}\n`);
  if (losses.length > 0 || unusable.some(hadContent)) process.exitCode = 1;
}
