// bms run and its neighbours as real processes: what they print, how they end, what they leave behind.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, expect, test } from "vitest";

const MAIN = new URL("./main.ts", import.meta.url).pathname;
const ROOT = mkdtempSync(join(tmpdir(), "bms-mini-run-"));
/** Devices start beside four others here, and beside other tests: each takes seconds of a core to read its program. */
const BUSY_ms = 120_000;
const newFolder = (): string => mkdtempSync(join(ROOT, "data-"));

type Child = ChildProcessByStdio<null, Readable, Readable>;
const children = new Set<Child>();
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(ROOT, { recursive: true, force: true });
});

type Line = {
  readonly resumed?: boolean;
  readonly time_s: number;
  readonly mode: string;
  readonly soc: number;
  readonly socBound: number;
  readonly current_A: number;
  readonly battery_V: number;
  readonly cells_V: readonly number[];
  readonly temperatures_degC: readonly number[];
  readonly contactors: Readonly<Record<string, boolean>>;
  readonly errors: readonly { readonly name: string; readonly sentence: string }[];
};

/** A running device without ports, and its lines as they come: many run here at once, and a port is one device's. */
const start = (...args: readonly string[]) => startAny("--no-ports", ...args);

function startAny(...args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, "run", "--json", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  children.add(child);
  let told = "";
  child.stderr.setEncoding("utf8").on("data", (words: string) => {
    told += words;
  });
  const ended = new Promise<number | null>((resolve) =>
    child.on("close", (code) => {
      children.delete(child);
      resolve(code);
    }),
  );
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<Line | undefined> => {
    const { done, value } = await lines.next();
    return done === true ? undefined : (JSON.parse(value) as Line);
  };
  const until = async (good: (line: Line) => boolean): Promise<Line> => {
    for (let line = await next(); line !== undefined; line = await next()) if (good(line)) return line;
    throw new Error(`the device ended before: ${told}`);
  };
  const rest = async (): Promise<Line | undefined> => {
    let last: Line | undefined;
    for (let line = await next(); line !== undefined; line = await next()) last = line;
    return last;
  };
  return { child, until, rest, ended, told: () => told };
}

/** A command that ends by itself. */
async function bms(...args: readonly string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  children.add(child);
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on("close", resolve)),
  ]);
  children.delete(child);
  return { status, stdout, stderr };
}

const closed = (line: Line): boolean => line.contactors["main"] === true && line.contactors["discharge"] === true;

test.concurrent("within seconds the pack is measured, precharged and carries its load; SIGTERM opens everything and saves", {
  timeout: BUSY_ms,
}, async () => {
  const data = newFolder();
  const device = start("--data", data);
  const loaded = await device.until((line) => closed(line) && line.current_A < -5);
  expect(loaded.time_s).toBeLessThan(10);
  expect(loaded.cells_V).toHaveLength(16);
  expect(loaded.battery_V).toBeCloseTo(
    loaded.cells_V.reduce((sum, cell_V) => sum + cell_V),
    2,
  );
  expect(Math.abs(loaded.soc - 0.62)).toBeLessThan(loaded.socBound + 0.02);
  expect(loaded.temperatures_degC.length).toBeGreaterThan(0);
  expect(loaded.errors).toEqual([]);
  device.child.kill("SIGTERM");
  const last = await device.rest();
  expect(await device.ended).toBe(0);
  expect(Object.values(last?.contactors ?? {})).toEqual([false, false, false, false]);
  expect(device.told()).toMatch(/^bms: ended: all contactors open, state saved in .*\n$/);
  expect(readdirSync(data).sort()).toEqual(["bms.lock", "bms.sqlite", "journal.sqlite", "log"]);
});

test.concurrent("it tells where its ports are, and leaves nothing of them behind", { timeout: BUSY_ms }, async () => {
  const data = newFolder();
  const device = startAny("--data", data);
  await device.until(closed);
  expect(existsSync(join(data, "ports/rs485"))).toBe(true);
  device.child.kill("SIGTERM");
  await device.rest();
  expect(await device.ended).toBe(0);
  expect(device.told()).toMatch(/^bms: RS-485: Modbus RTU at .*ports\/rs485 \(\/dev\/.*\)$/m);
  expect(readdirSync(data)).not.toContain("ports");
});

test.concurrent("the next start goes on with the charge of the last, in device and pack", {
  timeout: 2 * BUSY_ms, // an hour of device time
}, async () => {
  const data = newFolder();
  const before = start("--data", data, "--speed", "2000", "--duration", "3600");
  const last = await before.rest();
  expect(await before.ended).toBe(0);
  expect(last?.soc).toBeLessThan(0.6);
  const after = start("--data", data, "--duration", "2");
  const first = await after.until((line) => line.mode === "running" && line.soc > 0);
  expect(first.soc).toBeGreaterThan((last?.soc ?? 1) - 0.1);
  expect(first.soc).toBeLessThan((last?.soc ?? 0) + 0.1);
  await after.rest();
  expect(await after.ended).toBe(0);
});

test.concurrent("a second device on the same data is refused in one line, and the first does not notice", {
  timeout: BUSY_ms,
}, async () => {
  const data = newFolder();
  const device = start("--data", data);
  await device.until(closed);
  const { status, stdout, stderr } = await bms("run", "--data", data);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toMatch(/^bms: another bms runs on the data folder .*\n$/);
  expect((await device.until(() => true)).errors).toEqual([]);
});

