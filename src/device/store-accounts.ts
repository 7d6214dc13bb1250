// Accounts of people and programs that may log in. The store knows nothing of passwords: the hash is opaque bytes, and the
// state (failed logins, codes used) is JSON of whoever checks them.

import type { DatabaseSync } from "node:sqlite";
import type { Role } from "../model/rows.ts";

export type Account = {
  readonly name: string;
  readonly role: Role;
  readonly hash: Uint8Array;
  readonly state: string;
};

export function putAccount(database: DatabaseSync, { name, role, hash, state }: Account): void {
  database.prepare("INSERT OR REPLACE INTO accounts VALUES (?, ?, ?, ?)").run(name, role, hash, state);
}

export const removeAccount = (database: DatabaseSync, name: string): boolean =>
  database.prepare("DELETE FROM accounts WHERE name = ?").run(name).changes > 0;

export const getAccount = (database: DatabaseSync, name: string): Account | undefined =>
  listAccounts(database).find((account) => account.name === name);

/** By name. */
export const listAccounts = (database: DatabaseSync): Account[] =>
  database
    .prepare("SELECT name, role, hash, state FROM accounts ORDER BY name")
    .all()
    .map((row) => ({ ...row }) as unknown as Account);
