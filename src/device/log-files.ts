// The few things a log does to the medium, as a record of functions: tests make them fail, stall or stop at any byte.
// Every effect on the disk goes through here, so whoever records these calls can replay every state a cut may leave.

import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { makePrivate, PRIVATE_FILE, PRIVATE_FOLDER } from "./private-file.ts";

/** A file that is open for reading and writing. */
export type LogHandle = { readonly path: string; readonly descriptor: number };

/** Room on the medium, bytes: what may still be written, and the whole. */
export type Room = { readonly free_bytes: number; readonly total_bytes: number };

/** All of them are synchronous and throw the system's error (with its `code`) when they cannot do their work. */
export type LogFiles = {
  /** Makes the folder itself, not its parents, for good; content that is there stays. */
  readonly makeFolder: (folder: string) => void;
  /** A new, empty file. Throws EEXIST when there is one. */
  readonly create: (path: string) => LogHandle;
  /** A file that is there. */
  readonly open: (path: string) => LogHandle;
  readonly close: (handle: LogHandle) => void;
  /** All bytes, from `offset` on. */
  readonly write: (handle: LogHandle, bytes: Uint8Array, offset: number) => void;
  /** As many bytes as there are, up to `length`. */
  readonly read: (handle: LogHandle, offset: number, length: number) => Uint8Array;
  /** Returns when content and length are on the medium. */
  readonly sync: (handle: LogHandle) => void;
  readonly truncate: (handle: LogHandle, length: number) => void;
  readonly rename: (from: string, to: string) => void;
  readonly remove: (path: string) => void;
  /** Names in a folder, in no order. */
  readonly list: (folder: string) => readonly string[];
  /** Length of a file, bytes. */
  readonly size: (path: string) => number;
  readonly free: (folder: string) => Room;
  /** Returns when the folder's entries (files made, renamed, removed) are on the medium. */
  readonly syncFolder: (folder: string) => void;
};

/** The real ones. */
export const DISK: LogFiles = {
  makeFolder,
  create: (path) => ({ path, descriptor: openSync(path, "wx+", PRIVATE_FILE) }),
  open: (path) => {
    makePrivate(path);
    return { path, descriptor: openSync(path, "r+") };
  },
  close: ({ descriptor }) => closeSync(descriptor),
  write: writeAll,
  read,
  sync: ({ descriptor }) => fdatasyncSync(descriptor),
  truncate: ({ descriptor }, length) => ftruncateSync(descriptor, length),
  rename: renameSync,
  remove: (path) => rmSync(path),
  list: (folder) => readdirSync(folder),
  size: (path) => statSync(path).size,
  free,
  syncFolder,
};

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: PRIVATE_FOLDER });
    syncFolder(dirname(folder));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** A full disk takes a part first and refuses the rest. */
function writeAll({ descriptor }: LogHandle, bytes: Uint8Array, offset: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, offset + done);
  }
}

function read({ descriptor }: LogHandle, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const count = readSync(descriptor, bytes, done, length - done, offset + done);
    if (count === 0) break;
    done += count;
  }
  return done === length ? bytes : bytes.slice(0, done);
}

function free(folder: string): Room {
  const { bavail, blocks, bsize } = statfsSync(folder);
  return { free_bytes: bavail * bsize, total_bytes: blocks * bsize };
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
