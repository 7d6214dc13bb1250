// The words of explanations: quantities, lists, and what a protection judges.

import type { FaultRow } from "../model/rows.ts";

/** "0.50 s" of microseconds. */
export const s = (us: number): string => `${(us / 1e6).toFixed(2)} s`;
const plain = (value: number): string => value.toFixed(1).replace(/^-(0\.0)$/, "$1");
/** "+56.3 A", charging positive; what rounds to nothing has no sign. */
export const amperes = (value: number): string => `${plain(value) !== "0.0" && value > 0 ? "+" : ""}${plain(value)} A`;
/** "a, b and c". */
export const list = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
/** With a capital first letter. */
export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** "cell 3", "sensor 1", "wire C4"; "" where the row names none. */
export function elementWords({ elementName }: FaultRow, element: number): string {
  if (element < 0 || elementName === undefined || elementName === "count") return "";
  if (elementName === "wire") return `sense wire C${element}`;
  return `${elementName === "thermistor" ? "sensor" : elementName} ${element + 1}`;
}

/** What is judged, with an article where it needs one: "cell 3", "the charging current". */
export function subjectWords(row: FaultRow, element: number): string {
  const named = elementWords(row, element);
  if (named !== "" && /^measure\.(min|max)(Cell_V|Temperature_degC)$/.test(row.of)) return named;
  return SUBJECTS[row.of] ?? `the value of ${row.title}`;
}

const SUBJECTS: Readonly<Record<string, string>> = {
  "measure.chargeCurrent_A": "the charging current",
  "measure.dischargeCurrent_A": "the discharging current",
  "measure.spread_V": "the difference between highest and lowest cell",
  "measure.contactorTemperature_degC": "the contactor",
  "measure.heatSink_degC": "the heat sink",
  "estimate.chargeExcess_A": "what flowed above the charge current limit",
  "estimate.dischargeExcess_A": "what flowed above the discharge current limit",
  "estimate.soc": "the state of charge",
};

/** Seconds, minutes or hours of microseconds. */
export function longTime(us: number): string {
  const seconds = us / 1e6;
  if (seconds < 120) return s(us);
  const minutes = Math.floor(seconds / 60);
  return minutes < 120 ? `${minutes} min ${Math.round(seconds % 60)} s` : `${(seconds / 3600).toFixed(1)} h`;
}
