// The journal on disk: it goes on over restarts, prunes what is old, keeps the frames of the last trips, and whatever is
// done to its file is noticed. Tampering is done as one would: with SQLite, on the closed file.
import { spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { EventDraft } from "../model/events.ts";
import { EMPTY_HEAD, NO_HASH } from "./journal-chain.ts";
import { Store } from "./store.ts";
import { JournalStore } from "./store-journal.ts";
import { readFrame, readFrameList, readJournal, verifyJournal } from "./store-reader.ts";

const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-journal-"));
afterAll(() => rmSync(ROOT, { recursive: true }));
const newFolder = (): string => mkdtempSync(join(ROOT, "data-"));

const WALL_ms = 1_700_000_000_000;

function drafts(from: number, count: number): EventDraft[] {
  return Array.from({ length: count }, (_, i) => ({
    wall_ms: WALL_ms + (from + i) * 1000,
    clock: "synchronised",
    uptime_s: from + i,
    source: "core",
    code: (from + i) % 10 === 0 ? "tripped" : "mode",
    severity: (from + i) % 10 === 0 ? "critical" : "info",
    subject: "overvoltage",
    ...((from + i) % 10 === 0 ? { value: 3.8, limit: 3.75 } : {}),
    actor: "",
    text: `event ${from + i}`,
  }));
}

/** A folder whose journal has entries 1 to `count`. */
function filled(count: number): string {
  const folder = newFolder();
  const store = Store.open(folder);
  store.append(drafts(1, count), "ab");
  store.close();
  return folder;
}

test.each([
  ["an end in order", "ended", "", false],
  ["a mistake that ended the device", "failed", "device", false],
  ["a mistake of a part, which ended nothing", "failed", "", true],
  ["anything else", "tripped", "overvoltage", true],
] as const)("a run whose last entry is %s: %s %s, cut off: %s", (_, code, subject, wasCutOff) => {
  const folder = filled(3);
  const store = Store.open(folder);
  store.append([{ ...drafts(4, 1)[0]!, code, subject }], "ab");
  expect(store.read("default").wasCutOff).toBe(wasCutOff);
  store.close();
});

function remarksAt(folder: string): readonly string[] {
  const store = Store.open(folder);
  const { remarks } = store.read("default");
  store.close();
  return remarks;
}

test("entries are there after reopening, as they were handed over, and the chain goes on", () => {
  const folder = filled(10);
  const store = Store.open(folder);
  expect(store.read("default").journal).toMatchObject({ first: 1, last: 10 });
  store.append(drafts(11, 10), "cd");
  store.close();
  const entries = readJournal(folder);
  expect(entries.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect(entries[9]).toMatchObject({ ...drafts(10, 1)[0], settings: "ab", value: 3.8, limit: 3.75 });
  expect("value" in entries[10]!).toBe(false);
  expect(entries[10]).toMatchObject({ previous: entries[9]?.hash, settings: "cd" });
  expect(verifyJournal(folder)).toEqual({ entries: 20, first: 1, last: 20, whole: true });
  expect(remarksAt(folder)).toEqual([]);
});

test("whatever text, number and time is written, the chain is whole when it is read back", () => {
  const any = fc.record({
    text: fc.string({ unit: "binary" }),
    value: fc.double(),
    wall_ms: fc.double(),
    uptime_s: fc.double(),
  });
  const folder = newFolder();
  const store = Store.open(folder);
  fc.assert(
    fc.property(any, (more) => {
      store.append([{ ...drafts(1, 1)[0]!, ...more }], "");
    }),
  );
  store.close();
  expect(verifyJournal(folder).whole).toBe(true);
});

test("only the last entries are kept, and the chain holds without those before", () => {
  const folder = newFolder();
  const witness = { last: 0, hash: NO_HASH };
  const journal = new JournalStore(folder, witness, 100);
  for (let from = 1; from < 250; from += 7) journal.append(drafts(from, 7), "");
  expect(journal.head).toMatchObject({ first: 153, last: 252 });
  journal.close();
  const again = new JournalStore(folder, witness, 100);
  again.append(drafts(253, 1), "");
  again.close();
  const entries = readJournal(folder);
  expect(entries).toHaveLength(100);
  expect(entries[0]?.sequence).toBe(154);
});

test("twenty thousand entries stay, and are whole", { timeout: 60_000 }, () => {
  const folder = newFolder();
  const store = Store.open(folder);
  for (let from = 1; from <= 20_500; from += 500) store.append(drafts(from, 500), "settings");
  store.close();
  expect(verifyJournal(folder)).toEqual({ entries: 20_000, first: 501, last: 20_500, whole: true });
});

describe("reading", () => {
  const folder = filled(100);
  test.each([
    [{ limit: 3 }, [98, 99, 100]],
    [{ from: 5, limit: 3 }, [5, 6, 7]],
    [{ from: 99 }, [99, 100]],
    [{ code: "tripped", from: 85 } as const, [90, 100]],
    [{ code: "tripped", limit: 1 } as const, [100]],
    [{ severity: "warning", from: 75 } as const, [80, 90, 100]],
    [{ severity: "info", limit: 2 } as const, [99, 100]],
    [{ since: WALL_ms + 98_000 }, [98, 99, 100]],
    [{ since: WALL_ms + 98_001, severity: "critical" } as const, [100]],
    [{ from: 101 }, []],
  ])("%o gives the entries that meet all of it, oldest first", (filter, sequences) => {
    expect(readJournal(folder, filter).map(({ sequence }) => sequence)).toEqual(sequences);
  });

  test("goes on while a device writes", () => {
    const busy = filled(5);
    const store = Store.open(busy);
    store.append(drafts(6, 1), "");
    expect(readJournal(busy)).toHaveLength(6);
    expect(verifyJournal(busy)).toMatchObject({ whole: true, last: 6 });
    store.close();
  });

  test("needs no writing, as on a card that is write-protected", () => {
    const still = filled(5);
    mkdirSync(join(still, "journal.sqlite-shm")); // nothing can be made under the name that SQLite needs to write
    expect(readJournal(still)).toHaveLength(5);
    expect(verifyJournal(still)).toMatchObject({ whole: true, last: 5 });
  });

  test("a folder without a journal has no entries", () => {
    expect(readJournal(newFolder())).toEqual([]);
    expect(verifyJournal(newFolder())).toEqual({ entries: 0, first: 0, last: 0, whole: true });
  });
});

/** What is done to entries 1 to 20, and what must be said of it. */
const TAMPERED: readonly (readonly [string, string, number, RegExp])[] = [
  ["altered", "UPDATE journal SET text = 'nothing' WHERE sequence = 7", 7, /entry 7 was altered/],
  ["removed in the middle", "DELETE FROM journal WHERE sequence = 7", 7, /entry 7 is missing/],
  ["cut off at the end", "DELETE FROM journal WHERE sequence > 17", 18, /entries 18 to 20 are missing at the end/],
  [
    "cut off at the end, with a head that fits",
    `DELETE FROM journal WHERE sequence > 17;
     UPDATE head SET last = 17, hash = (SELECT hash FROM journal WHERE sequence = 17)`,
    18,
    /entries 18 to 20 are missing at the end/,
  ],
  [
    "two swapped",
    `UPDATE journal SET sequence = -1 WHERE sequence = 5; UPDATE journal SET sequence = 5 WHERE sequence = 9;
     UPDATE journal SET sequence = 9 WHERE sequence = -1`,
    5,
    /entry 5 was altered/,
  ],
  ["head altered", "UPDATE head SET hash = 'ff'", 20, /head of the journal was altered/],
  ["head removed", "DELETE FROM head", 1, /head of the journal was altered/],
  [
    "pruned by hand",
    "DELETE FROM journal WHERE sequence < 4; UPDATE head SET first = 4, pruned = 'ff'",
    1,
    /1 to 3 are missing at the beg/,
  ],
  ["all removed", "DELETE FROM journal; DELETE FROM head", 1, /entries 1 to 20 are missing at the end/],
];

describe("tampering with the file", () => {
  test.each(TAMPERED)("%s", (_, sql, brokenAt, reason) => {
    const folder = filled(20);
    tamper(folder, sql);
    const verdict = verifyJournal(folder);
    expect(verdict).toMatchObject({ whole: false, brokenAt, reason: expect.stringMatching(reason) });
  });

  test("a chain written anew from an altered entry on is not the one the store remembers", () => {
    const [folder, other] = [filled(20), newFolder()];
    const forger = Store.open(other);
    forger.append([...drafts(1, 10), { ...drafts(11, 1)[0]!, text: "all was well" }, ...drafts(12, 9)], "ab");
    forger.close();
    copyFileSync(join(other, "journal.sqlite"), join(folder, "journal.sqlite"));
    expect(verifyJournal(folder)).toMatchObject({
      whole: false,
      brokenAt: 20,
      reason: expect.stringMatching(/written anew/),
    });
    expect(remarksAt(folder)).toEqual([expect.stringMatching(/entry 20 is another than the one written/)]);
  });

  test("a journal that is gone is missed, and no sequence is given twice", () => {
    const folder = filled(20);
    rmSync(join(folder, "journal.sqlite"));
    expect(verifyJournal(folder)).toMatchObject({
      whole: false,
      brokenAt: 1,
      reason: "entries 1 to 20 are missing at the end",
    });
    const store = Store.open(folder);
    expect(store.read("default").remarks).toEqual(["the journal is not whole: entries 1 to 20 are missing"]);
    expect(store.append(drafts(21, 1), "")[0]).toMatchObject({ sequence: 21 });
    store.close();
    expect(verifyJournal(folder)).toMatchObject({ whole: false, brokenAt: 1 });
  });

  test.each([
    ["DELETE FROM journal WHERE sequence > 17", 18],
    ["DELETE FROM journal WHERE sequence > 17; UPDATE head SET last = 17", 18],
    ["DELETE FROM journal; DELETE FROM head", 1],
  ])(
    "after %s the device tells of it, goes on after the last sequence, and the break stays visible",
    (sql, brokenAt) => {
      const folder = filled(20);
      tamper(folder, sql);
      const store = Store.open(folder);
      expect(store.read("default").remarks).toHaveLength(1);
      expect(store.append(drafts(21, 1), "")[0]).toMatchObject({ sequence: 21 });
      store.close();
      expect(remarksAt(folder)).toEqual([]);
      expect(verifyJournal(folder)).toMatchObject({ whole: false, brokenAt });
    },
  );
});

function tamper(folder: string, sql: string): void {
  const database = new DatabaseSync(join(folder, "journal.sqlite"));
  database.exec(sql);
  database.close();
}

describe("damage to the journal's file", () => {
  test("no flipped byte is believed, and none costs settings or state", () => {
    const sound = filled(12);
    const file = readFileSync(join(sound, "journal.sqlite"));
    const entries = readJournal(sound);
    const flips = fc.record({ at: fc.nat(file.length - 1), mask: fc.integer({ min: 1, max: 255 }) });
    let told = 0;
    fc.assert(
      fc.property(flips, ({ at, mask }) => {
        const folder = newFolder();
        const bytes = Uint8Array.from(file);
        bytes[at]! ^= mask;
        copyFileSync(join(sound, "bms.sqlite"), join(folder, "bms.sqlite"));
        writeFileSync(join(folder, "journal.sqlite"), bytes);
        const isWhole = judged(folder);
        if (isWhole) expect(readJournal(folder)).toEqual(entries);
        else told++;
        const store = Store.open(folder);
        expect(store.read("default").problems).toEqual([]);
        const [last] = store.append(drafts(13, 1), "").slice(-1);
        expect(last?.sequence).toBeGreaterThan(12);
        store.close();
        rmSync(folder, { recursive: true });
      }),
      { numRuns: 100, seed: 5 },
    );
    expect(told).toBeGreaterThan(20);
  });

  test("a journal full of rubbish is set aside, told of, and another goes on after its last entry", () => {
    const folder = filled(20);
    writeFileSync(join(folder, "journal.sqlite"), "this is no database ".repeat(1000));
    const store = Store.open(folder);
    expect(store.read("default")).toMatchObject({
      problems: [],
      remarks: [expect.stringMatching(/journal.*damaged/), expect.anything()],
    });
    expect(store.append(drafts(21, 1), "")[0]?.sequence).toBe(21);
    store.close();
    expect(existsSync(join(folder, "journal.sqlite.damaged-1"))).toBe(true);
  });

  test("a page that breaks while the device runs is set aside, and the entry is written all the same", () => {
    const folder = filled(400);
    const path = join(folder, "journal.sqlite");
    const bytes = readFileSync(path);
    const pages = bytes.length / 4096;
    for (let page = 2; page < pages; page++) bytes.fill(0xff, page * 4096 + 2048 * (page % 2), (page + 1) * 4096 - 100);
    writeFileSync(path, bytes);
    const store = Store.open(folder);
    const entries = store.append(drafts(401, 3), "");
    expect(entries.at(-1)?.text).toBe("event 403");
    expect(entries.at(-1)?.sequence).toBeGreaterThanOrEqual(403);
    store.close();
    expect(readdirSync(folder).some((name) => name.includes("damaged"))).toBe(true);
    expect(verifyJournal(folder).whole).toBe(false);
  });

  test("a new file that could not be begun is begun by the next who writes, and tells of the damage then", () => {
    const folder = filled(400);
    const path = join(folder, "journal.sqlite");
    const bytes = readFileSync(path);
    bytes.fill(0xff, 5 * 4096, 12 * 4096); // among the old entries: it shows when they are pruned
    writeFileSync(path, bytes);
    const store = new JournalStore(folder, EMPTY_HEAD, 100);
    expect(store.remarks).toEqual([]);
    renameSync(folder, `${folder}-away`);
    expect(() => store.append(drafts(401, 1), "")).toThrow(/ENOENT/);
    expect(() => store.append(drafts(402, 1), "")).toThrow(/unable to open/);
    renameSync(`${folder}-away`, folder);
    for (const name of readdirSync(folder)) if (name.startsWith("journal")) rmSync(join(folder, name));
    const entries = store.append(drafts(403, 1), "");
    expect(entries.map(({ sequence, code }) => [sequence, code])).toEqual([
      [401, "remark"],
      [402, "mode"],
    ]);
    expect(entries[0]?.text).toMatch(/journal\.sqlite is damaged \(.*malformed\)/);
    expect(store.append(drafts(404, 1), "").map(({ text }) => text)).toEqual(["event 404"]);
    store.keepFrame(402, Uint8Array.of(1));
    store.close();
    expect(readFrame(folder, 402)).toEqual(Uint8Array.of(1));
  });
});

/** Whether the journal was found whole; SQLite's own refusal counts as not. */
function judged(folder: string): boolean {
  try {
    return verifyJournal(folder).whole;
  } catch {
    return false;
  }
}

describe("freeze-frames", () => {
  test("are there after reopening, and the last 256 are kept", () => {
    const folder = filled(300);
    const store = Store.open(folder);
    for (let sequence = 1; sequence <= 300; sequence++) store.keepFrame(sequence, new Uint8Array(100).fill(sequence));
    store.close();
    expect(readFrameList(folder)).toEqual(Array.from({ length: 256 }, (_, i) => i + 45));
    expect(readFrame(folder, 300)).toEqual(new Uint8Array(100).fill(300));
    expect(readFrame(folder, 44)).toBe(undefined);
    expect(readFrame(newFolder(), 1)).toBe(undefined);
  });

  test("a damaged one is not shown", () => {
    const folder = filled(2);
    const store = Store.open(folder);
    store.keepFrame(1, new Uint8Array(100).fill(1));
    store.close();
    tamper(folder, "UPDATE frames SET bytes = zeroblob(100)");
    expect(readFrame(folder, 1)).toBe(undefined);
  });
});

describe("a power cut", () => {
  test("at any byte of the journal's log leaves a whole chain with all that was synced before", () => {
    const folder = filled(20);
    const store = Store.open(folder);
    const sizes: number[] = [];
    const log = join(folder, "journal.sqlite-wal");
    for (let from = 21; from <= 32; from += 3) {
      store.append(drafts(from, 3), "");
      sizes.push(readFileSync(log).length);
    }
    const [main, journal] = ["bms.sqlite", "journal.sqlite"].map((name) => readFileSync(join(folder, name)));
    const written = readFileSync(log);
    store.close();
    const cut = newFolder();
    for (let length = 0; length <= written.length; length += 251) {
      writeFileSync(join(cut, "bms.sqlite"), main!);
      writeFileSync(join(cut, "journal.sqlite"), journal!);
      writeFileSync(join(cut, "journal.sqlite-wal"), written.subarray(0, length));
      rmSync(join(cut, "journal.sqlite-shm"), { force: true });
      const synced = 20 + 3 * sizes.filter((size) => size <= length).length;
      expect(verifyJournal(cut)).toEqual({ entries: synced, first: 1, last: synced, whole: true });
    }
    expect(remarksAt(cut)).toEqual([]);
  });

  test("or a kill at any moment loses no entry that was acknowledged", async () => {
    const folder = newFolder();
    const script = `
      const { Store } = await import(${JSON.stringify(new URL("./store.ts", import.meta.url).href)});
      const store = Store.open(${JSON.stringify(folder)});
      const draft = (text) => ({ wall_ms: 1, clock: "unset", uptime_s: 0, source: "core", code: "mode", severity: "info", subject: "", actor: "", text });
      for (;;) {
        const entries = store.append([draft("a"), draft("b"), draft("c")], "");
        store.save("default", { pack: "p", saved_ms: 1, device: new Uint8Array(10), world: new Uint8Array(1) });
        process.stdout.write(entries.at(-1).sequence + "\\n");
      }`;
    for (const lines of [1, 2, 17, 60]) {
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let acknowledged = 0;
      let seen = 0;
      for await (const line of createInterface(child.stdout)) {
        acknowledged = Number(line);
        if (++seen === lines) child.kill("SIGKILL");
      }
      const verdict = verifyJournal(folder);
      expect(verdict).toMatchObject({ whole: true, first: 1 });
      expect(verdict.last).toBeGreaterThanOrEqual(acknowledged);
      expect(verdict.last % 3).toBe(0);
      expect(remarksAt(folder)).toEqual([]);
    }
  });
});
