// How much of a log can be read: whether the file is as it was written, which of its chunks are whole, and until when. In steps, since
// each chunk of a file that was altered is unpacked. What a cut of power does to a file that grows is no damage where its tail goes on.

import { unpackChunk } from "./log-chunk.ts";
import type { LogFile } from "./log-file.ts";
import type { LogDamage } from "./log-scan.ts";

export type ReadablePart = {
  readonly chunks: number;
  /** Chunks that cannot be read. */
  readonly lost: number;
  /** Of the first of them; empty where there is none. */
  readonly reason: string;
  /** When the first of them begins, microseconds since 1970; 0 where there is none. */
  readonly lostFrom_us: number;
  /** What makes no sense between the chunks, or behind the last. */
  readonly damage: LogDamage | undefined;
  /** A byte is not as it was written, be it in a chunk or elsewhere. */
  readonly isAltered: boolean;
  /** The file has its end, or a tail that goes on from it. */
  readonly hasEnd: boolean;
  /** Last time in a chunk that can be read, microseconds since 1970; 0 where there is none. */
  readonly whole_us: number;
};

export type Crc = (bytes: Uint8Array, before?: number) => number;

/** Steps of a chunk, or of a piece of the file. */
export function* readableSteps(log: LogFile, hasTail: boolean, crc: Crc): Generator<undefined, ReadablePart> {
  const about = partAtOnce(log, hasTail);
  const isKept = about.isAltered ? false : yield* isAsWritten(log, crc);
  if (isKept === true) return about;
  let [lost, reason, lostFrom_us, whole_us] = [0, "", 0, 0];
  for (const place of log.chunks) {
    const chunk = unpackChunk(log.read, place, log.decompress, true);
    if ("bytes" in chunk) whole_us = Math.max(whole_us, place.to_us);
    else if (lost++ === 0) [reason, lostFrom_us] = [chunk.reason, place.from_us];
    yield undefined;
  }
  return { ...about, isAltered: isKept === false || lost > 0, lost, reason, lostFrom_us, whole_us };
}

/** What shows without reading all of it: damage between the chunks or behind the last, and none in a chunk. */
export function partAtOnce(log: LogFile, hasTail: boolean): ReadablePart {
  const damage = structureDamage(log, hasTail);
  return {
    ...{ chunks: log.chunks.length, lost: 0, reason: "", lostFrom_us: 0, damage, isAltered: damage !== undefined },
    ...{ hasEnd: log.isFinished || hasTail, whole_us: log.last_us },
  };
}

/** Damage that shows without unpacking; none at the end of a file whose tail goes on where its last whole chunk ended. */
export function structureDamage({ damage, isFinished, size }: LogFile, hasTail: boolean): LogDamage | undefined {
  if (damage === undefined || isFinished || !hasTail) return damage;
  return damage.offset + damage.lostBytes === size ? undefined : damage;
}

const FOOTER_BYTES = 37;
const DATA_END_BYTES = 13;
const DATA_END = 0x0f;
const PIECE_bytes = 1 << 20;

/**
 * The CRC in the record "data end" covers every byte before it (mcap.dev/spec, "Data End"). Undefined where the file has no end, or
 * its writer gave no CRC.
 */
export function* isAsWritten(
  { read, size, isFinished }: LogFile,
  crc32: Crc,
): Generator<undefined, boolean | undefined> {
  if (!isFinished) return undefined;
  const footer = viewOf(read(size - FOOTER_BYTES, FOOTER_BYTES));
  const end = Number(footer.getBigUint64(9, true)) - DATA_END_BYTES;
  const record = viewOf(read(Math.max(0, end), DATA_END_BYTES));
  if (record.byteLength < DATA_END_BYTES || record.getUint8(0) !== DATA_END) return undefined;
  const expected = record.getUint32(9, true);
  if (expected === 0) return undefined;
  let crc = 0;
  for (let at = 0; at < end; at += PIECE_bytes) {
    crc = crc32(read(at, Math.min(PIECE_bytes, end - at)), crc);
    yield undefined;
  }
  return crc === expected;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
