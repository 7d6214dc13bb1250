// Texts that rooms of protocols want kept for a setup, by name: the CANopen node's stored parameters. The store does not read them.

import type { DatabaseSync } from "node:sqlite";

export function readMemo(database: DatabaseSync, setup: string, name: string): string | undefined {
  const row = database.prepare("SELECT text FROM memos WHERE setup = ? AND name = ?").get(setup, name);
  return row === undefined ? undefined : String(row["text"]);
}

/** `undefined` forgets it. */
export function putMemo(database: DatabaseSync, setup: string, name: string, text: string | undefined): void {
  if (text === undefined) database.prepare("DELETE FROM memos WHERE setup = ? AND name = ?").run(setup, name);
  else database.prepare("INSERT OR REPLACE INTO memos VALUES (?, ?, ?)").run(setup, name, text);
}
