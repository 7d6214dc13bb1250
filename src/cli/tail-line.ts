// One line for a person about one message of a log: a row of the state in a few figures, an event, or a gap.

import { isoTime } from "../base/calendar.ts";
import type { LogRow } from "../log/table.ts";
import type { LogMessage } from "../log/topics.ts";
import { SIGNALS } from "../model/signals.ts";

/** The message of /state, /events or /gap as a line with its end. */
export function tailLine({ topic, time_us }: LogMessage, row: LogRow): string {
  const text = topic === "/state" ? stateText(row) : topic === "/gap" ? gapText(row) : eventText(row);
  return `${isoTime(time_us)}  ${text}\n`;
}

function stateText(row: LogRow): string {
  return [
    wordOf("mode", row["mode"]).padEnd(12),
    `${figure(row["soc"], 1, 100).padStart(5)} %`,
    `${figure(row["battery_V"], 2).padStart(6)} V`,
    `${figure(row["current_A"], 1).padStart(7)} A`,
    `cells ${figure(row["minCell_V"], 3)} to ${figure(row["maxCell_V"], 3)} V`,
  ].join("  ");
}

const figure = (value: unknown, digits: number, factor = 1): string =>
  typeof value === "number" ? (value * factor).toFixed(digits) : "-";

const wordOf = (signal: string, value: unknown): string =>
  (typeof value === "number" ? SIGNALS[signal]?.codes?.[value] : undefined) ?? String(value ?? "");

const plain = (value: unknown): string => (typeof value === "string" ? value : "");

function eventText({ severity, code, text, actor }: LogRow): string {
  const who = plain(actor) === "" ? "" : ` (${plain(actor)})`;
  return `${plain(severity).padEnd(8)}  ${plain(text) === "" ? plain(code) : plain(text)}${who}`;
}

const gapText = ({ lost, reason, stream }: LogRow): string =>
  `gap       ${String(lost)} records of ${plain(stream)} lost: ${plain(reason)}`;
