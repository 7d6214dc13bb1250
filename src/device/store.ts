// What the device keeps in its data folder: settings as changes by name, and what survives a power cycle. One SQLite
// file with write-ahead log, every commit synced; a second file is only there to be locked by the one running device.
// Each table has a seal (CRC-32 of its content), because SQLite itself does not notice a flipped bit in a value.
// Why SQLite, and why so: docs/decisions/0004-store.md.

import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { crc32 } from "../base/crc.ts";
import type { SettingValue } from "../model/settings.ts";

/** Settings that differ from those the device is made with, by dotted name. */
export type KeptChanges = Readonly<Record<string, SettingValue>>;

export type Saved = {
  /** Which pack and board it belongs to: another one does not take it over. */
  readonly pack: string;
  /** Wall time of saving. */
  readonly saved_ms: number;
  /** The device's kept state (core/saved-state.ts) and that of the modelled pack. */
  readonly device: Uint8Array;
  readonly world: Uint8Array;
};

export type Contents = {
  readonly changes: KeptChanges;
  readonly saved: Saved | undefined;
  /** What was damaged and set aside, in one line each. */
  readonly problems: readonly string[];
};

export type Refusal = "busy" | "unwritable" | "newer";

/** The folder cannot be used; the message says what to do. */
export class StoreError extends Error {
  override name = "StoreError";
  readonly refusal: Refusal;
  constructor(refusal: Refusal, message: string) {
    super(message);
    this.refusal = refusal;
  }
}

const VERSION = 1;
const SCHEMA = `
  CREATE TABLE settings (setup TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (setup, name)) STRICT;
  CREATE TABLE saved (setup TEXT PRIMARY KEY, pack TEXT NOT NULL, saved_ms REAL NOT NULL, device BLOB NOT NULL, world BLOB NOT NULL) STRICT;
  CREATE TABLE seals (of TEXT PRIMARY KEY, crc INTEGER NOT NULL) STRICT;
  PRAGMA user_version = ${VERSION};`;
const BUSY = 5;
const NOT_A_DATABASE = 26;

export const DATABASE_FILE = "bms.sqlite";
const LOCK_FILE = "bms.lock";

/** The store of one data folder, held by this process alone until it is closed or dies. */
export class Store {
  readonly problems: string[] = [];
  readonly #folder: string;
  readonly #lock: DatabaseSync;
  #database: DatabaseSync;

  private constructor(folder: string, lock: DatabaseSync) {
    this.#folder = folder;
    this.#lock = lock;
    this.#database = this.#openOrReplace();
  }

  /** Throws a StoreError when the folder is in use, cannot be written, or was written by a newer program. */
  static open(folder: string): Store {
    makeFolder(folder);
    const lock = takeLock(folder);
    try {
      return new Store(folder, lock);
    } catch (error) {
      lock.close();
      throw error instanceof StoreError ? error : unwritable(folder, error);
    }
  }

  /** The changes and the saved state of one setup ("default", or the name of a scenario). */
  read(setup: string): Contents {
    return { ...readSetup(this.#database, setup), problems: [...this.problems] };
  }

  save(setup: string, saved: Saved): void {
    this.#sealed(() =>
      this.#database
        .prepare("INSERT OR REPLACE INTO saved VALUES (?, ?, ?, ?, ?)")
        .run(setup, saved.pack, saved.saved_ms, saved.device, saved.world),
    );
  }

  /** Replaces all changed settings of a setup. */
  keep(setup: string, changes: KeptChanges): void {
    this.#sealed(() => {
      this.#database.prepare("DELETE FROM settings WHERE setup = ?").run(setup);
      const insert = this.#database.prepare("INSERT INTO settings VALUES (?, ?, ?)");
      for (const [name, value] of Object.entries(changes)) insert.run(setup, name, JSON.stringify(value));
    });
  }

  close(): void {
    this.#database.close();
    this.#lock.close();
  }

  #sealed(write: () => void): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      write();
      for (const table of ["settings", "saved"] as const) {
        this.#database.prepare("INSERT OR REPLACE INTO seals VALUES (?, ?)").run(table, sealOf(this.#database, table));
      }
      this.#database.exec("COMMIT");
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #openOrReplace(): DatabaseSync {
    const path = join(this.#folder, DATABASE_FILE);
    const opened = openChecked(path);
    if (typeof opened !== "string") return opened;
    this.problems.push(`${path} is damaged (${opened}); moved aside as ${moveAside(path)}, started anew`);
    const anew = openChecked(path);
    if (typeof anew === "string") throw new StoreError("unwritable", `cannot use ${path}: ${anew}`);
    return anew;
  }
}

/** What a folder holds for a setup, without taking it over; undefined when there is no store, or it cannot be read. */
export function peek(folder: string, setup: string): Omit<Contents, "problems"> | undefined {
  const path = join(folder, DATABASE_FILE);
  if (!existsSync(path)) return undefined;
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return readSetup(database, setup);
  } finally {
    database.close();
  }
}

