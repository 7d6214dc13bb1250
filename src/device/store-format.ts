// What the store's main file looks like, and how an older one becomes it.
// Version 1: settings and saved state. Version 2: the history of the settings, accounts, and the journal's witness.
// Version 3: memos of protocols.

import type { DatabaseSync } from "node:sqlite";
import { keptDifferences } from "../model/kept-settings.ts";
import { EMPTY_HEAD, type JournalWitness } from "./journal-chain.ts";
import type { Format } from "./store-file.ts";
import { checkSeals, seal } from "./store-seals.ts";
import { putRevision, readSettings } from "./store-settings.ts";

const VERSION_1 = `
  CREATE TABLE settings (setup TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (setup, name)) STRICT;
  CREATE TABLE saved (setup TEXT PRIMARY KEY, pack TEXT NOT NULL, saved_ms REAL NOT NULL, device BLOB NOT NULL, world BLOB NOT NULL) STRICT;
  CREATE TABLE seals (of TEXT PRIMARY KEY, crc INTEGER NOT NULL) STRICT;`;

const VERSION_2 = `
  CREATE TABLE setups (setup TEXT PRIMARY KEY, revision INTEGER NOT NULL) STRICT;
  CREATE TABLE revisions (setup TEXT NOT NULL, revision INTEGER NOT NULL, wall_ms REAL NOT NULL, actor TEXT NOT NULL,
    changes TEXT NOT NULL, settings TEXT NOT NULL, crc INTEGER NOT NULL, PRIMARY KEY (setup, revision)) STRICT;
  CREATE TABLE accounts (name TEXT PRIMARY KEY, role TEXT NOT NULL, hash BLOB NOT NULL, state TEXT NOT NULL) STRICT;
  CREATE TABLE witness (id INTEGER PRIMARY KEY CHECK (id = 1), last INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;`;

const VERSION_3 = `
  CREATE TABLE memos (setup TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (setup, name)) STRICT;`;

export const STORE_FORMAT: Format = {
  version: 3,
  schema: VERSION_1 + VERSION_2 + VERSION_3,
  migrate: (database, from) => {
    if (from < 2) beginHistory(database);
    database.exec(VERSION_3);
  },
  check: checkSeals,
};

/** The settings of a version 1 file become the first revision of their setup. */
function beginHistory(database: DatabaseSync): void {
  database.exec(VERSION_2);
  for (const { setup } of database.prepare("SELECT DISTINCT setup FROM settings").all()) {
    const saved = database.prepare("SELECT saved_ms FROM saved WHERE setup = ?").get(String(setup));
    const wall_ms = Number(saved?.["saved_ms"] ?? 0);
    const kept = readSettings(database, String(setup));
    const changes = keptDifferences({}, kept);
    putRevision(database, String(setup), kept, { wall_ms, actor: "earlier program", changes });
  }
  seal(database, ["settings", "setups"]);
}

/** How far the journal had come when the store last wrote anything. */
export function readWitness(database: DatabaseSync): JournalWitness {
  const row = database.prepare("SELECT last, hash FROM witness").get();
  return row === undefined ? EMPTY_HEAD : ({ ...row } as unknown as JournalWitness);
}

export function putWitness(database: DatabaseSync, { last, hash }: JournalWitness): void {
  database.prepare("INSERT OR REPLACE INTO witness VALUES (1, ?, ?)").run(last, hash);
}
