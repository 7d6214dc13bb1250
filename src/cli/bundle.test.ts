// bms bundle: what is in the file by the system's own tar, and above all what is not.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, test } from "vitest";
import { bms, startProcess } from "../../tests/command-line.ts";
import { stateRows, trip, writeDeviceLog } from "../../tests/device-logs.ts";
import { BEGAN_us } from "../../tests/fixed-logs.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import { verifyChain } from "../device/journal-chain.ts";
import { Store } from "../device/store.ts";
import { messagesOf } from "../log/tailed-log.ts";
import { TOPIC_NAMES } from "../log/topics.ts";
import type { EventDraft, JournalEntry } from "../model/events.ts";
import { findLogs } from "./log-source.ts";
import { openAll } from "./open-log.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-bundle-"));
afterAll(() => rmSync(ROOT, { recursive: true }));

const PASSWORD = 'hunter2 "ünquoted"';
const ACCOUNT_HASH = "scrypt-hash-of-the-owner";
const STEMS = ["2026-03-01T12-00-00Z", "2026-03-02T12-00-00Z", "2026-03-03T12-00-00Z"] as const;

const draft = (code: EventDraft["code"], subject: string, text: string): EventDraft => ({
  wall_ms: BEGAN_us / 1000,
  clock: "synchronised",
  uptime_s: 1,
  source: "device",
  code,
  severity: "notice",
  subject,
  actor: "owner",
  text,
});

/** A device's folder: settings with a password, an account, a journal that tells of both, three logs, the last unfinished. */
function dataFolder(): string {
  const folder = mkdtempSync(join(ROOT, "data-"));
  const store = Store.open(folder);
  store.keep("default", { "ftp.password": PASSWORD, "ftp.user": "pack-7", "battery.cells": 12 });
  store.putAccount({ name: "owner", role: "owner", hash: encodeUtf8(ACCOUNT_HASH), state: "{}" });
  const told = draft("settingsChanged", "ftp.password", `ftp.password: "" -> ${PASSWORD}`);
  store.append(
    [draft("started", "", "Device started"), told, draft("login", "owner", `owner came in with ${PASSWORD}`)],
    "0",
  );
  store.close();
  mkdirSync(join(folder, "log"));
  for (const stem of STEMS.slice(0, 2))
    writeDeviceLog(join(folder, "log"), stem, { chunks: [stateRows(20), [trip(20)]] });
  writeDeviceLog(join(folder, "log"), STEMS[2], { chunks: [stateRows(20)], tail: stateRows(2, 20) });
  return folder;
}

async function unpacked(
  data: string,
  ...options: readonly string[]
): Promise<{ folder: string; stdout: string; names: string[] }> {
  const folder = mkdtempSync(join(ROOT, "out-"));
  const file = join(folder, "support.tar.gz");
  const { status, stdout, stderr } = await bms("bundle", data, "-o", file, ...options);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  execFileSync("tar", ["-xzf", file, "-C", folder]);
  const inside = join(folder, "support");
  return { folder: inside, stdout, names: (readdirSync(inside, { recursive: true }) as string[]).sort() };
}

/** Every byte of the files, and every message of the logs in them. */
function everything(folder: string): string {
  const names = (readdirSync(folder, { recursive: true }) as string[]).map((name) => join(folder, name));
  const texts = names.filter((path) => statSync(path).isFile()).map((path) => readFileSync(path, "latin1"));
  const logs = readdirSync(folder).includes("log") ? openAll(findLogs([join(folder, "log")])) : [];
  for (const log of logs)
    for (const { data } of messagesOf(log, TOPIC_NAMES)) texts.push(Buffer.from(data).toString("latin1"));
  return texts.join("\n");
}

test("holds settings, journal, record or its absence, versions, the state of the store, and the last logs with their tail", async () => {
  const data = dataFolder();
  const { folder, names, stdout } = await unpacked(data);
  expect(names).toEqual(
    [
      "about.json",
      "journal.jsonl",
      "log",
      ...STEMS.map((stem) => join("log", `${stem}.mcap`)),
      join("log", `${STEMS[2]}.tail`),
      "settings.json",
    ].sort(),
  );
  expect(stdout).toMatch(
    /support\.tar\.gz: 0\.\d MB with settings, 3 journal entries and 3 log files, without passwords and accounts/,
  );
  const about = JSON.parse(readFileSync(join(folder, "about.json"), "utf8"));
  expect(about).toMatchObject({
    node: process.version,
    store: { state: "whole" },
    journal: { state: "whole", entries: 3 },
    leftOut: [],
  });
  expect(about.program).toMatch(/^bms-mini \d/);
  expect(about.files.map(({ name }: { name: string }) => name)).toContain("bms.sqlite");
  const settings = JSON.parse(readFileSync(join(folder, "settings.json"), "utf8"));
  expect(settings.default.changes).toEqual({ "battery.cells": 12, "ftp.user": "pack-7" });
  for (const stem of STEMS) {
    const name = join("log", `${stem}.mcap`);
    expect(readFileSync(join(folder, name)).equals(readFileSync(join(data, name)))).toBe(true);
  }
});

