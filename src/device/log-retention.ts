// Which log files have to go: the oldest, by the room they may take, by age, and when the disk itself is nearly full.
// Only finished files are offered here, and only files of our naming; the one being written is never among them.

import { DAY_us } from "../base/calendar.ts";
import type { Room } from "./log-files.ts";
import { stemTime_us } from "./log-names.ts";

/** A finished file. */
export type KeptLog = { readonly stem: string; readonly bytes: number };

export type Keep = {
  /** Most bytes of all log files together, the current one included. */
  readonly space_bytes: number;
  readonly keep_day: number;
};

/** Times before are those of a clock that was never set: no age can be told. 2020-01-01. */
const BELIEVED_FROM_us = 1_577_836_800e6;

/** This much of a disk stays free for everyone else, the store of record above all. */
const RESERVE_ratio = 0.01;
const RESERVE_MOST_bytes = 64e6;
/** A disk that others have filled costs at most so much of the log: this part of the room it may take stays. */
const SHARE_ratio = 0.25;

/**
 * Stems of the files to remove, oldest first.
 * @param kept finished files, oldest first
 * @param current_bytes of the file being written
 * @param now_us wall time, or 0 when it is not believed
 */
export function outdated(kept: readonly KeptLog[], current_bytes: number, now_us: number, keep: Keep): string[] {
  const going: string[] = [];
  let total = kept.reduce((sum, { bytes }) => sum + bytes, current_bytes);
  for (const { stem, bytes } of kept) {
    if (total <= keep.space_bytes && !isTooOld(stem, now_us, keep.keep_day)) continue;
    going.push(stem);
    total -= bytes;
  }
  return going;
}

/** A file holds up to a day, so it is a day older than its name before all of it is too old. */
function isTooOld(stem: string, now_us: number, keep_day: number): boolean {
  const began_us = stemTime_us(stem);
  return began_us >= BELIEVED_FROM_us && now_us - began_us > (keep_day + 1) * DAY_us;
}

/** Bytes of a disk that the log leaves free. */
export const reserve_bytes = ({ total_bytes }: Room): number =>
  Math.min(RESERVE_MOST_bytes, total_bytes * RESERVE_ratio);

/** Stems of the files to remove so that the disk has room again: oldest first, down to the log's share. */
export function crowdedOut(kept: readonly KeptLog[], current_bytes: number, room: Room, keep: Keep): string[] {
  const going: string[] = [];
  let { free_bytes } = room;
  let total = kept.reduce((sum, { bytes }) => sum + bytes, current_bytes);
  const share_bytes = Math.min(keep.space_bytes, room.total_bytes) * SHARE_ratio;
  for (const { stem, bytes } of kept) {
    if (free_bytes >= reserve_bytes(room) || total - bytes < share_bytes) break;
    going.push(stem);
    free_bytes += bytes;
    total -= bytes;
  }
  return going;
}
