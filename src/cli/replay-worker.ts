// The thread that replays the second part of a long recording while the main thread replays the first. Started from
// replay.ts; it opens the logs itself and answers once.

import { parentPort, workerData } from "node:worker_threads";
import type { LogPlace } from "./log-source.ts";
import { openAll } from "./open-log.ts";
import { type PartPlayed, playPart, type Split } from "./replay-part.ts";

/** What the thread is told at its start. */
export type SecondPart = { readonly places: readonly LogPlace[]; readonly from: Split };

/** Sets this thread apart from others that load this file. */
export const SECOND_THREAD = "bms replay second part";

function playSecond({ places, from }: SecondPart): PartPlayed {
  const logs = openAll(places);
  try {
    return playPart(logs, { from });
  } finally {
    for (const log of logs) log.close();
  }
}

const told = workerData as { readonly thread?: string; readonly task?: SecondPart } | null;
if (told?.thread === SECOND_THREAD && told.task !== undefined) parentPort?.postMessage(playSecond(told.task));
