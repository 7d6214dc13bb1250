// The recordings a person means: files, or folders with the folders in them.

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "./usage-error.ts";

/** A file, or all recordings below a folder in order of name. Throws UsageError where there are none. */
export function recordingsAt(path: string): readonly string[] {
  if (!existsSync(path)) throw new UsageError(`there is no file ${path}`);
  if (!statSync(path).isDirectory()) return [path];
  const found = readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.csv(\.gz)?$/.test(name))
    .sort();
  if (found.length === 0) throw new UsageError(`the folder ${path} has no recordings (*.csv, *.csv.gz)`);
  return found.map((name) => join(path, name));
}
