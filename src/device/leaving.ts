// The end of the process while a thread is held by a call that never comes back (a disk or card that has gone silent).
// Such a thread can be neither ended nor waited for, and Node.js waits for it at every way out but two: a signal, and
// putting another program in this one's place, which ends with an exit code.

import { existsSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import { within } from "./patience.ts";

const held = new Set<Worker>();
/** How long a thread that was told to end may take when the process leaves, ms. */
const GRACE_ms = 200;
const FLUSH_ms = 1000;
const SHELL = "/bin/sh";

/** Tells a thread to end, without waiting for it. */
export function abandon(worker: Worker): void {
  held.add(worker);
  worker.unref();
  void worker.terminate().then(() => held.delete(worker));
}

/** How many threads were told to end and have not. */
export const heldThreads = (): number => held.size;

/**
 * Ends the process with an exit code, 0 to 255, once what it had to say is out. Returns, with the code set, when nothing
 * holds the process: then it ends by itself. Without a shell the code is that of a killed process.
 */
export async function leave(code: number): Promise<void> {
  process.exitCode = code;
  if (held.size === 0) return;
  await within(GRACE_ms, gone());
  if (held.size === 0) return;
  await within(FLUSH_ms, Promise.all([flushed(process.stdout), flushed(process.stderr)]));
  if (process.execve !== undefined && existsSync(SHELL)) process.execve(SHELL, ["sh", "-c", `exit ${code}`], {});
  process.kill(process.pid, "SIGKILL");
}

/** Done when the last thread has ended. */
const gone = async (): Promise<unknown> => Promise.all(Array.from(held, (worker) => worker.terminate()));

const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) resolve();
    else stream.write("", () => resolve());
  });
