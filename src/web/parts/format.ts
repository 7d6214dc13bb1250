// Numbers as people read them, the same everywhere: true minus sign, thin space before the unit, a dash where nothing is believed.

import type { Unit } from "../../model/rows.ts";
import { texts } from "../texts/texts.ts";

const SPACE = "\u202f";
const MINUS = "\u2212";

const SYMBOLS: Readonly<Partial<Record<Unit, string>>> = {
  degC: "°C",
  "degC/W": "°C/W",
  Ohm: "Ω",
  kelvin: "K",
  day: "d",
  ratio: "%",
  count: "",
  none: "",
  us: "µs",
};

/** The unit as it is printed; fractions are printed in percent. */
export const symbolOf = (unit: Unit): string => SYMBOLS[unit] ?? unit;

/** A number with so many decimals; the dash for none. */
export function number(value: number | undefined, decimals: number): string {
  if (value === undefined || !Number.isFinite(value)) return texts.shell.noValue;
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", MINUS);
}

/** With a plus where it is positive: currents and powers, whose sign is a direction. */
export const signed = (value: number | undefined, decimals: number): string =>
  value !== undefined && Number(value.toFixed(decimals)) > 0 ? `+${number(value, decimals)}` : number(value, decimals);

export const withUnit = (text: string, unit: string): string =>
  text === texts.shell.noValue || unit === "" ? text : `${text}${SPACE}${unit}`;

/** A value of a table's row in its unit; fractions in percent. */
export const quantity = (value: number | undefined, unit: Unit, decimals: number): string =>
  withUnit(number(unit === "ratio" && value !== undefined ? 100 * value : value, decimals), symbolOf(unit));

/** Seconds as "3 h 20 min", "45 s", "12 d". */
export function duration(time_s: number | undefined): string {
  if (time_s === undefined || !Number.isFinite(time_s)) return texts.shell.noValue;
  const whole_s = Math.round(time_s);
  if (whole_s < 90) return `${whole_s}${SPACE}s`;
  const minutes = Math.round(whole_s / 60);
  if (minutes < 90) return `${minutes}${SPACE}min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}${SPACE}h ${minutes % 60}${SPACE}min`;
  return `${Math.round(hours / 24)}${SPACE}d`;
}

const two = (part: number): string => String(part).padStart(2, "0");

/** The day where this browser stands, "2026-11-29". */
export function dayText(time_ms: number): string {
  const time = new Date(time_ms);
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** The time of day where this browser stands, of 24 hours, with so many digits of the second: "23:29:17". */
export function timeText(time_ms: number, digits = 0): string {
  const time = new Date(time_ms);
  const whole = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  return digits === 0 ? whole : `${whole}.${String(time.getMilliseconds()).padStart(3, "0").slice(0, digits)}`;
}

/** The time of day, with the day before it: for lists, whose rows are compared. */
export const dayAndTime = (time_ms: number): string => `${dayText(time_ms)} ${timeText(time_ms)}`;

/** The time of day, or with the day where it is another than today. */
export const clock = (time_ms: number, now_ms: number = Date.now()): string =>
  dayText(time_ms) === dayText(now_ms) ? timeText(time_ms) : dayAndTime(time_ms);
