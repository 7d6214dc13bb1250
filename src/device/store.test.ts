// The store against everything that happens to files: damage at any byte, a second device, a killed process, newer files.
import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { EMPTY_HEAD } from "./journal-chain.ts";
import { type Contents, peek, Store } from "./store.ts";
import { StoreError } from "./store-error.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-store-"));
afterAll(() => rmSync(ROOT, { recursive: true }));
const newFolder = (): string => mkdtempSync(join(ROOT, "data-"));

const CHANGES = {
  "battery.cells": 12,
  "user.address": "barn",
  "chargeMap.voltageFactor": { x: [3.4, 3.6], y: [1, 0] },
};
const SAVED = {
  pack: "model 1",
  saved_ms: 1_700_000_000_123,
  device: Uint8Array.from({ length: 3000 }, (_, i) => i * 7),
  world: new Uint8Array(900).fill(3),
};

const FRESH: Contents = {
  ...{ changes: {}, revision: 0, saved: undefined, journal: EMPTY_HEAD, wasCutOff: false, problems: [], remarks: [] },
};

function fill(folder: string): void {
  const store = Store.open(folder);
  store.keep("default", CHANGES);
  store.save("default", SAVED);
  store.close();
}

function readOnce(folder: string): Contents {
  const store = Store.open(folder);
  const contents = store.read("default");
  store.close();
  return contents;
}

test("what was kept and saved is there after reopening, to the last bit", () => {
  const folder = join(newFolder(), "not", "there", "yet");
  fill(folder);
  expect(readOnce(folder)).toEqual({ ...FRESH, changes: CHANGES, revision: 1, saved: SAVED });
});

test("setups do not see each other", () => {
  const folder = newFolder();
  fill(folder);
  const store = Store.open(folder);
  expect(store.read("scenario winter")).toEqual(FRESH);
  store.close();
});

test("a second device on the same folder is refused while the first runs, and welcome afterwards", () => {
  const folder = newFolder();
  const first = Store.open(folder);
  expect(() => Store.open(folder)).toThrow(/another bms runs on the data folder/);
  first.close();
  Store.open(folder).close();
});

test("settings can be looked at while a device runs", () => {
  const folder = newFolder();
  const store = Store.open(folder);
  store.keep("default", CHANGES);
  expect(peek(folder, "default")?.changes).toEqual(CHANGES);
  store.close();
  expect(peek(newFolder(), "default")).toBe(undefined);
});

test("no flipped byte is ever believed: content is right, or damage is told and the file is set aside", () => {
  const sound = newFolder();
  fill(sound);
  const file = readFileSync(join(sound, "bms.sqlite"));
  let told = 0;
  const flips = fc.record({ at: fc.integer({ min: 0, max: file.length - 1 }), mask: fc.integer({ min: 1, max: 255 }) });
  fc.assert(
    fc.property(flips, ({ at, mask }) => {
      const folder = newFolder();
      const bytes = Uint8Array.from(file);
      bytes[at]! ^= mask;
      writeFileSync(join(folder, "bms.sqlite"), bytes);
      told += judge(folder);
      rmSync(folder, { recursive: true });
    }),
    { numRuns: 250, seed: 7 },
  );
  expect(told).toBeGreaterThan(20);
});

/** 1 when the damage was told. */
function judge(folder: string): number {
  let contents: Contents;
  try {
    contents = readOnce(folder);
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError); // refused with one line, and nothing touched
    return 1;
  }
  if (contents.problems.length === 0) {
    expect({ changes: contents.changes, saved: contents.saved }).toEqual({ changes: CHANGES, saved: SAVED });
    return 0;
  }
  expect(contents).toMatchObject({ changes: {}, saved: undefined });
  expect(existsSync(join(folder, "bms.sqlite.damaged-1"))).toBe(true);
  return 1;
}

test.each([0, 1, 100, 4096, 5000, 20_000])("a file cut off after %d bytes is set aside", (length) => {
  const folder = newFolder();
  fill(folder);
  truncateSync(join(folder, "bms.sqlite"), length);
  const { problems } = readOnce(folder);
  expect(problems).toHaveLength(1);
  expect(readOnce(folder).problems).toEqual([]);
});

