// What `bms journal` prints: entries, the history of the settings, and the vendor's ring.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Store } from "../device/store.ts";
import type { EventDraft } from "../model/events.ts";
import { journalText } from "./journal.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-journal-"));
afterAll(() => rmSync(ROOT, { recursive: true }));

const WALL_ms = Date.UTC(2026, 10, 23, 5, 30);
const OPTIONS = { lines: "20", setup: "default" };

const event = (second: number, more: Partial<EventDraft>): EventDraft => ({
  ...{ wall_ms: WALL_ms + second * 1000, clock: "synchronised", uptime_s: second, source: "core", code: "mode" },
  ...{ severity: "info", subject: "", actor: "", text: `event ${second}` },
  ...more,
});

function folderWith(drafts: readonly EventDraft[]): string {
  const folder = mkdtempSync(join(ROOT, "data-"));
  const store = Store.open(folder);
  store.append(drafts, "");
  store.keep("default", { "battery.cells": 12 }, { wall_ms: WALL_ms, actor: "anna" });
  store.keep("default", { "battery.cells": 14 }, { wall_ms: WALL_ms + 1000, actor: "" });
  store.close();
  return folder;
}

const FOLDER = folderWith([
  event(1, { text: "running" }),
  event(2, { code: "tripped", severity: "error", subject: "overvoltage", text: "Cell 3 was at 3.812 V" }),
  event(3, { code: "commandGiven", severity: "notice", text: "command: Power down", actor: "modbus 7" }),
  event(4, { code: "cleared", severity: "notice", subject: "overvoltage", text: "cleared: Overvoltage" }),
]);

test("entries stand one to a line with number, time, severity and who did it, the newest last", () => {
  expect(journalText(FOLDER, { ...OPTIONS, lines: "3" })).toBe(
    [
      "#  machine's clock, UTC",
      "2  2026-11-23T05:30:02.000Z  error   Cell 3 was at 3.812 V",
      "3  2026-11-23T05:30:03.000Z  notice  command: Power down (modbus 7)",
      "4  2026-11-23T05:30:04.000Z  notice  cleared: Overvoltage",
      "",
    ].join("\n"),
  );
});

test("entries are chosen by code, severity and age", () => {
  expect(journalText(FOLDER, { ...OPTIONS, code: "mode" })).toMatch(/^#.*\n1 .*running\n$/);
  expect(journalText(FOLDER, { ...OPTIONS, severity: "warning" })).toMatch(/^#.*\n2 .*\n$/);
  expect(journalText(FOLDER, { ...OPTIONS, severity: "critical" })).toBe("no entries\n");
  expect(journalText(folderWith([event(0, { wall_ms: 0 })]), { ...OPTIONS, last: "2h" })).toBe("no entries\n");
});

test("as JSON each entry is a line with its hash", () => {
  const lines = journalText(FOLDER, { ...OPTIONS, json: true })
    .trimEnd()
    .split("\n");
  expect(lines.map((line) => JSON.parse(line).sequence)).toEqual([1, 2, 3, 4]);
  expect(JSON.parse(lines[1]!)).toMatchObject({ previous: JSON.parse(lines[0]!).hash, subject: "overvoltage" });
});

test("the history of the settings says when, who and what", () => {
  expect(journalText(FOLDER, { ...OPTIONS, settings: true })).toBe(
    [
      "revision 1, 2026-11-23T05:30:00.000Z by anna",
      "  battery.cells  from null to 12",
      "revision 2, 2026-11-23T05:30:01.000Z",
      "  battery.cells  from 12 to 14",
      "",
    ].join("\n"),
  );
});

test("the vendor's ring has a record for each change, with number, words and packed time", () => {
  const [head, ...rows] = journalText(FOLDER, { ...OPTIONS, vendor: true })
    .trimEnd()
    .split("\n");
  expect(head).toBe("#  errors 1    errors 2    time");
  expect(rows.map((row) => row.split(/ +/).slice(0, 3))).toEqual([
    ["1", "0x00000004", "0x00002000"],
    ["2", "0x00000000", "0x00000000"],
  ]);
});

test.each([
  [join(ROOT, "nowhere"), OPTIONS, /there is no data of a device in/],
  [FOLDER, { ...OPTIONS, lines: "none" }, /--lines must be a whole number over 0, not "none"/],
  [FOLDER, { ...OPTIONS, last: "soon" }, /--last must be a duration/],
  [FOLDER, { ...OPTIONS, settings: true, vendor: true }, /choose either --settings or --vendor/],
])("what cannot be done is said in one line", (folder, options, message) => {
  expect(() => journalText(folder, options)).toThrow(message);
});
