// The loop's side of the store: opens it in a thread of its own and hands over what to keep without waiting.
// A save that fails (a full disk) is told once to whoever listens; the next save tries again.

import { flushCompileCache } from "node:module";
import { Worker } from "node:worker_threads";
import { type Contents, type KeptChanges, type Saved, StoreError } from "./store.ts";
import type { StoreAnswer, StoreRequest } from "./store-messages.ts";
import { STORE_THREAD } from "./store-worker.ts";

const PATIENCE_ms = 5000;

export class StoreThread {
  /** Called with the message of a save or a change that could not be written. */
  onTrouble: (message: string) => void = () => {};
  readonly #worker: Worker;
  readonly #waiting: ((answer: StoreAnswer) => void)[] = [];
  /** Saves on their way to the disk. */
  pending = 0;
  /** Why the thread is no more; "" while it lives. */
  #ended = "";

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("message", (answer: StoreAnswer) => this.#waiting.shift()?.(answer));
    worker.on("error", (error) => this.#end(error instanceof Error ? error.message : String(error)));
    worker.on("exit", () => this.#end("the store has been closed"));
  }

  /** Throws a StoreError when the folder cannot be used. */
  static async open(
    folder: string,
    setup: string,
  ): Promise<{ readonly store: StoreThread; readonly contents: Contents }> {
    flushCompileCache(); // the thread finds our modules compiled: a third less memory from the sources
    const worker = new Worker(new URL("./store-worker.ts", import.meta.url), {
      workerData: STORE_THREAD,
      resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 32 },
    });
    const store = new StoreThread(worker);
    const answer = await store.#ask({ kind: "open", folder, setup });
    if (answer.ok && answer.contents !== undefined) return { store, contents: answer.contents };
    await worker.terminate();
    throw new StoreError(
      (!answer.ok && answer.refusal) || "unwritable",
      answer.ok ? "the store did not open" : answer.message,
    );
  }

  /** Hands over a state to be written. Skipped, not queued up, while two earlier ones are still on their way. */
  save(saved: Saved): Promise<boolean> {
    return this.pending > 1 ? Promise.resolve(false) : this.#write({ kind: "save", saved });
  }

  /** The last state of a session: written in any case, given up only when the disk does not answer for so long. */
  async saveLast(saved: Saved, patience_ms = PATIENCE_ms): Promise<boolean> {
    const written = await within(patience_ms, this.#ask({ kind: "save", saved }));
    return written?.ok === true;
  }

  keep(changes: KeptChanges): Promise<boolean> {
    return this.#write({ kind: "keep", changes });
  }

  /** Ends after everything handed over is on the disk, or after the patience for a disk that does not answer. */
  async close(patience_ms = PATIENCE_ms): Promise<void> {
    const closed = await within(patience_ms, this.#ask({ kind: "close" }));
    if (closed === undefined) await this.#worker.terminate();
  }

  async #write(request: StoreRequest): Promise<boolean> {
    this.pending++;
    const answer = await this.#ask(request);
    this.pending--;
    if (!answer.ok) this.onTrouble(answer.message);
    return answer.ok;
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
  }
}

/** What a promise gives, or undefined when it takes longer. */
async function within<T>(patience_ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const impatience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patience_ms);
  });
  try {
    return await Promise.race([promise, impatience]);
  } finally {
    clearTimeout(timer);
  }
}