test("each damaged file keeps a name of its own", () => {
  const folder = newFolder();
  for (let time = 0; time < 3; time++) {
    writeFileSync(
      join(folder, "bms.sqlite"),
      "this is no database, but it is long enough to be taken for one".repeat(20),
    );
    readOnce(folder);
  }
  expect(
    readdirSync(folder)
      .filter((name) => name.includes("damaged"))
      .sort(),
  ).toEqual([1, 2, 3].map((number) => `bms.sqlite.damaged-${number}`));
});

test("a file of a newer program is refused and stays as it is", () => {
  const folder = newFolder();
  fill(folder);
  const database = new DatabaseSync(join(folder, "bms.sqlite"));
  database.exec("PRAGMA user_version = 9");
  database.close();
  const before = readFileSync(join(folder, "bms.sqlite"));
  expect(() => Store.open(folder)).toThrow(/from a newer program/);
  expect(readFileSync(join(folder, "bms.sqlite"))).toEqual(before);
});

test("a lock file full of rubbish hinders nobody", () => {
  const folder = newFolder();
  writeFileSync(join(folder, "bms.lock"), "rubbish ".repeat(1000));
  fill(folder);
  expect(readOnce(folder).saved).toEqual(SAVED);
});

test("a folder that cannot be made is refused in one line", () => {
  const file = join(newFolder(), "a-file");
  writeFileSync(file, "");
  expect(() => Store.open(join(file, "data"))).toThrow(
    /^cannot write to the data folder .*; choose another with --data$/,
  );
});

test("a process killed at any moment loses nothing that was reported as saved, and leaves no lock", async () => {
  const folder = newFolder();
  const script = `
    const { Store } = await import(${JSON.stringify(new URL("./store.ts", import.meta.url).href)});
    const store = Store.open(${JSON.stringify(folder)});
    for (let count = 1; ; count++) {
      store.save("default", { pack: "p", saved_ms: count, device: new Uint8Array(5000).fill(count), world: new Uint8Array(1) });
      process.stdout.write(count + "\\n");
    }`;
  let reported = 0;
  for (const lines of [1, 3, 20, 111]) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let seen = 0;
    for await (const line of createInterface(child.stdout)) {
      reported = Number(line);
      if (++seen === lines) child.kill("SIGKILL");
    }
    const { saved, problems } = readOnce(folder);
    expect(problems).toEqual([]);
    expect(saved?.saved_ms).toBeGreaterThanOrEqual(reported);
    expect(saved?.device[0]).toBe((saved?.saved_ms ?? 0) % 256);
  }
});

test("a copy taken while the log is not yet merged holds everything, as after a power cut", () => {
  const folder = newFolder();
  const store = Store.open(folder);
  store.keep("default", CHANGES);
  store.save("default", SAVED);
  const cut = newFolder();
  for (const name of ["bms.sqlite", "bms.sqlite-wal"]) copyFileSync(join(folder, name), join(cut, name));
  store.close();
  expect(readOnce(cut)).toEqual({ ...FRESH, changes: CHANGES, revision: 1, saved: SAVED });
});

test("a damaged log loses at most what was in it, and nothing wrong is believed", () => {
  const folder = newFolder();
  fill(folder);
  const store = Store.open(folder);
  const later = { ...SAVED, saved_ms: SAVED.saved_ms + 1000, device: new Uint8Array(3000).fill(9) };
  store.save("default", later);
  const files = ["bms.sqlite", "bms.sqlite-wal"].map((name) => [name, readFileSync(join(folder, name))] as const);
  store.close();
  const log = files[1]?.[1] ?? new Uint8Array();
  const flips = fc.record({ at: fc.integer({ min: 0, max: log.length - 1 }), mask: fc.integer({ min: 1, max: 255 }) });
  fc.assert(
    fc.property(flips, ({ at, mask }) => {
      const cut = newFolder();
      for (const [name, bytes] of files) writeFileSync(join(cut, name), bytes);
      const bytes = Uint8Array.from(log);
      bytes[at]! ^= mask;
      writeFileSync(join(cut, "bms.sqlite-wal"), bytes);
      const { saved, problems } = readOnce(cut);
      if (problems.length === 0) expect([SAVED, later]).toContainEqual(saved);
      rmSync(cut, { recursive: true });
    }),
    { numRuns: 60, seed: 11 },
  );
});
