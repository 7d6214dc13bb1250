// Opens what a person names, to explain an event from it: logs, and the journal and freeze-frames of a data folder's store
// (replay/evidence.ts).

import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { JOURNAL_FILE } from "../device/store-journal.ts";
import { readFrame, readFrameList, readJournal } from "../device/store-reader.ts";
import { type Evidence, gatherEvidence, NO_FRAMES } from "../replay/evidence.ts";
import { findLogs } from "./log-source.ts";
import { type OpenedLog, openAll } from "./open-log.ts";
import { UsageError } from "./usage-error.ts";

export type OpenEvidence = Evidence & { readonly close: () => void };

/** Opens what a word names. Throws UsageError where there is neither a log nor a store. */
export function openEvidence(word: string): OpenEvidence {
  const folder = existsSync(join(word, JOURNAL_FILE)) && statSync(word).isDirectory() ? word : undefined;
  const logs = logsOf(word, folder !== undefined);
  const close = (): void => {
    for (const log of logs) log.close();
  };
  if (folder === undefined) return { ...gatherEvidence(logs, [], NO_FRAMES), close };
  const kept = { list: () => readFrameList(folder), read: (sequence: number) => readFrame(folder, sequence) };
  return { ...gatherEvidence(logs, readJournal(folder), kept), close };
}

function logsOf(word: string, hasStore: boolean): readonly OpenedLog[] {
  try {
    return openAll(findLogs([word]));
  } catch (error) {
    if (hasStore && error instanceof UsageError) return [];
    throw error;
  }
}
