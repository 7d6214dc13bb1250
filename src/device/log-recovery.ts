// Finishes what an earlier run left: a log file that was cut off is completed from its good chunks and the frames of its
// tail, by their sequence numbers, so that nothing is doubled and nothing synced is lost. A cut in the middle of this is
// no other than any: the tail goes only when the file is on the medium, and the next start does the same again.

import { join } from "node:path";
import { messageOf } from "../base/error-text.ts";
import { endParts } from "../log/finished-copy.ts";
import type { Read } from "../log/log-scan.ts";
import { readSummary } from "../log/log-summary.ts";
import { type Recovery, recoverLog } from "../log/recover.ts";
import { readTail, type TailMessage } from "../log/tail-frames.ts";
import { compressPlain, compressRecorder, decompress, TAIL_CODEC } from "./log-compression.ts";
import type { LogFiles, LogHandle } from "./log-files.ts";
import { logName, logStems, tailName, tailStems } from "./log-names.ts";
import { isOfMedium, isRefusal } from "./log-trouble.ts";

/** What is put behind the name of a file that cannot be finished: it is kept, and no longer looked at. */
const DAMAGED = ".damaged";

type Place = { readonly files: LogFiles; readonly folder: string; readonly names: readonly string[] };

/**
 * What could not be finished, or not wholly, in one line each. Throws the system's error.
 * @param current the file that is being written: left alone
 */
export function finishLeftovers(files: LogFiles, folder: string, current: string): string[] {
  const names = files.list(folder);
  const place = { files, folder, names };
  // A file without a tail is finished; the newest is looked at all the same, in case someone took its tail away.
  const stems = new Set([...tailStems(names), ...logStems(names).slice(-1)]);
  stems.delete(current);
  return [...stems].flatMap((stem) => finishOrKeep(place, stem));
}

/** A file that cannot be read costs itself, not the log: it stays for the next start, or is set aside if it confuses us. */
function finishOrKeep(place: Place, stem: string): string[] {
  try {
    return finishOne(place, stem);
  } catch (error) {
    const reason = `cannot be finished (${messageOf(error)})`;
    if (!isOfMedium(error)) return setAside(place, stem, reason);
    if (isRefusal(error)) throw error;
    return [`${logName(stem)}: ${reason}`];
  }
}

function finishOne(place: Place, stem: string): string[] {
  const { files, folder, names } = place;
  const tail = readTailOf(place, stem);
  if (!names.includes(logName(stem)))
    return tail.length === 0 ? removeTail(place, stem) : setAside(place, stem, "gone");
  const handle = files.open(join(folder, logName(stem)));
  try {
    const size_bytes = files.size(handle.path);
    const read: Read = (offset, length) => files.read(handle, offset, length);
    if (readSummary(read, size_bytes) !== undefined) return removeTail(place, stem);
    const recovery = recoverLog(read, size_bytes, decompress);
    if ("problem" in recovery) return giveUp(place, stem, size_bytes, tail.length, recovery.problem);
    complete(files, handle, recovery, tail);
    return [...removeTail(place, stem), ...damageOf(stem, recovery)];
  } finally {
    files.close(handle);
  }
}

function readTailOf({ files, folder, names }: Place, stem: string): readonly TailMessage[] {
  if (!names.includes(tailName(stem))) return [];
  const handle = files.open(join(folder, tailName(stem)));
  try {
    return readTail(files.read(handle, 0, files.size(handle.path)), TAIL_CODEC).messages;
  } finally {
    files.close(handle);
  }
}

/** Everything behind the good part is written anew. */
function complete(files: LogFiles, handle: LogHandle, recovery: Recovery, tail: readonly TailMessage[]): void {
  const { goodBytes } = recovery;
  const parts = endParts(recovery, tail, { plain: compressPlain, recorder: compressRecorder });
  files.truncate(handle, goodBytes);
  files.write(handle, Buffer.concat(parts), goodBytes);
  files.sync(handle);
}

/** A last record that was cut off is no damage: its content is in the tail. */
function damageOf(stem: string, { damage, goodBytes }: Recovery): string[] {
  if (damage === undefined || damage.offset >= goodBytes) return [];
  return [`${logName(stem)}: ${damage.reason} at byte ${damage.offset}; ${damage.lostBytes} bytes are lost`];
}

function removeTail({ files, folder, names }: Place, stem: string): string[] {
  if (!names.includes(tailName(stem))) return [];
  files.remove(join(folder, tailName(stem)));
  files.syncFolder(folder);
  return [];
}

/** No beginning: either the cut came before anything was written, or this is damage that is not ours to decide on. */
function giveUp(place: Place, stem: string, size_bytes: number, frames: number, problem: string): string[] {
  const { files, folder, names } = place;
  const isBegun = frames > 0 || (size_bytes > 0 && !names.includes(tailName(stem)));
  if (isBegun || size_bytes > LONGEST_BEGINNING_bytes) return setAside(place, stem, problem);
  files.remove(join(folder, logName(stem)));
  return removeTail(place, stem);
}

/** Schemas, channels and settings, packed, are some 20 kB. */
const LONGEST_BEGINNING_bytes = 1e6;

function setAside({ files, folder, names }: Place, stem: string, problem: string): string[] {
  for (const name of [logName(stem), tailName(stem)]) {
    if (names.includes(name)) files.rename(join(folder, name), join(folder, freeName(names, name + DAMAGED)));
  }
  files.syncFolder(folder);
  return [`${logName(stem)}: ${problem}; kept as ${logName(stem)}${DAMAGED}`];
}

/** A name behind which nothing lies yet. */
function freeName(names: readonly string[], name: string): string {
  let free = name;
  for (let count = 2; names.includes(free); count++) free = `${name}-${count}`;
  return free;
}
