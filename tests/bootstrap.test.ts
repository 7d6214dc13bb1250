// The first command on an empty machine: what the bootstrap does before, instead of and after installing.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { countTests, lastLine } from "../tools/test.ts";

const ROOT = dirname(import.meta.dirname);
const LOCK = { packages: { "": {}, "node_modules/a": { integrity: "x" }, "node_modules/b": { optional: true } } };
let clone = "";

/** A clone with nothing installed, whose scripts tell that they ran. */
beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), "bms-mini-clone-"));
  for (const folder of ["tools", "src/cli"]) mkdirSync(join(clone, folder), { recursive: true });
  for (const path of ["tools/bootstrap.mjs", "bms"]) copyFileSync(join(ROOT, path), join(clone, path));
  writeFileSync(join(clone, "package.json"), JSON.stringify({ type: "module", dependencies: { a: "1.0.0" } }));
  writeFileSync(join(clone, "package-lock.json"), JSON.stringify(LOCK));
  writeFileSync(
    join(clone, "src/cli/main.ts"),
    'console.log("ran", ...process.argv.slice(2));\nprocess.exitCode = 7;\n',
  );
});

afterEach(() => rmSync(clone, { recursive: true }));

function run(command: string, args: readonly string[], cwd = clone) {
  const env = { ...process.env, npm_config_offline: "true", npm_config_cache: join(clone, "cache") };
  return spawnSync(command, args, { cwd, env, encoding: "utf8" });
}

const bootstrap = () => run(process.execPath, ["tools/bootstrap.mjs", "src/cli/main.ts", "--speed", "10"]);

function installByHand(): void {
  mkdirSync(join(clone, "node_modules/.bin"), { recursive: true });
  symlinkSync(process.execPath, join(clone, "node_modules/.bin/node"));
  const present = { packages: { "node_modules/a": { integrity: "x" } } };
  writeFileSync(join(clone, "node_modules/.package-lock.json"), JSON.stringify(present));
}

test("without network it says so in one line and fails", () => {
  const { status, stdout, stderr } = bootstrap();
  expect(status).toBe(1);
  expect(stdout).toBe("");
  expect(stderr.trim().split("\n").at(-1)).toMatch(/^bms-mini: npm ci failed, so nothing can run yet: .*network/);
  expect(existsSync(join(clone, ".installing"))).toBe(false);
});

test("an installation by hand that agrees with the lockfile is taken as it is", () => {
  installByHand();
  const { status, stdout, stderr } = bootstrap();
  expect({ status, stdout, stderr }).toEqual({ status: 7, stdout: "ran --speed 10\n", stderr: "" });
});

test("a start whose pages cannot be built says so and starts all the same", () => {
  installByHand();
  copyFileSync(join(ROOT, "tools/pages-age.mjs"), join(clone, "tools/pages-age.mjs"));
  const { status, stdout, stderr } = run(process.execPath, ["tools/bootstrap.mjs", "src/cli/main.ts", "start"]);
  expect({ status, stdout }).toEqual({ status: 7, stdout: "ran start\n" });
  expect(stderr).toContain("the pages could not be built; the device runs without them");
});

test("a changed lockfile is installed again", () => {
  installByHand();
  bootstrap();
  const newer = { packages: { "node_modules/a": { integrity: "y" } } };
  writeFileSync(join(clone, "package-lock.json"), JSON.stringify(newer));
  utimesSync(join(clone, "package-lock.json"), new Date(), new Date(Date.now() + 1000));
  expect(bootstrap().stderr).toContain("npm ci failed");
});

test("the turn of an installer that died is taken over", () => {
  installByHand();
  const dead = spawnSync("true").pid;
  writeFileSync(join(clone, ".installing"), String(dead));
  expect(bootstrap().status).toBe(7);
});

test("./bms runs through a symbolic link from another folder, first with the bootstrap and then without", () => {
  installByHand();
  const elsewhere = join(clone, "src");
  symlinkSync("../bms", join(elsewhere, "link"));
  for (const _ of [1, 2]) {
    const { status, stdout } = run("./link", ["signals", "a b"], elsewhere);
    expect({ status, stdout }).toEqual({ status: 7, stdout: "ran signals a b\n" });
  }
});

const REPORT = {
  success: true,
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
};

test.each([
  [REPORT, "3 passed, 0 failed"],
  [{ ...REPORT, numPendingTests: 1, numTodoTests: 1 }, "3 passed, 0 failed, 2 skipped"],
  [{ ...REPORT, success: false, numFailedTests: 2 }, "3 passed, 2 failed"],
  [{ ...REPORT, success: false }, "3 passed, 1 failed"], // an error outside of any test
  [{ ...REPORT, success: false, testResults: [{ status: "failed", assertionResults: [] }] }, "3 passed, 1 failed"],
])("the last line counts what cannot be loaded as failed (%#)", (report, line) => {
  expect(lastLine(countTests(report))).toBe(line);
});
