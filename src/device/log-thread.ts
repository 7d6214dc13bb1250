// The loop's side of the log: hands records to a thread of its own and never waits, whatever the medium does. While the
// thread does not answer, records are held here, at most 8 MB; over that the oldest are dropped, counted, and marked by a
// gap when the medium is back.

import { Worker } from "node:worker_threads";
import { messageOf } from "../base/error-text.ts";
import type { LogReport } from "../core/equipment.ts";
import type { LogMessage } from "../log/topics.ts";
import { shareCompiled } from "./compiled-modules.ts";
import { abandon } from "./leaving.ts";
import type { LogBeginning } from "./log-growing.ts";
import { LOG_THREAD, type LogAnswer, type LogRequest } from "./log-messages.ts";
import { PATIENCE_ms } from "./log-meter.ts";
import { createLogQueue, hasLost, type LogQueue, loseAll, push, take } from "./log-queue.ts";
import type { LogLimits } from "./log-rotation.ts";
import { createLoss, type Loss, type MediumTrouble, moveLoss, troubleCode } from "./log-trouble.ts";
import { within } from "./patience.ts";

export type LogThreadOptions = {
  /** The end of an earlier thread on the same folder: until then nothing is touched there, and records are held. */
  readonly after?: Promise<unknown> | undefined;
  /** Which file the thread runs. */
  readonly worker?: URL;
  /** How long the thread may take for one write before the medium counts as too slow, ms. */
  readonly patience_ms?: number;
  /** Most bytes held on this side. */
  readonly held_bytes?: number;
  /** A thread that died by an error of ours is started again after so long, ms. */
  readonly restart_ms?: number;
};

const WORKER = new URL("./log-worker.ts", import.meta.url);
const CLOSE_PATIENCE_ms = 5000;
const RESTART_ms = 5000;
/** Bytes handed over at once. */
const BATCH_bytes = 1e6;
const WAITING = 2;

type Flushed = (isWritten: boolean) => void;

export class LogThread {
  /** At most once a second, and when state, trouble or gaps change. */
  onReport: (report: LogReport) => void = () => {};
  /** The recorder is to send a /recorder/start: a new file is due, or blocks were lost. */
  onNewFile: () => void = () => {};
  /** What could not be finished of an earlier run's files, why writing fails, or why the thread died; one line. */
  onRemark: (remark: string) => void = () => {};
  readonly #folder: string;
  readonly #options: LogThreadOptions;
  readonly #patience_ms: number;
  readonly #queue: LogQueue;
  #limits: LogLimits;
  #beginning: LogBeginning;
  /** Undefined until the earlier thread has ended. */
  #worker: Worker | undefined;
  /** Done when the thread has ended; before there is one, when the earlier has. */
  #gone: Promise<unknown>;
  #isOpen = false;
  #isClosing = false;
  /** Handed over and not yet answered. */
  #flying: readonly LogMessage[] = [];
  #isFlying = false;
  #isUrgent = false;
  /** Why records are lost on this side. */
  #reason: MediumTrouble = "too slow";
  #slowTimer: NodeJS.Timeout | undefined;
  /** Not yet asked for, because records are on their way; and asked for, in order. */
  #flushes: Flushed[] = [];
  readonly #asked: Flushed[][] = [];
  #closed: () => void = () => {};
  #acknowledged_us = 0;
  #report: LogReport = { state: WAITING, trouble: 0, bytesPerHour: 0, size_MB: 0, gaps: 0 };