test.concurrent("a killed device leaves no lock behind", { timeout: BUSY_ms }, async () => {
  const data = newFolder();
  const device = start("--data", data);
  await device.until(() => true);
  device.child.kill("SIGKILL");
  await device.ended;
  const { status, stderr } = await bms("run", "--no-ports", "--data", data, "--duration", "0.2", "--json");
  expect(stderr).toMatch(/^bms: ended: all contactors open/);
  expect(status).toBe(0);
});

test.concurrent("a device killed seconds after its first start has kept what it counted, fast or not", {
  timeout: BUSY_ms,
}, async () => {
  const killed = async (time_s: number, ...more: readonly string[]): Promise<readonly [Line, Line]> => {
    const data = newFolder();
    const device = start("--data", data, ...more);
    const last = await device.until((line) => line.time_s > time_s);
    device.child.kill("SIGKILL");
    await device.ended;
    const after = start("--data", data);
    const { resumed } = await after.until(() => true);
    expect(resumed).toBe(true);
    const first = await after.until((line) => line.mode === "running" && line.soc > 0);
    after.child.kill("SIGKILL");
    return [last, first];
  };
  const [, [last, fast]] = await Promise.all([killed(5), killed(1500, "--speed", "200")]);
  expect(last.soc).toBeLessThan(0.615); // of the 62 % it began with
  expect(Math.abs(fast.soc - last.soc)).toBeLessThan(0.02);
});

test.concurrent("two signals end it at once, still in order", { timeout: BUSY_ms }, async () => {
  const device = start("--data", newFolder());
  await device.until(closed);
  device.child.kill("SIGINT");
  device.child.kill("SIGTERM");
  expect(await device.ended).toBe(0);
  expect(device.told()).toMatch(/all contactors open, state saved/);
});

test.concurrent("a reader that has seen enough ends it in order", { timeout: BUSY_ms }, async () => {
  const device = start("--data", newFolder());
  await device.until(() => true);
  device.child.stdout.destroy();
  expect(await device.ended).toBe(0);
  expect(device.told()).toMatch(/^bms: ended: all contactors open, state saved in .*\n$/);
});

test.concurrent("damaged data is told and set aside, and the device says so among its indications", {
  timeout: BUSY_ms,
}, async () => {
  const data = newFolder();
  writeFileSync(join(data, "bms.sqlite"), "not a database at all ".repeat(500));
  const device = start("--data", data, "--duration", "1.5");
  const line = (await device.until(({ mode }) => mode === "running")) as Line & { indications: { name: string }[] };
  expect(line.indications.map(({ name }) => name)).toContain("stateLost");
  await device.rest();
  expect(await device.ended).toBe(0);
  expect(device.told()).toMatch(/^bms: .*bms\.sqlite is damaged .*damaged-1, started anew\n/);
  expect(existsSync(join(data, "bms.sqlite.damaged-1"))).toBe(true);
});

test.concurrent("settings from a file are used and kept for the next start", { timeout: BUSY_ms }, async () => {
  const data = newFolder();
  const file = join(data, "pack.yaml");
  writeFileSync(file, "battery: {chemistry: NMC, cells: 13, capacity_Ah: 40}\nftp: {password: planted-7}\n");
  expect((await bms("run", "--data", data, "--settings", file, "--duration", "0.3", "--json")).status).toBe(0);
  const device = start("--data", data, "--duration", "1");
  expect((await device.until(() => true)).cells_V).toHaveLength(13);
  await device.rest();
  const printed = await bms("settings", "print", "--data", data, "--changed", "--json");
  expect(JSON.parse(printed.stdout)).toMatchObject({
    "battery.chemistry": "NMC",
    "battery.cells": 13,
    "battery.capacity_Ah": 40,
  });
  expect(printed.stdout).not.toContain("planted-7");
  expect(printed.stderr).toBe("bms: ftp.password is kept and not shown; in a file it must be entered again\n");
});

test.concurrent("a scenario brings its own pack and its events, under a name of its own", {
  timeout: BUSY_ms,
}, async () => {
  const data = newFolder();
  const device = start("--data", data, "--scenario", "welded-contactor", "--speed", "500");
  const line = await device.until(({ errors }) => errors.some(({ name }) => name === "dischargeFeedback"));
  expect(line.errors.find(({ name }) => name === "dischargeFeedback")?.sentence).toMatch(/welded/);
  expect(line.contactors).toMatchObject({ main: false });
  device.child.kill("SIGTERM");
  await device.rest();
  expect(await device.ended).toBe(0);
  expect(device.told()).toMatch(/^bms: ended: a contactor did not open, state saved/);
  expect((await bms("run", "--data", data, "--duration", "0.2", "--json")).stdout).toContain('"resumed":false');
});

test.concurrent("without a terminal and without --json there is a line for a person each second", {
  timeout: BUSY_ms,
}, async () => {
  const { status, stdout } = await bms("run", "--data", newFolder(), "--duration", "2.2");
  expect(status).toBe(0);
  expect(stdout.split("\n").length).toBeGreaterThanOrEqual(3);
  expect(stdout).toMatch(
    /^ +\d+\.\d s {2}\w+ .* % ±.* V.* A( \(not believed\))? {2}cells \d\.\d{3} to \d\.\d{3} V {2}/,
  );
  expect(stdout).not.toContain("\x1b");
});
