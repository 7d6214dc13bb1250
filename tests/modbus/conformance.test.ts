// The conformance suite by command, as anyone runs it, against a real device: over its pseudo-terminal and over TCP.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).pathname;
const DATA = mkdtempSync(join(tmpdir(), "bms-mini-conformance-"));
/** So slow that a busy machine, and its pseudo-terminal, can tell a pause within a frame from a silence between two. */
const BAUD = "1200";
let device: ChildProcess;
let port = 0;
let rtuPort = 0;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = server.address() as { port: number };
      server.close(() => resolve(free));
    });
  });

beforeAll(async () => {
  [port, rtuPort] = [await freePort(), await freePort()];
  writeFileSync(
    join(DATA, "s.yaml"),
    `modbus: { tcpPort: ${port}, rtuTcpPort: ${rtuPort} }\nrs485: { baud: "${BAUD}" }\n`,
  );
  device = spawn(
    process.execPath,
    [MAIN, "run", "--json", "--data", join(DATA, "d"), "--settings", join(DATA, "s.yaml")],
    {
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  for await (const line of createInterface({ input: device.stdout! }))
    if (line !== "" && existsSync(join(DATA, "d/ports/rs485"))) break;
}, 30_000);

afterAll(async () => {
  const ended = new Promise((resolve) => device.once("close", resolve));
  device.kill("SIGKILL");
  await ended;
  rmSync(DATA, { recursive: true, force: true });
});

/**
 * Rows that do not hold, and how many there were. One whose short pauses this machine is too busy for says nothing here; on a clock
 * that a test holds it is judged always (src/modbus/conformance.test.ts).
 */
async function conformance(
  target: string,
): Promise<{ readonly rows: number; readonly failed: readonly string[]; readonly status: number | null }> {
  const child = spawn(process.execPath, [MAIN, "modbus", "conformance", target, "--baud", BAUD, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [lines, status] = await Promise.all([
    text(child.stdout),
    new Promise<number | null>((resolve) => child.on("close", resolve)),
  ]);
  const rows = lines.trim().split("\n");
  return {
    rows: rows.length,
    failed: rows.filter((row) => (JSON.parse(row) as { holds: boolean | null }).holds === false),
    status,
  };
}

test("every row of the standard holds over TCP", async () => {
  expect(await conformance(`127.0.0.1:${port}`)).toEqual({ rows: 124, failed: [], status: 0 });
}, 60_000);

test("every row that needs no silence holds with RTU frames over TCP", async () => {
  expect(await conformance(`rtu+tcp://127.0.0.1:${rtuPort}`)).toEqual({ rows: 131, failed: [], status: 0 });
}, 60_000);

test("every row of the standard holds over the serial line", async () => {
  expect(await conformance(join(DATA, "d/ports/rs485"))).toEqual({ rows: 150, failed: [], status: 0 });
}, 150_000);
