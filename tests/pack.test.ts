// What a stranger gets: `npm pack` makes a small package without types, tests or Node.js, which installs and runs.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { toJavaScript } from "../tools/pack.ts";

const ROOT = dirname(import.meta.dirname);
let folder = "";

const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], env: withoutNpmSettings() });

/** `npm test` hands its settings down in the environment; a stranger's machine has none of them. */
function withoutNpmSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}

/** Installs as a stranger would, with an empty cache and no network: the dependencies are our own copies of them. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bms-mini-pack-"));
  run("npm", ["pack", "--silent", "--pack-destination", folder], ROOT);
  const tarballs = readdirSync(folder).map((name) => join(folder, name));
  const copies = ["commander", "yaml"].map((name) => join(ROOT, "node_modules", name));
  const quiet = ["--offline", "--install-links", "--no-audit", "--no-fund", `--cache=${join(folder, "cache")}`];
  writeFileSync(join(folder, "package.json"), "{}");
  run("npm", ["install", ...quiet, ...tarballs, ...copies], folder);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the installed package answers --help and --version", () => {
  const bms = join(folder, "node_modules/.bin/bms");
  expect(run(bms, ["--help"], folder)).toContain("Usage: bms");
  expect(run(bms, ["--version"], folder)).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("the package carries the program and nothing else", () => {
  const files = readdirSync(join(folder, "node_modules/bms-mini"), { recursive: true, encoding: "utf8" });
  expect(files).toContain("LICENSE");
  expect(files.filter((path) => /\.ts$|\.test\.|tsconfig|binaries/.test(path))).toEqual([]);
});

test("stripping types keeps lines and points imports at JavaScript", () => {
  const source = 'import type { A } from "./a.ts";\nimport { b } from "../b.ts";\nexport const c: A = b;\n';
  expect(toJavaScript(source).split("\n")[1]).toBe('import { b } from "../b.js";');
  expect(toJavaScript(source).split("\n")[2]?.replaceAll(" ", "")).toBe("exportconstc=b;");
});
