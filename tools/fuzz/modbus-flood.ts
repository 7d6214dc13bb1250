// A running device under bad Modbus input: floods over TCP and over its serial line, clients that send a byte a second, and
// clients that never read. How its ticks and its memory fare meanwhile, against a time of rest just before.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createRandom, nextUint32 } from "../../src/base/random.ts";

export type Flood = {
  readonly overrunsAtRest: number;
  readonly overruns: number;
  readonly memoryAtRest_MB: number;
  readonly memory_MB: number;
  readonly sent_MB: number;
  /** What went wrong; "" where nothing did. */
  readonly trouble: string;
};

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).pathname;
type Line = { readonly overruns: number; readonly time_s: number };

/** @param seconds of rest, and of flood */
export async function floodDevice(seconds: number): Promise<Flood> {
  const data = mkdtempSync(join(tmpdir(), "bms-flood-"));
  const port = await freePort();
  writeFileSync(join(data, "s.yaml"), `modbus:\n  tcpPort: ${port}\n`);
  const args = [
    "--max-semi-space-size=1",
    MAIN,
    "run",
    "--json",
    "--data",
    join(data, "d"),
    "--settings",
    join(data, "s.yaml"),
  ];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  try {
    return await measure(child, join(data, "d"), port, seconds);
  } finally {
    child.kill("SIGKILL");
    rmSync(data, { recursive: true, force: true });
  }
}

async function measure(child: ChildProcess, data: string, port: number, seconds: number): Promise<Flood> {
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const after = async (time_s: number): Promise<Line> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error("the device ended");
      const line = JSON.parse(value) as Line;
      if (line.time_s >= time_s) return line;
    }
  };
  const first = await after(5);
  const rest = await after(5 + seconds);
  const memoryAtRest_MB = memoryOf(child);
  const settingsBefore = settingsOf(data);
  const flood = startFlood(port, join(data, "ports/rs485"));
  const end = await after(5 + 2 * seconds);
  const memory_MB = memoryOf(child);
  const sent_MB = flood.stop();
  return {
    ...{ overrunsAtRest: rest.overruns - first.overruns, overruns: end.overruns - rest.overruns },
    ...{ memoryAtRest_MB, memory_MB, sent_MB, trouble: troubleIn(data, settingsBefore) },
  };
}

function troubleIn(data: string, settingsBefore: string): string {
  if (settingsOf(data) !== settingsBefore) return "a setting changed";
  const journal = spawnSync(process.execPath, [MAIN, "journal", data, "--code", "failed", "--json"], {
    encoding: "utf8",
  });
  return journal.stdout.trim();
}

const settingsOf = (data: string): string =>
  spawnSync(process.execPath, [MAIN, "settings", "print", data, "--json"], { encoding: "utf8" }).stdout;

const memoryOf = ({ pid }: ChildProcess): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;

const READ_125 = Uint8Array.of(0, 1, 0, 0, 0, 6, 32, 4, 0x80, 0, 0, 125);
/** 115 200 bit/s carry so many bytes in 10 ms. */
const LINE_BYTES = 115;

/** Returns what was sent when stopped, MB. */
function startFlood(port: number, pty: string): { readonly stop: () => number } {
  const random = createRandom(99);
  let sent = 0;
  const sockets: Socket[] = [];
  const timers: NodeJS.Timeout[] = [];
  const open = (act: (socket: Socket) => void): void => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.on("error", () => {});
    socket.on("connect", () => act(socket));
    socket.on("close", () => setTimeout(() => timers.length > 0 && open(act), 20).unref());
    sockets.push(socket);
  };
  const write = (socket: Socket, bytes: Uint8Array): void => {
    if (socket.destroyed || socket.writableLength > 1e6) return;
    sent += bytes.length;
    socket.write(bytes);
  };
  const rubbish = (length: number): Uint8Array => Uint8Array.from({ length }, () => nextUint32(random) & 0xff);
  const every = (period_ms: number, act: () => void): void => void timers.push(setInterval(act, period_ms));
  const many = Buffer.concat(new Array(200).fill(READ_125));
  for (let i = 0; i < 4; i++) open((socket) => every(1, () => write(socket, many))); // never read: answers pile up
  for (let i = 0; i < 4; i++)
    open((socket) => {
      socket.resume();
      every(2, () => write(socket, many));
    });
  for (let i = 0; i < 4; i++) open((socket) => every(10, () => write(socket, rubbish(500))));
  for (let i = 0; i < 8; i++) open((socket) => every(1000, () => write(socket, READ_125.subarray(0, 1))));
  const line = existsSync(pty) ? createWriteStream(pty, { flags: "r+" }) : undefined;
  line?.on("error", () => {});
  every(10, () => {
    if (line === undefined || line.writableNeedDrain) return;
    sent += LINE_BYTES;
    line.write(rubbish(LINE_BYTES));
  });
  return {
    stop: () => {
      for (const timer of timers.splice(0)) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      line?.destroy();
      return sent / 1e6;
    },
  };
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
