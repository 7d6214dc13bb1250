// The audit: every login, refusal and change with who, from where, what and outcome. It only grows; the oldest of a hundred
// thousand goes. Refusals that repeat within ten minutes, in what was asked and why not, are counted and written once more with their
// first and last time, and those of who is not logged in have a small share of it (strangers.ts): a flood of them fills no disk and
// pushes nothing out.

import type { DatabaseSync } from "node:sqlite";
import type { Noted } from "../../device/monitor-frames.ts";
import {
  countRefusal,
  createStrangers,
  dueLines,
  isStrangers,
  lastLines,
  type Strangers,
  spanWords,
} from "../../device/strangers.ts";
import { asRows, KEPT_ENTRIES, tryToWrite } from "./accounts-file.ts";

export type AuditEntry = Noted & { readonly number: number; readonly wall_ms: number };

const QUIET_ms = 600_000;
/** Lines for strangers that may come at once. */
const STRANGERS_AT_ONCE = 100;
const MOST_REPEATED = 256;
/** Of a text; what settings became stands in their history. */
const MOST_TEXT = 500;

type Repeated = { readonly noted: Noted; readonly until_ms: number; first_ms: number; last_ms: number; more: number };

export type Audit = {
  readonly database: DatabaseSync;
  readonly wall_ms: () => number;
  /** Tells the device's journal of what it does not know by itself. */
  readonly tell: (noted: Noted) => void;
  readonly repeated: Map<string, Repeated>;
  readonly strangers: Strangers;
  /** Entries that the disk did not take. */
  unwritten: number;
};

export const createAudit = (database: DatabaseSync, wall_ms: () => number, tell: Audit["tell"]): Audit => ({
  ...{ database, wall_ms, tell },
  ...{ repeated: new Map(), strangers: createStrangers(STRANGERS_AT_ONCE, wall_ms()), unwritten: 0 },
});

/** Writes an entry, unless it is one more of what has just been refused. `by` the device: its journal knows already. */
export function note(audit: Audit, noted: Noted, by: "server" | "device" = "server"): void {
  const now_ms = audit.wall_ms();
  settle(audit, now_ms);
  if (isStrangers(noted)) {
    countRefusal(audit.strangers, noted, now_ms);
    tellStrangers(audit, dueLines(audit.strangers, now_ms), now_ms);
    return;
  }
  if (noted.outcome !== "done") {
    const { actor, address, what, outcome, text } = noted;
    const key = JSON.stringify([actor, address, what, outcome, text]);
    const before = audit.repeated.get(key);
    if (before !== undefined) {
      if (before.more === 0) before.first_ms = now_ms;
      Object.assign(before, { more: before.more + 1, last_ms: now_ms });
      return;
    }
    if (audit.repeated.size >= MOST_REPEATED) settleRepeated(audit, Number.POSITIVE_INFINITY);
    audit.repeated.set(key, { noted, until_ms: now_ms + QUIET_ms, first_ms: now_ms, last_ms: now_ms, more: 0 });
  }
  write(audit, noted, now_ms);
  if (by === "server") audit.tell(noted);
}

function tellStrangers(audit: Audit, lines: readonly Noted[], now_ms: number): void {
  for (const line of lines) {
    write(audit, line, now_ms);
    audit.tell(line);
  }
}

/** Writes how often refusals have been repeated, of those that have had their time. */
function settle(audit: Audit, now_ms: number): void {
  tellStrangers(audit, dueLines(audit.strangers, now_ms), now_ms);
  settleRepeated(audit, now_ms);
}

function settleRepeated(audit: Audit, now_ms: number): void {
  for (const [key, { noted, until_ms, first_ms, last_ms, more }] of audit.repeated) {
    if (until_ms > now_ms && until_ms - now_ms <= QUIET_ms) continue; // a clock set back keeps nobody quiet
    audit.repeated.delete(key);
    const told = `${more} more${spanWords(first_ms, last_ms)}: ${noted.text}`;
    if (more > 0) write(audit, { ...noted, text: told }, audit.wall_ms());
  }
}

/** What the disk does not take is counted, and told as soon as it takes something again: nobody is kept from opening a contactor. */
function write(audit: Audit, noted: Noted, now_ms: number): void {
  const { unwritten } = audit;
  const isWritten = tryToWrite(() => {
    if (unwritten > 0)
      insert(audit.database, { ...UNWRITTEN, text: `${unwritten} entries could not be written` }, now_ms);
    audit.unwritten = 0;
    insert(audit.database, noted, now_ms);
  });
  if (!isWritten) audit.unwritten++;
}

const UNWRITTEN = { actor: "", address: "", what: "audit", outcome: "failed" } as const;

function insert(database: DatabaseSync, { actor, address, what, outcome, text }: Noted, now_ms: number): void {
  const { lastInsertRowid } = database
    .prepare("INSERT INTO audit (wall_ms, actor, address, what, outcome, text) VALUES (?, ?, ?, ?, ?, ?)")
    .run(Math.round(now_ms), actor, address, what, outcome, text.slice(0, MOST_TEXT));
  const number = Number(lastInsertRowid);
  if (number % 1000 === 0) database.prepare("DELETE FROM audit WHERE number <= ?").run(number - KEPT_ENTRIES);
}

/** Newest first. */
export function readAudit(audit: Audit, limit: number, before: number): AuditEntry[] {
  settle(audit, audit.wall_ms());
  return asRows(
    audit.database,
    "SELECT number, wall_ms, actor, address, what, outcome, text FROM audit WHERE number < ? ORDER BY number DESC LIMIT ?",
    before,
    limit,
  );
}

/** Before the file is closed. */
export function settleAll(audit: Audit): void {
  tellStrangers(audit, lastLines(audit.strangers), audit.wall_ms());
  settleRepeated(audit, Number.POSITIVE_INFINITY);
}
