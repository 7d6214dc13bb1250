// The folder of log files as a whole: what lies there, what it takes, and what has to go. What an earlier run left
// unfinished is finished here before anything new begins (log-recovery.ts).

import { join } from "node:path";
import type { LogFiles } from "./log-files.ts";
import { logName, logStems } from "./log-names.ts";
import { finishLeftovers } from "./log-recovery.ts";
import { crowdedOut, type Keep, type KeptLog, outdated, reserve_bytes } from "./log-retention.ts";

/** The file being written: "" while there is none. */
export type CurrentLog = { readonly stem: string; readonly size_bytes: number };

export const NO_LOG: CurrentLog = { stem: "", size_bytes: 0 };

export class LogFolder {
  readonly path: string;
  readonly #files: LogFiles;
  #kept: KeptLog[] = [];

  constructor(files: LogFiles, path: string) {
    this.#files = files;
    this.path = path;
  }

  /**
   * Finishes what lies there unfinished but for the file being written. Throws the system's error.
   * @returns what could not be finished, or not wholly, in one line each
   */
  prepare(current: CurrentLog): string[] {
    const remarks = finishLeftovers(this.#files, this.path, current.stem);
    this.refresh(current);
    return remarks;
  }

  /** Looks again at what lies there. */
  refresh(current: CurrentLog): void {
    this.#kept = logStems(this.#files.list(this.path))
      .filter((stem) => stem !== current.stem)
      .map((stem) => ({ stem, bytes: this.#files.size(this.#pathOf(stem)) }));
  }

  /** Bytes of all finished files. */
  get kept_bytes(): number {
    return this.#kept.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Removes what is too much, too old, or in the way of others on a disk that is nearly full. */
  keepWithin(current: CurrentLog, now_us: number, keep: Keep): void {
    this.#remove(outdated(this.#kept, current.size_bytes, now_us, keep));
    const room = this.#files.free(this.path);
    if (room.free_bytes < reserve_bytes(room)) this.#remove(crowdedOut(this.#kept, current.size_bytes, room, keep));
  }

  /** On a full disk. True when there is room again. */
  makeRoom(current: CurrentLog, keep: Keep): boolean {
    const { total_bytes } = this.#files.free(this.path);
    const going = crowdedOut(this.#kept, current.size_bytes, { free_bytes: 0, total_bytes }, keep);
    this.#remove(going);
    return going.length > 0;
  }

  #remove(stems: readonly string[]): void {
    for (const stem of stems) {
      this.#files.remove(this.#pathOf(stem));
      this.#kept = this.#kept.filter((kept) => kept.stem !== stem);
    }
    if (stems.length > 0) this.#files.syncFolder(this.path);
  }

  #pathOf(stem: string): string {
    return join(this.path, logName(stem));
  }
}
