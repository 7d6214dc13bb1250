// Small log files for tests, the same in each: twenty rows in two chunks, two blocks of the recorder, an attachment.

import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { encodeUtf8 } from "../src/base/utf8.ts";
import { attach, beginLog, chunkOf, endLog } from "../src/log/container.ts";
import { type LogFile, openLog } from "../src/log/log-file.ts";
import type { Read } from "../src/log/log-scan.ts";
import type { LogIdentity, LogMessage } from "../src/log/topics.ts";

/** 2026-03-01T12:00:00Z. */
export const BEGAN_us = 1_772_366_400_000_000;

export const IDENTITY: LogIdentity = {
  serialNumber: "BM-000123",
  manufacturer: "maker",
  program: "bms-mini 0.1.0",
  pack: "bench",
  setup: "plain",
  began_us: BEGAN_us,
  clock: "synchronised",
  speed: 1,
};

export const zstd = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }));
export const unzstd = (bytes: Uint8Array, size: number): Uint8Array =>
  new Uint8Array(zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, size) }));

/** The row of /state of second `i`. */
export const rowAt = (i: number): LogMessage => ({
  topic: "/state",
  time_us: BEGAN_us + i * 1_000_000,
  data: encodeUtf8(JSON.stringify({ current_A: i })),
});

export const blockAt = (i: number): LogMessage => ({
  topic: "/recorder/inputs",
  time_us: BEGAN_us + i * 1_000_000,
  data: Uint8Array.of(i, 1, 2),
});

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** The file in the parts in which it is written: beginning, chunk, chunk of the recorder, attachment, chunk, end. */
export function logParts(): Uint8Array[] {
  const { file, bytes } = beginLog(IDENTITY, '{"battery":{"cells":18}}', zstd);
  return [
    bytes,
    chunkOf(file, numbers(0, 10).map(rowAt), zstd),
    chunkOf(file, numbers(0, 2).map(blockAt), zstd),
    attach(file, "note", "text/plain", BEGAN_us, BEGAN_us + 1, encodeUtf8("a note")),
    chunkOf(file, numbers(10, 20).map(rowAt), zstd),
    endLog(file),
  ];
}

export const wholeLog = (): Uint8Array => joined(logParts());

/** The first two arguments of openLog. `onRead` is told of each read. */
export const fileOf = (bytes: Uint8Array, onRead?: (offset: number) => void): [Read, number] => [
  (offset, length) => {
    onRead?.(offset);
    return bytes.subarray(offset, offset + length);
  },
  bytes.length,
];

export function opened(bytes: Uint8Array, onRead?: (offset: number) => void): LogFile {
  const log = openLog(...fileOf(bytes, onRead), unzstd);
  if ("problem" in log) throw new Error(log.problem);
  return log;
}
