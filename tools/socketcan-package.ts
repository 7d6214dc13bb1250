// The optional npm package socketcan, for tests: npm leaves it out when it runs on a Node.js before 24, as it does on the machine
// that only bootstraps. Then it is built once into a folder of its own.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./check.ts";

const VERSION: string = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).optionalDependencies.socketcan;
const BUILT = "socketcan/build/Release/can.node";

/** The folder of modules that has it; undefined where it cannot be built. */
export function provideSocketCan(): string | undefined {
  const own = join(ROOT, "node_modules");
  const built = join(own, ".cache", `socketcan-${VERSION}`);
  if (existsSync(join(own, BUILT))) return own;
  if (!existsSync(join(built, "node_modules", BUILT))) build(built);
  return existsSync(join(built, "node_modules", BUILT)) ? join(built, "node_modules") : undefined;
}

function build(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }');
  const runtime = dirname(dirname(process.execPath));
  spawnSync("npm", ["install", `socketcan@${VERSION}`, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    env: {
      ...process.env,
      PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
      ...(existsSync(join(runtime, "include/node")) ? { npm_config_nodedir: runtime } : {}),
    },
    stdio: ["ignore", "ignore", "inherit"],
    timeout: 120_000,
  });
}
