// The loop's side of the store: opens it in a thread of its own and hands over what to keep without waiting.
// What fails (a full disk) is told once to whoever listens. A save is superseded by the next; entries of the journal wait
// in a bounded queue and are tried again.

import type { EventDraft, JournalEntry } from "../model/events.ts";
import type { KeptChanges } from "../model/kept-settings.ts";
import {
  type Batch,
  createDraftQueue,
  enqueue,
  giveUp,
  loseBatch,
  putBack,
  settle,
  takeBatch,
  takeStalled,
  toldOf,
} from "./draft-queue.ts";
import { within } from "./patience.ts";
import type { Contents, Saved } from "./store.ts";
import type { Account } from "./store-accounts.ts";
import { StoreError } from "./store-error.ts";
import { STALLED_ms, StoreLink, type StoreLinkOptions } from "./store-link.ts";
import type { StoreAnswer, StoreRequest } from "./store-messages.ts";
import type { ChangedBy } from "./store-settings.ts";

export type StoreThreadOptions = StoreLinkOptions & {
  /** Pause before entries that could not be written are tried again, ms. */
  readonly retry_ms?: number;
};

const PATIENCE_ms = 5000;
const RETRY_ms = 1000;
/** Most freeze-frames on their way to the disk. */
const FRAMES = 16;

type Answered = Extract<StoreAnswer, { ok: true }>;

export class StoreThread {
  /**
   * Called with the message of a save or a change that could not be written, of the first of several failures of the
   * journal, and of the thread's death.
   */
  onTrouble: (message: string) => void = () => {};
  /** Called when it changes with the code of the signal storeTrouble: set after a failed write, 0 after a good one. */
  onReport: (trouble: number) => void = () => {};
  /**
   * Called with entries of the journal as soon as they are on the disk. `told`: so many, the first, were handed to
   * onStalled before.
   */
  onEntries: (entries: readonly JournalEntry[], told: number) => void = () => {};
  /** Called, once for each, with events that wait for the disk for too long, or are lost: they have no sequence. */
  onStalled: (drafts: readonly EventDraft[]) => void = () => {};
  readonly #link: StoreLink;
  readonly #queue = createDraftQueue();
  readonly #retry_ms: number;
  readonly #stalled_ms: number;
  /** Saves on their way to the disk. */
  pending = 0;
  /** Sequence of the last entry of the journal that is on the disk; 0 before the first. */
  written = 0;
  #frames = 0;
  /** Whether a batch of entries is on its way, or waits for its next try. */
  #writing = false;
  #failing = false;
  readonly #flying = new Set<Batch>();
  #stallTimer: NodeJS.Timeout | undefined;

  private constructor(link: StoreLink, { retry_ms = RETRY_ms, stalled_ms = STALLED_ms }: StoreThreadOptions) {
    this.#link = link;
    this.#retry_ms = retry_ms;
    this.#stalled_ms = stalled_ms;
    link.onDeath = (message) => this.onTrouble(`the store's thread ended: ${message}`);
    link.onEnd = () => this.#end();
    link.troubles.onChange = (trouble) => this.onReport(trouble);
  }

  /** Throws a StoreError when the folder cannot be used, or does not answer for a minute. */
  static async open(
    folder: string,
    setup: string,
    options: StoreThreadOptions = {},
  ): Promise<{ readonly store: StoreThread; readonly contents: Contents }> {
    const link = new StoreLink(folder, setup, options);
    const answer = await link.open();
    if (answer.ok && answer.contents !== undefined) {
      const store = new StoreThread(link, options);
      store.written = answer.contents.journal.last;
      return { store, contents: answer.contents };
    }
    throw new StoreError(
      (!answer.ok && answer.refusal) || "unwritable",
      answer.ok ? "the store did not open" : answer.message,
    );
  }

  /** Code of the signal storeTrouble: why settings, state or journal are not saved now; 0: they are. */
  get trouble(): number {
    return this.#link.troubles.code;
  }

