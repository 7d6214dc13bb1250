// What a replay found, as an object for programs (docs/json.md).

import { isoTime } from "../base/calendar.ts";
import type { Difference, Replayed } from "./replay.ts";

/** `reasons`: also why chunks could not be read. */
export type ReplayResult = Replayed & { readonly reasons: readonly string[] };

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** The object of --json. @param factor replayed time over elapsed time */
export function replayJson(result: ReplayResult, factor: number): object {
  const { identical, seconds, ticks, gaps, unused, reasons, firstDifference } = result;
  return {
    identical,
    seconds: round(seconds, 6),
    ticks,
    ...(firstDifference === undefined ? {} : { firstDifference: differenceJson(firstDifference) }),
    gaps,
    unusedSeconds: unused,
    reasons: [...reasons, ...(firstDifference?.unnamed === undefined ? [] : [firstDifference.unnamed])],
    realtimeFactor: round(factor, 1),
  };
}

const differenceJson = ({ wall_us, unnamed: _, ...rest }: Difference): object => ({ ...rest, time: isoTime(wall_us) });
