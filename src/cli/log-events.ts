// What the readable channels of a log tell a person: trips with their sentences, and the times without records.

import { isoTime } from "../base/calendar.ts";
import type { OnLost } from "../log/log-file.ts";
import { type LogRow, rowOf } from "../log/table.ts";
import { messagesOf } from "../log/tailed-log.ts";
import type { OpenedLog } from "./open-log.ts";

export type Trip = { readonly time: string; readonly name: string; readonly sentence: string };

export type Gap = {
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
  /** Why: missing, full, read-only, slow, failed, budget, no start. */
  readonly reason: string;
  /** How many records, and of which stream: plain or recorder. */
  readonly lost: number;
  readonly stream: string;
};

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number => (typeof value === "number" ? value : 0);

/** The errors that were set, with the sentence of each. */
export const tripsIn = (log: OpenedLog, onLost?: OnLost): readonly Trip[] =>
  rows(log, "/events", ({ code }) => code === "tripped", onLost).map(({ time_us, row }) => ({
    time: isoTime(time_us),
    name: text(row["subject"]),
    sentence: text(row["text"]),
  }));

/** The times for which records are missing, as the writer marked them. */
export const gapsIn = (log: OpenedLog, onLost?: OnLost): readonly Gap[] =>
  rows(log, "/gap", () => true, onLost).map(({ row }) => {
    const from_us = number(row["from_us"]);
    const to_us = number(row["to_us"]);
    const { reason, lost, stream } = row;
    const seconds = Math.round((to_us - from_us) / 1e3) / 1e3;
    return {
      from: isoTime(from_us),
      to: isoTime(to_us),
      seconds,
      reason: text(reason),
      lost: number(lost),
      stream: text(stream),
    };
  });

type TimedRow = { readonly time_us: number; readonly row: LogRow };

function rows(
  log: OpenedLog,
  topic: "/events" | "/gap",
  isMeant: (row: LogRow) => boolean,
  onLost?: OnLost,
): readonly TimedRow[] {
  const found: TimedRow[] = [];
  for (const { time_us, data } of messagesOf(log, [topic], 0, Infinity, onLost)) {
    const row = rowOf(data);
    if (row !== undefined && isMeant(row)) found.push({ time_us, row });
  }
  return found;
}
