// Plays a what-if in a worker of the page: fetches the log files it needs, tells how far it is, and can be stopped at any time.

import type { SettingValue, Violation } from "../../model/settings.ts";
import type { WhatIfSeries } from "../../monitor/data/what-if-series.ts";
import type { Problem } from "../../monitor/problem.ts";
import type { Past } from "../history/past.ts";
import type { View } from "../history/view.ts";
import { ProblemError } from "../link/link.ts";
import type { FromJob, NamedBlob, ToJob } from "../worker/file-messages.ts";

/** As `bms replay --json` prints it (docs/json.md), with what is drawn. Times are seconds since `from`. */
export type WhatIfTold = {
  readonly from: string;
  readonly seconds: number;
  readonly settings: readonly {
    readonly name: string;
    readonly recorded: SettingValue;
    readonly whatIf: SettingValue;
  }[];
  readonly trips: readonly TripTold[];
  readonly consequences: readonly TripTold[];
  readonly soc: { readonly max: number; readonly max_s: number; readonly end: number; readonly mean: number };
  readonly trust: {
    readonly hard_s?: number;
    readonly zeroCurrent_s?: number;
    readonly weak: readonly { readonly kind: string; readonly at_s: number }[];
  };
  readonly lost: readonly { readonly at_s: number; readonly text: string }[];
  readonly realtimeFactor: number;
  readonly series: WhatIfSeries;
};

export type TripTold = {
  readonly name: string;
  readonly level: "error" | "indication";
  readonly kind: "appears" | "vanishes" | "moves" | "stays";
  readonly baseline_s?: number;
  readonly whatIf_s?: number;
  readonly trusted: boolean;
  readonly sentence: string;
};

export type PlayingHost = {
  readonly fetching: (name: string) => void;
  /** 0..1. */
  readonly playing: (part: number) => void;
};

type Changes = Readonly<Record<string, SettingValue>>;

/** Rejects with a ProblemError; one that was stopped with its reason "stopped". */
export async function playWhatIf(
  past: Past,
  stretch: View,
  changes: Changes,
  host: PlayingHost,
  signal: AbortSignal,
): Promise<WhatIfTold> {
  const files = await past.blobs(stretch, signal, host.fetching);
  if (signal.aborted) throw STOPPED;
  if (files.length === 0) throw new ProblemError(NO_RECORDER);
  host.playing(0);
  return work(files, { kind: "what-if", ...stretch, changes }, host, signal);
}

function work(
  files: readonly NamedBlob[],
  ask: ToJob["ask"],
  host: PlayingHost,
  signal: AbortSignal,
): Promise<WhatIfTold> {
  const worker = new Worker(new URL("../worker/job-worker.ts", import.meta.url), { type: "module" });
  return new Promise<WhatIfTold>((resolve, reject) => {
    signal.addEventListener("abort", () => reject(STOPPED));
    worker.addEventListener("error", ({ message }) => reject(new ProblemError({ kind: "failed", detail: message })));
    worker.addEventListener("message", ({ data }: MessageEvent<FromJob>) => {
      if (data.kind === "progress") host.playing(data.part);
      else if (data.reply.ok) resolve(data.reply.answer as WhatIfTold);
      else reject(new ProblemError(data.reply.problem));
    });
    worker.postMessage({ files, ask } satisfies ToJob);
  }).finally(() => worker.terminate());
}

const NO_RECORDER: Problem = { kind: "unknown", detail: "" };
const STOPPED = new ProblemError({ kind: "unavailable", detail: "stopped" });

export const isStopped = (error: unknown): boolean => error === STOPPED || (error as Error).name === "AbortError";
export const hasNoRecorder = (error: unknown): boolean =>
  error instanceof ProblemError && error.problem === NO_RECORDER;
export const violationsOf = (error: unknown): readonly Violation[] =>
  error instanceof ProblemError ? (error.problem.violations ?? []) : [];
