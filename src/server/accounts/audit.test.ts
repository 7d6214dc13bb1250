// The audit: who did what, in order; a flood of refusals fills no disk.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Noted } from "../../device/monitor-frames.ts";
import { openAccountsFile } from "./accounts-file.ts";
import { type Audit, createAudit, note, readAudit, settleAll } from "./audit.ts";

const DAY_ms = 86_400_000;
const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-audit-"));
const opened: Audit[] = [];
afterAll(() => {
  for (const { database } of opened) database.close();
  rmSync(ROOT, { recursive: true });
});

function begin() {
  const clock = { wall_ms: 1_000_000 };
  const told: Noted[] = [];
  const { database } = openAccountsFile(mkdtempSync(join(ROOT, "d-")));
  const audit = createAudit(
    database,
    () => clock.wall_ms,
    (noted) => void told.push(noted),
  );
  opened.push(audit);
  return { audit, clock, told };
}

const REFUSED: Noted = { actor: "vera", address: "10.0.0.1", what: "command", outcome: "refused", text: "wrong" };
const STRANGER: Noted = { actor: "", address: "10.0.0.1", what: "device", outcome: "refused", text: "who are you" };
const DONE: Noted = { actor: "anna", address: "::1", what: "addToken", outcome: "done", text: "pv" };
const texts = (audit: Audit): string[] => readAudit(audit, 1000, Number.MAX_SAFE_INTEGER).map(({ text }) => text);

test("entries come newest first, page by page, and the device is told of each that it does not know by itself", () => {
  const { audit, told } = begin();
  for (const text of ["one", "two", "three"]) note(audit, { ...DONE, text });
  note(audit, { ...DONE, what: "command", text: "four" }, "device");
  const [first, second] = readAudit(audit, 2, Number.MAX_SAFE_INTEGER);
  expect([first?.text, second?.text]).toEqual(["four", "three"]);
  expect(readAudit(audit, 2, second!.number).map(({ text }) => text)).toEqual(["two", "one"]);
  expect(first).toEqual({ ...DONE, what: "command", text: "four", number: 4, wall_ms: 1_000_000 });
  expect(told.map(({ text }) => text)).toEqual(["one", "two", "three"]);
});

test("a refusal that repeats is written once and counted; what is done is written each time", () => {
  const { audit, clock } = begin();
  note(audit, REFUSED);
  for (let time = 0; time < 999; time++) {
    clock.wall_ms += 100;
    note(audit, REFUSED);
  }
  note(audit, { ...REFUSED, address: "10.0.0.2" });
  note(audit, DONE);
  note(audit, DONE);
  expect(texts(audit)).toEqual(["pv", "pv", "wrong", "wrong"]);
  clock.wall_ms += 600_000;
  expect(texts(audit)).toEqual([
    "999 more, the first at 1970-01-01T00:16:40.100Z, the last at 1970-01-01T00:18:19.900Z: wrong",
    "pv",
    "pv",
    "wrong",
    "wrong",
  ]);
  note(audit, REFUSED);
  expect(texts(audit)[0]).toBe("wrong");
});

test("refusals that differ in their reason are lines of their own", () => {
  const { audit } = begin();
  for (const text of ["a: too high", "b: unknown", "a: too high"]) note(audit, { ...REFUSED, text });
  expect(texts(audit)).toEqual(["b: unknown", "a: too high"]);
});

test("refusals of ten thousand addresses keep a bounded memory, and lose no count", () => {
  const { audit } = begin();
  audit.database.exec("PRAGMA synchronous = OFF");
  for (let host = 0; host < 10_000; host++) note(audit, { ...REFUSED, address: `10.0.${host >> 8}.${host & 255}` });
  expect(audit.repeated.size).toBeLessThanOrEqual(256);
  expect(audit.database.prepare("SELECT count(*) AS count FROM audit").get()).toEqual({ count: 10_000 });
});

test("36 routes asked 100 times from 2000 addresses without a login, for a day, make no more than 124 entries", () => {
  const { audit, clock, told } = begin();
  audit.database.exec("PRAGMA synchronous = OFF");
  note(audit, DONE);
  const rounds = 100;
  for (let round = 0; round < rounds; round++) {
    for (let host = 0; host < 2000; host++)
      note(audit, { ...STRANGER, address: `10.0.${host >> 8}.${host & 255}`, what: `route ${(round + host) % 36}` });
    for (let guess = 0; guess < 20; guess++) note(audit, { ...STRANGER, what: "logIn", actor: "anna" });
    clock.wall_ms += DAY_ms / rounds;
  }
  const entries = readAudit(audit, 1000, Number.MAX_SAFE_INTEGER);
  expect(entries.length - 1).toBeLessThanOrEqual(100 + 24);
  expect(entries.length).toBeGreaterThan(100);
  expect(entries.at(-1)).toMatchObject(DONE);
  expect(audit.strangers.addresses.size).toBeLessThanOrEqual(257);
  settleAll(audit);
  const counted = told.reduce((sum, { outcome, count = 1 }) => sum + (outcome === "done" ? 0 : count), 0);
  expect(counted).toBe(rounds * 2020);
});

test("of one address there is a line in ten minutes for requests and one for wrong passwords, with how many they were", () => {
  const { audit, clock } = begin();
  for (let time = 0; time < 36; time++) note(audit, { ...STRANGER, what: `route ${time}` });
  for (let time = 0; time < 3; time++) note(audit, { ...STRANGER, what: "logIn", actor: "unknown name" });
  expect(texts(audit)).toEqual(["who are you", "who are you"]);
  clock.wall_ms += 600_000;
  const span = ", the first at 1970-01-01T00:16:40.000Z, the last at 1970-01-01T00:16:40.000Z";
  const requests = `35 requests without a login refused${span}`;
  const guesses = `2 logins with a wrong name or password refused${span}`;
  expect(texts(audit)).toEqual([guesses, requests, "who are you", "who are you"]);
});

test("a clock that is set back keeps nobody quiet", () => {
  const { audit, clock } = begin();
  note(audit, REFUSED);
  clock.wall_ms -= 3_600_000;
  note(audit, { ...REFUSED, text: "again" });
  expect(texts(audit)).toEqual(["again", "wrong"]);
});

test("a disk that takes nothing is no reason to refuse, and what is missing is counted", () => {
  const { audit, told } = begin();
  audit.database.exec("PRAGMA query_only = ON");
  for (let time = 0; time < 3; time++) note(audit, DONE);
  audit.database.exec("PRAGMA query_only = OFF");
  note(audit, { ...DONE, text: "after" });
  expect(texts(audit)).toEqual(["after", "3 entries could not be written"]);
  expect(told).toHaveLength(4);
});

test("a text without end is cut", () => {
  const { audit } = begin();
  note(audit, { ...DONE, text: "x".repeat(100_000) });
  expect(texts(audit)[0]).toHaveLength(500);
});
