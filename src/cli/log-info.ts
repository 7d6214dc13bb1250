// bms log info: what is in logs, without reading more of them than is needed: whose they are, from when to when, how many
// messages of each channel, what tripped, where records are missing, and whether the recorder can be replayed.

import { isoTime } from "../base/calendar.ts";
import type { LogDamage } from "../log/log-scan.ts";
import { messagesOf, spanOf } from "../log/tailed-log.ts";
import { type LogIdentity, TOPIC_NAMES, type TopicName } from "../log/topics.ts";
import { unpackStart } from "../replay/start.ts";
import { durationText } from "../sim/scenario/duration.ts";
import { type Gap, gapsIn, type Trip, tripsIn } from "./log-events.ts";
import { findLogs } from "./log-source.ts";
import { countMessages, type OpenedLog, openGood } from "./open-log.ts";
import { progressLine } from "./progress.ts";
import { alignColumns } from "./text-table.ts";

type FileInfo = {
  readonly file: string;
  readonly bytes: number;
  readonly from: string;
  readonly to: string;
  /** Has its end; an unfinished one is being written, or was cut off. */
  readonly finished: boolean;
  /** Messages in the tail beside it. */
  readonly inTail: number;
  readonly damage?: LogDamage;
};

type Unusable = { readonly file: string; readonly problem: string };

type Info = {
  readonly identity: LogIdentity;
  readonly first_us: number;
  readonly last_us: number;
  /** Of the files together, without the time between them. */
  readonly logged_s: number;
  readonly bytes: number;
  readonly counts: Readonly<Record<TopicName, number>>;
  readonly recorder: Recorder;
  readonly trips: readonly Trip[];
  readonly gaps: readonly Gap[];
  readonly files: readonly FileInfo[];
  readonly unusable: readonly Unusable[];
  /** Files of which a chunk could not be read on the way; others were not looked for. */
  readonly doubtful: readonly string[];
};

export function logInfo(words: readonly string[], options: { readonly json?: boolean }): void {
  const info = readInfo(words);
  process.stdout.write(options.json === true ? `${JSON.stringify(infoJson(info))}\n` : `${infoText(info)}\n`);
}

/** Throws UsageError where not one of the files is a log. */
function readInfo(words: readonly string[]): Info {
  const { logs, unusable: none } = openGood(findLogs(words));
  const unusable: readonly Unusable[] = none.map(({ place, problem }) => ({ file: place.path, problem }));
  const spans = logs.map(spanOf);
  const info: Info = {
    identity: logs.at(-1)!.log.identity,
    first_us: Math.min(...spans.map(({ first_us }) => first_us)),
    last_us: Math.max(...spans.map(({ last_us }) => last_us)),
    logged_s: spans.reduce((sum, { first_us, last_us }) => sum + (last_us - first_us) / 1e6, 0),
    bytes: logs.reduce((sum, { log, tailBytes }) => sum + log.size + tailBytes, 0),
    counts: countsOf(logs),
    recorder: recorderOf(logs),
    ...toldIn(logs),
    files: logs.map(fileInfo),
    unusable,
  };
  for (const log of logs) log.close();
  return info;
}

function countsOf(logs: readonly OpenedLog[]): Record<TopicName, number> {
  const counts = Object.fromEntries(TOPIC_NAMES.map((topic) => [topic, 0])) as Record<TopicName, number>;
  for (const log of logs) for (const [topic, count] of countMessages(log)) counts[topic] += count;
  return counts;
}

/** Trips and gaps of all logs; of many it takes a while, because the chunks in which they stand are unpacked. */
function toldIn(logs: readonly OpenedLog[]): Pick<Info, "trips" | "gaps" | "doubtful"> {
  const doubtful = new Set<string>();
  const progress = progressLine("reading");
  const told = logs.map((log, i) => {
    progress.show(i / logs.length);
    const onLost = (): void => void doubtful.add(log.place.path);
    return { trips: tripsIn(log, onLost), gaps: gapsIn(log, onLost) };
  });
  progress.clear();
  return { trips: told.flatMap(({ trips }) => trips), gaps: told.flatMap(({ gaps }) => gaps), doubtful: [...doubtful] };
}

