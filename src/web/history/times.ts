// Times as the history shows and takes them: local time, as fine as the view is.

import { timeText as clockText, dayText } from "../parts/format.ts";

/** "2026-11-29 22:00:05.120": parts of a second only where they show. */
export function timeText(time_us: number, length_us: number): string {
  const digits = length_us > 600e6 ? 0 : length_us > 20e6 ? 1 : 3;
  const time_ms = Math.floor(time_us / 1000);
  return `${dayText(time_ms)} ${clockText(time_ms, digits)}`;
}

/** A difference of times: "1.240 s", "3 min 20 s", "2 h 05 min", "4.2 d". */
export function spanText(time_us: number): string {
  const sign = time_us < 0 ? "\u2212" : "";
  const seconds = Math.abs(time_us) / 1e6;
  if (seconds < 60) return `${sign}${seconds.toFixed(seconds < 10 ? 3 : 1)} s`;
  if (seconds < 3600) return `${sign}${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (seconds < 172_800) return `${sign}${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
  return `${sign}${(seconds / 86_400).toFixed(1)} d`;
}

const FIELD = /^(\d{4})-(\d\d?)-(\d\d?)(?:[ T]+(\d\d?):(\d\d)(?::(\d\d)(\.\d{1,6})?)?)?$/;

/** A day, or a day with a time; undefined where it is none, or no day of the calendar. */
export function fieldTime_us(text: string): number | undefined {
  const found = FIELD.exec(text.trim());
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, part = 0] = found
    .slice(1)
    .map((each) => Number(each ?? 0));
  const time = new Date(year, month - 1, day, hour, minute, second);
  const isReal = time.getMonth() === month - 1 && time.getDate() === day && hour < 24 && minute < 60 && second < 60;
  return isReal && time.getTime() >= 0 ? time.getTime() * 1000 + Math.round(part * 1e6) : undefined;
}

/** The zone that times are shown in, with its distance from UTC at a time: "Europe/Berlin, UTC+02:00". */
export function zoneText(time_us: number): string {
  const ahead_min = -new Date(time_us / 1000).getTimezoneOffset();
  const [hours, minutes] = [Math.floor(Math.abs(ahead_min) / 60), Math.abs(ahead_min) % 60].map((part) =>
    String(part).padStart(2, "0"),
  );
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return `${zone}, UTC${ahead_min < 0 ? "\u2212" : "+"}${hours}:${minutes}`;
}
