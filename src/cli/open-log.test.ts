// Opening several files: those that are none are left out with a line. Each command that reads logs goes through here.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { stateRows, writeDeviceLog } from "../../tests/device-logs.ts";
import { FIRST, newFolder } from "../../tests/log-folders.ts";
import { findLogs } from "./log-source.ts";
import { openAll, openGood } from "./open-log.ts";
import { withLogs } from "./recorded-messages.ts";

test("an empty file among logs, as a cut leaves it, is left out with one line, for replay and explain as well", () => {
  const folder = newFolder();
  const path = writeDeviceLog(folder, FIRST, { chunks: [stateRows(3)] });
  const empty = join(folder, "2026-03-02T12-00-00Z.mcap");
  writeFileSync(empty, "");
  const told = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    expect(withLogs([folder], (logs) => logs.map(({ place }) => place.path))).toEqual([path]);
    expect(told.mock.calls).toEqual([[`bms: ${empty} is left out: the file is empty\n`]]);
  } finally {
    told.mockRestore();
  }
});

test("where not one file is a log, the first is named with the reason", () => {
  const empty = join(newFolder(), "a.mcap");
  writeFileSync(empty, "");
  expect(() => openAll(findLogs([empty]))).toThrow(`${empty}: the file is empty`);
  expect(() => openGood(findLogs([empty]))).toThrow(`${empty}: the file is empty`);
});
