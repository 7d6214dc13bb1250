// A log writer on a medium in memory with a clock of the test, and a reader of everything that lies there, files and tails.

import { TAIL_CODEC } from "../../src/device/log-compression.ts";
import type { LogFiles } from "../../src/device/log-files.ts";
import type { LogBeginning } from "../../src/device/log-growing.ts";
import { logName, logStems, tailName, tailStems } from "../../src/device/log-names.ts";
import type { LogLimits } from "../../src/device/log-rotation.ts";
import { LogWriter } from "../../src/device/log-writer.ts";
import { type LogFile, readMessages } from "../../src/log/log-file.ts";
import { readTail } from "../../src/log/tail-frames.ts";
import { type LogMessage, TOPIC_NAMES, type TopicName } from "../../src/log/topics.ts";
import { bytesOf, createMedium, type Medium } from "./medium.ts";
import { openBytes } from "./open-bytes.ts";

export const FOLDER = "/data/log";
/** 2026-11-23 05:10:00 UTC, and the midnight after it. */
export const START_us = Date.UTC(2026, 10, 23, 5, 10) * 1000;
export const MIDNIGHT_us = Date.UTC(2026, 10, 24) * 1000;

export const LIMITS: LogLimits = { sync_s: 1, fileSize_MB: 256, space_MB: 4096, keep_day: 400, recorderBudget_MB: 0 };
export const BEGINNING: LogBeginning = {
  settings: '{"battery.cells":18}',
  identity: {
    serialNumber: "4711",
    manufacturer: "",
    program: "test",
    pack: "model",
    setup: "default",
    began_us: START_us,
    clock: "synchronised",
    speed: 1,
  },
};

export type LogRun = {
  readonly medium: Medium;
  readonly writer: LogWriter;
  readonly reports: { state: number; trouble: number; gaps: number; bytesPerHour: number; size_MB: number }[];
  readonly remarks: string[];
  now_ms: number;
  /** How often a start of the recorder was asked for. */
  asked: number;
};

export function createRun(limits: Partial<LogLimits> = {}, medium = createMedium(), files?: LogFiles): LogRun {
  const run = { medium, now_ms: 0, asked: 0, reports: [], remarks: [] } as unknown as LogRun;
  const writer = new LogWriter({
    folder: FOLDER,
    files: files ?? medium.files,
    limits: { ...LIMITS, ...limits },
    beginning: BEGINNING,
    now_ms: () => run.now_ms,
  });
  writer.onReport = (report) => run.reports.push(report);
  writer.onNewFile = () => run.asked++;
  writer.onRemark = (remark) => run.remarks.push(remark);
  Object.assign(run, { writer });
  writer.open();
  return run;
}

/** A second passes for writer and medium. */
export function pass(run: LogRun, seconds = 1): void {
  for (let i = 0; i < seconds; i++) {
    run.now_ms += 1000;
    run.writer.tick();
  }
}

const encoder = new TextEncoder();
export const message = (topic: TopicName, time_us: number, text = ""): LogMessage => ({
  topic,
  time_us,
  data: encoder.encode(text || JSON.stringify({ time_us, pack_V: 52.1 })),
});
/** A row of state, so many seconds after the start. */
export const row = (second: number, text?: string): LogMessage => message("/state", START_us + second * 1e6, text);
export const block = (second: number): LogMessage =>
  message("/recorder/inputs", START_us + second * 1e6, `block ${second}`);
export const keyframe = (second: number): LogMessage =>
  message("/recorder/start", START_us + second * 1e6, `start ${second}`);

export type Written = {
  readonly name: string;
  readonly log: LogFile | undefined;
  readonly messages: LogMessage[];
  readonly problems: string[];
};

/** Every log file on the medium, oldest first, with the messages of its chunks and then those of its tail. */
export function readLogs(medium: Medium): Written[] {
  const names = [...medium.content.keys()].map((path) => path.slice(FOLDER.length + 1));
  const stems = [...new Set([...logStems(names), ...tailStems(names)])];
  return stems.map((stem) => readOne(medium, stem));
}

function readOne(medium: Medium, stem: string): Written {
  const bytes = bytesOf(medium, `${FOLDER}/${logName(stem)}`);
  const log = openBytes(bytes);
  const tail = readTail(bytesOf(medium, `${FOLDER}/${tailName(stem)}`), TAIL_CODEC);
  if ("problem" in log) return { name: stem, log: undefined, messages: [...tail.messages], problems: [log.problem] };
  const problems: string[] = log.damage === undefined ? [] : [log.damage.reason];
  const read = [...readMessages(log, TOPIC_NAMES, 0, Infinity, (_, reason) => problems.push(reason))];
  const known = new Set(read.map(({ topic, sequence }) => `${topic} ${sequence}`));
  const waiting = tail.messages.filter(({ topic, sequence }) => !known.has(`${topic} ${sequence}`));
  return { name: stem, log, messages: [...read, ...waiting], problems };
}

/** What each message says, without those that the log adds itself. */
export function texts(messages: readonly LogMessage[], ...topics: readonly TopicName[]): string[] {
  return messages.filter(({ topic }) => topics.includes(topic)).map(({ data }) => new TextDecoder().decode(data));
}

export const gapsOf = (medium: Medium): Record<string, unknown>[] =>
  readLogs(medium).flatMap(({ messages }) => texts(messages, "/gap").map((text) => JSON.parse(text)));
