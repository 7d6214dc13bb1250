// Names of log files: the UTC time of their first record, so that sorted names are sorted times. Beside a file that is
// still being written lies its tail. Names are made and read here alone.

import { join } from "node:path";

const EXTENSION = ".mcap";
const TAIL_EXTENSION = ".tail";
const PATTERN = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z(?:_(\d+))?$/;

/** Where a data folder has its logs. */
export const logFolderOf = (folder: string): string => join(folder, "log");

/** A name without its extension that is not yet taken: a second file of the same second ends in _2. */
export function stemFor(time_us: number, isTaken: (stem: string) => boolean): string {
  const stem = `${new Date(time_us / 1000).toISOString().slice(0, 19).replaceAll(":", "-")}Z`;
  if (!isTaken(stem)) return stem;
  let count = 2;
  while (isTaken(`${stem}_${count}`)) count++;
  return `${stem}_${count}`;
}

export const logName = (stem: string): string => stem + EXTENSION;
export const tailName = (stem: string): string => stem + TAIL_EXTENSION;

/** Stems of the log files in a folder, oldest first; foreign names are left out. */
export function logStems(names: readonly string[]): string[] {
  return stemsWith(names, EXTENSION);
}

/** Stems of the files that have a tail: they were not finished. */
export function tailStems(names: readonly string[]): string[] {
  return stemsWith(names, TAIL_EXTENSION);
}

function stemsWith(names: readonly string[], extension: string): string[] {
  return names
    .filter((name) => name.endsWith(extension) && PATTERN.test(name.slice(0, -extension.length)))
    .map((name) => name.slice(0, -extension.length))
    .sort(byTime);
}

/** When a file of this stem began, microseconds since 1970. */
export function stemTime_us(stem: string): number {
  const [, day, hour, minute, second] = PATTERN.exec(stem) ?? [];
  return Date.parse(`${day}T${hour}:${minute}:${second}Z`) * 1000;
}

function byTime(a: string, b: string): number {
  return stemTime_us(a) - stemTime_us(b) || countOf(a) - countOf(b);
}

const countOf = (stem: string): number => Number(PATTERN.exec(stem)?.[5] ?? 1);
