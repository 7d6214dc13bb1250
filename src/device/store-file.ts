// Opens a database file of the store: makes a new one, brings an older one up to date, refuses a newer one, and sets a
// damaged one aside. Each commit is synced (write-ahead log, synchronous = FULL): docs/decisions/0004-store.md.

import { existsSync, renameSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { messageOf } from "../base/error-text.ts";
import { createPrivate, makePrivate } from "./private-file.ts";
import { isTrouble, StoreError } from "./store-error.ts";

/** What a database file must look like. */
export type Format = {
  readonly version: number;
  /** SQL that makes an empty file of this version. */
  readonly schema: string;
  /** Brings a sound file of an older version to this one, inside a transaction. */
  readonly migrate: (database: DatabaseSync, from: number) => void;
  /** What is wrong with the content of a file that says it is of some version, in a few words. */
  readonly check: (database: DatabaseSync, version: number) => string | undefined;
};

export type Opened = {
  readonly database: DatabaseSync;
  /** That a damaged file was set aside, in one line; "" as a rule. */
  readonly problem: string;
};

/** Throws a StoreError for a newer file, and SQLite's own error for a disk that is full or read-only. */
export function openOrReplace(path: string, format: Format): Opened {
  const opened = openChecked(path, format);
  if (typeof opened !== "string") return { database: opened, problem: "" };
  return replaceDamaged(path, format, opened);
}

/** Sets a damaged file that is not open aside and makes a new one. */
export function replaceDamaged(path: string, format: Format, damage: string): Opened {
  const problem = `${path} is damaged (${damage}); moved aside as ${moveAside(path)}, started anew`;
  const database = openChecked(path, format);
  if (typeof database === "string") throw new StoreError("unwritable", `cannot use ${path}: ${database}`);
  return { database, problem };
}

/** The open database, or what is wrong with the file. */
function openChecked(path: string, format: Format): DatabaseSync | string {
  const isNew = !existsSync(path);
  let database: DatabaseSync | undefined;
  try {
    if (isNew) createPrivate(path);
    else for (const tail of ["", "-wal", "-shm"]) makePrivate(path + tail);
    database = new DatabaseSync(path); // the files that it makes beside this one take their mode from it
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    if (isNew) create(database, format);
    else if (isEmpty(database)) throw new Error("it is empty");
    const wrong = bringUp(database, path, format);
    if (wrong === undefined) return database;
    database.close();
    return wrong;
  } catch (error) {
    if (database?.isOpen === true) database.close();
    if (error instanceof StoreError || isTrouble(error)) throw error;
    return messageOf(error);
  }
}

function create(database: DatabaseSync, format: Format): void {
  database.exec(`BEGIN; ${format.schema} PRAGMA user_version = ${format.version}; COMMIT;`);
}

/** A file that was emptied is a loss, not a new beginning. */
function isEmpty(database: DatabaseSync): boolean {
  return (database.prepare("SELECT count(*) AS count FROM sqlite_schema").get() as { count: number }).count === 0;
}

function bringUp(database: DatabaseSync, path: string, format: Format): string | undefined {
  const { user_version: version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  if (version > format.version) return newer(database, path, version, format);
  if (version < 1) return "it has no version";
  const wrong = format.check(database, version);
  if (wrong === undefined && version < format.version) migrate(database, version, format);
  return wrong;
}

/** A file this new that is otherwise sound belongs to a newer program; a damaged header only looks like it. */
function newer(database: DatabaseSync, path: string, version: number, format: Format): string {
  if (format.check(database, version) !== undefined) return "its header and content disagree";
  throw new StoreError(
    "newer",
    `${path} is from a newer program (version ${version}, this one reads up to ${format.version})`,
  );
}

/** All or nothing: a power cut leaves the older version, and the next start tries again. */
function migrate(database: DatabaseSync, from: number, format: Format): void {
  transact(database, () => {
    format.migrate(database, from);
    database.exec(`PRAGMA user_version = ${format.version}`);
  });
}

/** Commits all that `write` does, or nothing of it. */
export function transact<T>(database: DatabaseSync, write: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = write();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
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
