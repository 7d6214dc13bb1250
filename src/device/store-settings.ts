// The settings of each setup as changes by dotted name, and their history: every change is a revision that says when, who
// and what, and keeps the settings as they then were. Secrets stand in the settings in force only, never in the history.

import type { DatabaseSync } from "node:sqlite";
import { crc32 } from "../base/crc.ts";
import {
  hideSecrets,
  type KeptChanges,
  keptDifferences,
  type Revision,
  type SettingChange,
} from "../model/kept-settings.ts";
import { withoutSecrets } from "../model/secrets.ts";

/** Who changes settings, and when. `changes`: old and new values as the device knows them, defaults too. */
export type ChangedBy = {
  readonly wall_ms: number;
  readonly actor: string;
  readonly changes?: readonly SettingChange[];
};

/** Revisions kept of each setup; older ones are removed. */
export const KEPT_REVISIONS = 100;

/** Settings that differ from those the device is made with. */
export function readSettings(database: DatabaseSync, setup: string): KeptChanges {
  const rows = database.prepare("SELECT name, value FROM settings WHERE setup = ? ORDER BY name").all(setup);
  return Object.fromEntries(rows.map((row) => [String(row["name"]), JSON.parse(String(row["value"]))]));
}

/** The number of the settings in force: 0 before the first change. */
export function readRevisionNumber(database: DatabaseSync, setup: string): number {
  return Number(database.prepare("SELECT revision FROM setups WHERE setup = ?").get(setup)?.["revision"] ?? 0);
}

/** Replaces the settings of a setup, inside a transaction. Returns the new revision. */
export function putSettings(database: DatabaseSync, setup: string, kept: KeptChanges, by: ChangedBy): number {
  const known = new Map(by.changes?.map((change) => [change.name, change]));
  const differences = keptDifferences(readSettings(database, setup), kept);
  database.prepare("DELETE FROM settings WHERE setup = ?").run(setup);
  const insert = database.prepare("INSERT INTO settings VALUES (?, ?, ?)");
  for (const [name, value] of Object.entries(kept)) insert.run(setup, name, JSON.stringify(value));
  const changes = differences.map((change) => known.get(change.name) ?? change);
  return putRevision(database, setup, kept, { ...by, changes });
}

/** Adds the settings now in force to the history. */
export function putRevision(
  database: DatabaseSync,
  setup: string,
  kept: KeptChanges,
  { wall_ms, actor, changes = [] }: ChangedBy,
): number {
  const revision = readRevisionNumber(database, setup) + 1;
  database.prepare("INSERT OR REPLACE INTO setups VALUES (?, ?)").run(setup, revision);
  const told = [JSON.stringify(hideSecrets(changes)), JSON.stringify(withoutSecrets(kept))] as const;
  const row = [setup, revision, wall_ms, actor, ...told] as const;
  database.prepare("INSERT OR REPLACE INTO revisions VALUES (?, ?, ?, ?, ?, ?, ?)").run(...row, crcOf(row));
  database.prepare("DELETE FROM revisions WHERE setup = ? AND revision <= ?").run(setup, revision - KEPT_REVISIONS);
  return revision;
}

const crcOf = (row: readonly unknown[]): number => crc32(new TextEncoder().encode(JSON.stringify(row)));

type Row = { revision: number; wall_ms: number; actor: string; changes: string; settings: string };

/** Sound rows of the history, newest first; a damaged one is left out. */
function readRows(database: DatabaseSync, setup: string, where: string, value: number): Row[] {
  const rows = database
    .prepare(`SELECT revision, wall_ms, actor, changes, settings, crc FROM revisions WHERE setup = ? ${where}`)
    .all(setup, value) as unknown as (Row & { crc: number })[];
  return rows.filter(
    ({ crc, revision, wall_ms, actor, changes, settings }) =>
      crc === crcOf([setup, revision, wall_ms, actor, changes, settings]),
  );
}

/** The last revisions, newest first. */
export const readRevisions = (database: DatabaseSync, setup: string, limit = KEPT_REVISIONS): Revision[] =>
  readRows(database, setup, "ORDER BY revision DESC LIMIT ?", limit).map(({ revision, wall_ms, actor, changes }) => ({
    revision,
    wall_ms,
    actor,
    changes: JSON.parse(changes),
  }));

/** The settings of a revision that is still kept, without secrets: whoever goes back to it leaves those as they are. */
export function readSettingsAt(database: DatabaseSync, setup: string, revision: number): KeptChanges | undefined {
  const [row] = readRows(database, setup, "AND revision = ?", revision);
  return row === undefined ? undefined : JSON.parse(row.settings);
}
