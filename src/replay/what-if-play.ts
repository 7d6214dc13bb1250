// A what-if from beginning to end, out of logs: the stretch is played once as it was recorded and once with altered settings, one
// after the other. Whoever has two threads plays both at once (cli/what-if.ts), out of the same parts.

import type { TailedLog } from "../log/tailed-log.ts";
import type { LogMessage } from "../log/topics.ts";
import type { Changes } from "../model/presets.ts";
import { getSetting, type Settings, type Violation } from "../model/settings.ts";
import { changeSettings } from "../model/validation.ts";
import { settingDifferences } from "./altered-settings.ts";
import { createPassage, piecesOf } from "./passage.ts";
import { recordedMessages, type Stretch, stretchOf } from "./recorded-messages.ts";
import { settingsOf } from "./start.ts";
import { type Followed, followTrack, type Track } from "./track.ts";

/** Why there is no answer, in one sentence; with settings that do not fit, the reason of each. */
export type NotPlayed = { readonly ok: false; readonly problem: string; readonly violations?: readonly Violation[] };

export type Played = { readonly ok: true; readonly baseline: Track; readonly altered: Track };

/** Samples for charge and limits: so many at most, and no more than one a second unless the recording is short. */
const MOST_SAMPLES = 200_000;
const WANTED_SAMPLES = 1500;
const TICK_us = 10_000;

export function samplePeriod_us({ from_us, to_us }: Stretch): number {
  const length_us = to_us - from_us;
  const fine_us = Math.max(TICK_us, Math.min(1_000_000, Math.floor(length_us / WANTED_SAMPLES)));
  return Math.max(fine_us, Math.ceil(length_us / MOST_SAMPLES));
}

/** The settings at the first start that can be used. */
export function recordedSettings(
  messages: Iterable<LogMessage>,
): { readonly ok: true; readonly settings: Settings } | NotPlayed {
  let reason = "";
  for (const piece of piecesOf(createPassage(), messages)) {
    if (piece.kind === "start") {
      const read = settingsOf(piece.start);
      if (read.ok) return read;
      reason ||= read.reason;
    } else if (piece.kind === "lost") reason ||= piece.reason;
  }
  const problem =
    reason === ""
      ? "the log has no flight recorder to replay (sdCard.recorder was off, or its start is before this file)"
      : `the flight recorder of this log cannot be replayed: ${reason}`;
  return { ok: false, problem };
}

/**
 * What is to be other than recorded: all that differs, with what a chemistry or a sensor fills in, and all that was named,
 * so that it withstands what was set while the recording ran.
 * @param base settings on which the changes are made: those recorded, or those of a file
 */
export function alterationsOf(
  recorded: Settings,
  base: Settings,
  sets: Changes,
):
  | { readonly ok: true; readonly changes: Changes }
  | { readonly ok: false; readonly violations: readonly Violation[] } {
  const changed = changeSettings(base, sets);
  if (!changed.ok) return { ok: false, violations: changed.violations };
  const named = Object.keys(sets).map((name) => [name, getSetting(changed.settings, name)!] as const);
  const differing = settingDifferences(recorded, changed.settings).map(({ name, whatIf }) => [name, whatIf] as const);
  return { ok: true, changes: Object.fromEntries([...differing, ...named]) };
}

/** Logs of two devices are not one recording; "" where they are of one. */
export function deviceProblem(logs: readonly TailedLog[]): string {
  const numbers = [...new Set(logs.map(({ log }) => log.identity.serialNumber).filter((number) => number !== ""))];
  return numbers.length > 1
    ? `these are logs of different devices (${numbers.join(", ")}): a what-if is about one`
    : "";
}

/**
 * Plays a stretch of logs both ways.
 * @param onProgress told how far it is, 0..1
 */
export function playWhatIf(
  logs: readonly TailedLog[],
  asked: Stretch,
  sets: Changes,
  onProgress: (part: number) => void,
): Played | NotPlayed {
  const problem = deviceProblem(logs);
  if (problem !== "") return { ok: false, problem };
  const stretch = stretchOf(logs, asked);
  if (stretch === undefined) return { ok: false, problem: "the log holds nothing of that time" };
  const recorded = recordedSettings(recordedMessages(logs, stretch));
  if (!recorded.ok) return recorded;
  const alterations = alterationsOf(recorded.settings, recorded.settings, sets);
  if (!alterations.ok) return refused(alterations.violations);
  const sample_us = samplePeriod_us(stretch);
  const follow = (half: number, options: Partial<Parameters<typeof followTrack>[1]>): Track | NotPlayed =>
    trackOf(
      followTrack(recordedMessages(logs, stretch), {
        ...{ sample_us, ...options },
        beforeBlock: (wall_us) => onProgress(half + partOf(stretch, wall_us) / 2),
      }),
    );
  const baseline = follow(0, {});
  if ("ok" in baseline) return baseline;
  const altered = follow(0.5, { changes: alterations.changes, recorded: baseline.switches });
  return "ok" in altered ? altered : { ok: true, baseline, altered };
}

const partOf = ({ from_us, to_us }: Stretch, wall_us: number): number =>
  Math.min(1, Math.max(0, (wall_us - from_us) / (to_us - from_us)));

const refused = (violations: readonly Violation[]): NotPlayed => ({
  ok: false,
  problem: "the settings do not go together",
  violations,
});

function trackOf(followed: Followed): Track | NotPlayed {
  if (!followed.ok) return refused(followed.violations);
  const { track } = followed;
  if (track.ticks > 0) return track;
  return {
    ok: false,
    problem: `nothing of the recording can be replayed: ${track.lost[0]?.text ?? "it is empty"}`,
  };
}
