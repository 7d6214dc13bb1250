// Unpacks one chunk or attachment of a log file, believes it only with its CRC, and gives out the messages of a chunk.
// Format: MCAP (mcap.dev/spec, "Chunk", "Message", "Attachment").

import { crc32 } from "../base/crc.ts";
import type { Read } from "./log-scan.ts";
import {
  type AttachmentPlace,
  attachmentHead,
  type ChunkPlace,
  chunkHead,
  cursorOf,
  HEAD_BYTES,
  nextRecord,
  OPCODES,
  slice,
  timeAt,
  u32,
} from "./records.ts";
import type { LogMessage, TopicName } from "./topics.ts";

/** Makes a Zstandard frame (RFC 8878) of bytes. */
export type Compress = (bytes: Uint8Array) => Uint8Array;

/** Unpacks a Zstandard frame into `size` bytes. Throws on damage, and instead of giving more than `size`. */
export type Decompress = (bytes: Uint8Array, size: number) => Uint8Array;

/** A message with its number in its channel of the file. */
export type NumberedMessage = LogMessage & { readonly sequence: number };

export type Unpacked = { readonly bytes: Uint8Array } | { readonly reason: string };

/** No chunk of ours is longer, packed or not; a length above it is damage and nothing is allocated for it. */
const LONGEST_BYTES = 1 << 28;
/** Length, channel, sequence and two times in front of a message's data. */
const MESSAGE_HEAD_BYTES = 22;

/**
 * The records in a chunk, or why it cannot be read. A Zstandard frame with a checksum of its own was checked while it was
 * unpacked; the chunk's CRC is then computed only when `isThorough`.
 */
export function unpackChunk(read: Read, place: ChunkPlace, decompress: Decompress, isThorough = false): Unpacked {
  if (place.length > LONGEST_BYTES || place.plain_bytes > LONGEST_BYTES) return { reason: "a length makes no sense" };
  const record = nextRecord(cursorOf(read(place.offset, place.length)));
  if (record?.opcode !== OPCODES.chunk) return { reason: "there is no chunk where one should be" };
  const head = chunkHead(record.content);
  if (head === undefined || head.plain_bytes !== place.plain_bytes)
    return { reason: "the head of the chunk is damaged" };
  const packed = slice(record.content, head.packed_bytes);
  if (!record.content.ok) return { reason: "the head of the chunk is damaged" };
  const bytes = plainOf(packed, head.compression, head.plain_bytes, decompress);
  if (bytes === undefined) return { reason: `cannot be unpacked (${head.compression})` };
  const isChecked = head.crc === 0 || (!isThorough && head.compression === "zstd" && hasChecksum(packed));
  const isIntact = bytes.length === head.plain_bytes && (isChecked || crc32(bytes) === head.crc);
  return isIntact ? { bytes } : { reason: "the CRC of the chunk is wrong" };
}

/** Content_Checksum_flag of the frame (RFC 8878, 3.1.1.1.1): the decoder compares it. */
const hasChecksum = (packed: Uint8Array): boolean =>
  ZSTD_MAGIC.every((byte, i) => packed[i] === byte) && (packed[4]! & 4) !== 0;
const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd] as const;

function plainOf(
  packed: Uint8Array,
  compression: string,
  size: number,
  decompress: Decompress,
): Uint8Array | undefined {
  if (compression === "") return packed;
  if (compression !== "zstd") return undefined;
  try {
    return decompress(packed, size);
  } catch {
    return undefined;
  }
}

/** Messages of the wanted channels from `from_us` to before `to_us`, in the order of the chunk; `data` is a view. */
export function* messagesOf(
  bytes: Uint8Array,
  topics: ReadonlyMap<number, TopicName>,
  wanted: ReadonlySet<number>,
  from_us = 0,
  to_us = Infinity,
): Generator<NumberedMessage> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + HEAD_BYTES <= bytes.length; ) {
    const length = view.getUint32(at + 1, true);
    const content = at + HEAD_BYTES;
    const end = content + length;
    if (end > bytes.length || view.getUint32(at + 5, true) !== 0) return;
    const isMessage = bytes[at] === OPCODES.message && length >= MESSAGE_HEAD_BYTES;
    at = end;
    if (!isMessage) continue;
    const id = view.getUint16(content, true);
    const topic = topics.get(id);
    if (topic === undefined || !wanted.has(id)) continue;
    const time_us = timeAt(view, content + 6);
    if (time_us < from_us || time_us >= to_us) continue;
    const data = bytes.subarray(content + MESSAGE_HEAD_BYTES, end);
    yield { topic, time_us, sequence: view.getUint32(content + 2, true), data };
  }
}

/** Data of an attachment whose CRC is right. */
export function attachmentData(read: Read, { offset, length }: AttachmentPlace): Uint8Array | undefined {
  if (length > LONGEST_BYTES) return undefined;
  const record = nextRecord(cursorOf(read(offset, length)));
  if (record?.opcode !== OPCODES.attachment) return undefined;
  const { content } = record;
  const from = content.at;
  const head = attachmentHead(content);
  if (head === undefined) return undefined;
  const data = slice(content, head.data_bytes);
  const covered = content.bytes.subarray(from, content.at);
  const crc = u32(content);
  return content.ok && (crc === 0 || crc === crc32(covered)) ? data : undefined;
}
