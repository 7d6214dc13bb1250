// The data folder: making it, and the lock by which one running device holds it.

import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createPrivate, makePrivate, PRIVATE_FOLDER } from "./private-file.ts";
import { BUSY, codeOf, NOT_A_DATABASE, StoreError, unwritable } from "./store-error.ts";

const LOCK_FILE = "bms.lock";

/** For its owner alone, where it is not there yet. Throws a StoreError where it cannot be made. */
export function makeFolder(folder: string): void {
  const missing: string[] = [];
  for (let path = resolve(folder); !existsSync(path); path = dirname(path)) missing.push(path);
  try {
    // One by one: mkdirSync's own recursion never ends where a parent cannot be made, as in /proc.
    for (const path of missing.reverse()) makeOne(path, path === resolve(folder));
  } catch (error) {
    throw unwritable(folder, error);
  }
}

function makeOne(path: string, isPrivate: boolean): void {
  try {
    mkdirSync(path, isPrivate ? { mode: PRIVATE_FOLDER } : {});
  } catch (error) {
    if (!existsSync(path)) throw error; // another start has made it meanwhile
  }
}

/** SQLite's lock is the kernel's: it ends with the process, however that ends. Throws a StoreError while another has it. */
export function takeLock(folder: string, again = true): DatabaseSync {
  const path = join(folder, LOCK_FILE);
  let lock: DatabaseSync | undefined;
  try {
    createPrivate(path);
    makePrivate(path);
    lock = new DatabaseSync(path);
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock?.close();
    if (codeOf(error) === BUSY) {
      throw new StoreError(
        "busy",
        `another bms runs on the data folder ${folder}; stop it, or choose another with --data`,
      );
    }
    if (codeOf(error) !== NOT_A_DATABASE || !again) throw unwritable(folder, error);
    rmSync(path);
    return takeLock(folder, false);
  }
}

/** Whether a running device holds the folder. */
export function isHeld(folder: string): boolean {
  const path = join(folder, LOCK_FILE);
  if (!existsSync(path)) return false;
  const lock = new DatabaseSync(path, { readOnly: true });
  try {
    lock.exec("BEGIN; SELECT count(*) FROM sqlite_schema;");
    return false;
  } catch (error) {
    return codeOf(error) === BUSY;
  } finally {
    lock.close();
  }
}
