// The power is cut at every byte that the store writes: settings, state, accounts, journal and freeze-frames, in SQLite's
// write-ahead log and in its database files while the log is merged. What SQLite writes is seen by comparing its files
// after each step; within a step it writes the log first, then, when it merges, the database. THOROUGH=1: every byte.
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { peek, Store } from "../../src/device/store.ts";
import { openOrReplace } from "../../src/device/store-file.ts";
import { STORE_FORMAT } from "../../src/device/store-format.ts";
import { readFrameList, readJournal, verifyJournal } from "../../src/device/store-reader.ts";
import type { EventDraft } from "../../src/model/events.ts";
import { thorough } from "../thorough.ts";

const STEP = thorough(1, 499);
/** A whole start after so many looks. */
const STARTS = thorough(200, 4);
const ROOT = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "bms-mini-cut-"));
afterAll(() => rmSync(ROOT, { recursive: true }));

const FILES = ["bms.sqlite", "bms.sqlite-wal", "journal.sqlite", "journal.sqlite-wal"] as const;
type FileName = (typeof FILES)[number];
type Disk = Readonly<Record<FileName, Uint8Array>>;

/** What a folder holds, as numbers that only grow with each step. */
type Held = { readonly settings: number; readonly state: number; readonly journal: number; readonly frames: number };
type Step = { readonly before: Disk; readonly after: Disk; readonly acknowledged: Held; readonly asked: Held };

function diskOf(folder: string): Disk {
  const read = (name: FileName): Uint8Array =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name)) : new Uint8Array();
  return Object.fromEntries(FILES.map((name) => [name, read(name)])) as Disk;
}

const draft = (text: string): EventDraft => ({
  ...{ wall_ms: 1, clock: "unset", uptime_s: 0, source: "core", code: "mode", severity: "info" },
  ...{ subject: "", actor: "", text },
});

/** A store in use: settings, state, events and a frame, and then a state so large that SQLite merges its log on the way. */
function recordSteps(): Step[] {
  const folder = join(ROOT, "recorded");
  const store = Store.open(folder);
  const steps: Step[] = [];
  let held: Held = { settings: 0, state: 0, journal: 0, frames: 0 };
  const take = (asked: Partial<Held>, write: () => void): void => {
    const before = diskOf(folder);
    const acknowledged = held;
    held = { ...held, ...asked };
    write();
    steps.push({ before, after: diskOf(folder), acknowledged, asked: held });
  };
  const save = (n: number, bytes: number): void =>
    store.save("default", { pack: "p", saved_ms: n, device: new Uint8Array(bytes).fill(n), world: Uint8Array.of(n) });
  const keep = (n: number): void =>
    void store.keep("default", { "user.configurationVersion": `${n}`, "user.softwareId": `${n}` });
  for (let n = 1; n <= 2; n++) {
    take({ settings: n }, () => keep(n));
    take({ state: n }, () => save(n, 6000));
    take({ journal: 2 * n }, () => store.append([draft("a"), draft("b")], "s"));
  }
  take({ frames: 1 }, () => store.keepFrame(2, new Uint8Array(3000).fill(7)));
  store.putAccount({ name: "anna", role: "owner", hash: Uint8Array.of(1, 2, 3), state: "{}" });
  // Some 1000 pages of log, and SQLite merges it with the database; the commit after that begins the log anew.
  for (let n = 4; n <= 13; n++) save(n, 400_000);
  held = { ...held, state: 13 };
  take({ state: 14 }, () => save(14, 6000));
  take({ settings: 5 }, () => keep(5));
  const before = diskOf(folder);
  store.close();
  steps.push({ before, after: diskOf(folder), acknowledged: held, asked: held });
  return steps;
}

function hold(folder: string): Held {
  const { changes, saved } = peek(folder, "default") ?? { changes: {}, saved: undefined };
  const version = Number(changes["user.configurationVersion"] ?? 0);
  if (Number(changes["user.softwareId"] ?? 0) !== version) throw new Error("half a change of settings");
  if (saved?.device.some((byte) => byte !== saved.saved_ms)) throw new Error("half a state");
  return {
    settings: version,
    state: saved?.saved_ms ?? 0,
    journal: readJournal(folder, { limit: 1 }).at(-1)?.sequence ?? 0,
    frames: readFrameList(folder).length,
  };
}

/** Each thing is as it was acknowledged, or as this step was about to make it. */
function judge(folder: string, { acknowledged, asked }: Step): void {
  const found = hold(folder);
  for (const key of ["settings", "state", "journal", "frames"] as const) {
    if (found[key] !== acknowledged[key] && found[key] !== asked[key])
      throw new Error(`${key}: acknowledged ${acknowledged[key]}, asked ${asked[key]}, found ${found[key]}`);
  }
}

/** The device starts on a copy, takes nothing for damage, and finds a whole journal. */
function start(folder: string, step: Step): void {
  const copy = join(ROOT, "started");
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy);
  for (const name of FILES) if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(copy, name));
  const store = Store.open(copy);
  const { problems, remarks } = store.read("default");
  store.close();
  expect([...problems, ...remarks]).toEqual([]);
  expect(verifyJournal(copy).whole).toBe(true);
  judge(copy, step);
}

/** Writes the step byte by byte, file after file, and looks after each (of every STEP). Returns the number of looks. */
function cutEverywhere(step: Step): number {
  const folder = join(ROOT, "cut");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const name of FILES) if (step.before[name].length > 0) writeFileSync(join(folder, name), step.before[name]);
  let looks = 0;
  for (const name of ORDER) if (step.after[name].length > 0) looks += cutFile(folder, name, step);
  return looks;
}

/** The log of a file comes before the file. */
const ORDER: readonly FileName[] = ["journal.sqlite-wal", "journal.sqlite", "bms.sqlite-wal", "bms.sqlite"];

function cutFile(folder: string, name: FileName, step: Step): number {
  const before = step.before[name];
  const after = step.after[name];
  const descriptor = openSync(join(folder, name), existsSync(join(folder, name)) ? "r+" : "w+");
  let written = 0;
  let looks = 0;
  let from = 0;
  for (let at = 0; at < after.length; at++) {
    if (after[at] === before[at]) continue;
    if (written++ % STEP !== 0) continue;
    writeSync(descriptor, after, from, at - from, from);
    from = at;
    forget(folder);
    judge(folder, step);
    if (looks++ % STARTS === 0) start(folder, step);
  }
  writeSync(descriptor, after, from, after.length - from, from);
  closeSync(descriptor);
  forget(folder);
  return looks;
}

/** The index of the log lives in shared memory: it does not survive a cut. */
function forget(folder: string): void {
  for (const name of ["bms.sqlite-shm", "journal.sqlite-shm"]) rmSync(join(folder, name), { force: true });
}

test("the store answers when its bytes are on the medium: each commit is synced", () => {
  // What SQLite syncs no test can see from outside: this is the setting by which it does (sqlite.org/pragma.html).
  const { database } = openOrReplace(join(ROOT, "synced.sqlite"), STORE_FORMAT);
  expect(database.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
  expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
  database.close();
});

const STEPS = recordSteps();

test.each(STEPS.map((step, i) => [i + 1, step] as const))(
  "step %i of a store in use: after a cut at any byte each thing is as acknowledged, or as asked for",
  (_, step) => {
    expect(cutEverywhere(step)).toBeGreaterThan(0);
  },
  600_000,
);
