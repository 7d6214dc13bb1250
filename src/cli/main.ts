#!/usr/bin/env node
// The command line: runs what was typed and ends with its exit code (program.ts).

import { runCommandLine } from "./program.ts";

// A reader that has seen enough (bms sim | head) is no trouble. A command that must end in order listens itself.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  if (process.stdout.listenerCount("error") === 1) process.exit(0);
});

process.exitCode = await runCommandLine(process.argv.slice(2));
