// The battery record for programs: each figure with the words of its row, as docs/json.md describes it.

import { isoTime } from "../base/calendar.ts";
import type { BatteryRecord } from "../core/battery-record.ts";
import { RECORD_KEYS, RECORD_ROWS } from "../model/battery-record.ts";

/** Numbers to nine digits. `saved_ms`: as of when; `program`: who wrote it. */
export function recordJson(record: BatteryRecord, saved_ms: number, program: string): object {
  const rows = RECORD_KEYS.map((key) => {
    const { group, title, law, unit, access } = RECORD_ROWS[key];
    return [key, { title, group, law, access, unit, ...record[key] }] as const;
  });
  const round = (_key: string, value: unknown): unknown =>
    typeof value === "number" ? Number(value.toPrecision(9)) : value;
  const whole = { saved: isoTime(saved_ms * 1000), program, record: Object.fromEntries(rows) };
  return JSON.parse(JSON.stringify(whole, round)) as object;
}
