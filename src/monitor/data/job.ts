// What a job does, wherever it runs: a stretch of logs is played through the core again, as it was or under other settings, and the
// answer is the object that bms replay --json prints, with series to draw it.

import { rowOf } from "../../log/table.ts";
import { messagesOf, type TailedLog } from "../../log/tailed-log.ts";
import { SECRET_SETTINGS } from "../../model/secrets.ts";
import { recordedMessages, type Stretch, stretchOf } from "../../replay/recorded-messages.ts";
import { segmentsOf } from "../../replay/recording.ts";
import { replay } from "../../replay/replay.ts";
import { replayJson } from "../../replay/replay-json.ts";
import type { TimedRow } from "../../replay/signal-difference.ts";
import { compareTracks } from "../../replay/what-if.ts";
import { whatIfJson } from "../../replay/what-if-json.ts";
import { playWhatIf } from "../../replay/what-if-play.ts";
import { type Reply, refuse } from "../problem.ts";
import type { Input } from "../schemas.ts";
import { whatIfSeries } from "./what-if-series.ts";

/** @param elapsed_s since the job began, by the clock on the wall */
export type JobHost = { readonly onProgress: (part: number) => void; readonly elapsed_s: () => number };

const SOON_s = 1e-6;

export function runJob(logs: readonly TailedLog[], ask: Input<"startJob">, host: JobHost): Reply<object> {
  const stretch = { from_us: ask.from_us, to_us: ask.to_us };
  return ask.kind === "replay" ? runReplay(logs, stretch, host) : runWhatIf(logs, stretch, ask.changes ?? {}, host);
}

function runReplay(logs: readonly TailedLog[], asked: Stretch, { onProgress, elapsed_s }: JobHost): Reply<object> {
  const stretch = stretchOf(logs, asked);
  if (stretch === undefined) return refuse("unknown", "the log holds nothing of that time");
  const length_us = stretch.to_us - stretch.from_us;
  const onSecond = (_: unknown, wall_us: number): void =>
    onProgress(Math.min(1, Math.max(0, (wall_us - stretch.from_us) / length_us)));
  const lookup = (from_us: number): Iterable<TimedRow> => rowsAfter(logs, from_us);
  const replayed = replay(segmentsOf(recordedMessages(logs, stretch)), { onSecond, lookup });
  if (replayed.ticks === 0)
    return refuse("unknown", `nothing to replay: ${replayed.reasons[0] ?? "no flight recorder"}`);
  return { ok: true, answer: replayJson(replayed, replayed.seconds / Math.max(SOON_s, elapsed_s())) };
}

function* rowsAfter(logs: readonly TailedLog[], from_us: number): Generator<TimedRow> {
  for (const log of logs)
    for (const { time_us, data } of messagesOf(log, ["/state"], from_us + 1)) {
      const row = rowOf(data);
      if (row !== undefined) yield { time_us, row };
    }
}

function runWhatIf(
  logs: readonly TailedLog[],
  stretch: Stretch,
  changes: NonNullable<Input<"startJob">["changes"]>,
  { onProgress, elapsed_s }: JobHost,
): Reply<object> {
  const secret = Object.keys(changes).find((name) => SECRET_SETTINGS.includes(name));
  if (secret !== undefined) return refuse("invalid", `${secret} changes nothing that is recorded.`);
  const played = playWhatIf(logs, stretch, changes, onProgress);
  if (!played.ok) {
    const { problem, violations } = played;
    return { ok: false, problem: { kind: "refused", detail: problem, ...(violations && { violations }) } };
  }
  const { baseline, altered } = played;
  const compared = compareTracks(baseline, altered);
  const factor = compared.played_s / Math.max(SOON_s, elapsed_s());
  return { ok: true, answer: { ...whatIfJson(compared, factor), series: whatIfSeries(baseline, altered) } };
}
