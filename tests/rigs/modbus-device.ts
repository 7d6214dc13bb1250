// A real `bms run` process with its Modbus ports open, for tests that come to it from outside: where its ports are, and what
// it says of itself once a second.

import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { startProcess } from "../command-line.ts";

/** What is used here of a line of `bms run --json --all`. */
export type Line = {
  readonly time_s: number;
  readonly mode: string;
  readonly battery_V: number;
  readonly current_A: number;
  readonly cells_V: readonly number[];
  readonly contactors: Readonly<Record<string, boolean>>;
  readonly errors: readonly { readonly name: string }[];
  readonly signals: Readonly<Record<string, number & readonly number[]>>;
};

export type ModbusDevice = {
  readonly data: string;
  /** Its RS-485: unit 32, 9600 bit/s, 8N1. */
  readonly pty: string;
  readonly tcpPort: number;
  readonly rtuTcpPort: number;
  /** The newest line. */
  readonly line: () => Line;
  /** The first line from the newest on for which a condition holds. */
  readonly until: (good: (line: Line) => boolean) => Promise<Line>;
  /** The next line. */
  readonly next: () => Promise<Line>;
  /** Returns once it has said these words on standard error. */
  readonly told: (words: RegExp) => Promise<true>;
  readonly end: () => Promise<void>;
};

/** As the script `bms` has it: processes of the command line start in half the time. */
process.env["NODE_COMPILE_CACHE"] ??= new URL("../../node_modules/.cache/node", import.meta.url).pathname;

type Child = ChildProcessByStdio<null, Readable, Readable>;

const PATIENCE_ms = 15_000;
const PORTS = [/^bms: RS-485: /m, /^bms: Modbus TCP at /m, /^bms: Modbus RTU over TCP at /m] as const;

/**
 * Starts a device and waits until its ports are open and the pack carries its load.
 * @param settings groups of settings, as in a file
 * @param password the service password, set before the start
 */
export async function startModbusDevice(
  settings: Readonly<Record<string, object>>,
  password?: string,
): Promise<ModbusDevice> {
  const data = mkdtempSync(join(tmpdir(), "bms-mini-modbus-"));
  const [tcpPort, rtuTcpPort] = (await freePorts(2)) as [number, number];
  const file = join(data, "settings.yaml");
  writeFileSync(file, JSON.stringify({ ...settings, modbus: { ...settings["modbus"], tcpPort, rtuTcpPort } }));
  if (password !== undefined) await setPassword(data, password);
  const child = startProcess("run", "--json", "--all", "--data", data, "--settings", file);
  const watched = watch(child);
  const end = async (): Promise<void> => {
    await endProcess(child);
    rmSync(data, { recursive: true, force: true });
  };
  const device = { ...{ data, tcpPort, rtuTcpPort, end }, ...watched, pty: join(data, "ports", "rs485") };
  try {
    await device.until(({ contactors, current_A }) => contactors["charge"] === true && current_A < -5);
    await Promise.all(PORTS.map(device.told));
    return device;
  } catch (error) {
    await end();
    throw error;
  }
}

/** Ports that nobody listens at. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).pathname;

/** As a person does it: `bms password DIR`, with the password on standard input. */
async function setPassword(data: string, password: string): Promise<void> {
  const child = spawn(process.execPath, [MAIN, "password", data], { stdio: ["pipe", "ignore", "inherit"] });
  child.stdin.end(`${password}\n`);
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`bms password ended with code ${code}`);
}

/** SIGTERM, and SIGKILL for one that does not heed it. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("close", resolve));
  const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
  child.kill("SIGTERM");
  await ended;
  clearTimeout(timer);
}

/** Lines as they come, and whoever waits for one. */
function watch(child: Child) {
  let newest: Line | undefined;
  let told = "";
  const waiting = new Set<() => void>();
  const wakeAll = (): void => {
    for (const wake of waiting) wake();
  };
  createInterface(child.stdout).on("line", (text) => {
    newest = JSON.parse(text) as Line;
    wakeAll();
  });
  child.stderr.setEncoding("utf8").on("data", (words: string) => {
    told += words;
    wakeAll();
  });
  child.on("close", wakeAll);

  /** Looks at each news until there is something to give. */
  function found<T>(look: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        waiting.delete(wake);
        act();
      };
      const wake = (): void => {
        const value = look();
        const isOver = child.exitCode !== null || child.signalCode !== null;
        if (value !== undefined) settle(() => resolve(value));
        else if (isOver) settle(() => reject(new Error(`the device ended before: ${told}`)));
      };
      const timer = setTimeout(() => settle(() => reject(new Error(`nothing came of it: ${told}`))), PATIENCE_ms);
      waiting.add(wake);
      wake();
    });
  }

  const until = (good: (line: Line) => boolean): Promise<Line> =>
    found(() => (newest !== undefined && good(newest) ? newest : undefined));
  return {
    line: (): Line => newest as Line,
    until,
    next: (): Promise<Line> => {
      const before = newest;
      return until((line) => line !== before);
    },
    told: (words: RegExp): Promise<true> => found(() => (words.test(told) ? true : undefined)),
  };
}
