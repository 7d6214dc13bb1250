// What a page and the worker that reads its log files say to each other, and what the worker of a what-if is told.

import type { DataName } from "../../monitor/data/answers.ts";
import type { Reply } from "../../monitor/problem.ts";
import type { Input } from "../../monitor/schemas.ts";

/** A file with the name it goes by; a log that is downloaded has no file name of its own. */
export type NamedBlob = {
  readonly name: string;
  readonly blob: Blob;
  /** What waited for its chunk when an unfinished log was cut off. */
  readonly tail?: Blob;
};

export type OpenedFile = { readonly name: string; readonly problem: string };

export type ToFiles =
  /** Opens files beside those that are open; one of the same name takes its place. Answered by OpenedFile[]. */
  | { readonly kind: "open"; readonly id: number; readonly files: readonly NamedBlob[] }
  /** How much of a file can be read. Answered by ReadablePart, once all of it was looked at. */
  | { readonly kind: "check"; readonly id: number; readonly name: string }
  | { readonly kind: "close"; readonly id: number; readonly name: string }
  /** Settings as the newest log begins with them, by dotted name. */
  | { readonly kind: "settings"; readonly id: number }
  | { readonly kind: "ask"; readonly id: number; readonly name: DataName; readonly input: unknown }
  /** Nobody waits for it any more. */
  | { readonly kind: "drop"; readonly id: number };

export type FromFiles = { readonly id: number; readonly reply: Reply<unknown> };

export type ToJob = { readonly files: readonly NamedBlob[]; readonly ask: Input<"startJob"> };
export type FromJob =
  | { readonly kind: "progress"; readonly part: number }
  | { readonly kind: "done"; readonly reply: Reply<unknown> };
