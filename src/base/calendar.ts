// Wall time as people write it: microseconds since 1970 (UTC) to and from a date of the Gregorian calendar, without the
// machine's own clock or time zone. Days by Howard Hinnant's "days from civil" (chrono-compatible low-level date algorithms).

export type CivilTime = {
  readonly year: number;
  /** 1..12 */
  readonly month: number;
  /** 1..31 */
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micro: number;
};

/** A day of UTC, without leap seconds, as all clocks of ours count. */
export const DAY_us = 86_400_000_000;

/** The date and time of an instant, microseconds since 1970; exact up to 2^53 us, the year 2255. */
export function civilTime(time_us: number): CivilTime {
  const days = Math.floor(time_us / DAY_us);
  const within_us = Math.floor(time_us - days * DAY_us);
  return {
    ...civilDay(days),
    hour: Math.floor(within_us / 3_600_000_000),
    minute: Math.floor(within_us / 60_000_000) % 60,
    second: Math.floor(within_us / 1_000_000) % 60,
    micro: within_us % 1_000_000,
  };
}

/** Years begin in March, so that the leap day is the last day of a year; 400 years have 146 097 days. */
function civilDay(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

const digits = (value: number, count: number): string => String(value).padStart(count, "0");

/** ISO 8601 in UTC with milliseconds, as "2026-11-23T05:25:52.250Z"; microseconds below are cut off. */
export function isoTime(time_us: number): string {
  const { year, month, day, hour, minute, second, micro } = civilTime(time_us);
  const date = `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
  return `${date}T${digits(hour, 2)}:${digits(minute, 2)}:${digits(second, 2)}.${digits(Math.floor(micro / 1000), 3)}Z`;
}
