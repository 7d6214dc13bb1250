// Which log files a person means: files by name, all of a folder, or those of a data folder.

import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { messageOf } from "../base/error-text.ts";
import { logFolderOf, logName, logStems, tailName } from "../device/log-names.ts";
import { isOfMedium } from "../device/log-trouble.ts";
import { UsageError } from "./usage-error.ts";

/** A log file, and the tail beside it while it is not finished. */
export type LogPlace = {
  readonly path: string;
  /** Without folder and ending. */
  readonly stem: string;
  readonly tail: string | undefined;
};

const EXTENSION = logName("");

/** The log files of all the words, each once; those of a folder oldest first. Throws UsageError where there is none. */
export function findLogs(words: readonly string[]): readonly LogPlace[] {
  const paths = words.flatMap((word) => (isFolder(word) ? logsOfFolder(word) : [existing(word)]));
  return [...new Set(paths)].map(placeOf);
}

/** The folder of logs of a folder a person named: that of a data folder, or itself. */
export function logFolder(folder: string): string {
  const inside = logFolderOf(folder);
  return namesOfLogs(folder).length === 0 && existsSync(inside) && isFolder(inside) ? inside : folder;
}

function logsOfFolder(word: string): readonly string[] {
  const folder = logFolder(word);
  const names = namesOfLogs(folder);
  if (names.length === 0) throw new UsageError(`there is no log in ${word}`);
  return names.map((name) => join(folder, name));
}

/** Names of our own first, by their time; then the others by name. What was made of a log beside it is left out. */
export function namesOfLogs(folder: string): readonly string[] {
  const all = listed(folder).filter((name) => name.endsWith(EXTENSION));
  const names = all.filter((name) => !all.includes(originalOf(name)));
  const ours = logStems(names).map(logName);
  return [...ours, ...names.filter((name) => !ours.includes(name)).sort()];
}

/** Names of files that are made of a log: what could be saved of it, and a part of it. */
export const recoveredName = (stem: string): string => logName(`${stem}-recovered`);
export const cutName = (stem: string): string => logName(`${stem}-cut`);

/** The log of which a file of such a name was made; "" for another name. */
const originalOf = (name: string): string => {
  const [, stem] = /^(.*)-(?:recovered|cut)\.mcap$/.exec(name) ?? [];
  return stem === undefined ? "" : logName(stem);
};

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw cannotRead(folder, error);
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw cannotRead(path, error);
  }
}

function existing(path: string): string {
  if (!path.endsWith(tailName(""))) return path;
  throw new UsageError(`${path} is the tail of a log that was not finished; name the ${EXTENSION} beside it`);
}

function placeOf(path: string): LogPlace {
  const stem = basename(path, EXTENSION);
  const tail = join(dirname(path), tailName(stem));
  return { path, stem, tail: tail !== path && existsSync(tail) ? tail : undefined };
}

/** One line for a file that cannot be read at all. */
export function cannotRead(path: string, error: unknown): UsageError {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === "ENOENT") return new UsageError(`there is no ${path}`);
  if (code === "EACCES" || code === "EPERM") return new UsageError(`${path} may not be read (${code})`);
  return new UsageError(`cannot read ${path}: ${messageOf(error)}`);
}

/** An error of a file operation, as "no space" or "read-only"; a pipe whose reader has gone is none. */
export function isOfSystem(error: unknown): boolean {
  return isOfMedium(error) && (error as NodeJS.ErrnoException).code !== "EPIPE";
}