test("no secret is in it, in whatever file, text or message", async () => {
  const data = dataFolder();
  const { folder } = await unpacked(data);
  const all = everything(folder);
  for (const secret of [PASSWORD, JSON.stringify(PASSWORD).slice(1, -1), "hunter2", ACCOUNT_HASH, "scrypt"])
    expect(all).not.toContain(secret);
  const journal = readFileSync(join(folder, "journal.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).text);
  expect(journal).toEqual(["Device started", "ftp.password (removed)", "owner came in with (removed)"]);
});

test("an entry that names a password but leaves it out is whole, and so is the chain of hashes", async () => {
  const data = mkdtempSync(join(ROOT, "data-"));
  const store = Store.open(data);
  const told = draft("settingsChanged", "ftp.password", "change ftp.password to (secret)");
  store.append([draft("started", "", "Device started"), told, draft("ended", "", "ended in order")], "0");
  store.close();
  const { folder } = await unpacked(data);
  const lines = readFileSync(join(folder, "journal.jsonl"), "utf8").trimEnd().split("\n");
  const entries = lines.map((line) => JSON.parse(line) as JournalEntry);
  expect(entries[1]?.text).toBe("change ftp.password to (secret)");
  expect(verifyChain(entries)).toMatchObject({ entries: 3, whole: true });
});

describe("a log in which a secret stands is left out, and named:", () => {
  test.each([
    [
      "among the settings, by name",
      { chunks: [], settings: JSON.stringify({ "ftp.password": "another" }) },
      /holds a secret setting/,
    ],
    [
      "among the settings, by group",
      { chunks: [], settings: JSON.stringify({ ftp: { password: "another" } }) },
      /holds a secret setting/,
    ],
    [
      "in a message, as JSON of plain characters",
      {
        chunks: [
          [
            {
              topic: "/recorder/inputs",
              time_us: BEGAN_us,
              data: encodeUtf8('.."hunter2 \\"\\u00fcnquoted\\""..'),
            } as const,
          ],
        ],
      },
      /a secret setting stands in a message of \/recorder\/inputs/,
    ],
    [
      "in a message",
      { chunks: [[{ topic: "/recorder/start", time_us: BEGAN_us, data: encodeUtf8(`..${PASSWORD}..`) } as const]] },
      /a secret setting stands in a message of \/recorder\/start/,
    ],
  ])("%s", async (_where, content, reason) => {
    const data = dataFolder();
    writeDeviceLog(join(data, "log"), STEMS[1], content);
    const { folder, names } = await unpacked(data);
    expect(names).not.toContain(join("log", `${STEMS[1]}.mcap`));
    expect(names).toContain(join("log", `${STEMS[0]}.mcap`));
    const { leftOut } = JSON.parse(readFileSync(join(folder, "about.json"), "utf8"));
    expect(leftOut).toEqual([{ name: `${STEMS[1]}.mcap`, reason: expect.stringMatching(reason) }]);
    expect(everything(folder)).not.toContain("hunter2");
  });
});

test("takes the newest logs, as many as wanted and as fit", async () => {
  const data = dataFolder();
  const logs = (names: readonly string[]): string[] => names.filter((name) => name.endsWith(".mcap"));
  expect(logs((await unpacked(data, "--logs", "1")).names)).toEqual([join("log", `${STEMS[2]}.mcap`)]);
  expect(logs((await unpacked(data, "--logs", "0")).names)).toEqual([]);
  writeFileSync(join(data, "log", `${STEMS[0]}.mcap`), new Uint8Array(2_000_000));
  const { names, stdout } = await unpacked(data, "--size", "1");
  expect(logs(names)).toEqual([join("log", `${STEMS[1]}.mcap`), join("log", `${STEMS[2]}.mcap`)]);
  expect(stdout).toMatch(/not in it: 2026-03-01T12-00-00Z\.mcap: 2\.0 MB are too much; see --size/);
});

test("a broken store and journal are told, not hidden", async () => {
  const data = dataFolder();
  writeFileSync(join(data, "bms.sqlite"), "no database ".repeat(1000));
  rmSync(join(data, "journal.sqlite"));
  const { folder } = await unpacked(data);
  const about = JSON.parse(readFileSync(join(folder, "about.json"), "utf8"));
  expect(about.store).toMatchObject({ state: "broken" });
  expect(readFileSync(join(folder, "journal.jsonl"), "utf8")).toBe("");
});

test("is made beside a running device, which does not notice", { timeout: 30_000 }, async () => {
  const data = mkdtempSync(join(ROOT, "data-"));
  const device = startProcess("run", "--data", data, "--speed", "50", "--json");
  try {
    const lines = createInterface(device.stdout)[Symbol.asyncIterator]();
    for (let i = 0; i < 3; i++) await lines.next(); // two seconds: its state has been saved
    const { names, folder } = await unpacked(data);
    expect(names).toContain("battery-record.json");
    expect(names.filter((name) => name.endsWith(".mcap"))).toHaveLength(1);
    const about = JSON.parse(readFileSync(join(folder, "about.json"), "utf8"));
    expect([about.store.state, about.journal.state]).toEqual(["whole", "whole"]);
    expect((await bms("log", "verify", join(folder, "log"))).status).toBe(0);
    expect(JSON.parse((await lines.next()).value ?? "{}").errors).toEqual([]);
  } finally {
    device.kill("SIGKILL");
  }
});

describe("what cannot be done is told in one line, with code 2:", () => {
  test.each([
    [["/nowhere"], /there is no data of a device in \/nowhere; name its folder/],
    [["-o", "x.zip"], /--output writes a \.tar\.gz: the name must end so, is "x\.zip"/],
    [["-o", "/nowhere/x.tar.gz"], /there is no folder \/nowhere to write the bundle to/],
    [["--logs", "many"], /--logs must be a whole number from 0 to 1000, not "many"/],
    [["--entries", "-1"], /--entries must be a whole number/],
  ])("bms bundle %j", async (words, told) => {
    const { status, stdout, stderr } = await bms(
      "bundle",
      ...(words[0] === "/nowhere" ? [] : [dataFolder()]),
      ...words,
    );
    expect(stderr).toMatch(told);
    expect(stderr).toMatch(/^bms: [^\n]+\n$/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });
});
