// The way back in for whoever owns the data folder.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { hashPassword, isPassword } from "../../device/password-hash.ts";
import { findAccount, insertOwner } from "./account-rows.ts";
import { openAccountsFile } from "./accounts-file.ts";
import { beginSession, useSession } from "./sessions.ts";
import { setAccountPassword } from "./set-password.ts";

const NEW = "an entirely new one";

describe("a new password from the command line", () => {
  const folder = mkdtempSync(join(tmpdir(), "bms-password-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("is refused where no monitor has made accounts", async () => {
    expect(await setAccountPassword(folder, "olga", NEW)).toMatch(/no accounts/);
  });

  test("is set, ends the sessions, and stands in the audit", async () => {
    const { database } = openAccountsFile(folder);
    insertOwner(database, { name: "olga", hash: await hashPassword("what she forgot", 10), created_ms: 1 });
    const { key } = beginSession(database, "olga", Date.now());
    expect(await setAccountPassword(folder, "OLGA", NEW)).toBeUndefined();
    expect(await isPassword(NEW, findAccount(database, "olga")!.hash)).toBe(true);
    expect(useSession(database, key, Date.now())).toBeUndefined();
    expect(
      database
        .prepare("SELECT actor, what, outcome FROM audit")
        .all()
        .map((row) => ({ ...row })),
    ).toEqual([{ actor: "command line", what: "changeAccount", outcome: "done" }]);
    database.close();
  });

  test.each([
    ["olga", "short", /at least 12/],
    ["olga", "olga olga olga", /name|different/],
    ["nobody", NEW, /no account "nobody": there are olga/],
  ])("for %s with %j is refused in one clear line, and changes nothing", async (name, password, line) => {
    expect(await setAccountPassword(folder, name, password)).toMatch(line);
    const { database } = openAccountsFile(folder);
    expect(await isPassword(NEW, findAccount(database, "olga")!.hash)).toBe(true);
    database.close();
  });
});
