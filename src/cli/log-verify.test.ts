// bms log verify: whole, unfinished and damaged logs, and the journal and store of a data folder.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { bms } from "../../tests/command-line.ts";
import { deviceLog, stateRows, trip, writeDeviceLog } from "../../tests/device-logs.ts";
import { FIRST, flip, newFolder, SECOND, twoLogs, verified } from "../../tests/log-folders.ts";
import { Store } from "../device/store.ts";
import type { EventDraft } from "../model/events.ts";

describe("bms log verify", () => {
  test("whole logs and one that is being written end with code 0", async () => {
    const { status, files } = await verified(twoLogs());
    expect(status).toBe(0);
    expect(files.map(({ state, messages, problems }) => [state, messages, problems])).toEqual([
      ["whole", 155, []],
      ["unfinished", 112, []],
    ]);
  });

  test("a bit turned over anywhere in a finished file is noticed", async () => {
    const folder = newFolder();
    const path = writeDeviceLog(folder, FIRST, { chunks: [stateRows(5), [trip(5)]] });
    const whole = readFileSync(path);
    const step = Math.max(1, Math.floor(whole.length / 150));
    for (let offset = 0; offset < whole.length; offset += step) {
      writeFileSync(path, whole);
      flip(path, offset);
      const { stdout, status } = await bms("log", "verify", path, "--json");
      expect({ offset, broken: status === 1 || status === 2, whole: JSON.parse(stdout).whole }).toEqual({
        offset,
        broken: true,
        whole: false,
      });
    }
  });

  test("a lost chunk is named with the messages that are missing", async () => {
    const folder = newFolder();
    const path = writeDeviceLog(folder, FIRST, { chunks: [stateRows(10), stateRows(10, 10), stateRows(10, 20)] });
    const before = writeDeviceLog(folder, SECOND, { chunks: [stateRows(10)], tail: [] });
    flip(path, readFileSync(before).length + 200); // in the second chunk of rows
    const { status, files } = await verified(path);
    expect(status).toBe(1);
    expect(files[0]).toMatchObject({ state: "broken", missing: 10, messages: 21 });
    expect(files[0]?.problems).toHaveLength(2); // that the file's own CRC is wrong too says nothing more
    expect(files[0]?.problems.join("\n")).toMatch(
      /chunk at byte \d+: .*\n\/state: 10 messages missing before 2026-03-01T12:00:20\.000Z/,
    );
  });

  test("a file that was cut off while its tail has the rest lost nothing; without the tail it is broken", async () => {
    const folder = newFolder();
    const whole = { chunks: [stateRows(20)], tail: stateRows(5, 20) };
    const path = writeDeviceLog(folder, FIRST, whole);
    const size = readFileSync(path).length;
    writeFileSync(
      path,
      Buffer.concat([readFileSync(path), deviceLog({ chunks: [stateRows(25)] }).log.subarray(size - 300, size - 100)]),
    );
    expect((await verified(path)).files[0]).toMatchObject({ state: "unfinished", messages: 26 });
    rmSync(join(folder, `${FIRST}.tail`));
    expect((await verified(path)).files[0]).toMatchObject({ state: "broken", messages: 21 });
  });

  test("a tail may be torn at its last frame, as a cut of power leaves it; damage before that is damage", async () => {
    const folder = newFolder();
    const path = writeDeviceLog(folder, FIRST, { chunks: [stateRows(20)], tail: stateRows(5, 20) });
    const tail = join(folder, `${FIRST}.tail`);
    const whole = readFileSync(tail);
    const states = async (bytes: Uint8Array): Promise<readonly [string | undefined, number | undefined]> => {
      writeFileSync(tail, bytes);
      const [file] = (await verified(path)).files;
      return [file?.state, file?.messages];
    };
    expect(await states(whole)).toEqual(["unfinished", 26]);
    expect(await states(whole.subarray(0, -1))).toEqual(["unfinished", 25]);
    expect(await states(Buffer.concat([whole, Buffer.alloc(500)]))).toEqual(["unfinished", 26]); // length on the disk, content not
    expect(await states(new Uint8Array(0))).toEqual(["unfinished", 21]);
    const damaged = Buffer.from(whole);
    damaged[30]! ^= 1;
    expect(await states(damaged)).toEqual(["broken", 21]);
  });

  test("one foreign file among logs ends with code 1", async () => {
    const folder = twoLogs();
    writeFileSync(join(folder, "x.mcap"), "x");
    const { status, stdout } = await bms("log", "verify", folder);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^✓ .*12-00-00Z\.mcap: whole, 155 messages, 1 marked gap/m);
    expect(stdout).toMatch(/^✗ .*x\.mcap: unusable: not a log file$/m);
  });
});

describe("bms log verify of a data folder", () => {
  const entry = (text: string): EventDraft => ({
    ...{
      wall_ms: 1e12,
      clock: "synchronised",
      uptime_s: 1,
      source: "device",
      code: "commandGiven",
      severity: "notice",
    },
    ...{ subject: "reset", actor: "command line", text },
  });

  /** A folder with five journal entries, and what a stranger did to its files afterwards. */
  async function judged(tamper: (folder: string, sql: (file: string, text: string) => void) => void) {
    const folder = newFolder();
    const store = Store.open(folder);
    store.keep("default", { "battery.cells": 12 });
    store.append(["one", "two", "three", "four", "five"].map(entry), "0");
    store.keepFrame(4, new Uint8Array(100).fill(7));
    store.close();
    tamper(folder, (file, text) => {
      const database = new DatabaseSync(join(folder, file));
      database.exec(text);
      database.close();
    });
    const { stdout } = await bms("log", "verify", folder, "--json");
    const { status, stdout: page, stderr } = await bms("log", "verify", folder);
    return { status, ...JSON.parse(stdout).folders[0], page: (page + stderr).replaceAll(folder, "DATA") };
  }

  test("a whole journal and store end with code 0", async () => {
    const { status, journal, store, page } = await judged(() => {});
    expect({ status, journal, store }).toMatchObject({
      status: 0,
      journal: { state: "whole", entries: 5 },
      store: { state: "whole" },
    });
    expect(page).toBe("✓ DATA: journal whole, 5 entries, entries 1 to 5\n✓ DATA: store whole\n");
  });

  test.each([
    ["UPDATE journal SET text = 'nothing' WHERE sequence = 3", 3, "entry 3 was altered"],
    ["DELETE FROM journal WHERE sequence = 2", 2, "entry 2 is missing"],
    ["DELETE FROM journal WHERE sequence > 3", 4, "entries 4 to 5 are missing at the end"],
    ["UPDATE frames SET bytes = zeroblob(100)", 4, "the freeze-frame of this entry is damaged"],
  ])("after %j the first broken entry is named, with code 1", async (sql, brokenAt, reason) => {
    const { status, journal, page } = await judged((_folder, run) => run("journal.sqlite", sql));
    expect({ status, journal }).toMatchObject({ status: 1, journal: { state: "broken", brokenAt, reason } });
    expect(page).toContain(`✗ DATA: journal broken at entry ${brokenAt}: ${reason}`);
  });

  test("a store whose content was changed, and one that is no database, are broken", async () => {
    const changed = await judged((_folder, run) => run("bms.sqlite", "UPDATE settings SET value = '13'"));
    expect(changed).toMatchObject({
      status: 1,
      store: { state: "broken", reason: "the content of settings does not match its seal" },
    });
    const lost = await judged((folder) => writeFileSync(join(folder, "bms.sqlite"), "not a database ".repeat(500)));
    expect(lost).toMatchObject({ status: 1, store: { state: "broken" } });
  });
});
