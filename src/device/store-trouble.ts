// Why settings, state and journal cannot be saved, as the code of the signal storeTrouble: from SQLite's result codes
// (sqlite.org/rescode.html), and from what the loop's side sees of the thread. Each file has a trouble of its own, so that
// a journal that is written does not hide a state that is not.

import { LOG_TROUBLES } from "../model/signals-equipment.ts";
import { codeOf } from "./store-error.ts";

type StoreTrouble = (typeof LOG_TROUBLES)[number];

/** What can be in trouble by itself: the settings with the state, the journal with its freeze-frames, the thread. */
export type StorePart = "state" | "journal" | "thread";

const TROUBLE_OF: Readonly<Record<number, StoreTrouble>> = {
  3: "read-only", // no permission
  8: "read-only",
  10: "missing", // input or output error
  13: "full",
  14: "missing", // cannot be opened
  23: "read-only", // not authorized
};

/** The trouble's code in the signal storeTrouble. */
export const storeTroubleCode = (trouble: StoreTrouble): number => LOG_TROUBLES.indexOf(trouble);

/** What an error of a write means; whatever is not of the disk is "failed". */
export const troubleOfStore = (error: unknown): number => storeTroubleCode(TROUBLE_OF[codeOf(error)] ?? "failed");

export class StoreTroubles {
  /** Called with the code of the signal storeTrouble when it changes. */
  onChange: (trouble: number) => void = () => {};
  readonly #parts: Record<StorePart, number> = { thread: 0, state: 0, journal: 0 };
  #told = 0;

  /** `trouble`: a code; 0 after a write that went well. */
  set(part: StorePart, trouble: number): void {
    this.#parts[part] = trouble;
    const now = this.#parts.thread || this.#parts.state || this.#parts.journal;
    if (now === this.#told) return;
    this.#told = now;
    this.onChange(now);
  }

  get code(): number {
    return this.#told;
  }
}
