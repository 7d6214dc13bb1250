// The store's thread as the loop sees it: nothing waits, what was acknowledged is on the disk, and a disk that takes nothing
// is tried again until it does.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
  const { store } = await StoreThread.open(folder, "default", { retry_ms: 1 });
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

const STALLING = new URL("../../tests/rigs/stalling-store-worker.ts", import.meta.url);
const TOO_SLOW = 4;
const FAILED = 5;

/** Opens a store whose disk stands still and whose thread dies when the test says so; what it tells, in order. */
async function openStalling(folder: string, stalled_ms = 3_600_000) {
  const { store } = await StoreThread.open(folder, "default", {
    ...{ worker: STALLING, retry_ms: 1, restart_ms: 1, stalled_ms },
  });
  const reports: number[] = [];
  const troubles: string[] = [];
  const waiting: { trouble: number; resolve: () => void }[] = [];
  store.onTrouble = (message) => troubles.push(message);
  store.onReport = (report) => {
    reports.push(report);
    for (const { trouble, resolve } of waiting) if (trouble === report) resolve();
  };
  const told = (trouble: number): Promise<void> => new Promise((resolve) => waiting.push({ trouble, resolve }));
  return { store, reports, troubles, told };
}

test("a disk that cannot be written is reported, and that it can again; the journal does not hide the state", async () => {
  const folder = newFolder();
  const { store } = await StoreThread.open(folder, "default", { retry_ms: 1 });
  const reports: number[] = [];
  store.onReport = (trouble) => reports.push(trouble);
  const other = new DatabaseSync(join(folder, "bms.sqlite"));
  other.exec("BEGIN IMMEDIATE"); // nobody else can write
  expect(await store.keep({ "battery.cells": 12 })).toBe(0);
  await store.journal(drafts(1), "");
  expect(store.trouble).toBe(FAILED);
  other.exec("COMMIT");
  other.close();
  expect(await store.keep({ "battery.cells": 12 })).toBe(1);
  expect(reports.filter((trouble) => trouble !== TOO_SLOW)).toEqual([FAILED, 0]);
  await store.close();
});

test("events that wait for a disk that stands still are handed on once, and counted when they are on the disk", async () => {
  const folder = newFolder();
  const { store, reports, told } = await openStalling(folder, 500);
  const entries: [number, number][] = [];
  store.onEntries = (more, before) => entries.push([more.length, before]);
  writeFileSync(join(folder, "stall"), "");
  const stalled: string[] = [];
  const all = new Promise<void>((resolve) => {
    store.onStalled = (more) => stalled.push(...more.map(({ text }) => text)) === 3 && resolve();
  });
  const first = store.journal(drafts(1, "on its way"), "");
  const next = store.journal(drafts(2, "waiting"), "");
  await Promise.all([all, told(TOO_SLOW)]);
  rmSync(join(folder, "stall"));
  expect([await first, await next]).toEqual([1, 3]);
  expect(await store.journal(drafts(1, "in time"), "")).toBe(4);
  expect(stalled).toEqual(["on its way", "waiting", "waiting"]);
  expect(entries).toEqual([
    [1, 1],
    [2, 2],
    [1, 0],
  ]);
  expect(reports).toEqual([TOO_SLOW, 0]);
  await store.close();
});

test("a thread that dies by a bug of ours is told and started again, and what was on its way is written", async () => {
  const folder = newFolder();
  const { store, reports, troubles } = await openStalling(folder);
  writeFileSync(join(folder, "bug"), "");
  const entry = store.journal(drafts(1, "first"), "");
  const revision = store.keep({ "battery.cells": 12 });
  expect([await entry, await revision]).toEqual([1, 1]);
  expect(troubles).toEqual(["the store's thread ended: a bug of our own"]);
  expect(reports).toEqual([FAILED, 0]);
  await store.close();
  expect(readJournal(folder).map(({ text }) => text)).toEqual(["first"]);
});

test("events that kill the thread twice are handed on and counted as lost, and those after them are written", async () => {
  const folder = newFolder();
  const { store, troubles } = await openStalling(folder);
  const stalled: string[] = [];
  store.onStalled = (more) => stalled.push(...more.map(({ text }) => text));
  const deadly = store.journal(drafts(2, "deadly"), "");
  const after = store.journal(drafts(1, "after"), "");
  expect([await deadly, await after]).toEqual([0, 1]);
  expect(stalled).toContain("deadly");
  expect(troubles).toHaveLength(2);
  await store.close();
  expect(readJournal(folder)).toMatchObject([
    { text: "after" },
    { code: "storeTrouble", value: 2, severity: "error", source: "store" },
  ]);
});

test("a thread that died is started at once to write the end", async () => {
  const folder = newFolder();
  const { store } = await StoreThread.open(folder, "default", { worker: STALLING, restart_ms: 3_600_000 });
  writeFileSync(join(folder, "bug"), "");
  const died = new Promise<void>((resolve) => {
    store.onReport = (trouble) => trouble === FAILED && resolve();
  });
  const entry = store.journal(drafts(1, "first"), "");
  await died;
  await store.close();
  expect(await entry).toBe(1);
});
