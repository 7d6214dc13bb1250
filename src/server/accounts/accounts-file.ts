// The file of accounts, sessions, API tokens and the audit: DATA/monitor.sqlite, which the server process alone opens. It is the
// owner's to read and nobody else's; each commit is synced; a newer file is refused, a damaged one set aside.

import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { isTrouble } from "../../device/store-error.ts";
import { type Format, type Opened, openOrReplace } from "../../device/store-file.ts";
import { makeFolder } from "../../device/store-folder.ts";

export const ACCOUNTS_FILE = "monitor.sqlite";
/** Older entries of the audit may go; none of these may. */
export const KEPT_ENTRIES = 100_000;

const ROLE = "TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'service', 'owner'))";
const ACCOUNT = "TEXT NOT NULL COLLATE NOCASE REFERENCES accounts (name) ON DELETE CASCADE";

const VERSION_1 = `
  CREATE TABLE accounts (name TEXT PRIMARY KEY COLLATE NOCASE, role ${ROLE}, hash BLOB NOT NULL, created_ms INTEGER NOT NULL,
    lastLogin_ms INTEGER) STRICT;
  CREATE TABLE sessions (hash BLOB PRIMARY KEY, account ${ACCOUNT}, csrf TEXT NOT NULL, created_ms INTEGER NOT NULL,
    used_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE tokens (id TEXT PRIMARY KEY, name TEXT NOT NULL, role ${ROLE}, hash BLOB NOT NULL, expires_ms INTEGER NOT NULL,
    lastUse_ms INTEGER, createdBy ${ACCOUNT}) STRICT;
  CREATE TABLE audit (number INTEGER PRIMARY KEY AUTOINCREMENT, wall_ms INTEGER NOT NULL, actor TEXT NOT NULL,
    address TEXT NOT NULL, what TEXT NOT NULL, outcome TEXT NOT NULL, text TEXT NOT NULL) STRICT;
  CREATE TRIGGER auditUnchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END;
  CREATE TRIGGER auditKept BEFORE DELETE ON audit WHEN old.number > (SELECT max(number) FROM audit) - ${KEPT_ENTRIES}
    BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END;`;

const FORMAT: Format = {
  version: 1,
  schema: VERSION_1,
  migrate: () => {},
  check: (database) => {
    const [found] = database.prepare("PRAGMA quick_check(1)").all();
    if (found?.["quick_check"] !== "ok") return String(found?.["quick_check"]);
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    const missing = ["accounts", "sessions", "tokens", "audit"].find(
      (name) => !tables.some((row) => row["name"] === name),
    );
    return missing === undefined ? undefined : `it has no ${missing}`;
  },
};

/** Throws a StoreError for a newer file or a folder that cannot be written. */
export function openAccountsFile(folder: string): Opened {
  makeFolder(folder);
  const path = join(folder, ACCOUNTS_FILE);
  const opened = openOrReplace(path, FORMAT);
  opened.database.exec("PRAGMA busy_timeout = 2000");
  return opened;
}

export const asRows = <Row>(database: DatabaseSync, sql: string, ...values: (string | number | Uint8Array)[]): Row[] =>
  database
    .prepare(sql)
    .all(...values)
    .map((row) => ({ ...row }) as Row);

/** Writes what may be missing: a disk that is full must keep nobody from looking at the pack. Whether it was written. */
export function tryToWrite(write: () => unknown): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if (isTrouble(error)) return false;
    throw error;
  }
}
