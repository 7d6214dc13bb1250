// Lengths of time as people write them in scenario files and options: "2h 30m", "200 ms", "10 s", "3 d".
// Inside, time is whole microseconds; a duration beyond ten years is a slip of the pen.

const UNIT_s: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
};
export const DURATION_UNITS: readonly string[] = Object.keys(UNIT_s);
const LONGEST_s = 10 * 365 * 86_400;

/** Seconds of a duration such as "2h 30m", 0 to ten years; undefined for anything else. A number without unit is none. */
export function parseDuration_s(text: string): number | undefined {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)\s*/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text.trim()) return undefined;
  let total_s = 0;
  for (const [, amount = "", unit = ""] of parts) {
    const unit_s = UNIT_s[unit];
    if (unit_s === undefined) return undefined;
    total_s += Number(amount) * unit_s;
  }
  return total_s <= LONGEST_s ? total_s : undefined;
}

/** A time in seconds for people: "250 ms", "12.3 s", "4 min 05 s", "2 h 30 min", "3 d 04 h". */
export function durationText(time_s: number): string {
  if (time_s < 0) return `-${durationText(-time_s)}`;
  if (time_s < 1) return `${Math.round(time_s * 1000)} ms`;
  if (time_s < 59.95) return `${time_s.toFixed(time_s < 10 ? 2 : 1)} s`;
  const whole_s = Math.round(time_s);
  if (whole_s < 3600) return `${Math.floor(whole_s / 60)} min ${two(whole_s % 60)} s`;
  if (whole_s < 2 * 86_400) return `${Math.floor(whole_s / 3600)} h ${two(Math.floor(whole_s / 60) % 60)} min`;
  return `${Math.floor(whole_s / 86_400)} d ${two(Math.floor(whole_s / 3600) % 24)} h`;
}

const two = (value: number): string => String(value).padStart(2, "0");
