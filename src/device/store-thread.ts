// The loop's side of the store: opens it in a thread of its own and hands over what to keep without waiting.
// What fails (a full disk) is told once to whoever listens. A save is superseded by the next; entries of the journal wait
// in a bounded queue and are tried again.

import { flushCompileCache } from "node:module";
import { Worker } from "node:worker_threads";
import type { EventDraft, JournalEntry } from "../model/events.ts";
import { createDraftQueue, enqueue, giveUp, putBack, settle, takeBatch } from "./draft-queue.ts";
import { within } from "./patience.ts";
import type { Contents, KeptChanges, Saved } from "./store.ts";
import type { Account } from "./store-accounts.ts";
import { StoreError } from "./store-error.ts";
import { STORE_THREAD, type StoreAnswer, type StoreRequest } from "./store-messages.ts";
import type { ChangedBy } from "./store-settings.ts";

const PATIENCE_ms = 5000;
/** Pause before entries that could not be written are tried again. */
const RETRY_ms = 1000;
/** Most freeze-frames on their way to the disk. */
const FRAMES = 16;

type Answered = Extract<StoreAnswer, { ok: true }>;

export class StoreThread {
  /** Called with the message of a save or a change that could not be written, and of the first of several failures of the journal. */
  onTrouble: (message: string) => void = () => {};
  /** Called with entries of the journal as soon as they are on the disk. */
  onEntries: (entries: readonly JournalEntry[]) => void = () => {};
  readonly #worker: Worker;
  readonly #waiting: ((answer: StoreAnswer) => void)[] = [];
  readonly #queue = createDraftQueue();
  readonly #retry_ms: number;
  /** Saves on their way to the disk. */
  pending = 0;
  /** Sequence of the last entry of the journal that is on the disk; 0 before the first. */
  written = 0;
  #frames = 0;
  /** Whether a batch of entries is on its way, or waits for its next try. */
  #writing = false;
  #failing = false;
  /** Why the thread is no more; "" while it lives. */
  #ended = "";

