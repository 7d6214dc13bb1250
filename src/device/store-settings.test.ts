// Settings on disk with their history, accounts, and files of older versions, which become the newest with nothing lost.
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, test } from "vitest";
import { crc32 } from "../base/crc.ts";
import { settingChanges } from "../model/kept-settings.ts";
import { createSettings } from "../model/settings.ts";
import { changeSettings } from "../model/validation.ts";
import { settingsHash } from "./settings-hash.ts";
import { peek, Store } from "./store.ts";
import { readHistory, readJournal, readRevision, verifyJournal } from "./store-reader.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-history-"));
afterAll(() => rmSync(ROOT, { recursive: true }));
const newFolder = (): string => mkdtempSync(join(ROOT, "data-"));

function withStore<T>(folder: string, act: (store: Store) => T): T {
  const store = Store.open(folder);
  try {
    return act(store);
  } finally {
    store.close();
  }
}

describe("the history of the settings", () => {
  test("says of each change when, who, and which value became which, the newest first", () => {
    const folder = newFolder();
    const revisions = withStore(folder, (store) => [
      store.keep("default", { "battery.cells": 12 }, { wall_ms: 1000, actor: "command line" }),
      store.keep("default", { "battery.cells": 14, "user.address": "barn" }, { wall_ms: 2000, actor: "modbus 7" }),
      store.keep("default", { "user.address": "barn" }, { wall_ms: 3000, actor: "anna" }),
    ]);
    expect(revisions).toEqual([1, 2, 3]);
    expect(readHistory(folder, "default")).toEqual([
      { revision: 3, wall_ms: 3000, actor: "anna", changes: [{ name: "battery.cells", from: 14, to: null }] },
      {
        ...{ revision: 2, wall_ms: 2000, actor: "modbus 7" },
        changes: [
          { name: "battery.cells", from: 12, to: 14 },
          { name: "user.address", from: null, to: "barn" },
        ],
      },
      { revision: 1, wall_ms: 1000, actor: "command line", changes: [{ name: "battery.cells", from: null, to: 12 }] },
    ]);
    expect(readHistory(folder, "default", 1)).toHaveLength(1);
  });

  test("keeps old values where the device tells them", () => {
    const before = createSettings();
    const changed = changeSettings(before, { "protections.overvoltage.limit_V": 3.7 });
    if (!changed.ok) throw new Error("not changed");
    const changes = settingChanges(before, changed.settings);
    expect(changes).toEqual([{ name: "protections.overvoltage.limit_V", from: 3.75, to: 3.7 }]);
    const folder = newFolder();
    withStore(folder, (store) =>
      store.keep("default", { "protections.overvoltage.limit_V": 3.7 }, { wall_ms: 1, actor: "", changes }),
    );
    expect(readHistory(folder, "default")[0]?.changes).toEqual(changes);
  });

  test("the same settings again are no revision", () => {
    const folder = newFolder();
    const kept = { "battery.cells": 12, "chargeMap.voltageFactor": { x: [3.4, 3.6], y: [1, 0] } };
    const revisions = withStore(folder, (store) => [
      store.keep("default", {}),
      store.keep("default", kept),
      store.keep("default", structuredClone(kept)),
    ]);
    expect(revisions).toEqual([0, 1, 1]);
    expect(withStore(folder, (store) => store.read("default").revision)).toBe(1);
  });

  test("the settings of an earlier revision can be read, and each setup counts its own", () => {
    const folder = newFolder();
    withStore(folder, (store) => {
      store.keep("default", { "battery.cells": 12 });
      store.keep("default", { "battery.cells": 14 });
      store.keep("scenario winter", { "battery.cells": 8 });
    });
    expect(readRevision(folder, "default", 1)).toEqual({ "battery.cells": 12 });
    expect(readRevision(folder, "scenario winter", 1)).toEqual({ "battery.cells": 8 });
    expect(readRevision(folder, "default", 3)).toBe(undefined);
    expect(readHistory(newFolder(), "default")).toEqual([]);
  });

  test("the last hundred are kept", () => {
    const folder = newFolder();
    withStore(folder, (store) => {
      for (let cells = 1; cells <= 105; cells++) store.keep("default", { "battery.cells": cells });
    });
    const history = readHistory(folder, "default");
    expect(history.map(({ revision }) => revision)).toEqual(Array.from({ length: 100 }, (_, i) => 105 - i));
  });

  test("a secret is in force but in no history", () => {
    const folder = newFolder();
    withStore(folder, (store) => {
      store.keep("default", { "ftp.password": "hunter2", "ftp.user": "log" });
      store.keep("default", { "ftp.password": "hunter3", "ftp.user": "log" });
    });
    expect(peek(folder, "default")?.changes["ftp.password"]).toBe("hunter3");
    expect(readHistory(folder, "default")[0]?.changes).toEqual([
      { name: "ftp.password", from: "(secret)", to: "(secret)" },
    ]);
    expect(readRevision(folder, "default", 2)).toEqual({ "ftp.user": "log" });
    expect(readFileSync(join(folder, "bms.sqlite")).includes("hunter2")).toBe(false);
  });

  test("a damaged revision is left out, the others stay", () => {
    const folder = newFolder();
    withStore(folder, (store) => {
      for (const cells of [12, 13, 14]) store.keep("default", { "battery.cells": cells });
    });
    const database = new DatabaseSync(join(folder, "bms.sqlite"));
    database.exec("UPDATE revisions SET actor = 'nobody' WHERE revision = 2");
    database.close();
    expect(readHistory(folder, "default").map(({ revision }) => revision)).toEqual([3, 1]);
    expect(withStore(folder, (store) => store.read("default").problems)).toEqual([]);
  });

  test("the hash of the settings changes with every setting but a secret", () => {
    const settings = createSettings();
    const hash = settingsHash(settings);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    settings.ftp.password = "hunter2";
    expect(settingsHash(settings)).toBe(hash);
    settings.user.address = "barn";
    expect(settingsHash(settings)).not.toBe(hash);
  });
});