function readSetup(database: DatabaseSync, setup: string): Omit<Contents, "problems"> {
  const rows = database.prepare("SELECT name, value FROM settings WHERE setup = ? ORDER BY name").all(setup);
  const changes = Object.fromEntries(rows.map((row) => [String(row["name"]), JSON.parse(String(row["value"]))]));
  const saved = database.prepare("SELECT pack, saved_ms, device, world FROM saved WHERE setup = ?").get(setup);
  return { changes, saved: saved as unknown as Saved | undefined };
}

function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let path = resolve(folder); !existsSync(path); path = dirname(path)) missing.push(path);
  try {
    // One by one: mkdirSync's own recursion never ends where a parent cannot be made, as in /proc.
    for (const path of missing.reverse()) makeOne(path);
  } catch (error) {
    throw unwritable(folder, error);
  }
}

function makeOne(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (!existsSync(path)) throw error; // another start has made it meanwhile
  }
}

const unwritable = (folder: string, error: unknown): StoreError =>
  new StoreError(
    "unwritable",
    `cannot write to the data folder ${folder}: ${messageOf(error)}; choose another with --data`,
  );

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const codeOf = (error: unknown): number => Number((error as { errcode?: number } | null)?.errcode ?? 0) & 0xff;

/** SQLite's lock is the kernel's: it ends with the process, however that ends. */
function takeLock(folder: string, again = true): DatabaseSync {
  const path = join(folder, LOCK_FILE);
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(path);
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock?.close();
    if (codeOf(error) === BUSY) {
      throw new StoreError(
        "busy",
        `another bms runs on the data folder ${folder}; stop it, or choose another with --data`,
      );
    }
    if (codeOf(error) !== NOT_A_DATABASE || !again) throw unwritable(folder, error);
    rmSync(path);
    return takeLock(folder, false);
  }
}

/** The open database, or what is wrong with the file. */
function openChecked(path: string): DatabaseSync | string {
  const isNew = !existsSync(path);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    if (isNew) database.exec(`BEGIN; ${SCHEMA} COMMIT;`);
    else if (isEmpty(database)) throw new Error("it is empty");
    const { user_version: version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
    const wrong = version > VERSION ? newer(database, path, version) : check(database);
    if (wrong === undefined) return database;
    database.close();
    return wrong;
  } catch (error) {
    if (database?.isOpen === true) database.close();
    if (error instanceof StoreError || isTrouble(error)) throw error;
    return messageOf(error);
  }
}

/** Read-only files, a full disk and the like are no damage: nothing is moved, the start is refused. */
const isTrouble = (error: unknown): boolean => [BUSY, 3, 8, 10, 13, 14, 23].includes(codeOf(error));

/** A file that was emptied is a loss, not a new beginning. */
function isEmpty(database: DatabaseSync): boolean {
  return (database.prepare("SELECT count(*) AS count FROM sqlite_schema").get() as { count: number }).count === 0;
}

/** A file this new that is otherwise sound belongs to a newer program; a damaged header only looks like it. */
function newer(database: DatabaseSync, path: string, version: number): string {
  const sound = check(database) === undefined;
  if (!sound) return "its header and content disagree";
  throw new StoreError(
    "newer",
    `${path} is from a newer program (version ${version}, this one reads up to ${VERSION})`,
  );
}

function check(database: DatabaseSync): string | undefined {
  const found = database.prepare("PRAGMA integrity_check(1)").get() as { integrity_check: string };
  if (found.integrity_check !== "ok") return found.integrity_check.replaceAll("\n", " ");
  for (const table of ["settings", "saved"] as const) {
    const seal = database.prepare("SELECT crc FROM seals WHERE of = ?").get(table);
    const crc = sealOf(database, table);
    if (seal === undefined ? crc !== 0 : seal["crc"] !== crc) return `the content of ${table} does not match its seal`;
  }
  return undefined;
}

/** CRC-32 over every row in key order; 0 for an empty table. */
function sealOf(database: DatabaseSync, table: "settings" | "saved"): number {
  const order = table === "settings" ? "setup, name" : "setup";
  let crc = 0;
  for (const row of database.prepare(`SELECT * FROM ${table} ORDER BY ${order}`).iterate()) {
    const values = Object.values(row).map((value) => (value instanceof Uint8Array ? crc32(value) : value));
    crc = crc32(new TextEncoder().encode(JSON.stringify([crc, ...values])));
  }
  return crc;
}

/** Renames the database with its log to the first free name and returns that name. */
function moveAside(path: string): string {
  let number = 1;
  while (existsSync(`${path}.damaged-${number}`)) number++;
  const aside = `${path}.damaged-${number}`;
  renameSync(path, aside);
  for (const tail of ["-wal", "-shm"]) if (existsSync(path + tail)) renameSync(path + tail, aside + tail);
  return aside;
}
