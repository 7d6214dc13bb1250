// When a log file ends and the next begins: with each UTC day of log time, by size, and when the clock was set back.

import { DAY_us } from "../base/calendar.ts";
import type { Settings } from "../model/settings.ts";

/** What the log needs of the settings. */
export type LogLimits = Pick<
  Settings["sdCard"],
  "sync_s" | "fileSize_MB" | "space_MB" | "keep_day" | "recorderBudget_MB"
>;

export const MB = 1e6;
/** A record so much older than its file tells that the clock was set back; freeze-frames are at most seconds older. */
const SET_BACK_us = 3600e6;
/** The room for all files is shared by at least so many, so that removing the oldest one leaves most of the log. */
const FEWEST_FILES = 4;

/** Whether a record belongs into a new file rather than into one that began then and has this size. */
export function belongsToNewFile(time_us: number, began_us: number, size_bytes: number, limits: LogLimits): boolean {
  if (Math.floor(time_us / DAY_us) > Math.floor(began_us / DAY_us)) return true;
  if (time_us < began_us - SET_BACK_us) return true;
  return size_bytes >= fileSize_bytes(limits);
}

const fileSize_bytes = ({ fileSize_MB, space_MB }: LogLimits): number =>
  Math.min(fileSize_MB, space_MB / FEWEST_FILES) * MB;
