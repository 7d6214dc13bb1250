// Jobs of the server: each in a thread of its own, few at a time, some waiting; what came of one is kept for some minutes. A job is
// its asker's, by the name of the account or token: others do not see or stop it, but for the owner.

import { randomBytes } from "node:crypto";
import { Worker } from "node:worker_threads";
import type { Who } from "../../monitor/desk-host.ts";
import { type Reply, refuse } from "../../monitor/problem.ts";
import type { AnswerTo, Input } from "../../monitor/schemas.ts";
import type { ReportMistake } from "../mistakes.ts";
import { type FromJob, JOB_THREAD, type JobStart } from "./data-messages.ts";

type JobTold = AnswerTo<"job">;
type Job = {
  readonly id: string;
  readonly ask: Input<"startJob">;
  readonly actor: string;
  state: JobTold["state"];
  progress: number;
  reply: Reply<unknown> | undefined;
  worker: Worker | undefined;
  ended_ms: number;
};

export type JobLimits = { readonly running: number; readonly waiting: number; readonly kept_ms: number };
const LIMITS: JobLimits = { running: 2, waiting: 8, kept_ms: 600_000 };
/** Of one asker. */
const MOST_OF_ONE = 4;

export class Jobs {
  /** Gets our own mistakes. */
  mistake: ReportMistake = () => {};
  readonly #folder: string;
  readonly #limits: JobLimits;
  readonly #now_ms: () => number;
  readonly #jobs = new Map<string, Job>();

  constructor(folder: string, now_ms: () => number = () => performance.now(), limits = LIMITS) {
    this.#folder = folder;
    this.#now_ms = now_ms;
    this.#limits = limits;
  }

  start(ask: Input<"startJob">, { actor }: Who): Reply<JobTold> {
    this.#forget();
    const open = [...this.#jobs.values()].filter(isOpen);
    if (open.length >= this.#limits.running + this.#limits.waiting)
      return tooMany("enough jobs are waiting: try again in a minute");
    if (open.filter((job) => job.actor === actor).length >= MOST_OF_ONE)
      return tooMany(`you have ${MOST_OF_ONE} jobs already: cancel one, or wait`);
    const id = randomBytes(12).toString("hex");
    const job: Job = {
      ...{ id, ask, actor, state: "waiting", progress: 0 },
      ...{ reply: undefined, worker: undefined, ended_ms: 0 },
    };
    this.#jobs.set(id, job);
    this.#next();
    return { ok: true, answer: told(job) };
  }

  look({ id }: Input<"job">, who: Who): Reply<JobTold> {
    this.#forget();
    const job = this.#find(id, who);
    return job === undefined ? UNKNOWN : { ok: true, answer: told(job) };
  }

  cancel({ id }: Input<"cancelJob">, who: Who): Reply<JobTold> {
    const job = this.#find(id, who);
    if (job === undefined) return UNKNOWN;
    if (isOpen(job)) this.#end(job, "cancelled");
    return { ok: true, answer: told(job) };
  }

  async close(): Promise<void> {
    const workers = [...this.#jobs.values()].flatMap(({ worker }) => worker ?? []);
    this.#jobs.clear();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #find(id: string, { actor, role }: Who): Job | undefined {
    const job = this.#jobs.get(id);
    return job !== undefined && (job.actor === actor || role === "owner") ? job : undefined;
  }

  #next(): void {
    const jobs = [...this.#jobs.values()];
    const running = jobs.filter(({ state }) => state === "running").length;
    const waiting = jobs.filter(({ state }) => state === "waiting");
    for (const job of waiting.slice(0, Math.max(0, this.#limits.running - running))) this.#run(job);
  }

  #run(job: Job): void {
    const workerData: JobStart = { thread: JOB_THREAD, folder: this.#folder, ask: job.ask };
    const worker = new Worker(new URL("./job-thread.ts", import.meta.url), { workerData });
    job.state = "running";
    job.worker = worker;
    worker.on("message", (message: FromJob) => this.#take(job, message));
    worker.on("error", (error) => {
      this.mistake(`the job ${job.ask.kind}`, error);
      this.#broken(job);
    });
    worker.on("exit", () => this.#broken(job));
  }

  #take(job: Job, message: FromJob): void {
    if (job.state !== "running") return;
    if (message.kind === "progress") {
      job.progress = message.part;
      return;
    }
    if (message.mistake !== undefined) this.mistake(`the job ${job.ask.kind}`, message.mistake);
    job.reply = message.reply;
    this.#end(job, message.reply.ok ? "done" : "failed");
  }

  /** The thread is gone without an answer: out of memory, for one. */
  #broken(job: Job): void {
    if (job.state !== "running") return;
    job.reply = refuse("failed", "the job broke off");
    this.#end(job, "failed");
  }

  #end(job: Job, state: JobTold["state"]): void {
    job.state = state;
    job.progress = state === "done" ? 1 : job.progress;
    job.ended_ms = this.#now_ms();
    const { worker } = job;
    job.worker = undefined;
    void worker?.terminate();
    this.#next();
  }

  #forget(): void {
    const before_ms = this.#now_ms() - this.#limits.kept_ms;
    for (const [id, job] of this.#jobs) if (!isOpen(job) && job.ended_ms < before_ms) this.#jobs.delete(id);
  }
}

const isOpen = ({ state }: Job): boolean => state === "waiting" || state === "running";
const UNKNOWN = refuse("unknown", "there is no such job, or what came of it is no longer kept");
const RETRY_s = 60;
const tooMany = (detail: string): Reply<never> => ({
  ok: false,
  problem: { kind: "tooMany", detail, retryAfter_s: RETRY_s },
});

function told({ id, ask, state, progress, reply }: Job): JobTold {
  const common = { id, kind: ask.kind, state, progress };
  if (reply === undefined) return common;
  if (reply.ok) return { ...common, result: reply.answer };
  const { detail, violations } = reply.problem;
  return { ...common, reason: detail, ...(violations && { violations: [...violations] }) };
}
