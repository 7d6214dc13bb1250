// The files of a log one after the other: which record goes into which, when one ends and the next begins, and when records
// are on the medium. Whatever the medium refuses is thrown; the writer (log-writer.ts) sees to trouble and to records that
// wait.

import type { LogMessage } from "../log/topics.ts";
import type { LogFiles } from "./log-files.ts";
import { type CurrentLog, type LogFolder, NO_LOG } from "./log-folder.ts";
import { GrowingLog, type LogBeginning } from "./log-growing.ts";
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
import { type GapReason, gapMessage, isGone, type Loss } from "./log-trouble.ts";

/** So long a new file that is due waits for the recorder's start. */
const START_PATIENCE_ms = 10_000;
const HOUSEKEEPING_ms = 600_000;

export class LogSeries {
  limits: LogLimits;
  /** Time of the newest record such that it and all before it are on the medium. */
  acknowledged_us = 0;
  /** When records that are not on the medium must be; -1: none. */
  syncAt_ms = -1;
  readonly #files: LogFiles;
  readonly #folder: LogFolder;
  readonly #now_ms: () => number;
  readonly #gate = createRecorderGate();
  #beginning: LogBeginning;
  #growing: GrowingLog | undefined;
  /** A new file is wanted whatever day and size; and since when one has been due (-1: it is not). */
  #isNewFileWanted = false;
  #dueSince_ms = -1;
  #isStartWanted = false;
  #newest_us = 0;
  #houseKeptAt_ms = Number.NEGATIVE_INFINITY;

  constructor(files: LogFiles, folder: LogFolder, limits: LogLimits, beginning: LogBeginning, now_ms: () => number) {
    this.#files = files;
    this.#folder = folder;
    this.limits = limits;
    this.#beginning = beginning;
    this.#now_ms = now_ms;
  }

  get current(): CurrentLog {
    return this.#growing ?? NO_LOG;
  }

  get keep(): Keep {
    return { space_bytes: this.limits.space_MB * MB, keep_day: this.limits.keep_day };
  }

  /** From now on files begin so; another battery's serial number begins one at once. */
  begin(beginning: LogBeginning): void {
    const { serialNumber } = this.#beginning.identity;
    if (beginning.identity.serialNumber !== serialNumber) this.#isNewFileWanted = true;
    this.#beginning = beginning;
  }

  /** True once when a start of the recorder is wanted. */
  takeStartWish(): boolean {
    const isWanted = this.#isStartWanted;
    this.#isStartWanted = false;
    return isWanted;
  }

  /** Puts a record into its file. Whatever may fail comes before the record is added. */
  put(message: LogMessage): void {
    if (this.#growing?.isChunkDue() === true) this.#commit(this.#growing);
    if (this.#isNewFileDue(message)) this.end();
    const growing = this.#growing ?? this.#beginFile(message.time_us);
    if (!passes(this.#gate, message, this.limits.recorderBudget_MB * MB, this.#now_ms())) {
      this.#askForStart();
      return;
    }
    if (message.topic === "/recorder/start") this.#markLeftOut(growing);
    this.#add(growing, message);
  }

  /** Marks plain records as lost, where the next one will stand: at `time_us`. */
  markLost(loss: Loss, reason: GapReason, time_us: number): void {
    const growing = this.#growing ?? this.#beginFile(time_us);
    this.#add(growing, gapMessage(loss, reason));
    loss.lost = 0;
  }

  /** The recorder's loss is marked when it has a start to go on from. */
  breakOff(loss: Loss, reason: GapReason): void {
    breakOff(this.#gate, loss, reason);
    this.#askForStart();
  }

  /** Hands all records to the system. */
  write(): void {
    this.#growing?.write();
  }

  /** Returns when all records are on the medium. */
  sync(): void {
    this.#growing?.sync();
    this.#acknowledge();
  }

  /** Finishes the current file; the next record begins another. */
  end(): void {
    const growing = this.#growing;
    if (growing === undefined) return;
    if (!growing.hasEnd) this.#markLeftOut(growing);
    growing.finish();
    this.#countRecorder(growing);
    this.#acknowledge();
    this.#growing = undefined;
    this.#forgetFile();
    this.#folder.refresh(NO_LOG);
  }

  /**
   * After trouble: brings everything put so far onto the medium, and has a new file begun.
   * @returns what must be put again because the file has gone
   */
  reopen(): readonly LogMessage[] {
    const growing = this.#growing;
    if (growing === undefined) return [];
    this.#isNewFileWanted = true;
    try {
      growing.reopen();
      if (growing.hasEnd) this.end();
      return [];
    } catch (error) {
      if (!isGone(error)) throw error;
      growing.close();
      this.#growing = undefined;
      this.#forgetFile();
      return growing.unwritten;
    }
  }

  /** Lets go of the file as it is: the next run finishes it. */
  close(): void {
    this.#growing?.close();
    this.#growing = undefined;
  }

  /** Removes files that are too many or too old, now and then. */
  keepHouse(): void {
    if (this.#now_ms() - this.#houseKeptAt_ms >= HOUSEKEEPING_ms) this.#keepHouseNow();
  }

  /** A clock that was never set tells no age. */
  #keepHouseNow(): void {
    this.#houseKeptAt_ms = this.#now_ms();
    this.#folder.refresh(this.current);
    const now_us = this.#beginning.identity.clock === "unset" ? 0 : this.#newest_us;
    this.#folder.keepWithin(this.current, now_us, this.keep);
  }

  /** The recorder's blocks stay together: a new file that is due begins with its next start. */
  #isNewFileDue({ time_us, topic }: LogMessage): boolean {
    const growing = this.#growing;
    if (growing === undefined) return false;
    if (!this.#isNewFileWanted && !belongsToNewFile(time_us, growing.began_us, growing.size_bytes, this.limits)) {
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
    this.#keepHouseNow();
    return growing;
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
    if (this.syncAt_ms === -1) this.syncAt_ms = this.#now_ms() + this.limits.sync_s * 1000;
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

  #acknowledge(): void {
    this.syncAt_ms = -1;
    this.acknowledged_us = this.#newest_us;
  }
}
