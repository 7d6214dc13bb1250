// Sessions of people who logged in: a random key in a cookie, of which only the hash is kept. A session ends after twelve hours
// without a request, or a week after the login.

import { createHash, randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { Role } from "../../model/rows.ts";
import { asRows, tryToWrite } from "./accounts-file.ts";

export const IDLE_ms = 12 * 3_600_000;
export const LONGEST_ms = 7 * 86_400_000;
/** Of one account: the oldest ends. */
const MOST = 20;
/** Use is written down this often at most: each write is synced. */
const NOTED_ms = 60_000;

export type Session = {
  readonly hash: Uint8Array;
  readonly account: string;
  readonly role: Role;
  readonly csrf: string;
  readonly used_ms: number;
};

export const hashOf = (secret: string): Uint8Array => createHash("sha256").update(secret).digest();
/** 256 bits. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** The key for the cookie, and the word that changes must carry. */
export function beginSession(database: DatabaseSync, account: string, now_ms: number): { key: string; csrf: string } {
  const key = newSecret();
  const csrf = newSecret();
  endOldSessions(database, now_ms);
  database
    .prepare(
      "DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions WHERE account = ? ORDER BY used_ms DESC, rowid DESC LIMIT -1 OFFSET ?)",
    )
    .run(account, MOST - 1);
  database.prepare("INSERT INTO sessions VALUES (?, ?, ?, ?, ?)").run(hashOf(key), account, csrf, now_ms, now_ms);
  return { key, csrf };
}

const FIND = `SELECT sessions.hash, accounts.name AS account, accounts.role, sessions.csrf, sessions.used_ms
  FROM sessions JOIN accounts ON accounts.name = sessions.account
  WHERE sessions.hash = ? AND sessions.used_ms > ? AND sessions.created_ms > ?`;

/** The session of a cookie's key that has not ended; notes its use. */
export function useSession(database: DatabaseSync, key: string, now_ms: number): Session | undefined {
  const [session] = asRows<Session>(database, FIND, hashOf(key), now_ms - IDLE_ms, now_ms - LONGEST_ms);
  if (session !== undefined && now_ms - session.used_ms > NOTED_ms)
    tryToWrite(() => database.prepare("UPDATE sessions SET used_ms = ? WHERE hash = ?").run(now_ms, session.hash));
  return session;
}

export const endSession = (database: DatabaseSync, hash: Uint8Array): unknown =>
  database.prepare("DELETE FROM sessions WHERE hash = ?").run(hash);

export const endOtherSessions = (database: DatabaseSync, { account, hash }: Session): unknown =>
  database.prepare("DELETE FROM sessions WHERE account = ? AND hash <> ?").run(account, hash);

const endOldSessions = (database: DatabaseSync, now_ms: number): unknown =>
  database
    .prepare("DELETE FROM sessions WHERE used_ms <= ? OR created_ms <= ?")
    .run(now_ms - IDLE_ms, now_ms - LONGEST_ms);
