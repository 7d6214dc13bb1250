// Whether what a data folder keeps is sound: the store (settings, saved state, accounts) by its seals, the journal by its
// chain. Reads only; a running device goes on meanwhile.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../base/error-text.ts";
import type { Verdict } from "../device/journal-chain.ts";
import { DATABASE_FILE } from "../device/store.ts";
import { isDamage } from "../device/store-error.ts";
import { JOURNAL_FILE } from "../device/store-journal.ts";
import { readFrame, readFrameList, verifyJournal } from "../device/store-reader.ts";
import { reading } from "../device/store-reading.ts";
import { checkSeals } from "../device/store-seals.ts";

/** `reason`: what is wrong, or why it could not be judged. */
export type StoreVerdict = {
  readonly state: "whole" | "broken" | "absent" | "unreadable";
  readonly version?: number;
  readonly reason?: string;
};

export type JournalVerdict = {
  readonly state: "whole" | "broken" | "absent" | "unreadable";
  readonly entries: number;
  readonly first: number;
  readonly last: number;
  /** Sequence of the first entry that is missing or is not what was written. */
  readonly brokenAt?: number;
  readonly reason?: string;
};

/** Whether a folder is a data folder: it has a store or a journal. */
export const isDataFolder = (folder: string): boolean =>
  [DATABASE_FILE, JOURNAL_FILE].some((name) => existsSync(join(folder, name)));

/** SQLite says so of a file that is no database, or a damaged one; anything else is the medium's or another's doing. */
const failed = (error: unknown): { readonly state: "broken" | "unreadable"; readonly reason: string } => ({
  state: isDamage(error) ? "broken" : "unreadable",
  reason: messageOf(error),
});

export function checkStore(folder: string): StoreVerdict {
  try {
    return reading<StoreVerdict>(join(folder, DATABASE_FILE), { state: "absent" }, (database) => {
      const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
      const reason = checkSeals(database, version);
      return reason === undefined ? { state: "whole", version } : { state: "broken", version, reason };
    });
  } catch (error) {
    return failed(error);
  }
}

export function checkJournal(folder: string): JournalVerdict {
  const none = { entries: 0, first: 0, last: 0 };
  try {
    const { whole, ...verdict }: Verdict = verifyJournal(folder);
    if (whole && !existsSync(join(folder, JOURNAL_FILE))) return { state: "absent", ...none };
    const [damaged] = readFrameList(folder).filter((sequence) => readFrame(folder, sequence) === undefined);
    if (!whole || damaged === undefined) return { state: whole ? "whole" : "broken", ...verdict };
    return { state: "broken", ...verdict, brokenAt: damaged, reason: "the freeze-frame of this entry is damaged" };
  } catch (error) {
    return { ...failed(error), ...none };
  }
}
