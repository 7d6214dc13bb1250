// bms record as a person and a program meet it: the table, the JSON, the page, and what is refused.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type BatteryRecord, batteryRecord } from "../core/battery-record.ts";
import { createBms } from "../core/bms.ts";
import { saveKept } from "../core/saved-state.ts";
import { createSnapshotReader, takeSnapshot } from "../core/snapshot.ts";
import { Store } from "../device/store.ts";
import { RECORD_KEYS, RECORD_ROWS } from "../model/battery-record.ts";
import { createSettings } from "../model/settings.ts";
import { recordPage } from "../monitor/record-page.ts";
import { duration, quantity } from "../monitor/record-words.ts";
import { recordText, registerRecord } from "./record.ts";
import { UsageError } from "./usage-error.ts";

const SAVED_ms = Date.UTC(2026, 2, 14, 12, 34, 56);
let printed = "";
let folder = "";

beforeEach(() => {
  printed = "";
  folder = mkdtempSync(join(tmpdir(), "bms-record-"));
  vi.spyOn(process.stdout, "write").mockImplementation((words) => {
    printed += String(words);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

async function bms(...words: string[]): Promise<string> {
  const program = new Command("bms").exitOverride();
  registerRecord(program);
  await program.parseAsync(["record", ...words], { from: "user" });
  return printed;
}

function lived() {
  const device = createBms(createSettings());
  const { estimate } = device;
  Object.assign(estimate, { lifetimeReceived_Wh: 1_234_567, lifetimeDelivered_Wh: 1_150_000, operating_s: 8_000_000 });
  Object.assign(estimate, { minEver_degC: -3.25, maxEver_degC: 44, deepDischarges: 2 });
  Object.assign(estimate.life, { capacity_Ah: 92.34, resistance_Ohm: 0.0034, fullCycles: 231.4 });
  Object.assign(estimate.life, {
    roundTrips: 2,
    roundTrip: 0.93,
    roundTripBound: 0.012,
    firstRoundTrip: 0.95,
    windows: 2,
  });
  estimate.life.windowRate.set([0.02, 0.0213]);
  estimate.life.windowBound.set([0.008, 0.009]);
  estimate.life.windowAt_s.set([1_000_000, 7_000_000]);
  estimate.life.temperature_s.set([0, 0, 600, 3_000_000, 4_000_000, 999_400]);
  estimate.life.soc_s.set([0, 0, 0, 10, 100, 1e6, 2e6, 3e6, 1e6, 999_890]);
  device.protect.faults.overvoltage.trips = 3;
  return device;
}

function keep(): void {
  const store = Store.open(folder);
  store.keep("default", { "user.serialNumber": 'B <7> & "Co"', "user.manufacturer": "Maker" });
  store.save("default", { pack: "model 1", saved_ms: SAVED_ms, device: saveKept(lived()), world: new Uint8Array(1) });
  store.close();
}

const recordOf = (): BatteryRecord => {
  const device = lived();
  return batteryRecord(takeSnapshot(createSnapshotReader(device)), device.settings, { firstUsed_ms: SAVED_ms });
};

describe("bms record", () => {
  test("prints every figure of the law within 80 columns, known or not", async () => {
    keep();
    const text = await bms(folder);
    expect(text).toMatch(/^Battery record as of 2026-03-14 12:34 UTC\n/);
    for (const key of RECORD_KEYS) expect(text).toContain(RECORD_ROWS[key].title);
    const lines = text.split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text).not.toMatch(/[ \t]$/m);
    expect(text).not.toMatch(/undefined|NaN|Infinity|null/);
    expect(lines).toContain("  Round-trip efficiency              93.0 % ± 1.20 %                     VII A 3");
    expect(lines).toContain("  Negative events                    Overvoltage: 3                       XIII 4");
  });

  test("also of a battery of which nothing is known, without a made-up number", () => {
    const device = createBms(createSettings());
    const record = batteryRecord(takeSnapshot(createSnapshotReader(device)), device.settings, {
      firstUsed_ms: undefined,
    });
    const text = recordText(record, "now");
    expect(text).not.toMatch(/undefined|NaN|Infinity|999/);
    expect(text.match(/unknown/g)?.length).toBe(RECORD_KEYS.filter((key) => record[key].value === null).length);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("as JSON each row has value, unit, law and how it came about, or null and why", async () => {
    keep();
    const { saved, record } = JSON.parse(await bms(folder, "--json"));
    expect(saved).toBe("2026-03-14T12:34:56.000Z");
    expect(Object.keys(record)).toEqual(RECORD_KEYS);
    expect(record.roundTrip).toEqual({
      ...{ title: "Round-trip efficiency", group: "health", law: "VII A 3", access: "public", unit: "ratio" },
      ...{ value: 0.93, basis: "measured", bound: 0.012, note: "2 measured" },
    });
    for (const row of Object.values<Record<string, unknown>>(record)) {
      if (row["value"] === null) expect(row["reason"]).toEqual(expect.stringMatching(/\w{3}/));
      else expect(["set", "noted", "counted", "measured", "calculated"]).toContain(row["basis"]);
    }
  });

  test("writes a page that needs nothing else and runs nothing, and whose words are only words", async () => {
    keep();
    const file = join(folder, "record.html");
    await bms(folder, "--html", file);
    const page = readFileSync(file, "utf8");
    expect(page).not.toMatch(/<script|javascript:|\son\w+=|https?:|url\(|@import|<link|<img|<iframe/i);
    expect(page).toContain("default-src 'none'");
    expect(page).toContain("B &lt;7&gt; &amp; &quot;Co&quot;");
    expect(page).not.toContain("B <7>");
    for (const key of RECORD_KEYS) expect(page).toContain(RECORD_ROWS[key].title);
    expect(page).not.toMatch(/undefined|NaN|Infinity/);
  });

  test("the tags of the page are closed in their order", () => {
    const open: string[] = [];
    const page = recordPage(recordOf(), "now", "bms-mini 1.0").replace(/<style>[\s\S]*<\/style>/, "");
    for (const [, slash, tag = ""] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)/g)) {
      if (["meta", "br"].includes(tag)) continue;
      if (slash === "") open.push(tag);
      else expect(open.pop()).toBe(tag);
    }
    expect(open).toEqual([]);
  });

  test.each([
    [["--html", "record.pdf"], /must end in \.html/],
    [["--html", "/no/such/folder/record.html"], /there is no folder/],
    [["/no/such/folder"], /there is no data of a device in/],
    [["--scenario", "no-such-scenario"], /no-such-scenario/],
  ])("%s is refused in one line, and nothing is written", async (words, message) => {
    keep();
    const all = words[0]?.startsWith("--") ? [folder, ...words] : words;
    await expect(bms(...all)).rejects.toThrow(message);
    await expect(bms(...all)).rejects.toThrow(UsageError);
    expect(printed).toBe("");
    expect(existsSync("record.pdf")).toBe(false);
  });
});

test.each([
  [0, "s", "0 s"],
  [119.4, "s", "119 s"],
  [120, "s", "2 min"],
  [7199, "s", "120 min"],
  [7200, "s", "2.0 h"],
  [345_599, "s", "96.0 h"],
  [345_600, "s", "4.0 days"],
  [9999.4, "Wh", "9\u202f999 Wh"],
  [10_000, "Wh", "10.0 kWh"],
  [1_234_567, "Wh", "1\u202f235 kWh"],
  [0.00304, "Ohm", "3.04 mΩ"],
  [0.0304, "Ohm", "30.4 mΩ"],
  [0.0123, "ratio", "1.23 %"],
  [0.93, "ratio", "93.0 %"],
  [-0.004, "ratio", "\u22120.40 %"],
  [-0.00001, "ratio", "0.00 %"],
  [100, "Ah", "100 Ah"],
  [92.34, "Ah", "92.3 Ah"],
  [-3.25, "degC", "\u22123.3 °C"],
  [3, "count", "3"],
  [231.44, "count", "231.4"],
] as const)("%d in %s reads %s", (value, unit, words) => {
  expect(quantity(value, unit)).toBe(words);
  if (unit === "s") expect(duration(value)).toBe(words);
});
