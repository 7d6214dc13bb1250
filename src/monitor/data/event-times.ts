// Log times of the journal's entries. An entry says how long its device had been running, and when by the wall clock; the log
// counts from the wall time of the device's start, also when it runs faster than the wall, and follows when the clock is set.

import type { JournalEntry } from "../../model/events.ts";

type Timed = Pick<JournalEntry, "code" | "wall_ms" | "uptime_s" | "value">;

/** In the order of the entries, which must be oldest first; microseconds since 1970. */
export function logTimes(entries: readonly Timed[]): Float64Array {
  const times_us = new Float64Array(entries.length);
  let base_us = Number.NaN;
  entries.forEach(({ code, wall_ms, uptime_s, value }, i) => {
    const byWall_us = Math.round(wall_ms * 1000 - uptime_s * 1e6);
    if (code === "started") base_us = byWall_us;
    else if (code === "clockStepped" && value !== undefined) base_us += Math.round(value * 1e6);
    if (Number.isNaN(base_us)) base_us = byWall_us; // its start is no longer kept
    times_us[i] = base_us + Math.round(uptime_s * 1e6);
  });
  return times_us;
}
