// The running device and other servers of Modbus, each in a process of its own, for the bench.

import { type ChildProcess, execFile, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

/** What the bench reads of a line of `bms run --json`. */
export type Line = { readonly time_s: number; readonly overruns: number };

export type RunningDevice = {
  /** The modelled board's own serial port. */
  readonly line: string;
  /** The next line that it prints, one each second. */
  readonly nextLine: () => Promise<Line>;
  readonly end: () => Promise<void>;
};

/** The first comes with the first second, each other one a second later. */
const LINES = 3;

/** Starts the device and waits until it has run for two seconds. @param settings lines of a settings file */
export async function startDevice(root: string, settings: readonly string[]): Promise<RunningDevice> {
  const folder = mkdtempSync(join(tmpdir(), "bms-bench-modbus-"));
  const file = join(folder, "settings.yaml");
  const data = join(folder, "data");
  writeFileSync(file, `${settings.join("\n")}\n`);
  const child = start(join(root, "bms"), ["run", "--json", "--data", data, "--settings", file], {
    cwd: root,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const lines = createInterface({ input: child.stdout! });
  const gone = once(child, "exit").then(([code]) => Promise.reject(new Error(`bms run ended with ${code}`)));
  gone.catch(() => {}); // at the end it is meant to go
  const device: RunningDevice = {
    line: join(data, "ports", "rs485"),
    nextLine: async () => {
      const [text] = await Promise.race([once(lines, "line"), gone]);
      return JSON.parse(text) as Line;
    },
    end: async () => {
      await endProcess(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  for (let line = 0; line < LINES; line++) await device.nextLine();
  return device;
}

/** Starts a program as the first of its own group. */
export const start = (command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess =>
  spawn(command, args, { stdio: ["pipe", "ignore", "inherit"], detached: true, ...options });

/** Ends a program that was started here, with all that it started, and waits until it has gone. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  process.kill(-child.pid!, "SIGTERM");
  await ended;
}

/** A TCP port that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

const PATIENCE_ms = 10_000;
const PAUSE_ms = 20;

/** Waits until somebody listens at a port. */
export async function listening(port: number): Promise<void> {
  const end_ms = performance.now() + PATIENCE_ms;
  while (!(await isOpen(connect(port, "127.0.0.1")))) {
    if (performance.now() > end_ms) throw new Error(`nobody listens at port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_ms));
  }
}

async function isOpen(socket: Socket): Promise<boolean> {
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

const run = promisify(execFile);

/** What a program prints as one line of JSON. */
export async function told<T>(program: string, args: readonly (string | number)[]): Promise<T> {
  return JSON.parse((await run(program, args.map(String))).stdout) as T;
}
