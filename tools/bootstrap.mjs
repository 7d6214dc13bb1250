// The first file that runs on an empty machine: installs what package-lock.json asks for, then runs a script on its Node.js.
// Plain JavaScript without dependencies, for any Node.js >= 20; everything after it runs on Node.js 24.
// Usage: node tools/bootstrap.mjs [script [arguments...]]   (without a script it only installs)
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const LOCKFILE = join(ROOT, "package-lock.json");
const MODULES = join(ROOT, "node_modules");
const STAMP = join(MODULES, ".installed-lock.json"); // a copy of the lockfile, newer than it: all is installed
const NODE = join(MODULES, ".bin", "node");
const COMPILED = join(MODULES, ".cache", "node"); // sources without their types, as Node.js keeps them
const INSTALLING = join(ROOT, ".installing"); // holds the pid of the one process that installs
// For the device, as in the script bms: 12 MB less, and no waiting for helpers that tidy up (docs/decisions/0013-engine.md).
const DEVICE_ENGINE = ["--max-semi-space-size=1", "--single-threaded-gc"];
const NPM_FLAGS = [
  "--include=dev",
  "--include=optional",
  "--no-audit",
  "--no-fund",
  "--no-update-notifier",
  "--loglevel=error",
];
const NPM_RETRIES = ["--fetch-retries=3", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"];

/** @returns {never} */
function fail(line) {
  process.stderr.write(`bms-mini: ${line}\n`);
  process.exit(1);
}

function isInstalled() {
  if (!existsSync(STAMP)) return false;
  if (statSync(STAMP).mtimeMs > statSync(LOCKFILE).mtimeMs) return true;
  return readFileSync(STAMP, "utf8") === readFileSync(LOCKFILE, "utf8") && touch();
}

function touch() {
  const now = new Date();
  utimesSync(STAMP, now, now);
  return true;
}

/** True when someone ran `npm install` by hand: npm's own record of what is present agrees with the lockfile. */
function agreesAlready() {
  const record = join(MODULES, ".package-lock.json");
  if (!existsSync(record) || (process.platform === "linux" && !existsSync(NODE))) return false;
  const present = JSON.parse(readFileSync(record, "utf8")).packages;
  const wanted = Object.entries(JSON.parse(readFileSync(LOCKFILE, "utf8")).packages);
  const agrees = ([path, { integrity, optional }]) =>
    path in present ? present[path].integrity === integrity : optional === true; // absent: for another platform
  return wanted.filter(([path]) => path.startsWith("node_modules/")).every(agrees);
}

function npm(args) {
  const options = { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] };
  const cli = process.env.npm_execpath ?? "";
  if (cli.endsWith("npm-cli.js")) return spawnSync(process.execPath, [cli, ...args], options);
  return spawnSync("npm", args, { ...options, shell: process.platform === "win32" });
}

function install() {
  process.stderr.write("bms-mini: installing the packages of package-lock.json (once; a minute or less)\n");
  const result = npm(["ci", ...NPM_FLAGS, ...NPM_RETRIES]);
  if (result.status === 0) return;
  const told = `${result.stderr}`.split("\n").find((line) => /^npm error .{20}/.test(line));
  const reason = result.error?.message ?? told?.slice("npm error ".length) ?? `exit code ${result.status}`;
  fail(`npm ci failed, so nothing can run yet: ${reason} (is the network reachable?)`);
}

/** Strips the sources of their types once, so that already the first start is quick and small. It may fail: a start does it too. */
function warm() {
  const env = { ...process.env, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? COMPILED };
  spawnSync(runtime(), [join(ROOT, "src/cli/main.ts"), "run", "--help"], { env, stdio: "ignore", timeout: 20_000 });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** One installer at a time: a second `npm start` in the next terminal waits for the first. */
function takeTurn() {
  for (let waited = 0; ; waited++) {
    try {
      writeFileSync(INSTALLING, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if (error.code !== "EEXIST") fail(`cannot write to ${ROOT}: ${error.message}`);
    }
    if (waited === 0) process.stderr.write("bms-mini: waiting for another process that installs\n");
    const pid = existsSync(INSTALLING) ? Number(readFileSync(INSTALLING, "utf8")) : 0;
    if (pid > 0 && !isAlive(pid)) rmSync(INSTALLING, { force: true });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

function ensureInstalled() {
  if (isInstalled()) return;
  takeTurn();
  process.once("exit", () => rmSync(INSTALLING, { force: true }));
  if (!isInstalled() && !agreesAlready()) install();
  warm();
  copyFileSync(LOCKFILE, STAMP);
  touch();
  rmSync(INSTALLING, { force: true });
}

/** The monitor's pages are built when a source of theirs is newer. */
async function ensurePages() {
  // biome-ignore lint/correctness/useImportExtensions: it means the declaration beside the file, which Node.js does not run
  const { arePagesOld } = await import("./pages-age.mjs");
  if (!arePagesOld()) return;
  process.stderr.write("bms-mini: building the monitor's pages (a few seconds)\n");
  const { status } = spawnSync(runtime(), [join(ROOT, "tools/web.ts")], { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) process.stderr.write("bms-mini: the pages could not be built; the device runs without them\n");
}

/** What serves the pages. */
const servesPages = (script) => script[0]?.endsWith("src/cli/main.ts") && ["start", "serve"].includes(script[1]);

function runtime() {
  if (existsSync(NODE)) return NODE;
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  return fail(
    `there is no Node.js 24 in the lockfile for ${process.platform} ${process.arch}; install it and run this again`,
  );
}

/** Becomes the script where the platform allows it, else stands in for it: signals go down, the exit code comes up. */
function become(node, script) {
  const args = script[0]?.endsWith("src/cli/main.ts") ? [...DEVICE_ENGINE, ...script] : script;
  process.env.PATH = join(MODULES, ".bin") + delimiter + (process.env.PATH ?? "");
  process.env.NODE_COMPILE_CACHE ??= COMPILED; // half the start, two thirds of the memory
  process.env.MALLOC_ARENA_MAX ??= "1"; // one pool of the C library for all threads: 10 MB less
  if (process.execve && process.platform !== "win32") process.execve(node, [node, ...args]);
  const child = spawn(node, args, { stdio: "inherit" });
  const forwarded = ["SIGTERM", "SIGHUP", "SIGINT"];
  for (const name of forwarded) {
    process.on(name, () => {
      if (name !== "SIGINT" || !process.stdin.isTTY) child.kill(name); // a terminal has already told both
    });
  }
  child.on("error", (error) => fail(`cannot run ${node}: ${error.message}`));
  child.on("exit", (code, signal) => {
    for (const name of forwarded) process.removeAllListeners(name);
    if (signal) process.kill(process.pid, signal);
    else process.exit(code ?? 1);
  });
}

ensureInstalled();
const [script, ...rest] = process.argv.slice(2);
if (servesPages(script === undefined ? [] : [script, ...rest])) await ensurePages();
if (script !== undefined) become(runtime(), [resolve(ROOT, script), ...rest]);
