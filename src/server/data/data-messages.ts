// What the server's main thread and the thread that reads the data folder say to each other, and what a job is told.

import type { DataName } from "../../monitor/data/answers.ts";
import type { Reply } from "../../monitor/problem.ts";
import type { Input } from "../../monitor/schemas.ts";

/** What the reading thread answers. */
export type ReadName = DataName | "revisions" | "revision" | "copy";

/** A file of the log folder: where it lies where it is finished, else a finished copy of it as it stands now. */
export type LogCopy = { readonly path: string } | { readonly bytes: Uint8Array };

/** `setup`: under which name the store keeps the settings of the device that runs. */
export type ToReader =
  | {
      readonly kind: "ask";
      readonly id: number;
      readonly name: ReadName;
      readonly input: unknown;
      readonly setup: string;
    }
  /** Nobody waits for it any more. */
  | { readonly kind: "drop"; readonly id: number };

/** `mistake`: what was thrown, where that is a mistake of ours. */
export type FromReader = { readonly id: number; readonly reply: Reply<unknown>; readonly mistake?: unknown };

export type ThreadStart = { readonly thread: string; readonly folder: string };
export const READER_THREAD = "bms server data reader";

export type JobStart = { readonly thread: string; readonly folder: string; readonly ask: Input<"startJob"> };
export const JOB_THREAD = "bms server data job";

export type FromJob =
  | { readonly kind: "progress"; readonly part: number }
  | { readonly kind: "done"; readonly reply: Reply<unknown>; readonly mistake?: unknown };
