// bms replay LOG --set name=value …: the same inputs under other settings. Plays the recording twice, once as it was and once
// with the alterations, in two threads where the machine has them, and tells what would have been different and from when
// on that is a guess.

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { LogMessage } from "../log/topics.ts";
import type { Changes } from "../model/presets.ts";
import type { Settings } from "../model/settings.ts";
import type { Switches } from "../replay/commands.ts";
import { recordedMessages, type Stretch, stretchOf } from "../replay/recorded-messages.ts";
import { whatIfPlot } from "../replay/replay-plot.ts";
import { type Followed, followTrack, type Track } from "../replay/track.ts";
import { compareTracks } from "../replay/what-if.ts";
import { whatIfJson } from "../replay/what-if-json.ts";
import { deviceProblem, recordedSettings, samplePeriod_us } from "../replay/what-if-play.ts";
import { renderPlot } from "../sim/drawing/plot.ts";
import { plotPage } from "../sim/drawing/plot-page.ts";
import { checkPicturePath, isPage, writeDrawing } from "./drawing-file.ts";
import { time_us } from "./log-options.ts";
import type { OpenedLog } from "./open-log.ts";
import { withLogs } from "./open-log.ts";
import { type Progress, progressLine } from "./progress.ts";
import { createListener, createSharedSwitches } from "./shared-switches.ts";
import { UsageError } from "./usage-error.ts";
import { whatIfText } from "./what-if-report.ts";
import { alterations, parseSets, violationLines } from "./what-if-settings.ts";
import { BASELINE_THREAD, type BaselineTask, playBaseline } from "./what-if-worker.ts";

export type WhatIfOptions = {
  readonly set?: readonly string[];
  readonly settings?: string;
  readonly from?: string;
  readonly to?: string;
  readonly plot?: string;
  readonly json?: boolean;
};

/** Tells what would have been. Throws UsageError for what cannot be used; otherwise ends with 0, whatever would have been. */
export async function whatIf(words: readonly string[], options: WhatIfOptions): Promise<number> {
  checkPicturePath("--plot", options.plot);
  const sets = parseSets(options.set ?? []);
  const asked = spanOf(options);
  const { stretch, recorded } = withLogs(words, (logs) => {
    checkDevice(logs);
    const found = stretchOf(logs, asked);
    if (found === undefined) throw new UsageError("the log holds nothing of the time from --from to --to");
    return { stretch: found, recorded: settingsIn(recordedMessages(logs, found)) };
  });
  const changes = alterations(recorded, sets, options.settings);
  const began_ms = performance.now();
  const [baseline, altered] = await playBoth({ words, stretch, sample_us: samplePeriod_us(stretch) }, changes);
  const elapsed_s = (performance.now() - began_ms) / 1000;
  const result = compareTracks(baseline, altered);
  const factor = result.played_s / Math.max(1e-6, elapsed_s);
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify(whatIfJson(result, factor))}\n`
      : `${whatIfText(result, factor, elapsed_s)}\n`,
  );
  if (options.plot !== undefined) draw(options.plot, baseline, altered, options.json === true);
  return 0;
}

/** Throws UsageError with the numbers of both. */
function checkDevice(logs: readonly OpenedLog[]): void {
  const problem = deviceProblem(logs);
  if (problem !== "") throw new UsageError(problem);
}

function spanOf({ from, to }: WhatIfOptions): Stretch {
  const from_us = from === undefined ? 0 : time_us("--from", from);
  const to_us = to === undefined ? Number.MAX_SAFE_INTEGER : time_us("--to", to) + 1; // the end itself is still in
  if (from_us >= to_us) throw new UsageError(`--from ${from} is not before --to ${to}`);
  return { from_us, to_us };
}

/** Throws UsageError where the log has no recording. */
function settingsIn(messages: Iterable<LogMessage>): Settings {
  const read = recordedSettings(messages);
  if (!read.ok) throw new UsageError(read.problem);
  return read.settings;
}

/** Less is played sooner than another thread has started. */
const WORTH_us = 1_200_000_000;

/**
 * The recorded device and the altered one, which must know what the recorded one switches: from another thread at the same
 * time, or after it.
 */
async function playBoth(task: BaselineTask, changes: Changes): Promise<readonly [Track, Track]> {
  const progress = progressLine("replaying");
  try {
    const isLong = task.stretch.to_us - task.stretch.from_us > WORTH_us;
    if (isLong && availableParallelism() > 1) return await playAtOnce(task, changes, progress);
    const baseline = tracked(playBaseline(task));
    return [baseline, tracked(playAltered(task, changes, progress, { switches: baseline.switches }))];
  } finally {
    progress.clear();
  }
}

async function playAtOnce(task: BaselineTask, changes: Changes, progress: Progress): Promise<readonly [Track, Track]> {
  const shared = createSharedSwitches();
  const { worker, followed } = playElsewhere({ ...task, shared });
  try {
    const altered = playAltered(task, changes, progress, createListener(shared));
    return [tracked(await followed), tracked(altered)];
  } finally {
    await worker.terminate(); // it has answered, or nobody waits for it any more
  }
}

type Known = { readonly switches: Switches; readonly waitFor?: (wall_us: number) => void };

function playAltered(
  { words, stretch, sample_us }: BaselineTask,
  changes: Changes,
  progress: Progress,
  { switches, waitFor }: Known,
): Followed {
  const length_us = stretch.to_us - stretch.from_us;
  const beforeBlock = (wall_us: number): void => {
    waitFor?.(wall_us);
    progress.show((wall_us - stretch.from_us) / length_us);
  };
  const options = { changes, sample_us, beforeBlock, recorded: switches };
  return withLogs(words, (logs) => followTrack(recordedMessages(logs, stretch), options));
}

function playElsewhere(task: BaselineTask): { readonly worker: Worker; readonly followed: Promise<Followed> } {
  const worker = new Worker(new URL("./what-if-worker.ts", import.meta.url), {
    workerData: { thread: BASELINE_THREAD, task },
  });
  const followed = new Promise<Followed>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  followed.catch(() => {}); // told where it is waited for, if it still is
  return { worker, followed };
}

function tracked(followed: Followed): Track {
  if (!followed.ok)
    throw new UsageError(
      `${violationLines(followed.violations)}\n(with the settings recorded at ${new Date(followed.at_us / 1000).toISOString()})`,
    );
  if (followed.track.ticks === 0)
    throw new UsageError(`nothing of the recording can be replayed: ${followed.track.lost[0]?.text ?? "it is empty"}`);
  return followed.track;
}

function draw(path: string, baseline: Track, altered: Track, quiet: boolean): void {
  const plot = whatIfPlot(baseline, altered, compareTracks(baseline, altered));
  writeDrawing(path, isPage(path) ? plotPage(plot) : renderPlot(plot));
  if (!quiet) process.stdout.write(`\ndrawn: ${path}\n`);
}