  /** Hands over a state to be written. Skipped, not queued up, while two earlier ones are still on their way. */
  async save(saved: Saved): Promise<boolean> {
    return this.pending <= 1 && (await this.#write({ kind: "save", saved })) !== undefined;
  }

  /** The last state of a session: written in any case, given up only when the disk does not answer for so long. */
  async saveLast(saved: Saved, patience_ms = PATIENCE_ms): Promise<boolean> {
    const written = await within(patience_ms, this.#link.ask({ kind: "save", saved }));
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
    if (this.#link.ended !== "") return Promise.resolve(0);
    return new Promise((resolve) => {
      if (!enqueue(this.#queue, drafts, settings, resolve, performance.now())) this.onStalled(drafts);
      if (!this.#writing) this.#writeBatch();
      this.#watch();
    });
  }

  /** The freeze-frame of the entry with this sequence. False when it could not be written, or too many are on their way. */
  async frame(sequence: number, bytes: Uint8Array): Promise<boolean> {
    if (this.#frames >= FRAMES) return false;
    this.#frames++;
    const answer = await this.#link.ask({ kind: "frame", sequence, bytes });
    this.#frames--;
    if (!answer.ok) this.onTrouble(answer.message);
    return answer.ok;
  }

  /** By name; undefined when the store does not answer. */
  async accounts(): Promise<readonly Account[] | undefined> {
    const answer = await this.#link.ask({ kind: "accounts" });
    return answer.ok ? answer.accounts : undefined;
  }

  /** When the open setup was first used with a pack, ms since 1970; undefined where it is not known. */
  async firstUse(pack: string): Promise<number | undefined> {
    const answer = await this.#link.ask({ kind: "firstUse", pack });
    return answer.ok ? answer.firstUsed_ms : undefined;
  }

  /** What was kept under a name; undefined: nothing, or it cannot be read now. */
  async memo(name: string): Promise<string | undefined> {
    const answer = await this.#link.ask({ kind: "memo", name });
    return answer.ok ? answer.memo : undefined;
  }

  /** Keeps a text under a name, or forgets it. Whether it is on the disk. */
  async putMemo(name: string, text: string | undefined): Promise<boolean> {
    return (await this.#write({ kind: "putMemo", name, text })) !== undefined;
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
    await this.#link.close(patience_ms);
  }

  #writeBatch(): void {
    const batch = takeBatch(this.#queue);
    this.#writing = batch !== undefined;
    if (batch !== undefined) void this.#send(batch).then((sent) => this.#goOn(sent));
  }

  async #send(batch: Batch): Promise<boolean> {
    this.#flying.add(batch);
    const answer = await this.#link.ask({ kind: "journal", drafts: batch.drafts, settings: batch.settings });
    this.#flying.delete(batch);
    if (!answer.ok) return this.#fail(batch, answer);
    this.#failing = false;
    const entries = answer.entries ?? [];
    this.written = entries.at(-1)?.sequence ?? this.written;
    settle(this.#queue, batch, this.written);
    this.onEntries(entries, toldOf(batch));
    return true;
  }

  /** Entries wait for the next try, but for those that kill the thread. */
  #fail(batch: Batch, { message, isDeadly }: Extract<StoreAnswer, { ok: false }>): boolean {
    if (isDeadly === true) {
      this.onStalled(takeStalled(this.#queue, [batch], Number.POSITIVE_INFINITY));
      loseBatch(this.#queue, batch);
      return true;
    }
    putBack(this.#queue, batch);
    if (!this.#failing) this.onTrouble(message);
    this.#failing = true;
    return false;
  }

  #goOn(sent: boolean): void {
    if (this.#link.ended !== "") giveUp(this.#queue);
    else if (sent) this.#writeBatch();
    else setTimeout(() => this.#writeBatch(), this.#retry_ms).unref();
  }

  /** Looks after what waits, as long as something does. */
  #watch(): void {
    if (this.#queue.count === 0) return;
    this.#stallTimer ??= setTimeout(() => {
      this.#stallTimer = undefined;
      const stalled = takeStalled(this.#queue, [...this.#flying], performance.now() - this.#stalled_ms);
      if (stalled.length > 0) this.onStalled(stalled);
      this.#watch();
    }, this.#stalled_ms).unref();
  }

  async #write(request: StoreRequest): Promise<Answered | undefined> {
    this.pending++;
    const answer = await this.#link.ask(request);
    this.pending--;
    if (answer.ok) return answer;
    this.onTrouble(answer.message);
    return undefined;
  }

  #end(): void {
    clearTimeout(this.#stallTimer);
    giveUp(this.#queue);
  }
}
