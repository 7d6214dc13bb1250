// Before any test: the monitor's pages are built where a source of theirs is newer. In a process of its own, because the tests' own
// environment would make it a build for development.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
// biome-ignore lint/correctness/useImportExtensions: it is plain JavaScript, its types stand beside it
import { arePagesOld } from "../../tools/pages-age.mjs";

const ROOT = join(import.meta.dirname, "../..");

export function setup(): void {
  if (!arePagesOld()) return;
  const env = { ...process.env, NODE_ENV: "production" };
  const { status } = spawnSync(process.execPath, [join(ROOT, "tools/web.ts")], {
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error("the pages could not be built");
}
