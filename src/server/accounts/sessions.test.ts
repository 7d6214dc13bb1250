// Sessions and tokens: how long they hold, and what of them is kept.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { deleteAccount, insertAccount, updateAccount } from "./account-rows.ts";
import { openAccountsFile } from "./accounts-file.ts";
import { beginSession, endOtherSessions, endSession, useSession } from "./sessions.ts";
import { addToken, removeToken, useToken } from "./tokens.ts";

const HOUR_ms = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), "bms-mini-sessions-"));
const { database } = openAccountsFile(folder);
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  database.exec("DELETE FROM accounts");
  for (const [name, role] of [
    ["anna", "owner"],
    ["bob", "owner"],
  ] as const)
    insertAccount(database, { name, role, hash: new Uint8Array(49), created_ms: 0 });
});

const isIn = (key: string, now_ms: number): boolean => useSession(database, key, now_ms) !== undefined;

test("a session ends after 12 hours without a request", () => {
  const { key } = beginSession(database, "anna", 0);
  expect(isIn(key, 12 * HOUR_ms - 1)).toBe(true);
  expect(isIn(key, 24 * HOUR_ms - 2)).toBe(true);
  expect(isIn(key, 36 * HOUR_ms - 2)).toBe(false);
});

test("a session that is used every hour ends after 7 days all the same", () => {
  const { key } = beginSession(database, "anna", 0);
  for (let hour = 1; hour < 7 * 24; hour++) expect(isIn(key, hour * HOUR_ms), `hour ${hour}`).toBe(true);
  expect(isIn(key, 7 * 24 * HOUR_ms)).toBe(false);
});

test("a session that was ended, another key and no key let nobody in", () => {
  const { key } = beginSession(database, "anna", 0);
  for (const other of ["", "x", `${key}x`, key.slice(1), key.toUpperCase()]) expect(isIn(other, 0)).toBe(false);
  endSession(database, useSession(database, key, 0)!.hash);
  expect(isIn(key, 0)).toBe(false);
});

test("ending the others leaves one's own, and those of other people", () => {
  const [own, other] = [beginSession(database, "anna", 0), beginSession(database, "anna", 0)];
  const bobs = beginSession(database, "bob", 0);
  endOtherSessions(database, useSession(database, own.key, 0)!);
  expect([own, other, bobs].map(({ key }) => isIn(key, 0))).toEqual([true, false, true]);
});

test("one account has 20 sessions at most: the oldest ends", () => {
  const keys = Array.from({ length: 21 }, (_, second) => beginSession(database, "anna", second).key);
  expect(keys.map((key) => isIn(key, 30))).toEqual([false, ...Array.from({ length: 20 }, () => true)]);
});

test("neither the key of a session nor the secret of a token stands in the file", () => {
  const { key } = beginSession(database, "anna", 0);
  const { secret } = addToken(database, { name: "pv", role: "viewer", days: 1, createdBy: "anna" }, 0)!;
  const dump = JSON.stringify(
    [...database.prepare("SELECT * FROM sessions, tokens").all()].map((row) => Object.values(row)),
  );
  expect(dump).toContain("pv");
  expect(dump).not.toContain(key);
  expect(dump).not.toContain(secret.slice(-43));
});

test("a token holds until its day, for who has all of it", () => {
  const { secret, token } = addToken(database, { name: "pv", role: "operator", days: 2, createdBy: "anna" }, 0)!;
  expect(secret).toMatch(/^bms_[0-9a-f]{8}_[\w-]{43}$/);
  expect(useToken(database, secret, 48 * HOUR_ms - 1)?.role).toBe("operator");
  expect(useToken(database, secret, 48 * HOUR_ms)).toBeUndefined();
  for (const other of [
    "",
    `bms_${token.id}_`,
    secret.slice(0, -1),
    `${secret}A`,
    secret.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
  ])
    expect(useToken(database, other, 0), other).toBeUndefined();
  expect(removeToken(database, token.id)).toBe(true);
  expect(useToken(database, secret, 0)).toBeUndefined();
});

test("a token may never do more than its maker may now, and goes with its maker", () => {
  const { secret } = addToken(database, { name: "pv", role: "owner", days: 2, createdBy: "anna" }, 0)!;
  expect(useToken(database, secret, 0)?.role).toBe("owner");
  updateAccount(database, "anna", { role: "operator" });
  expect(useToken(database, secret, 0)?.role).toBe("operator");
  deleteAccount(database, "anna");
  expect(useToken(database, secret, 0)).toBeUndefined();
});

test("the last owner can neither be removed nor become less; a change of role ends the sessions", () => {
  const { key } = beginSession(database, "anna", 0);
  expect(updateAccount(database, "anna", { role: "viewer" })).toBeUndefined();
  expect(isIn(key, 0)).toBe(false);
  expect(updateAccount(database, "bob", { role: "service" })).toMatch("the last owner stays an owner");
  expect(deleteAccount(database, "bob")).toMatch("the last owner stays an owner");
  expect(updateAccount(database, "bob", { role: "owner" })).toBeUndefined();
  expect(deleteAccount(database, "carl")).toBe("unknown");
});
