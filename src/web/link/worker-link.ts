// The link to a whole virtual device that runs in a worker of this page: no server, no network.

import type { OperationName } from "../../monitor/operations.ts";
import type { Reply } from "../../monitor/problem.ts";
import type { AnswerTo, Input } from "../../monitor/schemas.ts";
import type { FromWorker, ToWorker, VirtualStart } from "../worker/messages.ts";
import { type Link, type LinkListener, ProblemError, type Wish } from "./link.ts";

type Waiting = (reply: Reply<unknown>) => void;

/** Accounts belong to a server. */
const WITHOUT: ReadonlySet<string> = new Set([
  ...["logIn", "logOut", "createOwner", "accounts", "addAccount", "changeAccount", "removeAccount", "changePassword"],
  ...["tokens", "addToken", "removeToken", "audit"],
]);

export class WorkerLink implements Link {
  readonly home = "virtual";
  #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #start: VirtualStart;
  #listener: LinkListener | undefined;
  #wish: Wish | undefined;
  #last = 0;

  constructor(start: VirtualStart) {
    this.#start = start;
    this.#worker = this.#begin();
  }

  /** In another worker: what was broken in the old one is gone with it. */
  restart(): void {
    this.#worker.terminate();
    this.#listener?.state("connecting");
    this.#worker = this.#begin();
    if (this.#wish !== undefined) this.#post({ kind: "want", wish: this.#wish });
  }

  #begin(): Worker {
    const worker = new Worker(new URL("../worker/pack-worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => this.#take(data));
    worker.addEventListener("error", ({ message }) => this.#died(message ?? "its program could not be loaded"));
    worker.postMessage({ kind: "start", start: this.#start } satisfies ToWorker);
    return worker;
  }

  can(name: OperationName): boolean {
    return !WITHOUT.has(name);
  }

  call<K extends OperationName>(name: K, input: Input<K>): Promise<AnswerTo<K>> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (reply) =>
        reply.ok ? resolve(reply.answer as AnswerTo<K>) : reject(new ProblemError(reply.problem)),
      );
      this.#post({ kind: "call", id, name, input });
    });
  }

  log(): Promise<Blob> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (reply) =>
        reply.ok ? resolve(new Blob(reply.answer as BlobPart[])) : reject(new ProblemError(reply.problem)),
      );
      this.#post({ kind: "log", id });
    });
  }

  open(listener: LinkListener): void {
    this.#listener = listener;
  }

  want(wish: Wish): void {
    this.#wish = wish;
    this.#post({ kind: "want", wish });
  }

  close(): void {
    this.#worker.terminate();
    for (const waiting of this.#waiting.values())
      waiting({ ok: false, problem: { kind: "unavailable", detail: "the virtual pack was closed" } });
    this.#waiting.clear();
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #take(message: FromWorker): void {
    const listener = this.#listener;
    switch (message.kind) {
      case "reply":
        this.#waiting.get(message.id)?.(message.reply);
        this.#waiting.delete(message.id);
        return;
      case "image":
        listener?.image(message.image, message.frame);
        return;
      case "failed":
        this.#died(message.message);
        return;
      case "device":
        listener?.state("up");
        listener?.device(message.told);
        return;
      case "world":
        listener?.world(message.told);
        return;
      case "events":
        listener?.events(message.events);
        return;
      case "bus":
        listener?.bus(message.frames, message.last);
        return;
      default:
        message satisfies never;
    }
  }

  /** Our own mistake in the device or the model: it stops, contactors count as open, and the page says so. */
  #died(message: string): void {
    this.#listener?.state("down", message);
    for (const waiting of this.#waiting.values())
      waiting({ ok: false, problem: { kind: "failed", detail: `the virtual pack stopped: ${message}` } });
    this.#waiting.clear();
  }
}