  private constructor(worker: Worker, retry_ms: number) {
    this.#worker = worker;
    this.#retry_ms = retry_ms;
    worker.on("message", (answer: StoreAnswer) => this.#waiting.shift()?.(answer));
    worker.on("error", (error) => this.#end(error instanceof Error ? error.message : String(error)));
    worker.on("exit", () => this.#end("the store has been closed"));
  }

  /** Throws a StoreError when the folder cannot be used. */
  static async open(
    folder: string,
    setup: string,
    retry_ms = RETRY_ms,
  ): Promise<{ readonly store: StoreThread; readonly contents: Contents }> {
    flushCompileCache(); // the thread finds our modules compiled: a third less memory from the sources
    const worker = new Worker(new URL("./store-worker.ts", import.meta.url), {
      workerData: STORE_THREAD,
      resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 32 },
    });
    const store = new StoreThread(worker, retry_ms);
    const answer = await store.#ask({ kind: "open", folder, setup });
    if (answer.ok && answer.contents !== undefined) {
      store.written = answer.contents.journal.last;
      return { store, contents: answer.contents };
    }
    await worker.terminate();
    throw new StoreError(
      (!answer.ok && answer.refusal) || "unwritable",
      answer.ok ? "the store did not open" : answer.message,
    );
  }

  /** Hands over a state to be written. Skipped, not queued up, while two earlier ones are still on their way. */
  async save(saved: Saved): Promise<boolean> {
    return this.pending <= 1 && (await this.#write({ kind: "save", saved })) !== undefined;
  }

  /** The last state of a session: written in any case, given up only when the disk does not answer for so long. */
  async saveLast(saved: Saved, patience_ms = PATIENCE_ms): Promise<boolean> {
    const written = await within(patience_ms, this.#ask({ kind: "save", saved }));
    return written?.ok === true;
  }

  /** Keeps changed settings. Resolves with their revision, 0 when they could not be written. */
  async keep(changes: KeptChanges, by: ChangedBy = { wall_ms: 0, actor: "" }): Promise<number> {
    return (await this.#write({ kind: "keep", changes, by }))?.revision ?? 0;
  }

  /**
   * Hands over events that become the next entries of the journal.
   * @param settings hash of the settings in force (kept-settings.ts)
   * @returns the sequence of the last of them once all are on the disk; 0 when they are lost
   */
  journal(drafts: readonly EventDraft[], settings: string): Promise<number> {
    if (drafts.length === 0) return Promise.resolve(this.written);
    if (this.#ended !== "") return Promise.resolve(0);
    return new Promise((resolve) => {
      enqueue(this.#queue, drafts, settings, resolve);
      if (!this.#writing) this.#writeBatch();
    });
  }

  /** The freeze-frame of the entry with this sequence. False when it could not be written, or too many are on their way. */
  async frame(sequence: number, bytes: Uint8Array): Promise<boolean> {
    if (this.#frames >= FRAMES) return false;
    this.#frames++;
    const answer = await this.#ask({ kind: "frame", sequence, bytes });
    this.#frames--;
    if (!answer.ok) this.onTrouble(answer.message);
    return answer.ok;
  }

  /** By name; undefined when the store does not answer. */
  async accounts(): Promise<readonly Account[] | undefined> {
    const answer = await this.#ask({ kind: "accounts" });
    return answer.ok ? answer.accounts : undefined;
  }

  /** Adds an account, or replaces the one of its name. */
  async putAccount(account: Account): Promise<boolean> {
    return (await this.#write({ kind: "putAccount", account })) !== undefined;
  }

  async removeAccount(name: string): Promise<boolean> {
    return (await this.#write({ kind: "removeAccount", name })) !== undefined;
  }

  /** Ends after everything handed over is on the disk, or after the patience for a disk that does not answer. */
  async close(patience_ms = PATIENCE_ms): Promise<void> {
    this.#writing = true;
    for (let batch = takeBatch(this.#queue); batch !== undefined; batch = takeBatch(this.#queue))
      void this.#send(batch);
    const closed = await within(patience_ms, this.#ask({ kind: "close" }));
    if (closed === undefined) await this.#worker.terminate();
  }

  #writeBatch(): void {
    const batch = takeBatch(this.#queue);
    this.#writing = batch !== undefined;
    if (batch !== undefined) void this.#send(batch).then((sent) => this.#goOn(sent));
  }

  async #send(batch: Parameters<typeof settle>[1]): Promise<boolean> {
    const answer = await this.#ask({ kind: "journal", drafts: batch.drafts, settings: batch.settings });
    if (!answer.ok) {
      putBack(this.#queue, batch);
      if (!this.#failing) this.onTrouble(answer.message);
      this.#failing = true;
      return false;
    }
    this.#failing = false;
    const entries = answer.entries ?? [];
    this.written = entries.at(-1)?.sequence ?? this.written;
    settle(this.#queue, batch, this.written);
    this.onEntries(entries);
    return true;
  }

  #goOn(sent: boolean): void {
    if (this.#ended !== "") giveUp(this.#queue);
    else if (sent) this.#writeBatch();
    else setTimeout(() => this.#writeBatch(), this.#retry_ms).unref();
  }

  async #write(request: StoreRequest): Promise<Answered | undefined> {
    this.pending++;
    const answer = await this.#ask(request);
    this.pending--;
    if (answer.ok) return answer;
    this.onTrouble(answer.message);
    return undefined;
  }

  #ask(request: StoreRequest): Promise<StoreAnswer> {
    if (this.#ended !== "") return Promise.resolve({ ok: false, message: this.#ended });
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#worker.postMessage(request);
    });
  }

  #end(message: string): void {
    this.#ended ||= message;
    for (const resolve of this.#waiting.splice(0)) resolve({ ok: false, message });
    giveUp(this.#queue);
  }
}
