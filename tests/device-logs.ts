// Log files as a device leaves them, for tests of the tools: rows of all signals, events, gaps, frames of the bus; finished,
// or cut off with a tail beside them.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeUtf8 } from "../src/base/utf8.ts";
import { createBms } from "../src/core/bms.ts";
import { createSnapshotReader, takeSnapshot } from "../src/core/snapshot.ts";
import { compressPlain, TAIL_CODEC } from "../src/device/log-compression.ts";
import { type CanFrame, canJson } from "../src/log/can-frame.ts";
import { beginLog, channelOf, chunkOf, endLog, streamOf } from "../src/log/container.ts";
import { createStateRows, stateMessage } from "../src/log/state-row.ts";
import { createTail, frameOf } from "../src/log/tail-frames.ts";
import type { LogIdentity, LogMessage } from "../src/log/topics.ts";
import { createSettings } from "../src/model/settings.ts";
import { BEGAN_us, IDENTITY } from "./fixed-logs.ts";

const BELIEVED = { batteryValid: 1, cellsValid: 1, someCellValid: 1, cellValid: Array<number>(18).fill(1) } as const;

/** Rows of all signals of a device with 16 cells, one a second; cell 3 has 3.3 V and a millivolt more each second. */
export function stateRows(count: number, from = 0): LogMessage[] {
  const reader = createSnapshotReader(createBms(createSettings()));
  const rows = createStateRows(16);
  return Array.from({ length: count }, (_, i) => {
    const snapshot = takeSnapshot(reader);
    const cells_V = Array.from({ length: 18 }, (_, cell) => (cell === 2 ? 3.3 + (from + i) / 1000 : 3.25));
    return stateMessage(
      rows,
      { ...snapshot, ...BELIEVED, minCell: 0, maxCell: 2, cells_V, battery_V: 52 + (from + i) / 100 },
      BEGAN_us + (from + i) * 1_000_000,
    );
  });
}

const json = (topic: LogMessage["topic"], second: number, value: object): LogMessage => ({
  topic,
  time_us: BEGAN_us + second * 1_000_000,
  data: encodeUtf8(JSON.stringify(value)),
});

export const TRIP_SENTENCE = "Cell 3 is above its limit: 3.66 V, limit 3.65 V; charging was opened.";

export const trip = (second: number): LogMessage =>
  json("/events", second, {
    sequence: 7,
    wall_ms: BEGAN_us / 1000 + second * 1000,
    clock: "synchronised",
    uptime_s: second,
    source: "core",
    code: "tripped",
    severity: "error",
    subject: "overvoltage",
    value: 3.66,
    limit: 3.65,
    actor: "",
    text: TRIP_SENTENCE,
  });

export const gap = (second: number): LogMessage =>
  json("/gap", second, {
    from_us: BEGAN_us + (second - 5) * 1_000_000,
    to_us: BEGAN_us + second * 1_000_000,
    reason: "full",
    lost: 5,
    stream: "plain",
  });

export const busFrame = (second: number, frame: CanFrame): LogMessage => ({
  topic: "/can",
  time_us: BEGAN_us + second * 1_000_000,
  data: encodeUtf8(canJson(frame)),
});

export type DeviceLog = {
  readonly chunks: readonly (readonly LogMessage[])[];
  /** Given: the file has no end, and these wait in its tail. */
  readonly tail?: readonly LogMessage[];
  readonly identity?: Partial<LogIdentity>;
  readonly settings?: string;
};

/** The bytes of a log and of its tail. Messages of a chunk are parted by stream. */
export function deviceLog({ chunks, tail, identity, settings }: DeviceLog): { log: Buffer; tail: Buffer } {
  const { file, bytes } = beginLog({ ...IDENTITY, ...identity }, settings ?? '{"battery.cells":16}', compressPlain);
  const parts = [bytes];
  for (const chunk of chunks)
    for (const stream of ["plain", "recorder"] as const) {
      const messages = chunk.filter((message) => streamOf(message) === stream);
      if (messages.length > 0) parts.push(chunkOf(file, messages, compressPlain));
    }
  const frames = createTail(TAIL_CODEC);
  const tailed = (tail ?? []).map((message) => frameOf(frames, message, file.sequences[channelOf(message.topic)]!++));
  if (tail === undefined) parts.push(endLog(file));
  return { log: Buffer.concat(parts), tail: Buffer.concat(tailed) };
}

/** Writes the log, and its tail where it has one. Returns the path of the log. */
export function writeDeviceLog(folder: string, stem: string, content: DeviceLog): string {
  const { log, tail } = deviceLog(content);
  const path = join(folder, `${stem}.mcap`);
  writeFileSync(path, log);
  if (content.tail !== undefined) writeFileSync(join(folder, `${stem}.tail`), tail);
  return path;
}
