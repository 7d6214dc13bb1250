// Small C programs around other people's libraries, for tests and the bench: compiled once with the system's compiler and
// kept beside the other caches. Where compiler or library are missing, whoever wants them says so.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";

const CACHE = new URL("../node_modules/.cache/c-programs/", import.meta.url).pathname;

/** The path of the compiled program; undefined where it cannot be compiled here. @param libraries names for -l */
export function compiled(source: string, libraries: readonly string[]): string | undefined {
  const program = join(CACHE, basename(source, ".c"));
  if (existsSync(program) && statSync(program).mtimeMs > statSync(source).mtimeMs) return program;
  mkdirSync(CACHE, { recursive: true });
  const flags = ["-O2", "-Wall", "-Werror", "-o", program, source, ...libraries.map((library) => `-l${library}`)];
  return spawnSync("cc", flags, { stdio: ["ignore", "ignore", "inherit"] }).status === 0 ? program : undefined;
}
