// Writes the log: takes records over, holds them while the medium does not take them, tries again, and reports. Which file
// they go into is log-series.ts. Synchronous; whoever calls it waits for the disk, so it runs in a thread of its own
// (log-worker.ts). Nothing the medium does is thrown: it becomes the report's trouble, and a gap where records were lost.

import { AssertionError, assert } from "../base/assert.ts";
import { messageOf } from "../base/error-text.ts";
import type { LogReport } from "../core/equipment.ts";
import type { LogMessage } from "../log/topics.ts";
import type { LogFiles } from "./log-files.ts";
import { LogFolder } from "./log-folder.ts";
import type { LogBeginning } from "./log-growing.ts";
import { createLogMeter, isSlow, meteredFiles, sumOf } from "./log-meter.ts";
import { createLogQueue, giveBack, hasLost, heldBytes, push, putBack, take } from "./log-queue.ts";
import { type LogLimits, MB } from "./log-rotation.ts";
import { LogSeries } from "./log-series.ts";
import { type LogTrouble, type Loss, type MediumTrouble, moveLoss, troubleCode, troubleOf } from "./log-trouble.ts";

export type LogWriterOptions = {
  /** Its parent must be there. */
  readonly folder: string;
  readonly files: LogFiles;
  readonly limits: LogLimits;
  readonly beginning: LogBeginning;
  /** Running time that is never set: for delays and rates. */
  readonly now_ms: () => number;
};

/** After trouble the medium is tried again so often. */
const RETRY_ms = 5000;
const REPORT_ms = 1000;
const BATCH_bytes = 262_144;

const OFF = 0;
const WRITING = 1;
const WAITING = 2;

export class LogWriter {
  /** A /recorder/start is wanted: a new file is due, or blocks were lost. */
  onNewFile: () => void = () => {};
  /** At most once a second, and when state, trouble or gaps change. */
  onReport: (report: LogReport) => void = () => {};
  /** What could not be finished of an earlier run's files, or why writing fails; one line. */
  onRemark: (remark: string) => void = () => {};
  readonly #files: LogFiles;
  readonly #now_ms: () => number;
  readonly #meter = createLogMeter();
  readonly #folder: LogFolder;
  readonly #series: LogSeries;
  readonly #queue = createLogQueue();
  #isPrepared = false;
  #isClosed = false;
  /** What keeps records from being written; "none" while they are. */
  #trouble: LogTrouble = "none";
  #retryAt_ms = 0;
  /** The last trouble, for the gap that it leaves. */
  #reason: MediumTrouble = "too slow";
  #gaps = 0;
  readonly #remarks: string[] = [];
  #report: LogReport = { state: OFF, trouble: 0, bytesPerHour: 0, size_MB: 0, gaps: 0 };
  #reportedAt_ms = Number.NEGATIVE_INFINITY;

  constructor({ folder, files, limits, beginning, now_ms }: LogWriterOptions) {
    this.#now_ms = now_ms;
    this.#files = meteredFiles(files, this.#meter, now_ms);
    this.#folder = new LogFolder(this.#files, folder);
    this.#series = new LogSeries(this.#files, this.#folder, limits, beginning, now_ms);
  }

  /** Time of the newest record that is on the medium; so is every record handed over before it, or it is marked as lost. */
  get acknowledged_us(): number {
    return this.#series.acknowledged_us;
  }

  /** Finishes what an earlier run left. The first file begins with the first record. */
  open(): void {
    this.#work();
  }

