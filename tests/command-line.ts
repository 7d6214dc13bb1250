// The command line for tests: in this process, with what it prints caught, or as a real process.

import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { vi } from "vitest";
import { runCommandLine } from "../src/cli/program.ts";

export type Said = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

const MAIN = new URL("../src/cli/main.ts", import.meta.url).pathname;

/** In this process: quick, one at a time. */
export async function bms(...words: readonly string[]): Promise<Said> {
  const caught = { stdout: "", stderr: "" };
  process.exitCode = 0;
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((piece) => {
      caught[name] += String(piece);
      return true;
    }),
  );
  const status = await runCommandLine(words);
  for (const spy of spies) spy.mockRestore();
  process.exitCode = 0;
  return { status, ...caught };
}

/** A process that runs until it ends by itself or is ended by the test. */
export function startProcess(...words: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [MAIN, ...words], { stdio: ["ignore", "pipe", "pipe"] });
}

/** A process that ends by itself. */
export async function bmsProcess(...words: readonly string[]): Promise<Said> {
  const child = startProcess(...words);
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [stdout, stderr, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { status, stdout, stderr };
}
