// The log files of a data folder, opened to be read while the device writes: finished ones once, the one that grows again when it
// has grown. Only so many files are held open at a time; one that is removed meanwhile reads as empty.

import { closeSync, openSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { decompress } from "../../device/log-compression.ts";
import { DISK } from "../../device/log-files.ts";
import { logFolderOf, logName, logStems, tailName } from "../../device/log-names.ts";
import { readWaiting } from "../../device/log-waiting.ts";
import type { NamedLog } from "../../log/chunk-columns.ts";
import { openLog } from "../../log/log-file.ts";
import type { UnreadableLog } from "../../monitor/data/source.ts";

type Stamp = { readonly size: number; readonly changed_ms: number };
type Opened = NamedLog | UnreadableLog;
type Held = { readonly file: Stamp; readonly tail: Stamp; readonly log: Opened };

const MOST_OPEN = 64;
const NOTHING: Stamp = { size: 0, changed_ms: 0 };
const NO_BYTES = new Uint8Array(0);

export class FolderLogs {
  readonly path: string;
  readonly #held = new Map<string, Held>();
  /** Least recently read first. */
  readonly #descriptors = new Map<string, number>();

  constructor(folder: string) {
    this.path = logFolderOf(folder);
  }

  /** All logs as they are now, oldest first; what cannot be read as one is left out. */
  refresh(): readonly NamedLog[] {
    return this.look().logs;
  }

  /** The same, and the files that have the name of a log and cannot be read as one. */
  look(): { readonly logs: readonly NamedLog[]; readonly unreadable: readonly UnreadableLog[] } {
    const stems = logStems(listed(this.path));
    for (const stem of this.#held.keys()) if (!stems.includes(stem)) this.#drop(stem);
    const opened = stems.map((stem) => this.#opened(stem));
    return {
      logs: opened.filter((each): each is NamedLog => "log" in each),
      unreadable: opened.filter((each): each is UnreadableLog => "reason" in each && each.bytes > 0),
    };
  }

  close(): void {
    for (const descriptor of this.#descriptors.values()) closeSync(descriptor);
    this.#descriptors.clear();
    this.#held.clear();
  }

  #opened(stem: string): Opened {
    const file = stampOf(join(this.path, logName(stem)));
    const tail = stampOf(join(this.path, tailName(stem)));
    const held = this.#held.get(stem);
    if (held !== undefined && isSame(held.file, file) && isSame(held.tail, tail)) return held.log;
    const log = this.#open(stem, file.size, tail);
    this.#held.set(stem, { file, tail, log });
    return log;
  }

  #open(stem: string, size: number, tail: Stamp): Opened {
    const read = (offset: number, length: number): Uint8Array => this.#read(stem, offset, length);
    const log = openLog(read, size, decompress);
    if ("problem" in log) return { name: logName(stem), bytes: size, reason: log.problem };
    const hasTail = tail !== NOTHING;
    const waiting = readWaiting(hasTail ? join(this.path, tailName(stem)) : undefined, log);
    return { name: logName(stem), log, tail: waiting.tail, hasTail };
  }

  #read(stem: string, offset: number, length: number): Uint8Array {
    try {
      return DISK.read({ path: stem, descriptor: this.#descriptor(stem) }, offset, length);
    } catch {
      return NO_BYTES; // removed to make room, or unreadable: its chunks are left out
    }
  }

  #descriptor(stem: string): number {
    const open = this.#descriptors.get(stem) ?? openSync(join(this.path, logName(stem)), "r");
    this.#descriptors.delete(stem);
    this.#descriptors.set(stem, open);
    for (const [oldest, descriptor] of this.#descriptors) {
      if (this.#descriptors.size <= MOST_OPEN) break;
      closeSync(descriptor);
      this.#descriptors.delete(oldest);
    }
    return open;
  }

  #drop(stem: string): void {
    const descriptor = this.#descriptors.get(stem);
    if (descriptor !== undefined) closeSync(descriptor);
    this.#descriptors.delete(stem);
    this.#held.delete(stem);
  }
}

/** A folder that is not there yet has no logs. */
function listed(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function stampOf(path: string): Stamp {
  try {
    const { size, mtimeMs } = statSync(path);
    return { size, changed_ms: mtimeMs };
  } catch {
    return NOTHING;
  }
}

const isSame = (a: Stamp, b: Stamp): boolean => a.size === b.size && a.changed_ms === b.changed_ms;
