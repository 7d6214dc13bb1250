// The terminal as it was found: a live view that was killed leaves it without echo and on another screen, and nobody else can tell how
// it was before.

import { spawnSync } from "node:child_process";
import { isatty } from "node:tty";
import { LEAVE } from "./screen.ts";

/** Remembers how the terminal is now; the returned function has it so again. Without a terminal both do nothing. */
export function keepTerminal(): () => void {
  if (!isatty(0) || !isatty(1) || process.platform === "win32") return () => {};
  const { status, stdout } = stty(["-g"]);
  const kept = String(stdout).trim();
  return () => {
    process.stdout.write(LEAVE);
    if (status === 0 && kept !== "") stty([kept]);
  };
}

const stty = (words: readonly string[]) =>
  spawnSync("stty", words, { stdio: ["inherit", "pipe", "ignore"], timeout: 1000 });
