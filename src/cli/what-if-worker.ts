// The thread that plays a recording with the settings it was made with, while the main thread plays it with altered ones.
// Started from what-if.ts; it opens the logs itself and answers once.

import { parentPort, workerData } from "node:worker_threads";
import type { Switches } from "../replay/commands.ts";
import { recordedMessages, type Stretch } from "../replay/recorded-messages.ts";
import { type Followed, followTrack } from "../replay/track.ts";
import { withLogs } from "./open-log.ts";
import { createTeller, type SharedSwitches } from "./shared-switches.ts";

/** What the thread is told at its start. `shared`: where to tell the contactors' commands while it plays. */
export type BaselineTask = {
  readonly words: readonly string[];
  readonly stretch: Stretch;
  readonly sample_us: number;
  readonly shared?: SharedSwitches;
};

/** Sets this thread apart from others that load this file. */
export const BASELINE_THREAD = "bms what-if baseline";

export function playBaseline({ words, stretch, sample_us, shared }: BaselineTask): Followed {
  const tell = shared === undefined ? undefined : createTeller(shared);
  try {
    const onBlock = (wall_us: number, switches: Switches): void => tell?.(switches, wall_us);
    return withLogs(words, (logs) => followTrack(recordedMessages(logs, stretch), { sample_us, onBlock }));
  } finally {
    tell?.({ time_us: [], word: [], cells: [] }, Number.POSITIVE_INFINITY);
  }
}

const told = workerData as { readonly thread?: string; readonly task?: BaselineTask } | null;
if (told?.thread === BASELINE_THREAD && told.task !== undefined) parentPort?.postMessage(playBaseline(told.task));
