// Exports that are lines of text: every readable channel as JSON, or the frames of the bus as candump's log.

import { isoTime } from "../base/calendar.ts";
import { candumpLine, canOfJson } from "../log/can-frame.ts";
import { type LogRow, rowOf } from "../log/table.ts";
import { type LogMessage, TOPIC_NAMES, TOPICS, type TopicName } from "../log/topics.ts";
import { createThinning, type Exporter, type Wishes, type Written, wantedColumns } from "./exporter.ts";
import { TextFile } from "./text-file.ts";

/** The channels whose messages are JSON. */
export const READABLE_TOPICS: readonly TopicName[] = TOPIC_NAMES.filter((topic) => TOPICS[topic].encoding === "json");

/** A message as one object a line: `{"time":…,"topic":…,"data":…}`. */
export const jsonLine = ({ topic, time_us }: LogMessage, row: LogRow): string =>
  `{"time":"${isoTime(time_us)}","topic":"${topic}","data":${JSON.stringify(row)}}\n`;

/** Rows of signals are cut down to those wanted; the other channels are written as they are. */
export function linesExporter(path: string, { signals, every_us }: Wishes): Exporter {
  const file = new TextFile(path);
  const isDue = createThinning(every_us);
  let wanted: ReadonlySet<string> | undefined;
  const cut = (row: LogRow): LogRow => {
    wanted ??= new Set(wantedColumns(row, signals).map(({ signal }) => signal));
    return Object.fromEntries(Object.entries(row).filter(([name]) => wanted?.has(name)));
  };
  const add = (message: LogMessage): void => {
    if (message.topic === "/state" && !isDue(message.time_us)) return;
    const row = rowOf(message.data);
    if (row === undefined) return;
    const isOfSignals = message.topic === "/state" || message.topic === "/frame";
    file.write(jsonLine(message, isOfSignals && signals.length > 0 ? cut(row) : row));
    file.rows++;
  };
  return { topics: READABLE_TOPICS, add, close: () => closed(file) };
}

const closed = (file: TextFile): readonly Written[] => {
  file.close();
  return [{ path: file.path, rows: file.rows }];
};

/** Frames of the bus, as can-utils, python-can and Wireshark read them. */
export function candumpExporter(path: string): Exporter {
  let file: TextFile | undefined; // none where no bus was logged
  const add = ({ time_us, data }: LogMessage): void => {
    const frame = canOfJson(rowOf(data));
    if (frame === undefined) return;
    file ??= new TextFile(path);
    file.write(`${candumpLine(frame, time_us)}\n`);
    file.rows++;
  };
  return { topics: ["/can"], add, close: () => (file === undefined ? [] : closed(file)) };
}
