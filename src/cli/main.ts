#!/usr/bin/env node
// The command line: runs what was typed and ends with its exit code (program.ts). Nothing else is imported before the
// Node.js it runs on is known to have what the rest needs.

import "./engine.ts";

/** Exit code of sysexits.h for output that cannot be written. */
const IO_ERROR = 74;

// A reader that has seen enough (bms sim | head) and a terminal that was closed are no trouble. A command that must end in
// order listens itself.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  const fine = error.code === "EPIPE" || error.code === "EIO";
  if (process.stdout.listenerCount("error") > 1) return;
  if (!fine) process.stderr.write(`bms: cannot write what there is to say: ${error.message}\n`);
  process.exit(fine ? 0 : IO_ERROR);
});
process.stderr.on("error", () => {});

if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(`bms: bms needs Node.js 24 or later; this is ${process.versions.node}\n`);
  process.exitCode = 2;
} else {
  const { runCommandLine } = await import("./program.ts");
  const { leave } = await import("../device/leaving.ts");
  await leave(await runCommandLine(process.argv.slice(2)));
}
