// How long a device takes from the start of its process to its first tick, on a machine that does nothing else.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bmsProcess } from "../../tests/command-line.ts";

const DATA = mkdtempSync(join(tmpdir(), "bms-mini-start-"));
afterAll(() => rmSync(DATA, { recursive: true, force: true }));

test("the first tick comes within ten seconds of the start of the process", async () => {
  const { stdout } = await bmsProcess("run", "--no-ports", "--json", "--data", DATA, "--duration", "0.2");
  const { start_ms } = JSON.parse(stdout.slice(0, stdout.indexOf("\n"))) as { start_ms: number };
  expect(start_ms).toBeGreaterThan(0);
  expect(start_ms).toBeLessThan(10_000);
});
