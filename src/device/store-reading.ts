// Opens a database file of the store to read it only, beside a device that may be running, or on a medium that takes no
// writing at all (a card that is write-protected, a backup).

import { existsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { codeOf } from "./store-error.ts";

/** What `read` finds in a file; `none` where there is no file. Throws what SQLite throws for a file it cannot read. */
export function reading<T>(path: string, none: T, read: (database: DatabaseSync) => T): T {
  if (!existsSync(path)) return none;
  const database = openToRead(path);
  try {
    return read(database);
  } finally {
    database.close();
  }
}

const CANNOT_OPEN = 14;

function openToRead(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    return database;
  } catch (error) {
    database.close();
    if (codeOf(error) !== CANNOT_OPEN || hasLog(path)) throw error;
    // A file with write-ahead log wants to make its index beside it; where it cannot, and nothing waits in a log, the file
    // alone is everything, and nobody can change it meanwhile.
    return new DatabaseSync(new URL(`${pathToFileURL(path).href}?immutable=1`), { readOnly: true });
  }
}

const hasLog = (path: string): boolean => existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0;
