// Reads the records of a log file (MCAP, mcap.dev/spec) out of bytes that may be damaged: no length is believed before it
// is seen to fit, and what does not fit is undefined, never thrown. Times are whole microseconds since 1970.

import { decodeUtf8 } from "../base/utf8.ts";

/** A time as MCAP has it. */
export const nanoseconds = (time_us: number): bigint => BigInt(time_us) * 1000n;

/** Opcode and length in front of each record's content. */
export const HEAD_BYTES = 9;
export const MAGIC: readonly number[] = [0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a];

/** Numbers of the records (mcap.dev/spec, "Records"). */
export const OPCODES = {
  header: 0x01,
  footer: 0x02,
  schema: 0x03,
  channel: 0x04,
  message: 0x05,
  chunk: 0x06,
  messageIndex: 0x07,
  chunkIndex: 0x08,
  attachment: 0x09,
  attachmentIndex: 0x0a,
  statistics: 0x0b,
  metadata: 0x0c,
  metadataIndex: 0x0d,
  summaryOffset: 0x0e,
  dataEnd: 0x0f,
} as const;

/** A place in bytes, from which fields are taken one after the other. `ok` turns false when one does not fit. */
export type Cursor = {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
  readonly end: number;
  ok: boolean;
};

export const cursorOf = (bytes: Uint8Array, at = 0, end = bytes.length): Cursor => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
  at,
  end: Math.min(end, bytes.length),
  ok: true,
});

/** Steps over `length` bytes; their place, or -1 where they do not fit. */
function take(cursor: Cursor, length: number): number {
  const at = cursor.at;
  if (!cursor.ok || length > cursor.end - at) {
    cursor.ok = false;
    return -1;
  }
  cursor.at = at + length;
  return at;
}

export function u8(cursor: Cursor): number {
  const at = take(cursor, 1);
  return at < 0 ? 0 : cursor.bytes[at]!;
}

export function u16(cursor: Cursor): number {
  const at = take(cursor, 2);
  return at < 0 ? 0 : cursor.view.getUint16(at, true);
}

export function u32(cursor: Cursor): number {
  const at = take(cursor, 4);
  return at < 0 ? 0 : cursor.view.getUint32(at, true);
}

/** A length, offset or count; one above 2^53 is damage. */
export function u64(cursor: Cursor): number {
  const at = take(cursor, 8);
  if (at < 0) return 0;
  const value = cursor.view.getUint32(at + 4, true) * 4_294_967_296 + cursor.view.getUint32(at, true);
  if (value > Number.MAX_SAFE_INTEGER) cursor.ok = false;
  return value;
}

export function time(cursor: Cursor): number {
  const at = take(cursor, 8);
  return at < 0 ? 0 : timeAt(cursor.view, at);
}

/** A time of nanoseconds as whole microseconds, exact although nanoseconds exceed 2^53. */
export function timeAt(view: DataView, at: number): number {
  const high = view.getUint32(at + 4, true);
  const low = view.getUint32(at, true);
  return Math.floor(high / 1000) * 4_294_967_296 + Math.floor(((high % 1000) * 4_294_967_296 + low) / 1000);
}

export function slice(cursor: Cursor, length: number): Uint8Array {
  const at = take(cursor, length);
  return at < 0 ? new Uint8Array(0) : cursor.bytes.subarray(at, at + length);
}

export const text = (cursor: Cursor): string => decodeUtf8(slice(cursor, u32(cursor)));

/** The opcode and content of the record at the cursor, which moves behind it; undefined at the end or at what is none. */
export function nextRecord(cursor: Cursor): { readonly opcode: number; readonly content: Cursor } | undefined {
  if (cursor.end - cursor.at < HEAD_BYTES) return undefined;
  const opcode = u8(cursor);
  const length = u64(cursor);
  const at = take(cursor, length);
  return at < 0
    ? undefined
    : { opcode, content: { bytes: cursor.bytes, view: cursor.view, at, end: at + length, ok: true } };
}

