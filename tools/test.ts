// `npm test`: the static checks, then every test, then one line with the count, which is always the last.
// Usage: npm test [-- vitest arguments]
import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countFailed, ROOT, STATIC_STEPS, VITEST } from "./check.ts";
import { providePackages } from "./debian-packages.ts";

export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface VitestReport {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/** A file that cannot even be loaded has no tests of its own: it counts as one that failed. */
export function countTests(report: VitestReport): Count {
  const broken = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  const failed = report.numFailedTests + broken.length;
  return {
    passed: report.numPassedTests,
    failed: report.success ? failed : Math.max(failed, 1),
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

export function lastLine({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function runTests(args: readonly string[]): Count {
  const folder = mkdtempSync(join(tmpdir(), "bms-mini-test-"));
  try {
    const file = join(folder, "report.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const env = process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: "1" };
    const options: SpawnSyncOptions = { cwd: ROOT, env, stdio: ["ignore", "inherit", "inherit"] };
    const { status } = spawnSync(process.execPath, [VITEST, "run", ...reporters, ...args], options);
    const report: VitestReport = JSON.parse(readFileSync(file, "utf8"));
    return countTests({ ...report, success: report.success && status === 0 });
  } catch (error) {
    process.stderr.write(`the tests left no readable report: ${error}\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const absent = providePackages();
  const failedChecks = await countFailed(STATIC_STEPS);
  const tests = runTests(process.argv.slice(2));
  for (const line of absent) console.log(line);
  const checks = STATIC_STEPS.length;
  const passed = tests.passed + checks - failedChecks;
  const total = { passed, failed: tests.failed + failedChecks, skipped: tests.skipped };
  console.log(lastLine(total));
  process.exitCode = total.failed === 0 ? 0 : 1;
}
