// The way to the store's thread and back: requests in order, one answer each. A thread that dies by an error of ours is
// started again, and gets what was on its way once more: an entry may then stand twice in the journal, none is lost. What
// was on its way at two deaths is taken for their cause, and given up.

import { Worker } from "node:worker_threads";
import { messageOf } from "../base/error-text.ts";
import { shareCompiled } from "./compiled-modules.ts";
import { abandon } from "./leaving.ts";
import { within } from "./patience.ts";
import { STORE_THREAD, type StoreAnswer, type StoreRequest } from "./store-messages.ts";
import { type StorePart, StoreTroubles, storeTroubleCode } from "./store-trouble.ts";

export type StoreLinkOptions = {
  /** Which file the thread runs. */
  readonly worker?: URL;
  /** A thread that died is started again after so long, ms. */
  readonly restart_ms?: number;
  /** A disk that takes longer for one request counts as too slow, ms. */
  readonly stalled_ms?: number;
  /** How long the first opening may take, ms. */
  readonly open_ms?: number;
};

type Asked = { readonly request: StoreRequest; readonly resolve: (answer: StoreAnswer) => void; deaths: number };

const WORKER = new URL("./store-worker.ts", import.meta.url);
const RESTART_ms = 5000;
const OPEN_ms = 60_000;
export const STALLED_ms = 2000;

export class StoreLink {
  /** Why the thread died. */
  onDeath: (message: string) => void = () => {};
  /** Nothing more will be answered. */
  onEnd: () => void = () => {};
  /** Why the thread is no more; "" while it lives, or will live again. */
  ended = "";
  readonly troubles = new StoreTroubles();
  readonly #folder: string;
  readonly #setup: string;
  readonly #options: StoreLinkOptions;
  /** In order; all have been posted where the thread is open. */
  readonly #asked: Asked[] = [];
  #worker: Worker | undefined;
  #opened: (answer: StoreAnswer) => void = () => {};
  #isOpen = false;
  #isClosing = false;
  #cause = "";
  #slowTimer: NodeJS.Timeout | undefined;
  #restartTimer: NodeJS.Timeout | undefined;

  constructor(folder: string, setup: string, options: StoreLinkOptions) {
    this.#folder = folder;
    this.#setup = setup;
    this.#options = options;
  }

  /** The answer to the first opening. A thread that gives none in time is left to itself. */
  async open(): Promise<StoreAnswer> {
    const answer = await within(this.#options.open_ms ?? OPEN_ms, this.#start());
    this.#isOpen = answer?.ok === true;
    if (answer === undefined) abandon(this.#worker!);
    else if (!answer.ok) await this.#worker!.terminate();
    return answer ?? { ok: false, message: `the data folder ${this.#folder} does not answer`, refusal: "unwritable" };
  }

  /** Carried out after all that was asked before. Refused once the thread has ended for good. */
  async ask(request: StoreRequest): Promise<StoreAnswer> {
    if (this.ended !== "") return { ok: false, message: this.ended };
    const answer = await new Promise<StoreAnswer>((resolve) => {
      this.#asked.push({ request, resolve, deaths: 0 });
      if (this.#asked.length === 1) this.#watch();
      if (this.#isOpen) this.#worker?.postMessage(request);
    });
    const part = partOf(request);
    if (part !== undefined && this.ended === "") this.troubles.set(part, troubleIn(answer));
    return answer;
  }

  /** Ends after everything asked before is done, or after the patience for a disk that does not answer. */
  async close(patience_ms: number): Promise<void> {
    this.#isClosing = true;
    const closing = this.ask({ kind: "close" });
    if (this.#restartTimer !== undefined) void this.#restart();
    const closed = await within(patience_ms, closing);
    clearTimeout(this.#slowTimer);
    if (closed === undefined && this.#worker !== undefined) abandon(this.#worker);
    this.#end(closed === undefined ? "the disk did not answer" : "the store has been closed");
  }

  #start(): Promise<StoreAnswer> {
    shareCompiled(STORE_THREAD);
    const worker = new Worker(this.#options.worker ?? WORKER, {
      workerData: STORE_THREAD,
      resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 32 },
    });
    this.#worker = worker;
    this.#cause = "";
    worker.on("message", (answer: StoreAnswer) => this.#take(answer));
    worker.on("error", (error) => {
      this.#cause = messageOf(error);
    });
    worker.on("exit", () => this.#exited(worker));
    worker.postMessage({ kind: "open", folder: this.#folder, setup: this.#setup } satisfies StoreRequest);
    return new Promise((resolve) => {
      this.#opened = resolve;
    });
  }

  #take(answer: StoreAnswer): void {
    if (!this.#isOpen) {
      this.#opened(answer);
      return;
    }
    const asked = this.#asked.shift();
    this.troubles.set("thread", 0);
    this.#watch();
    asked?.resolve(answer);
  }

  /** The oldest request has not been answered for too long. */
  #watch(): void {
    clearTimeout(this.#slowTimer);
    if (this.#asked.length === 0) return;
    const tooSlow = (): void => this.troubles.set("thread", storeTroubleCode("too slow"));
    this.#slowTimer = setTimeout(tooSlow, this.#options.stalled_ms ?? STALLED_ms).unref();
  }

  #exited(worker: Worker): void {
    if (worker !== this.#worker || this.ended !== "") return;
    const message = this.#cause || "without a reason";
    if (this.#isOpen) this.#died(message);
    else this.#opened({ ok: false, message });
  }

  #died(message: string): void {
    this.#isOpen = false;
    this.#mournOver(message);
    if (this.#isClosing && this.#asked.length === 0) this.#end(message);
    else this.#restartLater();
  }

  #mournOver(message: string): void {
    clearTimeout(this.#slowTimer);
    this.troubles.set("thread", storeTroubleCode("failed"));
    const [suspect] = this.#asked;
    if (suspect !== undefined && ++suspect.deaths > 1) {
      this.#asked.shift();
      suspect.resolve({ ok: false, message, isDeadly: true });
    }
    this.onDeath(message);
  }

  #restartLater(): void {
    const wait_ms = this.#isClosing ? 0 : (this.#options.restart_ms ?? RESTART_ms);
    this.#restartTimer = setTimeout(() => void this.#restart(), wait_ms);
    if (!this.#isClosing) this.#restartTimer.unref();
  }

  async #restart(): Promise<void> {
    clearTimeout(this.#restartTimer);
    this.#restartTimer = undefined;
    const answer = await this.#start();
    if (this.ended !== "") return;
    if (answer.ok) this.#reopened();
    else this.#restartFailed();
  }

  #reopened(): void {
    this.#isOpen = true;
    this.troubles.set("thread", 0);
    this.#watch();
    for (const { request } of this.#asked) this.#worker?.postMessage(request);
  }

  #restartFailed(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    if (worker !== undefined) abandon(worker);
    if (this.#isClosing) this.#end("the store could not be opened again");
    else this.#restartLater();
  }

  #end(message: string): void {
    this.ended ||= message;
    for (const { resolve } of this.#asked.splice(0)) resolve({ ok: false, message });
    this.onEnd();
  }
}

const troubleIn = (answer: StoreAnswer): number => (answer.ok ? 0 : (answer.trouble ?? storeTroubleCode("failed")));

/** What a request writes; undefined where it only reads. */
function partOf({ kind }: StoreRequest): StorePart | undefined {
  if (kind === "journal" || kind === "frame") return "journal";
  return kind === "accounts" || kind === "close" || kind === "open" ? undefined : "state";
}