  /** Takes records over; they are on the medium after sync_s, or when this returns if they are urgent. */
  write(messages: readonly LogMessage[], isUrgent = false): void {
    for (const message of messages) {
      assert(Number.isSafeInteger(message.time_us) && message.time_us >= 0, "a record has its time");
      push(this.#queue, message);
      if (heldBytes(this.#queue) > BATCH_bytes && !this.#isWaiting) this.#work();
    }
    this.#work(() => {
      if (isUrgent) this.#series.sync();
    });
  }

  /** Marks records that were lost before they came here. The reason is the medium's trouble while there is one. */
  writeLost(losses: readonly Loss[], reason: MediumTrouble = "too slow"): void {
    if (losses.length === 0) return;
    if (!this.#isWaiting) this.#reason = reason;
    for (const loss of losses) moveLoss({ ...loss }, this.#queue.lost[loss.stream]);
    this.#work();
  }

  /** Does what has become due: sync, chunk, another try, report. */
  tick(): void {
    this.#work();
  }

  /** Running time until tick() has something to do, ms; at most a second. */
  get dueIn_ms(): number {
    const due_ms = this.#isWaiting ? this.#retryAt_ms : this.#series.syncAt_ms;
    return due_ms === -1 ? REPORT_ms : Math.max(0, Math.min(REPORT_ms, due_ms - this.#now_ms()));
  }

  /** True when everything handed over is on the medium, or marked there as lost. */
  flush(): boolean {
    this.#work(() => this.#series.sync());
    return !this.#isWaiting;
  }

  /** From now on files begin so; another battery's serial number begins one at once. */
  begin(beginning: LogBeginning): void {
    this.#series.begin(beginning);
  }

  limit(limits: LogLimits): void {
    this.#series.limits = limits;
  }

  /** Finishes the file. After trouble the medium is tried once more; else the next run finishes it from its tail. */
  close(): void {
    for (let tries = 0; tries < 2 && (tries === 0 || this.#isWaiting); tries++) {
      this.#retryAt_ms = this.#now_ms();
      this.#work(() => this.#series.end());
    }
    this.#series.close();
    this.#isClosed = true;
    this.#tell();
  }

  get #isWaiting(): boolean {
    return this.#trouble !== "none";
  }

  /** Brings what is held to the medium, then does what is asked. All trouble ends here. */
  #work(act: () => void = () => {}): void {
    if (!this.#isWaiting || this.#now_ms() >= this.#retryAt_ms) this.#try(act, true);
    this.#tell();
  }

  #try(act: () => void, mayMakeRoom: boolean): void {
    try {
      this.#prepare();
      this.#drain();
      const { syncAt_ms } = this.#series;
      if (syncAt_ms !== -1 && this.#now_ms() >= syncAt_ms) this.#series.sync();
      act();
      this.#series.keepHouse();
      this.#trouble = "none";
    } catch (error) {
      if (error instanceof AssertionError) throw error;
      this.#fail(error);
      if (this.#trouble === "full" && mayMakeRoom && this.#makeRoom()) this.#try(act, false);
    }
  }

  #fail(error: unknown): void {
    if (!this.#isWaiting) this.#remarks.push(`cannot write the log: ${messageOf(error)}`);
    this.#reason = troubleOf(error);
    this.#trouble = this.#reason;
    this.#isPrepared = false;
    this.#retryAt_ms = this.#now_ms() + RETRY_ms;
  }

  /** At the start and after trouble: the folder, the file that was open, and what others left. */
  #prepare(): void {
    if (this.#isPrepared) return;
    this.#files.makeFolder(this.#folder.path);
    giveBack(this.#queue, this.#series.reopen());
    this.#remarks.push(...this.#folder.prepare(this.#series.current));
    this.#isPrepared = true;
  }

  #drain(): void {
    if (hasLost(this.#queue)) this.#markLost();
    for (let batch = take(this.#queue, BATCH_bytes); batch.length > 0; batch = take(this.#queue, BATCH_bytes)) {
      this.#put(batch);
    }
    this.#series.write();
  }

  #markLost(): void {
    const { plain, recorder } = this.#queue.lost;
    const next_us = this.#queue.messages[0]?.time_us ?? plain.to_us;
    if (plain.lost > 0) this.#series.markLost(plain, this.#reason, next_us);
    this.#series.breakOff(recorder, this.#reason);
    this.#gaps++;
  }

  /** What cannot be put into the log goes back to where it was, in order. */
  #put(batch: readonly LogMessage[]): void {
    let done = 0;
    try {
      for (; done < batch.length; done++) this.#series.put(batch[done]!);
    } finally {
      putBack(this.#queue, batch.slice(done));
    }
  }

  /** On a full disk; false when nothing may go, or the disk refuses that too. */
  #makeRoom(): boolean {
    try {
      return this.#folder.makeRoom(this.#series.current, this.#series.keep);
    } catch {
      return false;
    }
  }

  /** Events last, when the records are safe: whoever listens may write at once. */
  #tell(): void {
    const now_ms = this.#now_ms();
    const report = this.#reportAt(now_ms);
    if (isNews(report, this.#report) || now_ms - this.#reportedAt_ms >= REPORT_ms) {
      this.#report = report;
      this.#reportedAt_ms = now_ms;
      this.onReport(report);
    }
    for (const remark of this.#remarks.splice(0)) this.onRemark(remark);
    if (this.#series.takeStartWish()) this.onNewFile();
  }

  #reportAt(now_ms: number): LogReport {
    const trouble = this.#isWaiting ? this.#trouble : isSlow(this.#meter, now_ms) ? "too slow" : "none";
    const state = this.#isClosed ? OFF : this.#isWaiting ? WAITING : WRITING;
    return {
      state,
      trouble: troubleCode(this.#isClosed ? "none" : trouble),
      bytesPerHour: sumOf(this.#meter.written, now_ms),
      size_MB: (this.#folder.kept_bytes + this.#series.current.size_bytes) / MB,
      gaps: this.#gaps,
    };
  }
}

const isNews = (now: LogReport, told: LogReport): boolean =>
  now.state !== told.state || now.trouble !== told.trouble || now.gaps !== told.gaps;
