// What the device keeps in its data folder: settings with their history, what survives a power cycle, accounts and the
// journal. SQLite files with write-ahead log, every commit synced; one more file is only there to be locked by the one
// running device. Small tables carry a seal, the journal is a hash chain.
// Why so: docs/decisions/0004-store.md and 0006-journal.md.

import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { EventDraft, JournalEntry } from "../model/events.ts";
import type { KeptChanges } from "../model/kept-settings.ts";
import { keptDifferences } from "../model/kept-settings.ts";
import type { JournalHead } from "./journal-chain.ts";
import { type Account, getAccount, listAccounts, putAccount, removeAccount } from "./store-accounts.ts";
import { StoreError, unwritable } from "./store-error.ts";
import { openOrReplace, transact } from "./store-file.ts";
import { makeFolder, takeLock } from "./store-folder.ts";
import { putWitness, readWitness, STORE_FORMAT } from "./store-format.ts";
import { JournalStore } from "./store-journal.ts";
import { putMemo, readMemo } from "./store-memos.ts";
import { reading } from "./store-reading.ts";
import { type SealedTable, seal } from "./store-seals.ts";
import { firstUseOf, noteFirstUse } from "./store-service.ts";
import { type ChangedBy, putSettings, readRevisionNumber, readSettings } from "./store-settings.ts";

export type Saved = {
  /** Which pack and board it belongs to: another one does not take it over. */
  readonly pack: string;
  /** Wall time of saving. */
  readonly saved_ms: number;
  /** The device's kept state (core/saved-state.ts) and that of the modelled pack. */
  readonly device: Uint8Array;
  readonly world: Uint8Array;
};

export type Contents = {
  readonly changes: KeptChanges;
  /** Number of these settings in their history: 0 before the first change. */
  readonly revision: number;
  readonly saved: Saved | undefined;
  /** Where the journal goes on. */
  readonly journal: JournalHead;
  /** The run before did not end in order: killed, or the power was cut. */
  readonly wasCutOff: boolean;
  /** What was damaged and set aside with settings and state in it, in one line each. */
  readonly problems: readonly string[];
  /** What else is to be told: a journal that is not whole. */
  readonly remarks: readonly string[];
};

export const DATABASE_FILE = "bms.sqlite";
const NOBODY: ChangedBy = { wall_ms: 0, actor: "" };

/** The store of one data folder, held by this process alone until it is closed or dies. */
export class Store {
  readonly problems: string[] = [];
  readonly #lock: DatabaseSync;
  readonly #database: DatabaseSync;
  readonly #journal: JournalStore;
  /** The last entry that the main file knows of. */
  #witnessed: number;
  /** Setup and pack whose first use has been noted, or was long before. */
  #noted = "";

  private constructor(folder: string, lock: DatabaseSync) {
    this.#lock = lock;
    const { database, problem } = openOrReplace(join(folder, DATABASE_FILE), STORE_FORMAT);
    if (problem !== "") this.problems.push(problem);
    this.#database = database;
    const witness = readWitness(database);
    this.#witnessed = witness.last;
    this.#journal = openJournal(folder, database, witness);
  }

  /** Throws a StoreError when the folder is in use, cannot be written, or was written by a newer program. */
  static open(folder: string): Store {
    makeFolder(folder);
    const lock = takeLock(folder);
    try {
      return new Store(folder, lock);
    } catch (error) {
      lock.close();
      throw error instanceof StoreError ? error : unwritable(folder, error);
    }
  }

  /** The changes and the saved state of one setup ("default", or the name of a scenario). */
  read(setup: string): Contents {
    const { problems } = this;
    const { head, remarks, wasEnded } = this.#journal;
    const wasCutOff = !wasEnded;
    const revision = readRevisionNumber(this.#database, setup);
    const told = { problems: [...problems], remarks: [...remarks] };
    return { ...readSetup(this.#database, setup), revision, journal: head, wasCutOff, ...told };
  }

  save(setup: string, saved: Saved): void {
    const user = JSON.stringify([setup, saved.pack]);
    this.#sealed("saved", () => {
      if (this.#noted !== user) noteFirstUse(this.#database, setup, saved.pack, saved.saved_ms);
      this.#database
        .prepare("INSERT OR REPLACE INTO saved VALUES (?, ?, ?, ?, ?)")
        .run(setup, saved.pack, saved.saved_ms, saved.device, saved.world);
    });
    this.#noted = user;
  }

  /** Replaces all changed settings of a setup. Returns their revision: a new one where a value differs. */
  keep(setup: string, changes: KeptChanges, by: ChangedBy = NOBODY): number {
    const database = this.#database;
    if (keptDifferences(readSettings(database, setup), changes).length === 0)
      return readRevisionNumber(database, setup);
    return this.#sealed(["settings", "setups"], () => putSettings(database, setup, changes, by));
  }

  /** Writes drafts as the next entries of the journal. `settings`: hash of the settings in force. */
  append(drafts: readonly EventDraft[], settings: string): JournalEntry[] {
    return this.#journal.append(drafts, settings);
  }

  keepFrame(sequence: number, bytes: Uint8Array): void {
    this.#journal.keepFrame(sequence, bytes);
  }

  putAccount(account: Account): void {
    this.#sealed("accounts", () => putAccount(this.#database, account));
  }

  /** False where there is no such account. */
  removeAccount(name: string): boolean {
    return this.#sealed("accounts", () => removeAccount(this.#database, name));
  }

  account(name: string): Account | undefined {
    return getAccount(this.#database, name);
  }

  accounts(): Account[] {
    return listAccounts(this.#database);
  }

  /** Wall time of the first start with a pack, ms since 1970; undefined where it was not noted. */
  firstUse(setup: string, pack: string): number | undefined {
    return firstUseOf(this.#database, setup, pack);
  }

  memo(setup: string, name: string): string | undefined {
    return readMemo(this.#database, setup, name);
  }

  /** `undefined` forgets it. */
  putMemo(setup: string, name: string, text: string | undefined): void {
    this.#sealed("memos", () => putMemo(this.#database, setup, name, text));
  }

  close(): void {
    try {
      if (this.#witnessed !== this.#journal.head.last) this.#sealed([], () => {});
    } finally {
      this.#journal.close();
      this.#database.close();
      this.#lock.close();
    }
  }

  /** One synced transaction; how far the journal has come is noted along with it. */
  #sealed<T>(tables: SealedTable | readonly SealedTable[], write: () => T): T {
    const { head } = this.#journal;
    const isNews = head.last !== this.#witnessed;
    const result = transact(this.#database, () => {
      const written = write();
      if (isNews) putWitness(this.#database, head);
      seal(this.#database, [...(isNews ? ["witness" as const] : []), ...[tables].flat()]);
      return written;
    });
    this.#witnessed = head.last;
    return result;
  }
}

function openJournal(folder: string, database: DatabaseSync, witness: ReturnType<typeof readWitness>): JournalStore {
  try {
    return new JournalStore(folder, witness);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** What a folder holds for a setup, without taking it over; undefined when there is no store, or it cannot be read. */
export const peek = (folder: string, setup: string): Pick<Contents, "changes" | "saved"> | undefined =>
  reading(join(folder, DATABASE_FILE), undefined, (database) => readSetup(database, setup));

function readSetup(database: DatabaseSync, setup: string): Pick<Contents, "changes" | "saved"> {
  const saved = database.prepare("SELECT pack, saved_ms, device, world FROM saved WHERE setup = ?").get(setup);
  return { changes: readSettings(database, setup), saved: saved as unknown as Saved | undefined };
}
