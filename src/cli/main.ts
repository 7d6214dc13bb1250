#!/usr/bin/env node
// The command line: runs what was typed and ends with its exit code (program.ts).

import { runCommandLine } from "./program.ts";

// A reader that has seen enough (bms sim | head) and a terminal that was closed are no trouble. A command that must end in
// order listens itself.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
  if (process.stdout.listenerCount("error") === 1) process.exit(0);
});
process.stderr.on("error", () => {});

process.exitCode = await runCommandLine(process.argv.slice(2));
