// bms bundle: one file for a support person with settings, journal, last logs, versions and the state of the store, and
// without secrets. The device may run meanwhile; nothing of it is changed.

import { closeSync, createWriteStream, existsSync, openSync, readSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Command } from "commander";
import { messageOf } from "../base/error-text.ts";
import {
  aboutText,
  type BundleText,
  journalText,
  type LeftOut,
  recordTexts,
  secretsOf,
  settingsText,
  withoutSecretsIn,
} from "./bundle-contents.ts";
import { chooseLogs } from "./bundle-logs.ts";
import { isDataFolder } from "./store-check.ts";
import { type TarEntry, tarBytes } from "./tar.ts";
import { UsageError } from "./usage-error.ts";

type Options = {
  readonly output?: string;
  readonly logs: string;
  readonly size: string;
  readonly entries: string;
  readonly json?: boolean;
};

const HELP = `
The bundle holds settings, the last journal entries, the last logs, versions and the state of the store. Passwords and
accounts are left out: look into it with "tar -tzf" before you send it.`;

/** Adds the command to the program. A folder without data, or a place that cannot be written, throws UsageError. */
export function registerBundle(program: Command): void {
  program
    .command("bundle")
    .summary("collect what a support person needs in one file")
    .description("Collect settings, journal, last logs and versions in one file, without secrets.")
    .argument("[dir]", "data folder of bms run; the device may be running", "./data")
    .option("-o, --output <file.tar.gz>", "where to; default bms-bundle-<time>.tar.gz here")
    .option("--logs <count>", "most log files, the newest", "3")
    .option("--size <MB>", "most megabytes of log files", "200")
    .option("--entries <count>", "most journal entries, the newest", "2000")
    .option("--json", "tell what was written as JSON")
    .addHelpText("after", HELP)
    .action(bundle);
}

async function bundle(folder: string, options: Options): Promise<void> {
  const logs = wholeNumber("--logs", options.logs, 0, 1000);
  const size_bytes = 1e6 * wholeNumber("--size", options.size, 1, 100_000);
  const limit = wholeNumber("--entries", options.entries, 0, 1_000_000);
  checkFolder(folder);
  const created_ms = Date.now();
  const path = outputPath(options.output, created_ms);
  const secrets = secretsOf(folder);
  const chosen = chooseLogs(folder, logs, size_bytes, secrets);
  const journal = journalText(folder, limit);
  const records = await recordTexts(folder);
  const leftOut = [...records.leftOut, ...chosen.leftOut];
  const texts = [aboutText(folder, { created_ms, leftOut }), settingsText(folder), journal, ...records.texts];
  const names = await write(path, created_ms, texts, chosen.paths, secrets);
  tell(options, { path, names, entries: journal.entries, leftOut });
}

function checkFolder(folder: string): void {
  if (isDataFolder(folder)) return;
  throw new UsageError(`there is no data of a device in ${folder}; name its folder`);
}

function outputPath(output: string | undefined, created_ms: number): string {
  if (output === undefined)
    return `bms-bundle-${new Date(created_ms).toISOString().slice(0, 19).replaceAll(":", "-")}Z.tar.gz`;
  if (!existsSync(dirname(output)))
    throw new UsageError(`there is no folder ${dirname(output)} to write the bundle to`);
  if (/[^/]\.(tar\.gz|tgz)$/i.test(output)) return output;
  throw new UsageError(`--output writes a .tar.gz: the name must end so, is "${output}"`);
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${option} must be a whole number from ${least} to ${most}, not "${text}"`);
}

/** Writes the archive; what could not be finished is removed. Returns the names in it. */
async function write(
  path: string,
  created_ms: number,
  texts: readonly BundleText[],
  logs: readonly string[],
  secrets: readonly string[],
): Promise<readonly string[]> {
  const root = basename(path)
    .replace(/\.(tar\.gz|tgz)$/i, "")
    .replaceAll(/[^\w.-]/g, "_")
    .slice(0, 40);
  const entries = [
    ...texts.map((each) => textEntry(`${root}/${each.name}`, withoutSecretsIn(each.text, secrets), created_ms)),
    ...logs.flatMap((log) => fileEntry(`${root}/log/${basename(log)}`, log)),
  ];
  const part = `${path}.part`;
  try {
    await pipeline(Readable.from(tarBytes(entries)), createGzip(), createWriteStream(part));
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw new UsageError(`cannot write ${path}: ${messageOf(error)}`);
  }
  return entries.map(({ name }) => name);
}

function textEntry(name: string, text: string, modified_ms: number): TarEntry {
  const bytes = Buffer.from(text);
  return { name, modified_ms, size: bytes.length, content: [bytes] };
}

/** None for a file that a running device has removed meanwhile, as it does with the tail of a finished log. */
function fileEntry(name: string, path: string): readonly TarEntry[] {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? [] : [{ name, modified_ms: found.mtimeMs, size: found.size, content: piecesOf(path) }];
}

const PIECE_bytes = 1 << 20;

function* piecesOf(path: string): Generator<Uint8Array> {
  if (!existsSync(path)) return;
  const descriptor = openSync(path, "r");
  try {
    for (;;) {
      const piece = new Uint8Array(PIECE_bytes);
      const count = readSync(descriptor, piece);
      if (count === 0) return;
      yield piece.subarray(0, count);
    }
  } finally {
    closeSync(descriptor);
  }
}

type Told = {
  readonly path: string;
  readonly names: readonly string[];
  readonly entries: number;
  readonly leftOut: readonly LeftOut[];
};

function tell(options: Options, { path, names, entries, leftOut }: Told): void {
  const { size } = statSync(path);
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ file: path, bytes: size, names, journalEntries: entries, leftOut })}\n`);
    return;
  }
  const logs = names.filter((name) => name.endsWith(".mcap")).length;
  const lines = [
    `${path}: ${(size / 1e6).toFixed(1)} MB with settings, ${entries} journal entries and ${logs} log files, without passwords and accounts`,
    ...leftOut.map(({ name, reason }) => `  not in it: ${name}: ${reason}`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