/** Where a chunk lies and what its head or its index says of it. */
export type ChunkPlace = {
  /** Of the record, and its length with the head; bytes. */
  readonly offset: number;
  readonly length: number;
  /** Times of its first and last message. */
  readonly from_us: number;
  readonly to_us: number;
  readonly compression: string;
  readonly packed_bytes: number;
  readonly plain_bytes: number;
  /** By channel: where the index of its messages lies. Empty: unknown. */
  readonly indexes: ReadonlyMap<number, number>;
  /** Length of all its indexes together. */
  readonly indexes_bytes: number;
};

/** How many messages of a channel a chunk has, by the length of its index: 16 bytes for each; 0 where it has no index. */
export function messageCount({ offset, length, indexes, indexes_bytes }: ChunkPlace, channelId: number): number {
  const at = indexes.get(channelId);
  if (at === undefined) return 0;
  let end = offset + length + indexes_bytes;
  for (const other of indexes.values()) if (other > at && other < end) end = other;
  return Math.max(0, Math.floor((end - at - HEAD_BYTES - 6) / 16));
}

/** Everything in a chunk's record before its packed messages. */
export type ChunkHead = Omit<ChunkPlace, "offset" | "length" | "indexes" | "indexes_bytes"> & { readonly crc: number };

/** The head of a chunk; the cursor then stands at its packed messages. */
export function chunkHead(content: Cursor): ChunkHead | undefined {
  const from_us = time(content);
  const to_us = time(content);
  const plain_bytes = u64(content);
  const crc = u32(content);
  const compression = text(content);
  const packed_bytes = u64(content);
  return content.ok ? { from_us, to_us, plain_bytes, crc, compression, packed_bytes } : undefined;
}

export function chunkIndex(content: Cursor): ChunkPlace | undefined {
  const from_us = time(content);
  const to_us = time(content);
  const offset = u64(content);
  const length = u64(content);
  const indexes = new Map<number, number>();
  const list = cursorOf(slice(content, u32(content)));
  while (list.ok && list.at < list.end) indexes.set(u16(list), u64(list));
  const indexes_bytes = u64(content);
  const compression = text(content);
  const packed_bytes = u64(content);
  const plain_bytes = u64(content);
  if (!content.ok || !list.ok) return undefined;
  return { offset, length, from_us, to_us, compression, packed_bytes, plain_bytes, indexes, indexes_bytes };
}

export type AttachmentPlace = {
  readonly offset: number;
  readonly length: number;
  readonly from_us: number;
  readonly to_us: number;
  readonly data_bytes: number;
  readonly name: string;
  readonly mediaType: string;
};

export function attachmentIndex(content: Cursor): AttachmentPlace | undefined {
  const offset = u64(content);
  const length = u64(content);
  const from_us = time(content);
  const to_us = time(content);
  const data_bytes = u64(content);
  const name = text(content);
  const mediaType = text(content);
  return content.ok ? { offset, length, from_us, to_us, data_bytes, name, mediaType } : undefined;
}

export type AttachmentHead = Omit<AttachmentPlace, "offset" | "length">;

/** The head of an attachment; the cursor then stands at its data, which its CRC follows. */
export function attachmentHead(content: Cursor): AttachmentHead | undefined {
  const from_us = time(content);
  const to_us = time(content);
  const name = text(content);
  const mediaType = text(content);
  const data_bytes = u64(content);
  return content.ok ? { from_us, to_us, name, mediaType, data_bytes } : undefined;
}

export function channel(content: Cursor): { readonly id: number; readonly topic: string } | undefined {
  const id = u16(content);
  u16(content);
  const topic = text(content);
  return content.ok ? { id, topic } : undefined;
}

export function metadata(content: Cursor): { readonly name: string; readonly values: Map<string, string> } | undefined {
  const name = text(content);
  const list = cursorOf(slice(content, u32(content)));
  const values = new Map<string, string>();
  while (list.ok && list.at < list.end) values.set(text(list), text(list));
  return content.ok && list.ok ? { name, values } : undefined;
}
