// Reading what the store keeps without taking it over: for the tools, and for a server beside the running device. Opens the
// files read-only; a running device goes on meanwhile.

import { join } from "node:path";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { addVendorRecord, createVendorJournal, type VendorJournal } from "../log/vendor-journal.ts";
import type { EventCode, JournalEntry, Severity } from "../model/events.ts";
import type { KeptChanges, Revision } from "../model/kept-settings.ts";
import { EMPTY_HEAD, type JournalWitness, range, type Verdict, verifyChain } from "./journal-chain.ts";
import { DATABASE_FILE } from "./store.ts";
import { readWitness } from "./store-format.ts";
import { getFrame, listFrames } from "./store-frames.ts";
import { JOURNAL_FILE, readHead } from "./store-journal.ts";
import { reading } from "./store-reading.ts";
import { readRevisions, readSettingsAt } from "./store-settings.ts";

/** Which entries: those that meet every condition given. */
export type JournalFilter = {
  /** The least sequence. Without it the last `limit` entries are meant, with it the first ones from there. */
  readonly from?: number;
  readonly limit?: number;
  readonly code?: EventCode;
  /** The least severity. */
  readonly severity?: Severity;
  /** The least wall time, ms since 1970. */
  readonly since?: number;
};

export const SEVERITIES = ["info", "notice", "warning", "error", "critical"] as const satisfies readonly Severity[];

/** Entries of the journal in a data folder, oldest first; none where there is no journal. */
export function readJournal(folder: string, filter: JournalFilter = {}): JournalEntry[] {
  return reading(join(folder, JOURNAL_FILE), [], (database) => entriesOf(database, filter));
}

/** The vendor's ring of 32 errors, of the whole journal in a data folder. */
export function readVendorJournal(folder: string): VendorJournal {
  const ring = createVendorJournal();
  return reading(join(folder, JOURNAL_FILE), ring, (database) => {
    for (const row of database.prepare(ERRORS_QUERY).iterate())
      addVendorRecord(ring, row as Pick<JournalEntry, "code" | "subject" | "wall_ms">);
    return ring;
  });
}

const ERRORS_QUERY =
  "SELECT code, subject, wall_ms FROM journal WHERE code IN ('started', 'tripped', 'indicated', 'cleared') ORDER BY sequence";

/** The freeze-frame of an entry; undefined where none is kept, or where it is damaged. */
export const readFrame = (folder: string, sequence: number): Uint8Array | undefined =>
  reading(join(folder, JOURNAL_FILE), undefined, (database) => getFrame(database, sequence));

/** Sequences of the entries that have a freeze-frame, oldest first. */
export const readFrameList = (folder: string): number[] => reading(join(folder, JOURNAL_FILE), [], listFrames);

/** The last changes of a setup's settings, newest first. Secrets stand as "(secret)". */
export const readHistory = (folder: string, setup: string, limit?: number): Revision[] =>
  reading(join(folder, DATABASE_FILE), [], (database) =>
    isOld(database) ? [] : readRevisions(database, setup, limit),
  );

/**
 * The settings of a revision, without secrets, to go back to them; undefined where it is no longer kept. Revision 0 is the device as
 * it was made: nothing differs.
 */
export const readRevision = (folder: string, setup: string, revision: number): KeptChanges | undefined =>
  revision === 0
    ? {}
    : reading(join(folder, DATABASE_FILE), undefined, (database) =>
        isOld(database) ? undefined : readSettingsAt(database, setup, revision),
      );

/** Whether the journal in a folder is whole: every entry, its beginning, its end, and what the store remembers of it. */
export function verifyJournal(folder: string): Verdict {
  // First what the store remembers: the journal may only have grown since.
  const witness = reading(join(folder, DATABASE_FILE), EMPTY_HEAD, (database) =>
    isOld(database) ? EMPTY_HEAD : readWitness(database),
  );
  const none: Verdict = { entries: 0, first: 0, last: 0, whole: true };
  const verdict = reading(join(folder, JOURNAL_FILE), none, (database) => verifyDatabase(database, witness));
  return verdict.whole && verdict.last < witness.last ? missing(verdict, witness.last) : verdict;
}

const missing = ({ entries, first, last }: Verdict, end: number): Verdict => ({
  ...{ entries, first, last, whole: false, brokenAt: last + 1 },
  reason: `${range(last + 1, end)} missing at the end`,
});

function verifyDatabase(database: DatabaseSync, witness: JournalWitness): Verdict {
  database.exec("BEGIN"); // one state of the file, whatever a running device writes meanwhile
  const head = readHead(database) ?? EMPTY_HEAD;
  const verdict = verifyChain(walk(database), head);
  const then = database.prepare("SELECT hash FROM journal WHERE sequence = ?").get(witness.last);
  if (!verdict.whole || then === undefined || then["hash"] === witness.hash) return verdict;
  const { entries, first, last } = verdict;
  const reason = `entry ${witness.last} is another than the one written: the journal was written anew`;
  return { entries, first, last, whole: false, brokenAt: witness.last, reason };
}

function* walk(database: DatabaseSync): Iterable<JournalEntry> {
  for (const row of database.prepare("SELECT * FROM journal ORDER BY sequence").iterate()) yield entryOf(row);
}

function entriesOf(database: DatabaseSync, { from, limit = -1, code, severity, since }: JournalFilter): JournalEntry[] {
  const least = severity === undefined ? [] : SEVERITIES.slice(SEVERITIES.indexOf(severity));
  const conditions: readonly (readonly [string, readonly SQLInputValue[]])[] = [
    ...(from === undefined ? [] : [["sequence >= ?", [from]] as const]),
    ...(code === undefined ? [] : [["code = ?", [code]] as const]),
    ...(severity === undefined ? [] : [[`severity IN (${least.map(() => "?").join(", ")})`, least] as const]),
    ...(since === undefined ? [] : [["wall_ms >= ?", [since]] as const]),
  ];
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.map(([text]) => text).join(" AND ")}`;
  const order = from === undefined ? "DESC" : "ASC";
  const rows = database
    .prepare(`SELECT * FROM journal ${where} ORDER BY sequence ${order} LIMIT ?`)
    .all(...conditions.flatMap(([, values]) => values), limit)
    .map(entryOf);
  return from === undefined ? rows.reverse() : rows;
}

/** A row as the entry it was: what has no value has no key. */
function entryOf(row: Record<string, unknown>): JournalEntry {
  const { value, limit, ...rest } = row;
  return {
    ...rest,
    ...(value === null ? {} : { value }),
    ...(limit === null ? {} : { limit }),
  } as unknown as JournalEntry;
}

const isOld = (database: DatabaseSync): boolean =>
  Number(database.prepare("PRAGMA user_version").get()?.["user_version"]) < 2;
