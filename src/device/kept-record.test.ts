// The battery record of a data folder: what it says when there is something and when there is not, and that the first start
// with a battery is noted once and for all.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import { createBms } from "../core/bms.ts";
import { saveKept } from "../core/saved-state.ts";
import { createSettings } from "../model/settings.ts";
import { readRecord } from "./kept-record.ts";
import { DATABASE_FILE, type Saved, Store } from "./store.ts";
import { readFirstUse } from "./store-service.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-record-"));
afterAll(() => rmSync(ROOT, { recursive: true }));
const newFolder = (): string => mkdtempSync(join(ROOT, "data-"));

const DAY_ms = 86_400_000;
const MARCH_ms = Date.UTC(2026, 2, 14, 12);

function state(pack: string, saved_ms: number, delivered_Wh = 0): Saved {
  const bms = createBms(createSettings());
  bms.estimate.lifetimeDelivered_Wh = delivered_Wh;
  return { pack, saved_ms, device: saveKept(bms), world: new Uint8Array(3) };
}

const record = (folder: string, setup = "default") => readRecord(folder, setup, createSettings());
const firstUse = (folder: string, pack: string, setup = "default") => readFirstUse(folder, DATABASE_FILE, setup, pack);

function using<T>(folder: string, act: (store: Store) => T): T {
  const store = Store.open(folder);
  try {
    return act(store);
  } finally {
    store.close();
  }
}

test("an empty folder, and one without a saved state, have no record and say so", () => {
  const folder = newFolder();
  expect(record(folder)).toEqual({ ok: false, reason: `there is no data of a device in ${folder}` });
  using(folder, (store) => store.keep("default", { "user.serialNumber": "B 7" }));
  expect(record(folder)).toEqual({ ok: false, reason: `no state has been saved in ${folder} yet` });
});

test("the record has the kept settings, the saved counters and the day of the first start, also while a device runs", () => {
  const folder = newFolder();
  using(folder, (store) => {
    store.keep("default", { "user.serialNumber": "B 7" });
    store.save("default", state("model 1", MARCH_ms));
    store.save("default", state("model 1", MARCH_ms + DAY_ms, 1234.5));
    const read = record(folder);
    if (!read.ok) throw new Error(read.reason);
    expect(read.saved_ms).toBe(MARCH_ms + DAY_ms);
    expect(read.record.serialNumber.value).toBe("B 7");
    expect(read.record.energyOut.value).toBe(1234.5);
    expect(read.record.serviceEntry.value).toBe("2026-03-14");
  });
});

test("the first start stays the first through later runs, and each battery and setup has its own", () => {
  const folder = newFolder();
  using(folder, (store) => store.save("default", state("model 1 seed 1", MARCH_ms)));
  using(folder, (store) => store.save("default", state("model 1 seed 1", MARCH_ms + DAY_ms)));
  using(folder, (store) => {
    store.save("default", state("model 1 seed 2", MARCH_ms + 2 * DAY_ms));
    store.save("scenario winter", state("model 1 seed 2", MARCH_ms + 3 * DAY_ms));
  });
  using(folder, (store) => store.save("default", state("model 1 seed 1", MARCH_ms + 4 * DAY_ms)));
  expect(firstUse(folder, "model 1 seed 1")).toBe(MARCH_ms);
  expect(firstUse(folder, "model 1 seed 2")).toBe(MARCH_ms + 2 * DAY_ms);
  expect(firstUse(folder, "model 1 seed 2", "scenario winter")).toBe(MARCH_ms + 3 * DAY_ms);
  expect(firstUse(folder, "model 1 seed 3")).toBe(undefined);
});

test("a battery that an earlier program has used has no date: nobody noted it", () => {
  const folder = newFolder();
  using(folder, (store) => store.save("default", state("model 1", MARCH_ms)));
  const database = new DatabaseSync(join(folder, DATABASE_FILE));
  database.exec("DROP TABLE service");
  database.close();
  expect(firstUse(folder, "model 1")).toBe(undefined);
  using(folder, (store) => store.save("default", state("model 1", MARCH_ms + DAY_ms)));
  expect(firstUse(folder, "model 1")).toBe(undefined);
  const read = record(folder);
  expect(read.ok && read.record.serviceEntry).toEqual({
    value: null,
    reason: "the device did not note its first start",
  });
});

test("a changed date is not believed", () => {
  const folder = newFolder();
  using(folder, (store) => store.save("default", state("model 1", MARCH_ms)));
  const database = new DatabaseSync(join(folder, DATABASE_FILE));
  database.exec("UPDATE service SET first_used_ms = first_used_ms + 86400000");
  database.close();
  expect(firstUse(folder, "model 1")).toBe(undefined);
});

test("a saved state that is damaged, and settings that do not fit, are told in one line", () => {
  const folder = newFolder();
  using(folder, (store) => store.save("default", { ...state("model 1", MARCH_ms), device: new Uint8Array(20) }));
  expect(record(folder)).toMatchObject({ ok: false, reason: expect.stringContaining("cannot be used") });
  const other = newFolder();
  using(other, (store) => {
    store.keep("default", { "battery.cells": 99 });
    store.save("default", state("model 1", MARCH_ms));
  });
  expect(record(other)).toMatchObject({ ok: false, reason: expect.stringContaining("battery.cells") });
});