  private constructor(folder: string, limits: LogLimits, beginning: LogBeginning, options: LogThreadOptions) {
    this.#folder = folder;
    this.#limits = limits;
    this.#beginning = beginning;
    this.#options = options;
    this.#patience_ms = options.patience_ms ?? PATIENCE_ms;
    this.#queue = createLogQueue(options.held_bytes);
    this.#gone = options.after ?? Promise.resolve();
    this.#watch();
    if (options.after === undefined) this.#start();
    else void options.after.then(() => this.#start());
  }

  /** Returns at once; records are held until the folder is ready. A folder that cannot be used is a trouble in the report. */
  static open(folder: string, limits: LogLimits, beginning: LogBeginning, options: LogThreadOptions = {}): LogThread {
    return new LogThread(folder, limits, beginning, options);
  }

  /** What the log is doing, as last told. */
  get report(): LogReport {
    return this.#report;
  }

  /** Done when the thread has let go of the folder: later than close() where a call of its own holds it. */
  get gone(): Promise<unknown> {
    return this.#gone;
  }

  /** Time of the newest record that is on the medium; so is every record handed over before it, or it is marked as lost. */
  acknowledged(): number {
    return this.#acknowledged_us;
  }

  /** Takes records over. The bytes belong to the log from now on. Urgent: to be on the medium as soon as it can. */
  write(messages: readonly LogMessage[], isUrgent = false): void {
    if (this.#isClosing) return;
    for (const message of messages) push(this.#queue, withOwnBytes(message));
    this.#isUrgent ||= isUrgent;
    this.#send();
  }

  /** True when everything written so far is on the medium, or marked there as lost; false when the medium refuses. */
  flush(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#flushes.push(resolve);
      this.#send();
    });
  }

  /** Who and what the next files are about; another battery's serial number begins one at once. */
  begin(beginning: LogBeginning): void {
    this.#beginning = beginning;
    if (this.#isOpen) this.#post({ kind: "begin", beginning });
  }

  limit(limits: LogLimits): void {
    this.#limits = limits;
    if (this.#isOpen) this.#post({ kind: "limit", limits });
  }

  /** Finishes the file. True when everything is on the medium; false after the patience for one that does not answer. */
  async close(patience_ms = CLOSE_PATIENCE_ms): Promise<boolean> {
    const isWritten = await within(patience_ms, this.flush());
    this.#isClosing = true;
    const closed = new Promise<true>((resolve) => {
      this.#closed = () => resolve(true);
    });
    this.#post({ kind: "close" });
    const isClosed = await within(isWritten === undefined ? 0 : patience_ms, closed);
    if (isClosed === undefined && this.#worker !== undefined) abandon(this.#worker);
    clearTimeout(this.#slowTimer);
    return isWritten === true && isClosed === true;
  }

  #start(): void {
    if (this.#isClosing) return;
    shareCompiled(LOG_THREAD);
    const worker = new Worker(this.#options.worker ?? WORKER, {
      workerData: LOG_THREAD,
      resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 48 },
    });
    worker.on("message", (answer: LogAnswer) => this.#take(answer));
    worker.on("error", (error) => this.#died(messageOf(error)));
    this.#gone = new Promise<void>((resolve) => {
      worker.on("exit", () => {
        this.#closed();
        resolve();
      });
    });
    worker.postMessage({
      kind: "open",
      folder: this.#folder,
      limits: this.#limits,
      beginning: this.#beginning,
    } satisfies LogRequest);
    this.#worker = worker;
  }

  /**
   * Our own bug, or out of memory. What was written is in the tail and finished by the next thread; what was on its way may
   * be what killed this one, and counts as lost.
   */
  #died(message: string): void {
    this.onRemark(`the log's thread ended: ${message}`);
    this.#isOpen = false;
    loseAll(this.#queue, this.#flying);
    this.#reason = "failed";
    this.#landed();
    for (const resolve of [...this.#asked.splice(0).flat(), ...this.#flushes.splice(0)]) resolve(false);
    this.#say("failed");
    setTimeout(() => this.#start(), this.#options.restart_ms ?? RESTART_ms).unref();
  }

  #take(answer: LogAnswer): void {
    switch (answer.kind) {
      case "opened":
        clearTimeout(this.#slowTimer);
        this.#isOpen = true;
        this.#send();
        break;
      case "written":
        this.#landed();
        this.#send();
        break;
      case "flushed":
        for (const resolve of this.#asked.shift() ?? []) resolve(answer.isWritten);
        break;
      case "closed":
        this.#closed();
        break;
      case "acknowledged":
        this.#acknowledged_us = answer.time_us;
        break;
      case "report":
        this.#report = answer.report;
        this.onReport(answer.report);
        break;
      case "remark":
        this.onRemark(answer.remark);
        break;
      case "newFile":
        this.onNewFile();
        break;
    }
  }

  /** One write at a time; the next goes when the thread has taken the last one over. */
  #send(): void {
    if (!this.#isOpen || this.#isFlying) return;
    if (this.#queue.messages.length > 0 || hasLost(this.#queue)) this.#sendRecords();
    else if (this.#flushes.length > 0) this.#sendFlush();
  }

  #sendFlush(): void {
    this.#asked.push(this.#flushes);
    this.#flushes = [];
    this.#post({ kind: "flush" });
  }

  #sendRecords(): void {
    const losses = takeLosses(this.#queue);
    this.#flying = take(this.#queue, BATCH_bytes);
    this.#post({ kind: "write", messages: this.#flying, isUrgent: this.#isUrgent, losses, reason: this.#reason });
    this.#reason = "too slow";
    this.#isFlying = true;
    this.#isUrgent = false;
    this.#watch();
  }

  /** A thread that does not answer cannot tell so itself. */
  #watch(): void {
    clearTimeout(this.#slowTimer);
    this.#slowTimer = setTimeout(() => this.#say("too slow"), this.#patience_ms).unref();
  }

  #landed(): void {
    clearTimeout(this.#slowTimer);
    this.#isFlying = false;
    this.#flying = [];
  }

  /** What the thread cannot tell itself. */
  #say(trouble: MediumTrouble): void {
    this.#report = { ...this.#report, state: WAITING, trouble: troubleCode(trouble) };
    this.onReport(this.#report);
  }

  #post(request: LogRequest): void {
    this.#worker?.postMessage(request);
  }
}

/** A view is sent with all bytes of its buffer, so a small one of a shared buffer is copied first. */
const withOwnBytes = (message: LogMessage): LogMessage =>
  message.data.length === message.data.buffer.byteLength ? message : { ...message, data: message.data.slice() };

function takeLosses({ lost }: LogQueue): Loss[] {
  const losses = [createLoss("plain"), createLoss("recorder")];
  for (const loss of losses) moveLoss(lost[loss.stream], loss);
  return losses.filter((loss) => loss.lost > 0);
}
