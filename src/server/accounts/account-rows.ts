// Accounts of people: name, role and the hash of the password. Names differ by more than capitals. There is always an owner
// once there has been one.

import type { DatabaseSync } from "node:sqlite";
import { transact } from "../../device/store-file.ts";
import type { Role } from "../../model/rows.ts";
import { asRows } from "./accounts-file.ts";

export type AccountRow = {
  readonly name: string;
  readonly role: Role;
  readonly hash: Uint8Array;
  readonly created_ms: number;
  readonly lastLogin_ms: number | null;
};

export const MOST_ACCOUNTS = 200;

export const listAccounts = (database: DatabaseSync): AccountRow[] =>
  asRows(database, "SELECT name, role, hash, created_ms, lastLogin_ms FROM accounts ORDER BY name");

export const findAccount = (database: DatabaseSync, name: string): AccountRow | undefined =>
  asRows<AccountRow>(
    database,
    "SELECT name, role, hash, created_ms, lastLogin_ms FROM accounts WHERE name = ?",
    name,
  )[0];

export const countAccounts = (database: DatabaseSync): number =>
  Number(database.prepare("SELECT count(*) AS count FROM accounts").get()?.["count"]);

/** What was wrong, or undefined. */
export function insertAccount(database: DatabaseSync, row: Omit<AccountRow, "lastLogin_ms">): string | undefined {
  return transact(database, () => {
    if (findAccount(database, row.name) !== undefined) return `there is an account "${row.name}" already`;
    if (countAccounts(database) >= MOST_ACCOUNTS) return `there are ${MOST_ACCOUNTS} accounts already`;
    put(database, row);
    return undefined;
  });
}

/** The first account; false where there is one already. */
export function insertOwner(database: DatabaseSync, row: Omit<AccountRow, "lastLogin_ms" | "role">): boolean {
  return transact(database, () => {
    const isFirst = countAccounts(database) === 0;
    if (isFirst) put(database, { ...row, role: "owner" });
    return isFirst;
  });
}

const put = (database: DatabaseSync, { name, role, hash, created_ms }: Omit<AccountRow, "lastLogin_ms">): unknown =>
  database
    .prepare("INSERT INTO accounts (name, role, hash, created_ms) VALUES (?, ?, ?, ?)")
    .run(name, role, hash, created_ms);

export type Change = { readonly role?: Role | undefined; readonly hash?: Uint8Array | undefined };
export const LAST_OWNER = "the last owner stays an owner: make another first";

/** Ends all sessions of the account. "unknown", what was wrong, or undefined. */
export function updateAccount(database: DatabaseSync, name: string, { role, hash }: Change): string | undefined {
  return transact(database, () => {
    const account = findAccount(database, name);
    if (account === undefined) return "unknown";
    if (role !== undefined && role !== "owner" && isLastOwner(database, account)) return LAST_OWNER;
    database
      .prepare("UPDATE accounts SET role = ?, hash = ? WHERE name = ?")
      .run(role ?? account.role, hash ?? account.hash, name);
    database.prepare("DELETE FROM sessions WHERE account = ?").run(name);
    return undefined;
  });
}

/** Its sessions and the tokens it made go with it. "unknown", what was wrong, or undefined. */
export function deleteAccount(database: DatabaseSync, name: string): string | undefined {
  return transact(database, () => {
    const account = findAccount(database, name);
    if (account === undefined) return "unknown";
    if (isLastOwner(database, account)) return LAST_OWNER;
    database.prepare("DELETE FROM accounts WHERE name = ?").run(name);
    return undefined;
  });
}

const isLastOwner = (database: DatabaseSync, { role }: AccountRow): boolean =>
  role === "owner" &&
  Number(database.prepare("SELECT count(*) AS count FROM accounts WHERE role = 'owner'").get()?.["count"]) <= 1;

export const putPassword = (database: DatabaseSync, name: string, hash: Uint8Array): unknown =>
  database.prepare("UPDATE accounts SET hash = ? WHERE name = ?").run(hash, name);

export const noteLogin = (database: DatabaseSync, name: string, wall_ms: number): unknown =>
  database.prepare("UPDATE accounts SET lastLogin_ms = ? WHERE name = ?").run(wall_ms, name);
