// All that can be judged without running the device: types, lint and format, and the tidy test.
// Usage: npm run check, or npm run fix [-- paths], which first repairs what the linter and the formatter can.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

export const ROOT: string = dirname(import.meta.dirname);
export const VITEST: string = join(ROOT, "node_modules/vitest/vitest.mjs");
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
const BIOME = join(ROOT, `node_modules/@biomejs/cli-${process.platform}-${process.arch}/biome`);

export const STATIC_STEPS: readonly Step[] = [
  { name: "types", command: process.execPath, args: [TSC, "-b"] },
  { name: "lint and format", command: BIOME, args: ["check", "--error-on-warnings", "--max-diagnostics=50"] },
];
const TIDY: Step = { name: "tidy", command: process.execPath, args: [VITEST, "run", "tests/tidy.test.ts"] };

/** Runs the steps side by side and says what each found, in their order. Returns how many failed. */
export async function countFailed(steps: readonly Step[]): Promise<number> {
  let failed = 0;
  for (const ending of steps.map(run)) {
    const { line, passed } = await ending;
    process.stdout.write(line);
    if (!passed) failed++;
  }
  return failed;
}

function run({ name, command, args }: Step): Promise<{ line: string; passed: boolean }> {
  if (!existsSync(command)) return Promise.resolve({ line: `✗ ${name}: no ${command}\n`, passed: false });
  const began_ms = performance.now();
  const child = spawn(command, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  return new Promise((resolve) => {
    child.on("close", (code) => {
      const took = `${((performance.now() - began_ms) / 1000).toFixed(1)} s`;
      const passed = code === 0;
      resolve({ line: passed ? `✓ ${name} (${took})\n` : `${said}✗ ${name} (${took})\n`, passed });
    });
  });
}

if (import.meta.main) {
  const [wish, ...paths] = process.argv.slice(2);
  const fix: Step = { name: "fix", command: BIOME, args: ["check", "--write", "--max-diagnostics=0", ...paths] };
  if (wish === "--fix") await countFailed([fix]);
  process.exitCode = (await countFailed([...STATIC_STEPS, TIDY])) === 0 ? 0 : 1;
}