describe("accounts", () => {
  const anna = { name: "anna", role: "owner", hash: Uint8Array.of(1, 2, 3), state: '{"failed":0}' } as const;
  const bob = { name: "bob", role: "viewer", hash: new Uint8Array(64).fill(7), state: "{}" } as const;

  test("are put, found, listed by name, replaced and removed", () => {
    const folder = newFolder();
    withStore(folder, (store) => {
      store.putAccount(bob);
      store.putAccount(anna);
      store.putAccount({ ...bob, role: "operator" });
    });
    withStore(folder, (store) => {
      expect(store.accounts()).toEqual([anna, { ...bob, role: "operator" }]);
      expect(store.account("anna")).toEqual(anna);
      expect(store.account("eve")).toBe(undefined);
      expect([store.removeAccount("anna"), store.removeAccount("eve")]).toEqual([true, false]);
    });
    expect(withStore(folder, (store) => store.accounts())).toHaveLength(1);
  });

  test("whose role was altered in the file are not believed", () => {
    const folder = newFolder();
    withStore(folder, (store) => store.putAccount(bob));
    const database = new DatabaseSync(join(folder, "bms.sqlite"));
    database.exec("UPDATE accounts SET role = 'owner'");
    database.close();
    withStore(folder, (store) => {
      expect(store.problems).toEqual([expect.stringMatching(/accounts does not match its seal/)]);
      expect(store.accounts()).toEqual([]);
    });
  });
});

const CHANGES = {
  "battery.cells": 12,
  "chargeMap.voltageFactor": { x: [3.4, 3.6], y: [1, 0] },
  "user.address": "barn",
};
const SAVED = {
  pack: "model 1",
  saved_ms: 1_700_000_000_123,
  device: new Uint8Array(3000).fill(5),
  world: Uint8Array.of(9),
};

