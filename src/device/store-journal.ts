// The journal's own database, journal.sqlite: entries in a hash chain, the chain's head, and the freeze-frames of the last
// trips. A file apart, so that damage here never costs settings or counters. Every batch of entries is one synced
// transaction with the head in it. Reading without the lock: store-reader.ts. Why so: docs/decisions/0006-journal.md.

import { join } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { messageOf } from "../base/error-text.ts";
import { EVENTS, type EventDraft, type JournalEntry } from "../model/events.ts";
import { chained, EMPTY_HEAD, type JournalHead, type JournalWitness, KEPT_ENTRIES, range } from "./journal-chain.ts";
import { isDamage } from "./store-error.ts";
import { type Format, openOrReplace, replaceDamaged, transact } from "./store-file.ts";
import { putFrame } from "./store-frames.ts";

export const JOURNAL_FILE = "journal.sqlite";

const SCHEMA = `
  CREATE TABLE journal (sequence INTEGER PRIMARY KEY, wall_ms REAL NOT NULL, clock TEXT NOT NULL, uptime_s REAL NOT NULL,
    source TEXT NOT NULL, code TEXT NOT NULL, severity TEXT NOT NULL, subject TEXT NOT NULL, value REAL, "limit" REAL,
    actor TEXT NOT NULL, text TEXT NOT NULL, settings TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
  CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), first INTEGER NOT NULL, pruned TEXT NOT NULL,
    last INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
  CREATE TABLE frames (sequence INTEGER PRIMARY KEY, crc INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;`;

const FORMAT: Format = {
  version: 1,
  schema: SCHEMA,
  migrate: () => {},
  check,
};

/** A glance at each table; the content is judged by the chain, when someone asks. */
function check(database: DatabaseSync, version: number): string | undefined {
  for (const table of ["journal", "head", "frames"]) database.prepare(`SELECT * FROM ${table} LIMIT 1`).get();
  const sql = database
    .prepare("SELECT sql FROM sqlite_schema")
    .all()
    .map((row) => `${row["sql"]};`)
    .join(" ");
  const isOurs = sql.replaceAll(/\s+/g, " ") === SCHEMA.replaceAll(/\s+/g, " ").trim();
  if (isOurs === (version === FORMAT.version)) return undefined;
  return "its header and content disagree"; // a newer program's file would have other tables
}

/** Subject of "failed" where the whole device has ended by it, and not a part that stops while protection goes on. */
export const WHOLE = "device";

export class JournalStore {
  /** What is to be told: entries that are missing, a file set aside. One line each. */
  readonly remarks: string[] = [];
  readonly #path: string;
  readonly #kept: number;
  /** Undefined while no file can be used: the next who writes opens one. */
  #open: Open | undefined;
  #head: JournalHead;
  /** What the next entry is to tell of the file; "" as a rule. */
  #problem = "";

