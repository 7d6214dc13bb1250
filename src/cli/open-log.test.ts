// Opening several files: those that are none are left out with a line. Each command that reads logs goes through here.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bmsProcess } from "../../tests/command-line.ts";
import { stateRows, writeDeviceLog } from "../../tests/device-logs.ts";
import { FIRST, newFolder, twoLogs } from "../../tests/log-folders.ts";
import { findLogs } from "./log-source.ts";
import { openAll, openGood, withLogs } from "./open-log.ts";

test("an empty file among logs, as a cut leaves it, is left out with one line, for replay and explain as well", () => {
  const folder = newFolder();
  const path = writeDeviceLog(folder, FIRST, { chunks: [stateRows(3)] });
  const empty = join(folder, "2026-03-02T12-00-00Z.mcap");
  writeFileSync(empty, "");
  expect(withLogs([folder], (logs) => logs.map(({ place }) => place.path))).toEqual([path]);
  const told: string[] = [];
  for (const log of openAll(findLogs([folder]), (line) => told.push(line))) log.close();
  expect(told).toEqual([`${empty} is left out: the file is empty`]);
});

test("bms replay goes on without an empty file", async () => {
  const folder = twoLogs();
  const empty = join(folder, "2026-03-02T12-00-00Z.mcap");
  writeFileSync(empty, "");
  const { stderr } = await bmsProcess("replay", folder); // its recording has no second
  const [first, second] = stderr.split("\n");
  expect(first).toBe(`bms: ${empty} is left out: the file is empty`);
  expect(second).toMatch(/^bms: nothing to replay: /);
});

test("where not one file is a log, the first is named with the reason", () => {
  const empty = join(newFolder(), "a.mcap");
  writeFileSync(empty, "");
  expect(() => openAll(findLogs([empty]))).toThrow(`${empty}: the file is empty`);
  expect(() => openGood(findLogs([empty]))).toThrow(`${empty}: the file is empty`);
});
