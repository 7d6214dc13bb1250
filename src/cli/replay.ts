// bms replay: runs the core again on what a log's flight recorder holds, and says whether it comes to the same states. With
// other settings it tells what would have been (what-if.ts). Ends with 0 when all that was replayed is identical, with 1 and
// the first second that differs when not.

import type { Command } from "commander";
import { isoTime } from "../base/calendar.ts";
import { rowOf } from "../log/table.ts";
import type { LogMessage, TopicName } from "../log/topics.ts";
import type { DifferentEntry } from "../replay/look-on.ts";
import { segmentsOf } from "../replay/recording.ts";
import { type Difference, type Replayed, replay } from "../replay/replay.ts";
import type { TimedRow } from "../replay/signal-difference.ts";
import { durationText } from "../sim/scenario/duration.ts";
import { findLogs } from "./log-source.ts";
import { messagesOf, type OpenedLog, openAll } from "./open-log.ts";
import { type Progress, progressLine } from "./progress.ts";
import { UsageError } from "./usage-error.ts";
import type { WhatIfOptions } from "./what-if.ts";

const HELP = `
LOG is a file (.mcap), a folder of them, or the data folder of bms run.

Examples:
  bms replay data                                        is the device what its recording says, second by second?
  bms replay day.mcap --set protections.overvoltage.setDelay_ms=500 --plot whatif.html
                                                         what would have tripped under other settings

Exit code: 0 when all that was replayed is identical, 1 when something differs, 2 when there is nothing to replay.`;

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export function registerReplay(program: Command): void {
  program
    .command("replay")
    .summary("run a recorded device again, as it was or under other settings")
    .description(
      "Runs the device again on what its flight recorder holds: all it measured, all it was asked, every tick. Compares its state with the recorded one each second; with --set, tells what would have been.",
    )
    .argument("<log...>", "files, folders of files, or a data folder")
    .option("--set <name=value>", "another value of a setting (again and again)", collect)
    .option("--settings <file>", "other settings from a YAML or JSON file")
    .option("--from <time>", "with other settings: not before, for example 2026-11-23T05:25:52Z")
    .option("--to <time>", "with other settings: not after")
    .option("--plot <file>", "with other settings: draw both (.svg or .html)")
    .option("--json", "one object for programs")
    .addHelpText("after", HELP)
    .action(async (words: readonly string[], options: WhatIfOptions) => {
      const isWhatIf = options.set !== undefined || options.settings !== undefined;
      const lone = (["from", "to", "plot"] as const).find((name) => !isWhatIf && options[name] !== undefined);
      if (lone !== undefined) throw new UsageError(`--${lone} goes with --set or --settings`);
      process.exitCode = isWhatIf
        ? await (await import("./what-if.ts")).whatIf(words, options)
        : replayLogs(words, options.json === true);
    });
}

const RECORDED: readonly TopicName[] = ["/recorder/start", "/recorder/inputs"];

/** Exit code 0 or 1; throws UsageError when nothing can be replayed. */
function replayLogs(words: readonly string[], json: boolean): number {
  const logs = openAll(findLogs(words));
  try {
    const began_ms = performance.now();
    const { replayed, lost } = replayAll(logs);
    const elapsed_s = Math.max(1e-6, (performance.now() - began_ms) / 1000);
    const reasons = [...lost, ...replayed.reasons];
    if (replayed.ticks === 0) throw new UsageError(`nothing to replay: ${reasons[0] ?? NO_RECORDER}`);
    const factor = replayed.seconds / elapsed_s;
    const result = { ...replayed, reasons };
    process.stdout.write(json ? `${JSON.stringify(replayJson(result, factor))}\n` : `${replayText(result, factor)}\n`);
    return replayed.identical ? 0 : 1;
  } finally {
    for (const log of logs) log.close();
  }
}

const NO_RECORDER = "the log has no flight recorder (sdCard.recorder was off)";

