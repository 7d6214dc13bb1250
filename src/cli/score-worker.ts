// A thread of `bms score`: scores the recordings it is handed, one after the other.

import { parentPort, workerData } from "node:worker_threads";
import { type ScoredFile, type ScoreOrder, scoreFile } from "./score-work.ts";
import { UsageError } from "./usage-error.ts";

/** Sets this thread apart from others that load this file. */
export const SCORE_THREAD = "bms score";

export type ScoreAnswer =
  | { readonly ok: true; readonly scored: ScoredFile }
  | { readonly ok: false; readonly reason: string };

/** The scores of a file, or one line that says why there are none. */
export function tryFile(order: ScoreOrder, file: string): ScoreAnswer {
  try {
    return { ok: true, scored: scoreFile(order, file) };
  } catch (error) {
    if (error instanceof UsageError) return { ok: false, reason: error.message };
    throw error;
  }
}

const told = workerData as { readonly thread?: string; readonly order?: ScoreOrder } | null;
if (told?.thread === SCORE_THREAD && told.order !== undefined) {
  const { order } = told;
  parentPort?.on("message", (file: string) => parentPort?.postMessage(tryFile(order, file)));
}
