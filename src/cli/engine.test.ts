// Which compilers V8 uses, by its own account.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const MAIN = join(import.meta.dirname, "main.ts");
/** What finds and loads the first file, before any of ours runs. */
const LOADING = 20;

test("the command line runs without V8's middle compiler", { timeout: 60_000 }, () => {
  const words = ["--trace-opt", MAIN, "sim", "e-bike-7s", "--hours", "0.5"];
  const { stdout } = spawnSync(process.execPath, words, { encoding: "utf8", maxBuffer: 100_000_000 });
  const compiled = (target: string): number => stdout.split(`(target ${target}`).length - 1;
  expect(compiled("TURBOFAN")).toBeGreaterThan(100);
  expect(compiled("MAGLEV")).toBeLessThan(LOADING);
});
