// Files of the data folder are their owner's alone: they hold hashes of passwords, and who did what when. A folder that was there
// before keeps its mode: whoever made it knows why.

import { chmodSync, closeSync, openSync, statSync } from "node:fs";

export const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;
const OTHERS = 0o077;

/** Makes a file readable and writable for its owner alone, where there is one. A medium without modes is left as it is. */
export function makePrivate(path: string): void {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined || (mode & OTHERS) === 0) return;
  try {
    chmodSync(path, PRIVATE_FILE);
  } catch {
    // Somebody else's file, or a medium that can only be read: opening it says what is wrong, if anything is.
  }
}

/** A new, empty file of its owner alone; one that is there stays as it is. Where it cannot be made, opening it says why. */
export function createPrivate(path: string): void {
  try {
    closeSync(openSync(path, "a", PRIVATE_FILE));
  } catch {
    // The same is met again by whoever opens it, in the words of SQLite.
  }
}
