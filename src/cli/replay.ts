// bms replay: runs the core again on what a log's flight recorder holds, and says whether it comes to the same states. With
// other settings it tells what would have been (what-if.ts). Ends with 0 when all that was replayed is identical, with 1 and
// the first second that differs when not.

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Command } from "commander";
import { isoTime } from "../base/calendar.ts";
import type { DifferentEntry } from "../replay/look-on.ts";
import type { Difference } from "../replay/replay.ts";
import { joinReplays } from "../replay/replay-halves.ts";
import { type ReplayResult, replayJson } from "../replay/replay-json.ts";
import { durationText } from "../sim/scenario/duration.ts";
import { findLogs, type LogPlace } from "./log-source.ts";
import { openAll } from "./open-log.ts";
import { progressLine } from "./progress.ts";
import { type PartPlayed, playPart, splitOf } from "./replay-part.ts";
import { SECOND_THREAD, type SecondPart } from "./replay-worker.ts";
import { UsageError } from "./usage-error.ts";
import type { WhatIfOptions } from "./what-if.ts";

const HELP = `
LOG is a file (.mcap), a folder of them, or the data folder of bms run.

Examples:
  bms replay data                                        is the device what its recording says, second by second?
  bms replay day.mcap --set protections.overvoltage.setDelay_ms=500 --plot whatif.html
                                                         what would have tripped under other settings

"Times faster" counts reading and replaying, not the start of the program; a long log is played in two threads.

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
        : await replayLogs(words, options.json === true);
    });
}

/** Exit code 0 or 1; throws UsageError when nothing can be replayed. */
async function replayLogs(words: readonly string[], json: boolean): Promise<number> {
  const began_ms = performance.now();
  const places = findLogs(words);
  const { replayed, lost, looking_ms } = await replayPlaces(places);
  const elapsed_s = Math.max(1e-6, (performance.now() - began_ms - looking_ms) / 1000);
  const reasons = [...lost, ...replayed.reasons];
  if (replayed.ticks === 0) throw new UsageError(`nothing to replay: ${reasons[0] ?? NO_RECORDER}`);
  const factor = replayed.seconds / elapsed_s;
  const result = { ...replayed, reasons };
  process.stdout.write(json ? `${JSON.stringify(replayJson(result, factor))}\n` : `${replayText(result, factor)}\n`);
  return replayed.identical ? 0 : 1;
}

const NO_RECORDER = "the log has no flight recorder (sdCard.recorder was off)";

/**
 * In two threads where that is sooner.
 * @param worth_bytes of the recorder, plain: less is played in one thread
 */
export async function replayPlaces(places: readonly LogPlace[], worth_bytes?: number): Promise<PartPlayed> {
  const logs = openAll(places);
  const progress = progressLine("replay");
  try {
    const split = availableParallelism() > 1 ? splitOf(logs, worth_bytes) : undefined;
    const second = split === undefined ? undefined : playElsewhere({ places, from: split });
    const first = playPart(logs, { to: split, onRead: progress.show });
    return second === undefined ? first : await joined(first, second);
  } finally {
    progress.clear();
    for (const log of logs) log.close();
  }
}

type Elsewhere = { readonly played: Promise<PartPlayed>; readonly stop: () => Promise<number> };

async function joined(first: PartPlayed, { played, stop }: Elsewhere): Promise<PartPlayed> {
  if (first.replayed.firstDifference !== undefined) {
    played.catch(() => {});
    await stop();
    return first;
  }
  const second = await played;
  return {
    replayed: joinReplays(first.replayed, second.replayed),
    lost: [...new Set([...first.lost, ...second.lost])],
    looking_ms: second.looking_ms,
  };
}

function playElsewhere(task: SecondPart): Elsewhere {
  const worker = new Worker(new URL("./replay-worker.ts", import.meta.url), {
    workerData: { thread: SECOND_THREAD, task },
  });
  const played = new Promise<PartPlayed>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  return { played, stop: () => worker.terminate() };
}

function replayText(result: ReplayResult, factor: number): string {
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
