// A thread held by a call of the system that never comes back keeps nobody: not who closes it, and not the process.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { leave } from "./leaving.ts";

const DEVICE = fileURLToPath(new URL("../../tests/rigs/held-device.ts", import.meta.url));

test("log and store that are blocked in the system are given up after the patience, and the process leaves with its code", () => {
  const data = mkdtempSync(join(tmpdir(), "bms-mini-held-"));
  const ended = spawnSync(process.execPath, [DEVICE, data], {
    timeout: 20_000,
    killSignal: "SIGKILL",
    encoding: "utf8",
  });
  rmSync(data, { recursive: true });
  expect(ended).toMatchObject({ status: 3, signal: null, stderr: "" });
  expect(JSON.parse(ended.stdout)).toEqual({ isWritten: false, revision: 0, held: 2 });
});

test("a process that nothing holds only gets its code", async () => {
  const before = process.exitCode;
  await leave(0);
  expect(process.exitCode).toBe(0);
  process.exitCode = before;
});
