// What a stranger gets: `npm pack` makes a small package without types, tests or Node.js, which installs and runs.
import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
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

/** Where a package finds another: beside it, or above it, as Node.js looks. */
function placeOf(name: string, from: string): string | undefined {
  for (let at = from; ; at = dirname(dirname(at))) {
    const place = join(at === "." ? "" : at, "node_modules", name);
    if (existsSync(join(ROOT, place))) return place;
    if (at === "." || !at.includes("node_modules")) return undefined;
  }
}

/** Places of the packages that a package needs to run, with those that they need, and those for this platform. */
function needed(from: string, found = new Set<string>()): ReadonlySet<string> {
  const manifest = JSON.parse(readFileSync(join(ROOT, from, "package.json"), "utf8")) as Manifest;
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    const place = placeOf(name, from);
    if (place === undefined || found.has(place)) continue;
    found.add(place);
    needed(place, found);
  }
  return found;
}

/** As npm lays it out for a stranger, without the network: the package, and of all others only what the manifests ask for. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "bms-mini-pack-"));
  run("npm", ["pack", "--silent", "--pack-destination", folder], ROOT);
  const [tarball = ""] = readdirSync(folder);
  const home = join(folder, "node_modules/bms-mini");
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  mkdirSync(home);
  run("tar", ["-xzf", join(folder, tarball), "--strip-components=1", "-C", home], folder);
  for (const place of needed(".")) cpSync(join(ROOT, place), join(folder, place), { recursive: true });
  const { bin } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as { bin: { bms: string } };
  chmodSync(join(home, bin.bms), 0o755);
  symlinkSync(join("../bms-mini", bin.bms), join(folder, "node_modules/.bin/bms"));
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

test("the installed package serves its pages", { timeout: 40_000 }, async () => {
  const words = ["serve", "--port", "0", "--data", "served"];
  const server = spawn(join(folder, "node_modules/.bin/bms"), words, {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  try {
    let said = "";
    for await (const text of server.stderr.setEncoding("utf8")) {
      said += text;
      if (/monitor: http\S+/.test(said)) break;
    }
    const url = /monitor: (http\S+)/.exec(said)?.[1] ?? said;
    expect(await (await fetch(url)).text()).toContain('<div id="app">');
  } finally {
    server.kill();
  }
});

test("the package carries the program and nothing else", () => {
  const files = readdirSync(join(folder, "node_modules/bms-mini"), { recursive: true, encoding: "utf8" });
  expect(files).toContain("LICENSE");
  expect(files.filter((path) => /\.tsx?$|\.test\.|tsconfig|binaries|pictures|static/.test(path))).toEqual([]);
  expect(files).toContain("dist/web/index.html");
});

test("stripping types keeps lines and points imports at JavaScript", () => {
  const source = 'import type { A } from "./a.ts";\nimport { b } from "../b.ts";\nexport const c: A = b;\n';
  expect(toJavaScript(source).split("\n")[1]).toBe('import { b } from "../b.js";');
  expect(toJavaScript(source).split("\n")[2]?.replaceAll(" ", "")).toBe("exportconstc=b;");
});
