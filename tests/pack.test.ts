// What a stranger gets: `npm pack` makes a small package without types, tests or Node.js, which installs and runs.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

type Manifest = Readonly<Partial<Record<"dependencies" | "optionalDependencies", Record<string, string>>>>;

/** Names of the packages that a package needs to run, with those that they need, and those for this platform. */
function needed(manifest: string): string[] {
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
    readFileSync(join(ROOT, manifest), "utf8"),
  ) as Manifest;
  const optional = Object.keys(optionalDependencies).filter((name) => existsSync(join(ROOT, "node_modules", name)));
  const names = [...Object.keys(dependencies), ...optional].flatMap((name) => [
    name,
    ...needed(`node_modules/${name}/package.json`),
  ]);
  return [...new Set(names)];
}

/** Installs as a stranger would, with an empty cache and no network: the dependencies are our own copies of them. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bms-mini-pack-"));
  run("npm", ["pack", "--silent", "--pack-destination", folder], ROOT);
  const tarballs = readdirSync(folder).map((name) => join(folder, name));
  const copies = needed("package.json").map((name) => join(ROOT, "node_modules", name));
  const quiet = [
    "--offline",
    "--install-links",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    `--cache=${join(folder, "cache")}`,
  ];
  writeFileSync(join(folder, "package.json"), "{}");
  run("npm", ["install", ...quiet, ...tarballs, ...copies], folder);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the installed package answers --help and --version", () => {
  const bms = join(folder, "node_modules/.bin/bms");
  expect(run(bms, ["--help"], folder)).toContain("Usage: bms");
  expect(run(bms, ["--version"], folder)).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("the installed package runs the device, writes its log, and replays it", () => {
  const bms = join(folder, "node_modules/.bin/bms");
  run(bms, ["run", "--json", "--no-ports", "--duration", "2", "--data", "data"], folder);
  expect(run(bms, ["log", "verify", "data"], folder)).toContain("journal whole");
  expect(JSON.parse(run(bms, ["replay", "data", "--json"], folder))).toMatchObject({ identical: true });
});

test("the installed package makes its serial port", () => {
  const bms = join(folder, "node_modules/.bin/bms");
  const told = execFileSync("sh", ["-c", `"${bms}" run --json --duration 2 --data ports 2>&1`], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(told).toMatch(/RS-485: Modbus RTU at ports\/ports\/rs485 \(\/dev\/.*\)/);
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
