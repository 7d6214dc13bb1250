// The store's thread as the loop sees it: nothing waits, what was acknowledged is on the disk, and a disk that takes nothing
// is tried again until it does.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import type { EventDraft, JournalEntry } from "../model/events.ts";
import { readFrame, readHistory, readJournal, verifyJournal } from "./store-reader.ts";
import { StoreThread } from "./store-thread.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-thread-"));
afterAll(() => rmSync(ROOT, { recursive: true }));
const newFolder = (): string => mkdtempSync(join(ROOT, "data-"));

const drafts = (count: number, text = "event"): EventDraft[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ wall_ms: i, clock: "unset", uptime_s: i, source: "core", code: "mode", severity: "info" },
    ...{ subject: "", actor: "", text },
  }));

test("entries are acknowledged in order with their sequence, and the next run goes on after them", async () => {
  const folder = newFolder();
  const { store, contents } = await StoreThread.open(folder, "default");
  expect(contents.journal.last).toBe(0);
  const entries: JournalEntry[] = [];
  store.onEntries = (more) => entries.push(...more);
  const sequences = await Promise.all([
    store.journal(drafts(3), "a"),
    store.journal(drafts(2), "a"),
    store.journal([], "a"),
    store.journal(drafts(1), "b"),
  ]);
  expect([sequences[0], sequences[1], sequences[3]]).toEqual([3, 5, 6]);
  expect(store.written).toBe(6);
  expect(entries).toEqual(readJournal(folder));
  await store.close();
  const again = await StoreThread.open(folder, "default");
  expect(again.store.written).toBe(6);
  expect(await again.store.journal(drafts(1), "a")).toBe(7);
  await again.store.close();
  expect(verifyJournal(folder)).toEqual({ entries: 7, first: 1, last: 7, whole: true });
});

test("what was handed over before the end is on the disk after it", async () => {
  const folder = newFolder();
  const { store } = await StoreThread.open(folder, "default");
  const last = Promise.all(Array.from({ length: 30 }, () => store.journal(drafts(100), "")));
  await store.close();
  expect((await last).at(-1)).toBe(3000);
  expect(readJournal(folder)).toHaveLength(3000);
  expect(await store.journal(drafts(1), "")).toBe(0);
});

test("settings resolve with their revision, and say who changed them", async () => {
  const folder = newFolder();
  const { store } = await StoreThread.open(folder, "default");
  expect(await store.keep({ "battery.cells": 12 }, { wall_ms: 5, actor: "anna" })).toBe(1);
  expect(await store.keep({ "battery.cells": 12 })).toBe(1);
  await store.close();
  expect(readHistory(folder, "default")).toMatchObject([{ revision: 1, wall_ms: 5, actor: "anna" }]);
});

test("freeze-frames and accounts are kept", async () => {
  const folder = newFolder();
  const { store } = await StoreThread.open(folder, "default");
  const account = { name: "anna", role: "owner", hash: Uint8Array.of(1, 2), state: "{}" } as const;
  expect(await store.putAccount(account)).toBe(true);
  expect(await store.accounts()).toEqual([account]);
  expect(await store.removeAccount("anna")).toBe(true);
  expect(await store.accounts()).toEqual([]);
  expect(await store.frame(1, Uint8Array.of(7, 8))).toBe(true);
  await store.close();
  expect(readFrame(folder, 1)).toEqual(Uint8Array.of(7, 8));
});

test("a journal that cannot be written is told of once, tried again, and loses nothing", async () => {
  const folder = newFolder();
  const { store } = await StoreThread.open(folder, "default", 1);
  const troubles: string[] = [];
  const inTrouble = new Promise<void>((resolve) => {
    store.onTrouble = (message) => {
      troubles.push(message);
      resolve();
    };
  });
  await store.journal(drafts(1), "");
  const other = new DatabaseSync(join(folder, "journal.sqlite"));
  other.exec("BEGIN IMMEDIATE"); // nobody else can write
  const blocked = store.journal(drafts(2, "blocked"), "");
  const later = store.journal(drafts(1, "later"), "");
  await inTrouble;
  expect(store.written).toBe(1);
  other.exec("COMMIT");
  other.close();
  expect([await blocked, await later]).toEqual([3, 4]);
  await store.close();
  expect(troubles).toEqual(["database is locked"]);
  expect(readJournal(folder).map(({ text }) => text)).toEqual(["event", "blocked", "blocked", "later"]);
});