  /** `witness`: how far the chain had come as the store remembers it; `kept` entries stay. */
  constructor(folder: string, witness: JournalWitness, kept = KEPT_ENTRIES) {
    this.#path = join(folder, JOURNAL_FILE);
    this.#kept = kept;
    const { database, problem } = openOrReplace(this.#path, FORMAT);
    if (problem !== "") this.remarks.push(problem);
    this.#open = prepare(database);
    const { head, remark } = takeUp(database, witness);
    if (remark !== "") this.remarks.push(remark);
    this.#head = head;
  }

  get head(): JournalHead {
    return this.#head;
  }

  /** Whether the run before told its end: in order, or by a mistake of the device as a whole. Also where there was none. */
  get wasEnded(): boolean {
    const { database } = this.#opened();
    const last = database.prepare("SELECT code, subject FROM journal ORDER BY sequence DESC LIMIT 1").get();
    if (last === undefined || last["code"] === "ended") return true;
    return last["code"] === "failed" && last["subject"] === WHOLE;
  }

  /** Writes drafts as the next entries; they are on the disk when this returns. */
  append(drafts: readonly EventDraft[], settings: string): JournalEntry[] {
    if (drafts.length === 0) return [];
    try {
      return this.#write(drafts, settings);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#startAnew(error);
      return this.#write(drafts, settings);
    }
  }

  /** Keeps the freeze-frame of the entry with this sequence. */
  keepFrame(sequence: number, bytes: Uint8Array): void {
    const { database } = this.#opened();
    transact(database, () => putFrame(database, sequence, bytes));
  }

  close(): void {
    this.#open?.database.close();
  }

  #write(drafts: readonly EventDraft[], settings: string): JournalEntry[] {
    const { database, insert, putHead } = this.#opened();
    const told = this.#problem === "" ? drafts : [remarkAt(drafts[0]!, this.#problem), ...drafts];
    const entries = chainOf(this.#head, told, settings);
    const { sequence: last, hash } = entries.at(-1)!;
    const head = transact(database, () => {
      for (const entry of entries) insertEntry(insert, entry);
      const begun = prune(database, this.#head, last - this.#kept);
      putHead.run(begun.first, begun.pruned, last, hash);
      return { ...begun, last, hash };
    });
    this.#head = head;
    this.#problem = "";
    return entries;
  }

  /** The file, opened again where the last try to begin a new one failed. */
  #opened(): Open {
    if (this.#open !== undefined) return this.#open;
    const { database, problem } = openOrReplace(this.#path, FORMAT);
    if (problem !== "") this.#problem = problem;
    this.#head = takeUp(database, this.#head).head;
    this.#open = prepare(database);
    return this.#open;
  }

  /** Damage that shows only now: a new file goes on with the chain, and tells of the old one. */
  #startAnew(error: unknown): void {
    this.#open?.database.close();
    this.#open = undefined;
    this.#problem = `${this.#path} is damaged (${messageOf(error)}); started anew`;
    const { database, problem } = replaceDamaged(this.#path, FORMAT, messageOf(error));
    this.#open = prepare(database);
    this.#problem = problem;
    this.#head = after(this.#head);
  }
}

function remarkAt({ wall_ms, clock, uptime_s }: EventDraft, text: string): EventDraft {
  const told = { source: "store", code: "remark", severity: EVENTS.remark.severity, subject: "journal", actor: "" };
  return { wall_ms, clock, uptime_s, ...told, text } as EventDraft;
}

type Open = { readonly database: DatabaseSync; readonly insert: StatementSync; readonly putHead: StatementSync };

const prepare = (database: DatabaseSync): Open => ({
  database,
  insert: database.prepare("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
  putHead: database.prepare("INSERT OR REPLACE INTO head VALUES (1, ?, ?, ?, ?)"),
});

function chainOf(head: JournalWitness, drafts: readonly EventDraft[], settings: string): JournalEntry[] {
  const entries: JournalEntry[] = [];
  let at = head;
  for (const draft of drafts) {
    const entry = chained(at, draft, settings);
    entries.push(entry);
    at = { last: entry.sequence, hash: entry.hash };
  }
  return entries;
}

function insertEntry(insert: StatementSync, entry: JournalEntry): void {
  const { sequence, wall_ms, clock, uptime_s, source, code, severity, subject } = entry;
  const { value = null, limit = null, actor, text, settings, previous, hash } = entry;
  const what = [source, code, severity, subject, value, limit, actor, text];
  insert.run(sequence, wall_ms, clock, uptime_s, ...what, settings, previous, hash);
}

/** Removes entries up to a sequence; the head keeps the hash of the last one removed, so that the chain still holds. */
function prune(database: DatabaseSync, head: JournalHead, last: number): JournalHead {
  if (last < head.first) return head;
  const row = database.prepare("SELECT hash FROM journal WHERE sequence <= ? ORDER BY sequence DESC LIMIT 1").get(last);
  database.prepare("DELETE FROM journal WHERE sequence <= ?").run(last);
  return { ...head, first: last + 1, pruned: row === undefined ? head.pruned : String(row["hash"]) };
}

/** The head of a new file that goes on where another ended. */
const after = ({ last, hash }: JournalWitness): JournalHead => ({ first: last + 1, pruned: hash, last, hash });

/** Goes on after the furthest entry that anyone remembers, so that no sequence is ever given twice. */
function takeUp(database: DatabaseSync, witness: JournalWitness): { head: JournalHead; remark: string } {
  const newest = rowAt(database, "ORDER BY sequence DESC LIMIT 1");
  const kept = readHead(database);
  const head = kept ?? (newest === undefined ? after(witness) : beginning(database));
  const known: readonly JournalWitness[] = [newest ?? EMPTY_HEAD, head, witness];
  const { last, hash } = known.reduce((one, other) => (other.last > one.last ? other : one));
  return { head: { ...head, last, hash }, remark: remarkOn(database, kept, newest, witness) };
}

/** What is wrong with the chain's end, as far as a glance can tell; "" as a rule. */
function remarkOn(
  database: DatabaseSync,
  head: JournalHead | undefined,
  newest: JournalWitness | undefined,
  witness: JournalWitness,
): string {
  const end = newest?.last ?? (head?.first ?? 1) - 1;
  const last = Math.max(head?.last ?? 0, witness.last);
  if (last > end) return `the journal is not whole: ${range(end + 1, last)} missing`;
  if (newest !== undefined && (head?.last !== newest.last || head.hash !== newest.hash))
    return "the journal is not whole: its head was altered";
  const then = rowAt(database, "WHERE sequence = ?", witness.last);
  return then === undefined || then.hash === witness.hash
    ? ""
    : `the journal is not whole: entry ${witness.last} is another than the one written`;
}

function beginning(database: DatabaseSync): JournalHead {
  const row = database.prepare("SELECT sequence, previous FROM journal ORDER BY sequence LIMIT 1").get();
  return { ...EMPTY_HEAD, first: Number(row?.["sequence"]), pruned: String(row?.["previous"]) };
}

function rowAt(database: DatabaseSync, where: string, ...values: readonly number[]): JournalWitness | undefined {
  const row = database.prepare(`SELECT sequence AS last, hash FROM journal ${where}`).get(...values);
  return row as unknown as JournalWitness | undefined;
}

/** The head as it stands in the file; undefined before the first entry. */
export function readHead(database: DatabaseSync): JournalHead | undefined {
  const row = database.prepare("SELECT first, pruned, last, hash FROM head").get();
  return row === undefined ? undefined : ({ ...row } as unknown as JournalHead);
}
