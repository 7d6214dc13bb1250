// When the device first started with a battery: the date of putting into service for its record (docs/battery-record.md).
// One row for each setup and pack, written once and never changed, with a checksum of its own. The table is made with the
// first row, so that files of any version take it.

import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { crc32 } from "../base/crc.ts";
import { kinshipOf } from "./battery-identity.ts";
import { reading } from "./store-reading.ts";

const TABLE = `CREATE TABLE IF NOT EXISTS service
  (setup TEXT NOT NULL, pack TEXT NOT NULL, first_used_ms REAL NOT NULL, crc INTEGER NOT NULL, PRIMARY KEY (setup, pack)) STRICT;`;

const crcOf = (setup: string, pack: string, first_ms: number): number =>
  crc32(new TextEncoder().encode(JSON.stringify([setup, pack, first_ms])));

/**
 * Notes the wall time of a first start, inside the transaction that saves the state for the first time. Call before the
 * state is written: a pack that has been saved before was put into service at a time that nobody noted.
 */
export function noteFirstUse(database: DatabaseSync, setup: string, pack: string, wall_ms: number): void {
  database.exec(TABLE);
  const saved = database.prepare("SELECT pack FROM saved WHERE setup = ?").get(setup);
  if (saved !== undefined && kinshipOf(String(saved["pack"]), pack) !== "another") return;
  database
    .prepare("INSERT OR IGNORE INTO service VALUES (?, ?, ?, ?)")
    .run(setup, pack, wall_ms, crcOf(setup, pack, wall_ms));
}

/** Wall time of the first start with a pack, ms since 1970; undefined where it was not noted, or the row is damaged. */
export const readFirstUse = (folder: string, file: string, setup: string, pack: string): number | undefined =>
  reading(join(folder, file), undefined, (database) => firstUseOf(database, setup, pack));

/** The same of a file that is open. */
export function firstUseOf(database: DatabaseSync, setup: string, pack: string): number | undefined {
  const table = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'service'").get();
  if (table === undefined) return undefined;
  const rows = database.prepare("SELECT pack, first_used_ms, crc FROM service WHERE setup = ?").all(setup) as Row[];
  const ours = rows.filter((row) => row.crc === crcOf(setup, row.pack, row.first_used_ms));
  const times = ours.filter((row) => kinshipOf(row.pack, pack) !== "another").map((row) => row.first_used_ms);
  return times.length === 0 ? undefined : Math.min(...times);
}

type Row = { readonly pack: string; readonly first_used_ms: number; readonly crc: number };