function replayAll(logs: readonly OpenedLog[]): { readonly replayed: Replayed; readonly lost: readonly string[] } {
  const lost: string[] = [];
  const progress = progressLine("replay");
  const messages = recorded(logs, progress, lost);
  const replayed = replay(segmentsOf(messages), { lookup: (from_us) => rowsAfter(logs, from_us) });
  progress.clear();
  return { replayed, lost };
}

/** Chunks are unpacked as the rows of them are asked for. */
function* rowsAfter(logs: readonly OpenedLog[], from_us: number): Generator<TimedRow> {
  for (const log of logs)
    for (const { time_us, data } of messagesOf(log, ["/state"], from_us + 1)) {
      const row = rowOf(data);
      if (row !== undefined) yield { time_us, row };
    }
}

/** The recorder's messages of all logs, one log after the other; damage is told in `lost`. */
function* recorded(logs: readonly OpenedLog[], progress: Progress, lost: string[]): Generator<LogMessage> {
  for (const [i, log] of logs.entries()) {
    const onLost = (_: unknown, reason: string): void => {
      lost.push(`${log.place.path}: ${reason}`);
    };
    yield* messagesOf(log, RECORDED, 0, Infinity, onLost);
    progress.show((i + 1) / logs.length);
  }
}

type Result = Replayed & { readonly reasons: readonly string[] };

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

function replayJson(result: Result, factor: number): object {
  const { identical, seconds, ticks, gaps, unused, reasons, firstDifference } = result;
  return {
    identical,
    seconds: round(seconds, 6),
    ticks,
    ...(firstDifference === undefined ? {} : { firstDifference: differenceJson(firstDifference) }),
    gaps,
    unusedSeconds: unused,
    reasons: [...reasons, ...(firstDifference?.unnamed === undefined ? [] : [firstDifference.unnamed])],
    realtimeFactor: round(factor, 1),
  };
}

const differenceJson = ({ wall_us, unnamed: _, ...rest }: Difference): object => ({ ...rest, time: isoTime(wall_us) });

function replayText(result: Result, factor: number): string {
  const { identical, seconds, ticks, gaps, unused, reasons, firstDifference } = result;
  const lines = [
    `${identical ? "identical" : "DIFFERENT"}: ${durationText(seconds)} of the device in ${ticks} ticks, replayed ${Math.round(factor)} times faster`,
  ];
  if (firstDifference !== undefined) lines.push(`  ${differenceText(firstDifference)}`);
  if (gaps > 0) lines.push(`  the recording has ${gaps === 1 ? "a gap" : `${gaps} gaps`}`);
  if (unused > 0) lines.push(`  ${unused} s could not be replayed: ${reasons.join("; ")}`);
  else for (const reason of reasons) lines.push(`  ${reason}`);
  return lines.join("\n");
}

/** The exact entry of the state is told besides, where a start of the recording shows it. */
function differenceText(difference: Difference): string {
  const { second, wall_us, section, signal, recorded: was, replayed: is, signalSecond, entry, unnamed } = difference;
  const where = `first differs in second ${second} of the device, until ${isoTime(wall_us)}, in "${section}"`;
  const when = signalSecond === undefined || signalSecond === second ? "" : `in second ${signalSecond} `;
  const what =
    was === undefined || is === undefined ? "" : `: ${when}${signal === undefined ? "" : `${signal} `}${pair(was, is)}`;
  const exact =
    entry === undefined || (entry.name === section && signal === undefined) ? "" : `\n  ${entryText(entry)}`;
  return `${where}${what}${exact}${unnamed === undefined ? "" : `\n  ${unnamed}`}`;
}

const pair = (recorded: number, replayed: number): string => `recorded ${recorded}, replayed ${replayed}`;

const entryText = ({ name, second, recorded, replayed }: DifferentEntry): string =>
  `the start of the recording after second ${second} has another ${name}: ${pair(recorded, replayed)}`;
