// API tokens for programs: bms_<id>_<secret>, of which only the secret's hash is kept. A token has a role and an end, and may never
// do more than the account that made it may now; with that account it goes.

import { randomBytes, timingSafeEqual } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { Role } from "../../model/rows.ts";
import { ROLES } from "../../monitor/operations.ts";
import { asRows, tryToWrite } from "./accounts-file.ts";
import { hashOf, newSecret } from "./sessions.ts";

export type TokenRow = {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly expires_ms: number;
  readonly lastUse_ms: number | null;
  readonly createdBy: string;
};

export const MOST_TOKENS = 200;
const DAY_ms = 86_400_000;
const NOTED_ms = 60_000;
const SHAPE = /^bms_([0-9a-f]{8})_([\w-]{43})$/;

export const listTokens = (database: DatabaseSync): TokenRow[] =>
  asRows(database, "SELECT id, name, role, expires_ms, lastUse_ms, createdBy FROM tokens ORDER BY rowid");

export type NewToken = {
  readonly name: string;
  readonly role: Role;
  readonly days: number;
  readonly createdBy: string;
};

/** Undefined where there are too many. */
export function addToken(
  database: DatabaseSync,
  { name, role, days, createdBy }: NewToken,
  now_ms: number,
): { readonly token: TokenRow; readonly secret: string } | undefined {
  if (listTokens(database).length >= MOST_TOKENS) return undefined;
  const id = randomBytes(4).toString("hex");
  const secret = newSecret();
  const expires_ms = now_ms + days * DAY_ms;
  database
    .prepare("INSERT INTO tokens (id, name, role, hash, expires_ms, createdBy) VALUES (?, ?, ?, ?, ?, ?)")
    .run(id, name, role, hashOf(secret), expires_ms, createdBy);
  return {
    token: { id, name, role, expires_ms, lastUse_ms: null, createdBy },
    secret: `bms_${id}_${secret}`,
  };
}

export const removeToken = (database: DatabaseSync, id: string): boolean =>
  database.prepare("DELETE FROM tokens WHERE id = ?").run(id).changes > 0;

type Found = TokenRow & { readonly hash: Uint8Array; readonly makersRole: Role };
const FIND = `SELECT id, tokens.name, tokens.role, expires_ms, lastUse_ms, createdBy, tokens.hash, accounts.role AS makersRole
  FROM tokens JOIN accounts ON accounts.name = createdBy WHERE id = ? AND expires_ms > ?`;

/** The token as it may act now; notes its use. */
export function useToken(database: DatabaseSync, text: string, now_ms: number): TokenRow | undefined {
  const [, id = "", secret = ""] = SHAPE.exec(text) ?? [];
  const [found] = id === "" ? [] : asRows<Found>(database, FIND, id, now_ms);
  if (found === undefined || !timingSafeEqual(found.hash, hashOf(secret))) return undefined;
  if (now_ms - (found.lastUse_ms ?? 0) > NOTED_ms)
    tryToWrite(() => database.prepare("UPDATE tokens SET lastUse_ms = ? WHERE id = ?").run(now_ms, id));
  const { hash, makersRole, ...token } = found;
  return { ...token, role: lesser(token.role, makersRole) };
}

const lesser = (one: Role, other: Role): Role => (ROLES.indexOf(one) < ROLES.indexOf(other) ? one : other);
