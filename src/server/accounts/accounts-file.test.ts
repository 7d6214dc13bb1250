// The accounts' file against other eyes, newer programs and damage.

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { StoreError } from "../../device/store-error.ts";
import { countAccounts, insertAccount } from "./account-rows.ts";
import { ACCOUNTS_FILE, KEPT_ENTRIES, openAccountsFile } from "./accounts-file.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-accounts-"));
afterAll(() => rmSync(ROOT, { recursive: true }));
const newFolder = (): string => mkdtempSync(join(ROOT, "data-"));
const ANNA = { name: "Anna", role: "owner", hash: new Uint8Array(49), created_ms: 1 } as const;

test("only its owner may read it, whatever the process allows, also while it is written", () => {
  const folder = newFolder();
  const { database } = openAccountsFile(folder);
  insertAccount(database, ANNA);
  const modes = readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]);
  expect(modes.sort()).toEqual(
    [ACCOUNTS_FILE, `${ACCOUNTS_FILE}-shm`, `${ACCOUNTS_FILE}-wal`].map((name) => [name, "600"]),
  );
  database.close();
});

test("what was written is there again, and each commit is synced", () => {
  const folder = newFolder();
  const first = openAccountsFile(folder);
  expect(first.database.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
  expect(first.database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
  insertAccount(first.database, ANNA);
  first.database.close();
  const second = openAccountsFile(folder);
  expect([countAccounts(second.database), second.problem]).toEqual([1, ""]);
  second.database.close();
});

test("a file of a newer program is refused in one line, and stays as it is", () => {
  const folder = newFolder();
  const { database } = openAccountsFile(folder);
  database.exec("PRAGMA user_version = 9");
  database.close();
  const before = readFileSync(join(folder, ACCOUNTS_FILE));
  expect(() => openAccountsFile(folder)).toThrow(StoreError);
  expect(() => openAccountsFile(folder)).toThrow(/^[^\n]*monitor\.sqlite is from a newer program \(version 9, [^\n]*$/);
  expect(readFileSync(join(folder, ACCOUNTS_FILE)).equals(before)).toBe(true);
});

test.each([
  ["overwritten", (bytes: Buffer) => bytes.fill(0x5a)],
  ["cut in the middle", (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ["emptied", (bytes: Buffer) => bytes.subarray(0, 0)],
])("a file that was %s is set aside and said, and nobody is let in by what is left", (_, damage) => {
  const folder = newFolder();
  const { database } = openAccountsFile(folder);
  insertAccount(database, ANNA);
  database.close();
  const path = join(folder, ACCOUNTS_FILE);
  writeFileSync(path, damage(readFileSync(path)));
  const again = openAccountsFile(folder);
  expect(again.problem).toMatch(
    /monitor\.sqlite is damaged .* moved aside as .*monitor\.sqlite\.damaged-1, started anew/,
  );
  expect(countAccounts(again.database)).toBe(0);
  again.database.close();
  expect(readdirSync(folder)).toContain(`${ACCOUNTS_FILE}.damaged-1`);
});

test("the audit cannot be changed or cut, but at its old end", () => {
  const { database } = openAccountsFile(newFolder());
  const add = database.prepare("INSERT INTO audit VALUES (?, 0, 'anna', '::1', 'logIn', 'done', '')");
  add.run(1);
  add.run(KEPT_ENTRIES + 1);
  add.run(2 + KEPT_ENTRIES);
  expect(() => database.exec("UPDATE audit SET actor = 'nobody'")).toThrow("the audit only grows");
  expect(() => database.exec("DELETE FROM audit")).toThrow("the audit only grows");
  expect(() => database.exec(`DELETE FROM audit WHERE number = ${KEPT_ENTRIES + 1}`)).toThrow("the audit only grows");
  database.exec("DELETE FROM audit WHERE number = 1");
  expect(database.prepare("SELECT count(*) AS count FROM audit").get()).toEqual({ count: 2 });
  database.close();
});
