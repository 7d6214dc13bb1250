// One log file while it is being written: its chunks in the .mcap, and beside it the tail with the records that have not
// become a chunk yet. The tail is cut only when the chunk that replaces it is on the medium, so a cut of power at any byte
// leaves every synced record in one of the two. Format of both: src/log/container.ts, src/log/tail-frames.ts.

import { join } from "node:path";
import { beginLog, channelOf, chunkOf, endLog, streamOf, type UnfinishedLog } from "../log/container.ts";
import { createTail, frameOf } from "../log/tail-frames.ts";
import type { LogIdentity, LogMessage, Stream } from "../log/topics.ts";
import { compressPlain, compressRecorder, TAIL_CODEC } from "./log-compression.ts";
import type { LogFiles, LogHandle } from "./log-files.ts";
import { logName, stemFor, tailName } from "./log-names.ts";
import { clearPending, createPending, keepRecord, type Pending, recordsFrom } from "./log-pending.ts";

/** What every new file begins with. */
export type LogBeginning = {
  readonly identity: LogIdentity;
  /** All settings as one JSON object. */
  readonly settings: string;
};

/** Records become a chunk when so many bytes of a stream have gathered, or after so long by their own time. */
export const PLAIN_CHUNK_bytes = 7e6;
export const RECORDER_CHUNK_bytes = 1e6;
export const CHUNK_us = 600_000_000;

const COMPRESS = { plain: compressPlain, recorder: compressRecorder } as const;
const CHUNK_bytes: Readonly<Record<Stream, number>> = { plain: PLAIN_CHUNK_bytes, recorder: RECORDER_CHUNK_bytes };
const STREAMS = ["plain", "recorder"] as const;

/** The medium no longer has the file that we have open: the folder was removed, or another card is in. */
function missing(path: string): Error {
  return Object.assign(new Error(`${path} is not there any more`), { code: "ENOENT" });
}

export class GrowingLog {
  readonly stem: string;
  readonly began_us: number;
  /** Newest time of all records given to it. */
  newest_us: number;
  /** Bytes that the recorder's records cost, in tail and chunks; whoever counts them sets it back to 0. */
  recorder_bytes = 0;
  readonly #files: LogFiles;
  readonly #folder: string;
  readonly #file: UnfinishedLog;
  readonly #open: LogHandle[] = [];
  #log: LogHandle;
  #tail: LogHandle;
  /** Length of the .mcap that is known to be on the medium. */
  #length_bytes: number;
  /** Built, and not known to be on the medium. */
  #built: Uint8Array[] = [];
  hasEnd = false;
  readonly #pending: Record<Stream, Pending> = { plain: createPending(), recorder: createPending() };
  #pendingFrom_us = 0;
  /** By channel: records that wait for their chunk. */
  readonly #waiting: Uint32Array;
  #tailFrames = createTail(TAIL_CODEC);
  #frames: Uint8Array[] = [];
  #tailLength_bytes = 0;
  #isTailSynced = true;

  private constructor(files: LogFiles, folder: string, beginning: LogBeginning, stem: string) {
    const { file, bytes } = beginLog(beginning.identity, beginning.settings, compressPlain);
    this.#files = files;
    this.#folder = folder;
    this.#file = file;
    this.#waiting = new Uint32Array(file.sequences.length);
    this.stem = stem;
    this.began_us = beginning.identity.began_us;
    this.newest_us = this.began_us;
    this.#length_bytes = bytes.length;
    // The tail is made first: so a file without a tail is a finished one.
    this.#tail = this.#opened(files.create(this.#path(tailName(stem))));
    this.#log = this.#begin(bytes);
  }

  /** A new file in the folder. Throws the system's error; then nothing of it is left as far as the medium allows. */
  static begin(files: LogFiles, folder: string, beginning: LogBeginning): GrowingLog {
    const names = new Set(files.list(folder));
    const isTaken = (stem: string): boolean => names.has(logName(stem)) || names.has(tailName(stem));
    return new GrowingLog(files, folder, beginning, stemFor(beginning.identity.began_us, isTaken));
  }

