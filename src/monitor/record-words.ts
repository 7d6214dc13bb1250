// Figures of the battery record as people read them: numbers with as many digits as they are worth, times in hours and
// days, parts in per cent. The table and the page of `bms record` are written with these.

import type { RecordEntry, TimeClass } from "../core/record-entry.ts";
import type { RecordRow } from "../model/battery-record.ts";
import type { Unit } from "../model/rows.ts";

/** A value with its unit, and "± bound" where it has one; "unknown" for a figure that nobody has measured. */
export function valueWords({ unit }: RecordRow, entry: RecordEntry): string {
  if (entry.value === null) return "unknown";
  if (typeof entry.value === "string") return entry.value;
  if (typeof entry.value !== "number") return listWords(entry.value);
  const bound = entry.bound === undefined ? "" : ` ± ${quantity(entry.bound, unit)}`;
  return `${quantity(entry.value, unit)}${bound}`;
}

function listWords(list: Exclude<RecordEntry["value"], number | string | null>): string {
  if (list.length === 0) return "none";
  return list
    .map((item) => {
      if ("count" in item) return `${item.title}: ${item.count}`;
      if ("rate" in item)
        return `${quantity(item.rate, "ratio")} ± ${quantity(item.bound, "ratio")} at ${duration(item.operating_s)}`;
      return `${item.class}: ${duration(item.time_s)}`;
    })
    .join("; ");
}

/** A number in a unit that suits its size. */
export function quantity(value: number, unit: Unit): string {
  switch (unit) {
    case "s":
      return duration(value);
    case "ratio":
      return `${digits(value * 100, Math.abs(value) < 0.0995 ? 2 : 1)} %`;
    case "Ohm":
      return `${digits(value * 1000, value < 0.01 ? 2 : 1)} mΩ`;
    case "Wh":
      return value >= 10_000 ? `${digits(value / 1000, value < 1e6 ? 1 : 0)} kWh` : `${digits(value, 0)} Wh`;
    case "W":
      return value >= 10_000 ? `${digits(value / 1000, 1)} kW` : `${digits(value, 0)} W`;
    case "Ah":
      return `${digits(value, value < 1000 && !Number.isInteger(value) ? 1 : 0)} Ah`;
    case "degC":
      return `${digits(value, 1)} °C`;
    case "V":
      return `${digits(value, 3)} V`;
    case "count":
      return digits(value, Number.isInteger(value) ? 0 : 1);
    default:
      return `${value}`;
  }
}

const MINUTE_s = 60;
const HOUR_s = 3600;
const DAY_s = 86_400;

/** A length of time, in the unit in which it is two to four digits. */
export function duration(time_s: number): string {
  if (time_s < 2 * MINUTE_s) return `${digits(time_s, 0)} s`;
  if (time_s < 2 * HOUR_s) return `${digits(time_s / MINUTE_s, 0)} min`;
  if (time_s < 4 * DAY_s) return `${digits(time_s / HOUR_s, 1)} h`;
  return `${digits(time_s / DAY_s, 1)} days`;
}

/** With thin groups of thousands, and no minus before a zero. */
function digits(value: number, count: number): string {
  const [whole = "", part] = Math.abs(value).toFixed(count).split(".");
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, "\u202f");
  const text = part === undefined ? grouped : `${grouped}.${part}`;
  return value < 0 && /[1-9]/.test(text) ? `\u2212${text}` : text;
}

/** The share of each class in the whole time, 0..1; all 0 where there is no time. */
export function sharesOf(classes: readonly TimeClass[]): readonly number[] {
  const whole_s = classes.reduce((sum_s, { time_s }) => sum_s + time_s, 0);
  return classes.map(({ time_s }) => (whole_s > 0 ? time_s / whole_s : 0));
}

/** The classes of a histogram, or undefined where an entry is none. */
export function classesOf({ value }: RecordEntry): readonly TimeClass[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return "time_s" in value[0] ? (value as readonly TimeClass[]) : undefined;
}
