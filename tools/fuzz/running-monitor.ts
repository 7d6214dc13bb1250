// A real `bms start` for tests and loads from outside: its lines, its processes, an owner who is logged in, readers of its stream.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export type Line = {
  readonly time_s: number;
  readonly overruns: number;
  readonly lost_s: number;
  readonly resumed?: boolean;
  readonly contactors: Readonly<Record<string, boolean>>;
};

export type RunningMonitor = {
  /** The data folder. */
  readonly data: string;
  readonly supervisor: ChildProcess;
  /** All that was printed, and what was said beside it. */
  readonly lines: Line[];
  readonly said: () => string;
  /** Waits until something is there; fails after so many seconds, with what was said. */
  readonly until: <T>(what: string, look: () => T | undefined | false, most_s?: number) => Promise<T>;
  readonly pid: (of: "run" | "serve") => number | undefined;
  readonly url: () => string;
  /** Makes the owner, and returns headers for everything else. */
  readonly owner: () => Promise<Readonly<Record<string, string>>>;
  /** Ends it in order, and has all of it gone. The exit code. */
  readonly end: () => Promise<number | null>;
};

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).pathname;
/** As tools/bootstrap.mjs has it. */
const COMPILED = new URL("../../node_modules/.cache/node", import.meta.url).pathname;
const LOOK_ms = 20;
export const PASSWORD = "correct horse battery";

/** @param words further words of the command line */
export function startMonitor(words: readonly string[] = ["--no-ports"]): RunningMonitor {
  const folder = mkdtempSync(join(tmpdir(), "bms-monitor-"));
  const data = join(folder, "d");
  const command = [MAIN, "start", "--json", "--port", "0", "--data", data, ...words];
  const child = spawn(process.execPath, command, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { MALLOC_ARENA_MAX: "1", NODE_COMPILE_CACHE: COMPILED, ...process.env },
  });
  const lines: Line[] = [];
  let said = "";
  createInterface({ input: child.stdout }).on("line", (text) => {
    if (text.endsWith("}")) lines.push(JSON.parse(text) as Line); // one that was cut off by a kill does not
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  const gone = new Promise<number | null>((resolve) => child.once("close", resolve));
  const until: RunningMonitor["until"] = async (what, look, most_s = 20) => {
    const end_ms = performance.now() + most_s * 1000;
    for (;;) {
      const found = look();
      if (found !== undefined && found !== false) return found;
      if (performance.now() > end_ms) throw new Error(`${what}: not within ${most_s} s; it said: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_ms));
    }
  };
  const url = (): string => [...said.matchAll(/monitor: (http:\S+)/g)].at(-1)?.[1] ?? "";
  return {
    ...{ data, supervisor: child, lines, said: () => said, until, url },
    pid: (of) => childPid(child.pid!, of),
    owner: () => makeOwner(until, () => said, url),
    end: async () => {
      child.kill("SIGTERM");
      const hard = setTimeout(() => killTree(child.pid!), 15_000);
      const code = await gone;
      clearTimeout(hard);
      rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}

/** Of the supervisor's children, by the command they run. */
function childPid(parent: number, of: string): number | undefined {
  return childrenOf(parent).find((pid) => commandOf(pid).includes(of));
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function commandOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

function killTree(pid: number): void {
  for (const each of [...childrenOf(pid), pid]) kill(each);
}

export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has gone by itself
  }
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return commandOf(pid).length > 1; // a process that waits to be buried has no command
  } catch {
    return false;
  }
}

async function makeOwner(until: RunningMonitor["until"], said: () => string, url: () => string) {
  const code = await until("the first owner's code", () => /with the code (\S+?)\)/.exec(said())?.[1]);
  const response = await fetch(`${url()}/api/v1/owner`, {
    ...{ method: "POST", headers: { "content-type": "application/json" } },
    body: JSON.stringify({ code, name: "owner", password: PASSWORD }),
  });
  if (!response.ok) throw new Error(`no owner: ${await response.text()}`);
  const { csrf } = (await response.json()) as { csrf: string };
  const cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  return { cookie, "x-csrf-token": csrf };
}

export type StreamReader = {
  readonly texts: { readonly kind: string; readonly [key: string]: unknown }[];
  /** Binary frames, or messages with signals by name. */
  readonly pictures: Uint8Array[];
  bytes: number;
  readonly socket: WebSocket;
  readonly closed: Promise<number>;
};

type Init = { readonly headers: Readonly<Record<string, string>> };
/** Node.js' own takes headers, too. */
const HeadedSocket = WebSocket as unknown as new (url: string, init: Init) => WebSocket;

/** @param keep false: pictures are counted and not kept */
export function readStream(
  url: string,
  headers: Readonly<Record<string, string>>,
  wanted: object | undefined,
  query = "",
  keep = true,
): StreamReader {
  const socket = new HeadedSocket(`${url.replace("http", "ws")}/api/v1/stream${query}`, { headers });
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener("close", ({ code }) => resolve(code));
  });
  socket.addEventListener("error", () => {}); // it is closed, too
  const reader: StreamReader = { texts: [], pictures: [], bytes: 0, socket, closed };
  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", () => wanted !== undefined && socket.send(JSON.stringify(wanted)));
  socket.addEventListener("message", ({ data }) => {
    if (data instanceof ArrayBuffer) {
      reader.bytes += data.byteLength;
      if (keep) reader.pictures.push(new Uint8Array(data));
    } else if (keep) reader.texts.push(JSON.parse(String(data)) as StreamReader["texts"][number]);
  });
  return reader;
}