function fileInfo(log: OpenedLog): FileInfo {
  const { first_us, last_us } = spanOf(log);
  return {
    file: log.place.path,
    bytes: log.log.size,
    from: isoTime(first_us),
    to: isoTime(last_us),
    finished: log.log.isFinished,
    inTail: log.tail.length,
    ...(log.log.damage === undefined ? {} : { damage: log.log.damage }),
  };
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
const perSecond = ({ bytes, logged_s }: Info): number => (logged_s > 0 ? bytes / logged_s : 0);

/** Whether there is a recording, and whether a device can begin from a state in it: else `reason` says why not. */
type Recorder = { readonly present: boolean; readonly replayable: boolean; readonly reason?: string };

/** The first saved state that can be read decides: from it on the recording can be replayed. */
function recorderOf(logs: readonly OpenedLog[]): Recorder {
  const present = logs.some((log) => messagesOf(log, ["/recorder/inputs"]).next().done !== true);
  if (!present) return { present, replayable: false, reason: "nothing was recorded" };
  let reason = "there is no saved state to begin from";
  for (const log of logs) {
    for (const { data } of messagesOf(log, ["/recorder/start"])) {
      const start = unpackStart(data.slice());
      if (start.ok) return { present, replayable: true };
      reason = start.reason;
    }
  }
  return { present, replayable: false, reason };
}

function infoJson(info: Info): object {
  const { identity, first_us, last_us, counts } = info;
  const { began_us: _, ...who } = identity;
  return {
    ...who,
    from: isoTime(first_us),
    to: isoTime(last_us),
    duration_s: round((last_us - first_us) / 1e6, 3),
    bytes: info.bytes,
    bytesPerSecond: round(perSecond(info), 1),
    bytesPerHour: Math.round(3600 * perSecond(info)),
    rows: counts["/state"],
    topics: counts,
    recorder: info.recorder,
    trips: info.trips,
    gaps: info.gaps,
    files: info.files,
    unusable: info.unusable,
    doubtful: info.doubtful,
  };
}

const SHOWN = 20;

function infoText(info: Info): string {
  const { identity, first_us, last_us, files } = info;
  const rate = perSecond(info);
  const facts = [
    ["Device", `serial number ${identity.serialNumber || "unknown"}, ${identity.program}`],
    ["Pack", [identity.pack, identity.setup].filter((text) => text !== "").join(", ")],
    [
      "Time",
      `${isoTime(first_us)} to ${isoTime(last_us)}, ${durationText((last_us - first_us) / 1e6)}${clockText(identity)}`,
    ],
    [
      "Size",
      `${sizeText(info.bytes)} in ${files.length} ${files.length === 1 ? "file" : "files"}, ${rate.toFixed(1)} bytes/s, ${sizeText(rate * 3600)} an hour`,
    ],
    ["Recorder", recorderText(info)],
  ];
  return [
    ...alignColumns(facts),
    "",
    ...channelLines(info),
    "",
    ...listed("Trips", info.trips, ({ time, sentence }) => [`  ${time}`, sentence]),
    ...listed("Gaps", info.gaps, (gap) => [
      `  ${gap.from} to ${gap.to}`,
      `${gap.lost} records of ${gap.stream} lost: ${gap.reason}`,
    ]),
    ...listed(
      "Not finished",
      files.filter(({ finished }) => !finished),
      ({ file, inTail }) => [`  ${file}`, `${inTail} messages in its tail`],
    ),
    ...listed(
      "Damaged",
      files.filter(({ damage }) => damage !== undefined),
      ({ file, damage }) => [`  ${file}`, `${damageText(damage!)}: see bms log verify`],
    ),
    ...listed("Looks damaged", info.doubtful, (file) => [`  ${file}`, "see bms log verify"]),
    ...listed("No logs", info.unusable, ({ file, problem }) => [`  ${file}`, problem]),
  ].join("\n");
}

const clockText = ({ clock, speed }: LogIdentity): string =>
  `${clock === "" ? "" : `, clock ${clock}`}${speed === 1 ? "" : `, ${speed} times real time`}`;

/** "damaged at byte 123 (reason), 45 bytes lost". */
export const damageText = ({ offset, reason, lostBytes }: LogDamage): string =>
  `damaged at byte ${offset}: ${reason}${lostBytes > 0 ? `, ${lostBytes} bytes cannot be used` : ""}`;

export function sizeText(bytes: number): string {
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

function recorderText({ recorder }: Info): string {
  if (recorder.replayable) return 'present: "bms replay" runs it again';
  return recorder.present ? `present, but cannot be replayed: ${recorder.reason}` : "none";
}

const channelLines = ({ counts }: Info): readonly string[] =>
  alignColumns(
    TOPIC_NAMES.filter((topic) => counts[topic] > 0).map((topic) => [topic, counts[topic].toLocaleString("en")]),
    [1],
  );

/** A title and its rows; a list that is empty says so for trips and gaps, and is left out otherwise. */
function listed<T>(title: string, items: readonly T[], row: (item: T) => readonly string[]): readonly string[] {
  if (items.length === 0) return title === "Trips" || title === "Gaps" ? [`${title}: none`] : [];
  const more = items.length > SHOWN ? [`  and ${items.length - SHOWN} more (--json lists all)`] : [];
  return [title, ...alignColumns(items.slice(0, SHOWN).map(row)), ...more];
}