/** A file as the program of version 1 left it. */
function writeVersion1(folder: string): void {
  const database = new DatabaseSync(join(folder, "bms.sqlite"));
  database.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE settings (setup TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (setup, name)) STRICT;
    CREATE TABLE saved (setup TEXT PRIMARY KEY, pack TEXT NOT NULL, saved_ms REAL NOT NULL, device BLOB NOT NULL, world BLOB NOT NULL) STRICT;
    CREATE TABLE seals (of TEXT PRIMARY KEY, crc INTEGER NOT NULL) STRICT;
    PRAGMA user_version = 1;`);
  const settings = Object.entries(CHANGES).map(([name, value]) => ["default", name, JSON.stringify(value)] as const);
  for (const row of settings) database.prepare("INSERT INTO settings VALUES (?, ?, ?)").run(...row);
  const { pack, saved_ms, device, world } = SAVED;
  database.prepare("INSERT INTO saved VALUES ('default', ?, ?, ?, ?)").run(pack, saved_ms, device, world);
  const seal = database.prepare("INSERT INTO seals VALUES (?, ?)");
  seal.run("settings", sumOf(settings));
  seal.run("saved", sumOf([["default", pack, saved_ms, crc32(device), crc32(world)]]));
  database.close();
}

const sumOf = (rows: readonly (readonly unknown[])[]): number =>
  rows.reduce<number>((crc, row) => crc32(new TextEncoder().encode(JSON.stringify([crc, ...row]))), 0);

describe("a file of version 1", () => {
  test("becomes the newest version with nothing lost, and its settings are the first revision", () => {
    const folder = newFolder();
    writeVersion1(folder);
    expect(peek(folder, "default")).toEqual({ changes: CHANGES, saved: SAVED });
    for (let time = 0; time < 2; time++) {
      const contents = withStore(folder, (store) => store.read("default"));
      expect(contents).toMatchObject({ changes: CHANGES, saved: SAVED, revision: 1, problems: [], remarks: [] });
    }
    expect(readHistory(folder, "default")).toMatchObject([
      { revision: 1, wall_ms: SAVED.saved_ms, changes: [{ name: "battery.cells", from: null, to: 12 }, {}, {}] },
    ]);
    expect(readRevision(folder, "default", 1)).toEqual(CHANGES);
    expect(withStore(folder, (store) => store.keep("default", {}))).toBe(2);
  });

  test("can be looked at as it is", () => {
    const folder = newFolder();
    writeVersion1(folder);
    expect([readHistory(folder, "default"), readRevision(folder, "default", 1), readJournal(folder)]).toEqual([
      [],
      undefined,
      [],
    ]);
    expect(verifyJournal(folder).whole).toBe(true);
  });

  test("whose content does not match its seal is set aside", () => {
    const folder = newFolder();
    writeVersion1(folder);
    const database = new DatabaseSync(join(folder, "bms.sqlite"));
    database.exec("UPDATE settings SET value = '13' WHERE name = 'battery.cells'");
    database.close();
    expect(withStore(folder, (store) => store.read("default"))).toMatchObject({ changes: {}, saved: undefined });
    expect(existsSync(join(folder, "bms.sqlite.damaged-1"))).toBe(true);
  });

  test("whose migration was cut off by the power is migrated by the next start", () => {
    const folder = newFolder();
    writeVersion1(folder);
    const cut = newFolder();
    copyFileSync(join(folder, "bms.sqlite"), join(cut, "bms.sqlite"));
    const store = Store.open(folder);
    const log = readFileSync(join(folder, "bms.sqlite-wal"));
    store.close();
    for (let length = 0; length <= log.length; length += 997) {
      const at = newFolder();
      copyFileSync(join(cut, "bms.sqlite"), join(at, "bms.sqlite"));
      writeFileSync(join(at, "bms.sqlite-wal"), log.subarray(0, length));
      const contents = withStore(at, (opened) => opened.read("default"));
      expect(contents).toMatchObject({ changes: CHANGES, saved: SAVED, revision: 1, problems: [] });
      rmSync(at, { recursive: true });
    }
    expect(readdirSync(cut)).toEqual(["bms.sqlite"]);
  });
});

describe("memos", () => {
  test("are kept for their setup, replaced and forgotten, and sealed like the rest", () => {
    const folder = newFolder();
    withStore(folder, (store) => {
      store.putMemo("default", "canopen", '{"a":1}');
      store.putMemo("winter", "canopen", "other");
      store.putMemo("default", "canopen", '{"a":2}');
    });
    expect(withStore(folder, (store) => [store.memo("default", "canopen"), store.memo("winter", "canopen")])).toEqual([
      '{"a":2}',
      "other",
    ]);
    withStore(folder, (store) => store.putMemo("winter", "canopen", undefined));
    expect(withStore(folder, (store) => store.memo("winter", "canopen"))).toBeUndefined();
    const database = new DatabaseSync(join(folder, "bms.sqlite"));
    database.exec("UPDATE memos SET text = 'forged'");
    database.close();
    expect(withStore(folder, (store) => store.problems).join()).toMatch(/content of memos does not match its seal/);
  });

  test("a file of version 2, which has none, goes on and gets them", () => {
    const folder = newFolder();
    withStore(folder, (store) => store.keep("default", CHANGES));
    const database = new DatabaseSync(join(folder, "bms.sqlite"));
    database.exec("DROP TABLE memos; DELETE FROM seals WHERE of = 'memos'; PRAGMA user_version = 2;");
    database.close();
    withStore(folder, (store) => {
      expect(store.read("default")).toMatchObject({ changes: CHANGES, problems: [] });
      store.putMemo("default", "canopen", "x");
    });
    expect(withStore(folder, (store) => store.memo("default", "canopen"))).toBe("x");
  });
});
