// What the server answers out of the data folder, also while the device is down: a thread reads, jobs have threads of their own,
// and this side only hands over. Answers that nobody waits for any more are given up.

import { Worker } from "node:worker_threads";
import type { Who } from "../../monitor/desk-host.ts";
import { type Reply, refuse } from "../../monitor/problem.ts";
import type { Input } from "../../monitor/schemas.ts";
import type { DataDesk, NamesBy } from "../answerers.ts";
import type { ReportMistake } from "../mistakes.ts";
import {
  type FromReader,
  type LogCopy,
  READER_THREAD,
  type ReadName,
  type ThreadStart,
  type ToReader,
} from "./data-messages.ts";
import { Jobs } from "./jobs.ts";

export type DataOperations = DataDesk & {
  /** A file of the log folder, by the name that `logs` tells. */
  readonly copyOf: (name: string) => Promise<Reply<LogCopy>>;
  readonly close: () => Promise<void>;
};

export type DataOptions = {
  /** Under which name the store keeps the settings of the device as it runs now: each scenario has its own. */
  readonly setup?: () => Promise<string>;
  readonly jobs?: Jobs;
  /** Gets our own mistakes. */
  readonly mistake?: ReportMistake;
};

/** So many answers are waited for at most. */
const MOST_WAITING = 64;
export const DEFAULT_SETUP = "default";

/** @param folder data folder of a device; it may be empty yet */
export function createDataOperations(folder: string, options: DataOptions = {}): DataOperations {
  const { jobs = new Jobs(folder), setup = async () => DEFAULT_SETUP, mistake = () => {} } = options;
  const reader = new ReaderLink({ thread: READER_THREAD, folder }, mistake);
  jobs.mistake = mistake;
  const ask = async (
    name: NamesBy<"data">,
    input: unknown,
    who: Who,
    signal?: AbortSignal,
  ): Promise<Reply<unknown>> => {
    if (name === "startJob") return jobs.start(input as Input<"startJob">, who);
    if (name === "job") return jobs.look(input as Input<"job">, who);
    if (name === "cancelJob") return jobs.cancel(input as Input<"cancelJob">, who);
    const isOfSettings = name === "revisions" || name === "revision";
    return reader.ask(name, input, signal, isOfSettings ? await setup() : "");
  };
  return {
    ask: ask as DataOperations["ask"],
    copyOf: (name) => reader.ask("copy", { name }) as Promise<Reply<LogCopy>>,
    close: async () => {
      await Promise.all([jobs.close(), reader.close()]);
    },
  };
}

type Waiting = { readonly name: ReadName; readonly settle: (reply: Reply<unknown>) => void };

/** The reading thread; one that dies is started again by the next question. */
class ReaderLink {
  readonly #start: ThreadStart;
  readonly #mistake: ReportMistake;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #last = 0;

  constructor(start: ThreadStart, mistake: ReportMistake) {
    this.#start = start;
    this.#mistake = mistake;
  }

  ask(name: ReadName, input: unknown, signal?: AbortSignal, setup = ""): Promise<Reply<unknown>> {
    if (signal?.aborted === true) return Promise.resolve(GIVEN_UP);
    if (this.#waiting.size >= MOST_WAITING)
      return Promise.resolve({ ok: false, problem: { kind: "tooMany", detail: BUSY, retryAfter_s: 1 } });
    const id = ++this.#last;
    return new Promise((resolve) => {
      const drop = (): void => {
        this.#post({ kind: "drop", id });
        this.#settle(id, GIVEN_UP);
      };
      const settle = (reply: Reply<unknown>): void => {
        signal?.removeEventListener("abort", drop);
        resolve(reply);
      };
      this.#waiting.set(id, { name, settle });
      signal?.addEventListener("abort", drop);
      this.#post({ kind: "ask", id, name, input, setup });
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    this.#settleAll("the server is stopping");
  }

  #post(message: ToReader): void {
    this.#worker ??= this.#begin();
    this.#worker.postMessage(message);
  }

  #begin(): Worker {
    const worker = new Worker(new URL("./reader-thread.ts", import.meta.url), { workerData: this.#start });
    worker.on("message", (message: FromReader) => this.#hear(message));
    worker.on("error", (error) => {
      this.#mistake("the thread that reads the data folder", error);
      this.#lost(worker);
    });
    worker.on("exit", () => this.#lost(worker));
    return worker;
  }

  #hear({ id, reply, mistake }: FromReader): void {
    if (mistake !== undefined) this.#mistake(`the answer to ${this.#waiting.get(id)?.name ?? "a question"}`, mistake);
    this.#settle(id, reply);
  }

  #lost(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#settleAll("reading the data folder broke off");
  }

  #settle(id: number, reply: Reply<unknown>): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.settle(reply);
  }

  #settleAll(detail: string): void {
    for (const id of [...this.#waiting.keys()]) this.#settle(id, refuse("unavailable", detail));
  }
}

const BUSY = "too much is being read at once: try again";
const GIVEN_UP = refuse("unavailable", "nobody waits for this any more");
