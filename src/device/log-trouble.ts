// Why the medium does not take records, from the system's error codes (errno of POSIX), and the gap that it leaves in the
// log. The words are those of the signal logTrouble.

import type { LogMessage, Stream } from "../log/topics.ts";
import { LOG_TROUBLES } from "../model/signals-equipment.ts";

export type LogTrouble = (typeof LOG_TROUBLES)[number];

/** What keeps records from being written. */
export type MediumTrouble = Exclude<LogTrouble, "none">;

const TROUBLE_OF: Readonly<Record<string, MediumTrouble>> = {
  ENOENT: "missing",
  ENODEV: "missing",
  ENXIO: "missing",
  EIO: "missing",
  ENOTDIR: "missing",
  ENOMEDIUM: "missing",
  ESTALE: "missing",
  ENOSPC: "full",
  EDQUOT: "full",
  EROFS: "read-only",
  EACCES: "read-only",
  EPERM: "read-only",
};

/** What an error of a file operation means; whatever is not of the system is "failed". */
export function troubleOf(error: unknown): MediumTrouble {
  const { code } = error as NodeJS.ErrnoException;
  return (code !== undefined && TROUBLE_OF[code]) || "failed";
}

/** Whether an error comes from the medium, by its code as POSIX writes them; else it is our own. */
export const isOfMedium = (error: unknown): boolean =>
  /^E[A-Z0-9]+$/.test(String((error as NodeJS.ErrnoException | null)?.code));

/** Whether a file is not there any more; of other errors it may come back. */
export const isGone = (error: unknown): boolean =>
  ["ENOENT", "ENOTDIR"].includes(String((error as NodeJS.ErrnoException | null)?.code));

/** Whether the whole medium takes nothing; other errors may be those of one file: a bad sector, another owner. */
export const isRefusal = (error: unknown): boolean =>
  ["ENOSPC", "EDQUOT", "EROFS"].includes(String((error as NodeJS.ErrnoException | null)?.code));

/** The trouble's code in the signal logTrouble. */
export const troubleCode = (trouble: LogTrouble): number => LOG_TROUBLES.indexOf(trouble);

/** Why records are not in the log: the medium's trouble, the recorder's budget, or blocks without a start to go on from. */
export type GapReason = MediumTrouble | "budget" | "no start";

/** Records of one stream that are not in the log: how many, and the times of the first and the last of them. */
export type Loss = { readonly stream: Stream; from_us: number; to_us: number; lost: number };

export const createLoss = (stream: Stream): Loss => ({ stream, from_us: 0, to_us: 0, lost: 0 });

/** Counts one more record that will not be written. */
export function lose(loss: Loss, time_us: number): void {
  loss.from_us = loss.lost === 0 ? time_us : Math.min(loss.from_us, time_us);
  loss.to_us = loss.lost === 0 ? time_us : Math.max(loss.to_us, time_us);
  loss.lost++;
}

/** Puts what another place lost on top, and empties it there. */
export function moveLoss(from: Loss, to: Loss): void {
  if (from.lost === 0) return;
  const lost = to.lost + from.lost;
  lose(to, from.from_us);
  lose(to, from.to_us);
  to.lost = lost;
  from.lost = 0;
}

/** The marker of a time without records; its own time is the gap's end. */
export function gapMessage(loss: Loss, reason: GapReason): LogMessage {
  const { from_us, to_us, lost, stream } = loss;
  const data = new TextEncoder().encode(JSON.stringify({ from_us, to_us, reason, lost, stream }));
  return { topic: "/gap", time_us: to_us, data };
}