  #begin(bytes: Uint8Array): LogHandle {
    try {
      const log = this.#opened(this.#files.create(this.#path(logName(this.stem))));
      this.#files.write(log, bytes, 0);
      this.#files.sync(log);
      this.#files.syncFolder(this.#folder);
      return log;
    } catch (error) {
      this.close();
      tryTo(() => this.#files.remove(this.#path(logName(this.stem))));
      tryTo(() => this.#files.remove(this.#path(tailName(this.stem))));
      throw error;
    }
  }

  /** Bytes on the medium, the tail included. */
  get size_bytes(): number {
    return this.#length_bytes + this.#tailLength_bytes;
  }

  /** Takes a record; it goes to the medium with the next write. */
  add(message: LogMessage): void {
    const stream = streamOf(message);
    const channel = channelOf(message.topic);
    const sequence = this.#file.sequences[channel]! + this.#waiting[channel]!++;
    if (!this.#isPending) this.#pendingFrom_us = message.time_us;
    keepRecord(this.#pending[stream], message);
    this.newest_us = Math.max(this.newest_us, message.time_us);
    const frame = frameOf(this.#tailFrames, message, sequence);
    if (stream === "recorder") this.recorder_bytes += frame.length;
    this.#frames.push(frame);
  }

  /** Hands all records given so far to the system. */
  write(): void {
    if (this.#frames.length === 0) return;
    const bytes = Buffer.concat(this.#frames);
    this.#isTailSynced = false;
    this.#files.write(this.#tail, bytes, this.#tailLength_bytes);
    this.#tailLength_bytes += bytes.length;
    this.#frames = [];
  }

  /** Returns when all records given so far are on the medium, under the file's name. */
  sync(): void {
    this.write();
    if (!this.#isTailSynced) this.#files.sync(this.#tail);
    this.#isTailSynced = true;
    this.#checkNames();
  }

  /** A removed file takes bytes as before and keeps nothing: only its name tells. */
  #checkNames(): void {
    const log = this.#path(logName(this.stem));
    const tail = this.#path(tailName(this.stem));
    if (this.#files.size(log) < this.#length_bytes) throw missing(log);
    if (this.#files.size(tail) < this.#tailLength_bytes) throw missing(tail);
  }

  isChunkDue(): boolean {
    if (STREAMS.some((stream) => this.#pending[stream].used_bytes >= CHUNK_bytes[stream])) return true;
    return this.#isPending && this.newest_us - this.#pendingFrom_us >= CHUNK_us;
  }

  get #isPending(): boolean {
    return STREAMS.some((stream) => this.#pending[stream].places.length > 0);
  }

  /** Makes chunks of all records in the tail, waits until they are on the medium, and empties the tail. */
  commit(): void {
    for (const stream of STREAMS) this.#buildChunk(stream);
    this.#frames = [];
    this.#writeBuilt();
    this.#emptyTail();
  }

  #buildChunk(stream: Stream): void {
    const pending = this.#pending[stream];
    const messages = recordsFrom(pending, pending.built);
    if (messages.length === 0) return;
    const chunk = chunkOf(this.#file, messages, COMPRESS[stream]);
    if (stream === "recorder") this.recorder_bytes += chunk.length;
    this.#built.push(chunk);
    pending.built += messages.length;
    for (const { topic } of messages) this.#waiting[channelOf(topic)] = 0;
  }

  /** Until this returns, what was built and the records in it stay in memory. */
  #writeBuilt(): void {
    if (this.#built.length === 0) return;
    const bytes = Buffer.concat(this.#built);
    this.#files.write(this.#log, bytes, this.#length_bytes);
    this.#files.sync(this.#log);
    this.#length_bytes += bytes.length;
    this.#built = [];
    this.#checkNames();
    for (const stream of STREAMS) clearPending(this.#pending[stream]);
  }

  #emptyTail(): void {
    if (this.#tailLength_bytes > 0) this.#files.truncate(this.#tail, 0);
    this.#tailLength_bytes = 0;
    this.#tailFrames = createTail(TAIL_CODEC);
    this.#isTailSynced = true;
  }

  /** Ends the file: from now on it stands for itself, without a tail. Nothing may be added any more. */
  finish(): void {
    this.commit();
    if (!this.hasEnd) this.#built.push(endLog(this.#file));
    this.hasEnd = true;
    this.#writeBuilt();
    this.close();
    this.#files.remove(this.#path(tailName(this.stem)));
    this.#files.syncFolder(this.#folder);
  }

  /**
   * After trouble: opens the file again and brings everything given so far onto the medium, from memory, because after a
   * failed write or sync nobody knows what the system still holds. Throws ENOENT when the file is not there any more.
   */
  reopen(): void {
    this.close();
    const log = this.#path(logName(this.stem));
    if (this.#files.size(log) < this.#length_bytes) throw missing(log);
    this.#log = this.#opened(this.#files.open(log));
    this.#tail = this.#opened(this.#openTail());
    this.#files.truncate(this.#log, this.#length_bytes);
    this.#tailLength_bytes = this.#files.size(this.#path(tailName(this.stem)));
    this.commit();
  }

  #openTail(): LogHandle {
    const path = this.#path(tailName(this.stem));
    const isThere = this.#files.list(this.#folder).includes(tailName(this.stem));
    return isThere ? this.#files.open(path) : this.#files.create(path);
  }

  /** The records that are not in a chunk on the medium, in the order of their streams. */
  get unwritten(): readonly LogMessage[] {
    return STREAMS.flatMap((stream) => recordsFrom(this.#pending[stream], 0));
  }

  /** Lets go of the files, as they are. A descriptor is closed once: the system gives its number to the next file. */
  close(): void {
    for (const handle of this.#open.splice(0)) tryTo(() => this.#files.close(handle));
  }

  #opened(handle: LogHandle): LogHandle {
    this.#open.push(handle);
    return handle;
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

/** For what is no loss when it does not work. */
function tryTo(act: () => void): void {
  try {
    act();
  } catch {
    // The medium is gone; whoever waits for it hears of it elsewhere.
  }
}
