// The seals of the store's small tables: a CRC-32 over all rows of each, written in the same transaction as the rows,
// because SQLite itself notices a torn page but not a flipped bit in a value.

import type { DatabaseSync } from "node:sqlite";
import { crc32 } from "../base/crc.ts";

/** The sealed tables with the order in which their rows are summed, by the version of the file that has them. */
const ORDERS = {
  settings: "setup, name",
  saved: "setup",
  setups: "setup",
  accounts: "name",
  witness: "id",
  memos: "setup, name",
} as const;
export type SealedTable = keyof typeof ORDERS;

/** A newer file has the tables of the last version we know. */
const tablesOf = (version: number): readonly SealedTable[] => [
  ...(["settings", "saved"] as const),
  ...(version > 1 ? (["setups", "accounts", "witness"] as const) : []),
  ...(version > 2 ? (["memos"] as const) : []),
];

export function seal(database: DatabaseSync, tables: readonly SealedTable[]): void {
  const put = database.prepare("INSERT OR REPLACE INTO seals VALUES (?, ?)");
  for (const table of tables) put.run(table, sealOf(database, table));
}

/** What is wrong with the file: SQLite's own finding, or the first table that does not match its seal. */
export function checkSeals(database: DatabaseSync, version: number): string | undefined {
  const found = database.prepare("PRAGMA integrity_check(1)").get() as { integrity_check: string };
  if (found.integrity_check !== "ok") return found.integrity_check.replaceAll("\n", " ");
  database.exec("BEGIN"); // rows and seals of one state, also while a device writes
  try {
    return compareSeals(database, tablesOf(version));
  } finally {
    if (database.isTransaction) database.exec("COMMIT");
  }
}

function compareSeals(database: DatabaseSync, tables: readonly SealedTable[]): string | undefined {
  for (const table of tables) {
    const kept = database.prepare("SELECT crc FROM seals WHERE of = ?").get(table);
    const crc = sealOf(database, table);
    if (kept === undefined ? crc !== 0 : kept["crc"] !== crc) return `the content of ${table} does not match its seal`;
  }
  return undefined;
}

/** CRC-32 over every row in key order; 0 for an empty table. */
function sealOf(database: DatabaseSync, table: SealedTable): number {
  let crc = 0;
  for (const row of database.prepare(`SELECT * FROM ${table} ORDER BY ${ORDERS[table]}`).iterate()) {
    const values = Object.values(row).map((value) => (value instanceof Uint8Array ? crc32(value) : value));
    crc = crc32(new TextEncoder().encode(JSON.stringify([crc, ...values])));
  }
  return crc;
}
