// Writes the log: takes records, keeps them while the medium does not, begins a new file by day, size and identity, and
// removes the oldest. Synchronous; whoever calls it waits for the disk, so it runs in a thread of its own (log-worker.ts).
// Nothing the medium does is thrown: it becomes the report's trouble, and a gap in the log where records were lost.

import { AssertionError, assert } from "../base/assert.ts";
import type { LogReport } from "../core/equipment.ts";
import type { LogMessage } from "../log/topics.ts";
import type { LogFiles } from "./log-files.ts";
import { type CurrentLog, LogFolder, NO_LOG } from "./log-folder.ts";
import { GrowingLog, type LogBeginning } from "./log-growing.ts";
import { createLogMeter, isSlow, meteredFiles, sumOf } from "./log-meter.ts";
import { createLogQueue, giveBack, hasLost, push, putBack, take } from "./log-queue.ts";
import {
  asksForStart,
  beginAnew,
  breakOff,
  countRecorderBytes,
  createRecorderGate,
  isRecorderOn,
  passes,
  takeGap,
} from "./log-recorder-gate.ts";
import type { Keep } from "./log-retention.ts";
import { belongsToNewFile, type LogLimits, MB } from "./log-rotation.ts";
import {
  type GapReason,
  gapMessage,
  type LogTrouble,
  type Loss,
  type MediumTrouble,
  moveLoss,
  troubleCode,
  troubleOf,
} from "./log-trouble.ts";

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
/** So long a new file that is due waits for the recorder's start. */
const START_PATIENCE_ms = 10_000;
const REPORT_ms = 1000;
const HOUSEKEEPING_ms = 600_000;
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
  /** Time of the newest record that is on the medium; so is every record handed over before it, or it is marked as lost. */
  acknowledged_us = 0;
  readonly #files: LogFiles;
  readonly #now_ms: () => number;
  readonly #meter = createLogMeter();
  readonly #folder: LogFolder;
  readonly #queue = createLogQueue();
  readonly #gate = createRecorderGate();
  #limits: LogLimits;
  #beginning: LogBeginning;
  #growing: GrowingLog | undefined;
  #isPrepared = false;
  #isClosed = false;
  /** What keeps records from being written; "none" while they are. */
  #trouble: LogTrouble = "none";
  #retryAt_ms = 0;
  /** The last trouble, for the gap that it leaves. */
  #reason: GapReason = "too slow";
  #gaps = 0;
  /** When records that are not on the medium must be; -1: none. */
  #syncAt_ms = -1;
  /** A new file is wanted whatever day and size; and since when one has been due (-1: it is not). */
  #isNewFileWanted = false;
  #dueSince_ms = -1;
  #isStartWanted = false;
  readonly #remarks: string[] = [];
  #newest_us = 0;
  #houseKeptAt_ms = Number.NEGATIVE_INFINITY;
  #report: LogReport = { state: OFF, trouble: 0, bytesPerHour: 0, size_MB: 0, gaps: 0 };
  #reportedAt_ms = Number.NEGATIVE_INFINITY;

  constructor({ folder, files, limits, beginning, now_ms }: LogWriterOptions) {
    this.#now_ms = now_ms;
    this.#files = meteredFiles(files, this.#meter, now_ms);
    this.#folder = new LogFolder(this.#files, folder);
    this.#limits = limits;
    this.#beginning = beginning;
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
    }
    this.#work(() => {
      if (isUrgent) this.#sync();
    });
  }

  /** Marks records that were lost before they came here. The reason is the medium's trouble while there is one. */
  writeLost(losses: readonly Loss[], reason: MediumTrouble = "too slow"): void {
    if (losses.length > 0 && !this.#isWaiting) this.#reason = reason;
    for (const loss of losses) moveLoss({ ...loss }, this.#queue.lost[loss.stream]);
    this.#work();
  }

  /** Does what has become due: sync, chunk, another try, report. */
  tick(): void {
    this.#work();
  }

  /** Running time until tick() has something to do, ms; at most a second. */
  get dueIn_ms(): number {
    const due_ms = this.#isWaiting ? this.#retryAt_ms : this.#syncAt_ms;
    return due_ms === -1 ? REPORT_ms : Math.max(0, Math.min(REPORT_ms, due_ms - this.#now_ms()));
  }

  /** True when everything handed over is on the medium, or marked there as lost. */
  flush(): boolean {
    this.#work(() => this.#sync());
    return !this.#isWaiting;
  }

  /** From now on files begin so; another battery's serial number begins one at once. */
  begin(beginning: LogBeginning): void {
    const { serialNumber } = this.#beginning.identity;
    if (beginning.identity.serialNumber !== serialNumber) this.#isNewFileWanted = true;
    this.#beginning = beginning;
  }

  limit(limits: LogLimits): void {
    this.#limits = limits;
  }

  /** Finishes the file. After trouble the medium is tried once more; else the next run finishes it from its tail. */
  close(): void {
    this.#retryAt_ms = this.#now_ms();
    this.#work(() => this.#endFile());
    this.#retryAt_ms = this.#now_ms();
    if (this.#growing !== undefined) this.#work(() => this.#endFile());
    this.#growing?.close();
    this.#growing = undefined;
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
      if (!this.#isPrepared) this.#prepare();
      this.#drain();
      if (this.#syncAt_ms !== -1 && this.#now_ms() >= this.#syncAt_ms) this.#sync();
      act();
      if (this.#now_ms() - this.#houseKeptAt_ms >= HOUSEKEEPING_ms) this.#keepHouse();
      this.#trouble = "none";
    } catch (error) {
      if (error instanceof AssertionError) throw error;
      if (!this.#isWaiting) this.#remarks.push(`cannot write the log: ${messageOf(error)}`);
      this.#fail(troubleOf(error));
      if (this.#trouble === "full" && mayMakeRoom && this.#makeRoom()) this.#try(act, false);
    }
  }

  #fail(trouble: MediumTrouble): void {
    this.#trouble = trouble;
    this.#reason = trouble;
    this.#isPrepared = false;
    this.#retryAt_ms = this.#now_ms() + RETRY_ms;
  }

  /** At the start and after trouble: the folder, the file that was open, and what others left. */
  #prepare(): void {
    this.#files.makeFolder(this.#folder.path);
    if (this.#growing !== undefined) this.#reopen(this.#growing);
    this.#remarks.push(...this.#folder.prepare(this.#current));
    this.#isPrepared = true;
  }

  /** What was not yet in a chunk of a file that has gone is written again. */
  #reopen(growing: GrowingLog): void {
    this.#isNewFileWanted = true;
    try {
      growing.reopen();
      if (growing.hasEnd) this.#endFile();
    } catch (error) {
      if (troubleOf(error) !== "missing") throw error;
      growing.close();
      this.#growing = undefined;
      this.#forgetFile();
      giveBack(this.#queue, growing.unwritten);
    }
  }

  #drain(): void {
    if (hasLost(this.#queue)) this.#markLost();
    for (let batch = take(this.#queue, BATCH_bytes); batch.length > 0; batch = take(this.#queue, BATCH_bytes)) {
      this.#put(batch);
    }
    this.#growing?.write();
  }

  /** The recorder's gap is marked when it has a start to go on from. */
  #markLost(): void {
    const { plain, recorder } = this.#queue.lost;
    if (plain.lost > 0) {
      const growing = this.#growing ?? this.#beginFile(this.#queue.messages[0]?.time_us ?? plain.to_us);
      this.#add(growing, gapMessage(plain, this.#reason));
      plain.lost = 0;
    }
    breakOff(this.#gate, recorder, this.#reason);
    this.#gaps++;
    this.#askForStart();
  }

  /** What cannot be put into the log goes back to where it was, in order. */
  #put(batch: readonly LogMessage[]): void {
    let done = 0;
    try {
      for (; done < batch.length; done++) this.#putOne(batch[done]!);
    } finally {
      putBack(this.#queue, batch.slice(done));
    }
  }

  /** Whatever may fail comes before the record is added. */
  #putOne(message: LogMessage): void {
    if (this.#growing?.isChunkDue() === true) this.#commit(this.#growing);
    if (this.#isNewFileDue(message)) this.#endFile();
    const growing = this.#growing ?? this.#beginFile(message.time_us);
    if (!passes(this.#gate, message, this.#limits.recorderBudget_MB * MB, this.#now_ms())) {
      this.#askForStart();
      return;
    }
    if (message.topic === "/recorder/start") this.#markLeftOut(growing);
    this.#add(growing, message);
  }

  /** The recorder's blocks stay together: a new file that is due begins with its next start. */
  #isNewFileDue({ time_us, topic }: LogMessage): boolean {
    const growing = this.#growing;
    if (growing === undefined) return false;
    if (!this.#isNewFileWanted && !belongsToNewFile(time_us, growing.began_us, growing.size_bytes, this.#limits)) {
      this.#dueSince_ms = -1;
      return false;
    }
    if (topic === "/recorder/start" || !isRecorderOn(this.#gate)) return true;
    if (this.#dueSince_ms === -1) this.#dueSince_ms = this.#now_ms();
    this.#askForStart();
    return this.#now_ms() - this.#dueSince_ms >= START_PATIENCE_ms;
  }

  #askForStart(): void {
    this.#isStartWanted ||= asksForStart(this.#gate, this.#now_ms());
  }

  #beginFile(time_us: number): GrowingLog {
    const { identity, settings } = this.#beginning;
    const beginning = { identity: { ...identity, began_us: time_us }, settings };
    const growing = GrowingLog.begin(this.#files, this.#folder.path, beginning);
    this.#growing = growing;
    this.#keepHouse();
    return growing;
  }

  #endFile(): void {
    const growing = this.#growing;
    if (growing === undefined) return;
    this.#markLeftOut(growing);
    growing.finish();
    this.#countRecorder(growing);
    this.#acknowledge();
    this.#growing = undefined;
    this.#forgetFile();
    this.#folder.refresh(NO_LOG);
  }

  #forgetFile(): void {
    this.#isNewFileWanted = false;
    this.#dueSince_ms = -1;
    beginAnew(this.#gate);
  }

  #markLeftOut(growing: GrowingLog): void {
    const gap = takeGap(this.#gate);
    if (gap !== undefined) this.#add(growing, gap);
  }

  #add(growing: GrowingLog, message: LogMessage): void {
    growing.add(message);
    this.#countRecorder(growing);
    this.#newest_us = Math.max(this.#newest_us, message.time_us);
    if (this.#syncAt_ms === -1) this.#syncAt_ms = this.#now_ms() + this.#limits.sync_s * 1000;
  }

  #countRecorder(growing: GrowingLog): void {
    countRecorderBytes(this.#gate, this.#now_ms(), growing.recorder_bytes);
    growing.recorder_bytes = 0;
  }

  #commit(growing: GrowingLog): void {
    growing.commit();
    this.#countRecorder(growing);
    this.#acknowledge();
  }

  #sync(): void {
    this.#growing?.sync();
    this.#acknowledge();
  }

  #acknowledge(): void {
    this.#syncAt_ms = -1;
    this.acknowledged_us = this.#newest_us;
  }

  get #current(): CurrentLog {
    return this.#growing ?? NO_LOG;
  }

  /** Removes files that are too many or too old. A clock that was never set tells no age. */
  #keepHouse(): void {
    this.#houseKeptAt_ms = this.#now_ms();
    this.#folder.refresh(this.#current);
    const now_us = this.#beginning.identity.clock === "unset" ? 0 : this.#newest_us;
    this.#folder.keepWithin(this.#current, now_us, this.#keep);
  }

  get #keep(): Keep {
    return { space_bytes: this.#limits.space_MB * MB, keep_day: this.#limits.keep_day };
  }

  /** On a full disk; false when nothing may go, or the disk refuses that too. */
  #makeRoom(): boolean {
    try {
      return this.#folder.makeRoom(this.#current, this.#keep);
    } catch {
      return false;
    }
  }

  /** Events last, when the records are safe: whoever listens may write at once. */
  #tell(): void {
    const isStartWanted = this.#isStartWanted;
    this.#isStartWanted = false;
    const now_ms = this.#now_ms();
    const report = this.#reportAt(now_ms);
    if (isNews(report, this.#report) || now_ms - this.#reportedAt_ms >= REPORT_ms) {
      this.#report = report;
      this.#reportedAt_ms = now_ms;
      this.onReport(report);
    }
    for (const remark of this.#remarks.splice(0)) this.onRemark(remark);
    if (isStartWanted) this.onNewFile();
  }

  #reportAt(now_ms: number): LogReport {
    const trouble = this.#isWaiting ? this.#trouble : isSlow(this.#meter, now_ms) ? "too slow" : "none";
    const state = this.#isClosed ? OFF : this.#isWaiting ? WAITING : WRITING;
    return {
      state,
      trouble: troubleCode(this.#isClosed ? "none" : trouble),
      bytesPerHour: sumOf(this.#meter.written, now_ms),
      size_MB: (this.#folder.kept_bytes + this.#current.size_bytes) / MB,
      gaps: this.#gaps,
    };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isNews = (now: LogReport, told: LogReport): boolean =>
  now.state !== told.state || now.trouble !== told.trouble || now.gaps !== told.gaps;
