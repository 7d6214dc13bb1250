// Walks through a log file that has no end yet, or whose end is damaged, from record to record without unpacking anything,
// and says what is there. Where a record makes no sense, the next chunk behind it is looked for: a damaged chunk costs
// itself, not the ones after it. Nothing is allocated by a length that stands in the file.

import {
  type AttachmentPlace,
  attachmentHead,
  type ChunkPlace,
  type Cursor,
  channel,
  chunkHead,
  cursorOf,
  HEAD_BYTES,
  MAGIC,
  metadata,
  nextRecord,
  OPCODES,
  text,
  u8,
  u16,
  u64,
} from "./records.ts";

import { SUMMARY_OPCODES } from "./summary-records.ts";

/** Bytes of a file: as many as there are, up to `length`. */
export type Read = (offset: number, length: number) => Uint8Array;

/** What of a file cannot be used: the first place, why, and how many bytes of it in all. */
export type LogDamage = { readonly offset: number; readonly reason: string; readonly lostBytes: number };

export type SummaryPlace = { readonly offset: number; readonly length: number; readonly isEntry: boolean };

export type LogScan = {
  readonly chunks: ChunkPlace[];
  readonly attachments: AttachmentPlace[];
  /** Topic of each channel, as the file itself says outside of its chunks. */
  readonly channels: Map<number, string>;
  readonly identity: Map<string, string>;
  readonly metadata: { readonly offset: number; readonly length: number; readonly name: string }[];
  /** Records of the summary (summary-records.ts), in their order. */
  readonly summaries: SummaryPlace[];
  profile: string;
  library: string;
  /** End of the last good record before the end of the data section. */
  end: number;
  /** The data section has its last record. */
  hasDataEnd: boolean;
  damage: LogDamage | undefined;
};

/** As much as is read to know a record; the head of a chunk is 53 bytes, that of an attachment has two names. */
const GLANCE_BYTES = 512;
/** Records that are read whole are never longer. */
const LONGEST_BYTES = 1 << 20;
const WINDOW_BYTES = 1 << 16;
const PRIVATE_OPCODES = 0x80;
/** No chunk is longer: behind damage the next one is found within this, or the rest is not ours. */
const LONGEST_SEARCH_BYTES = 1 << 28;

/** What is in a file of `size` bytes. Never throws unless `read` does. */
export function scanLog(read: Read, size: number): LogScan {
  const scan = createScan();
  const hasMagic = isMagic(read(0, MAGIC.length));
  let at = hasMagic ? MAGIC.length : 0;
  if (!hasMagic) at = skipDamage(scan, read, size, 0, "the beginning of the file is damaged");
  while (at < size && !scan.hasDataEnd) {
    const end = takeRecord(scan, read, size, at);
    if (end > 0 && !scan.hasDataEnd) scan.end = end;
    at = end > 0 ? end : skipDamage(scan, read, size, at, reasonAt(read, size, at));
  }
  return scan;
}

export const createScan = (): LogScan => ({
  chunks: [],
  attachments: [],
  channels: new Map(),
  identity: new Map(),
  metadata: [],
  summaries: [],
  profile: "",
  library: "",
  end: 0,
  hasDataEnd: false,
  damage: undefined,
});

export const isMagic = (bytes: Uint8Array): boolean =>
  bytes.length === MAGIC.length && MAGIC.every((byte, i) => bytes[i] === byte);

/** Notes the record at `at` and gives its end; 0 where there is none that makes sense. */
function takeRecord(scan: LogScan, read: Read, size: number, at: number): number {
  const glance = cursorOf(read(at, Math.min(GLANCE_BYTES, size - at)));
  const opcode = u8(glance);
  const length = u64(glance);
  if (!glance.ok || opcode === 0 || length > size - at - HEAD_BYTES) return 0;
  const end = at + HEAD_BYTES + length;
  switch (opcode) {
    case OPCODES.chunk:
      return takeChunk(scan, glance, at, length) ? end : 0;
    case OPCODES.messageIndex:
      return takeMessageIndex(scan, glance, at, length) ? end : 0;
    case OPCODES.attachment:
      return takeAttachment(scan, glance, at, length) ? end : 0;
    case OPCODES.dataEnd:
      scan.hasDataEnd = length === 4;
      return length === 4 ? end : 0;
    case OPCODES.header:
    case OPCODES.metadata:
    case OPCODES.channel:
      return takeSmall(scan, read, at, length) ? end : 0;
    case OPCODES.schema:
    case OPCODES.message:
      return end;
    default:
      return takePrivate(scan, opcode, at, end) ? end : 0;
  }
}

function takePrivate(scan: LogScan, opcode: number, offset: number, end: number): boolean {
  const isEntry = opcode === SUMMARY_OPCODES.entry;
  if (isEntry || opcode === SUMMARY_OPCODES.columns) scan.summaries.push({ offset, length: end - offset, isEntry });
  return opcode >= PRIVATE_OPCODES;
}

function takeChunk(scan: LogScan, glance: Cursor, offset: number, length: number): boolean {
  const from = glance.at;
  const head = chunkHead(glance);
  if (head === undefined || glance.at - from + head.packed_bytes !== length || head.from_us > head.to_us) return false;
  const { crc: _, ...place } = head;
  scan.chunks.push({ ...place, offset, length: HEAD_BYTES + length, indexes: new Map(), indexes_bytes: 0 });
  return true;
}

/** The index of one channel of the chunk before it: 16 bytes for each message. */
function takeMessageIndex(scan: LogScan, glance: Cursor, offset: number, length: number): boolean {
  const chunk = scan.chunks.at(-1);
  const id = u16(glance);
  if (!glance.ok || length < 6 || (length - 6) % 16 !== 0) return false;
  if (chunk === undefined || offset !== chunk.offset + chunk.length + chunk.indexes_bytes) return true;
  const indexes = new Map([...chunk.indexes, [id, offset]]);
  const indexes_bytes = chunk.indexes_bytes + HEAD_BYTES + length;
  scan.chunks[scan.chunks.length - 1] = { ...chunk, indexes, indexes_bytes };
  return true;
}

function takeAttachment(scan: LogScan, glance: Cursor, offset: number, length: number): boolean {
  const from = glance.at;
  const head = attachmentHead(glance);
  if (head === undefined || glance.at - from + head.data_bytes + 4 !== length) return false;
  scan.attachments.push({ ...head, offset, length: HEAD_BYTES + length });
  return true;
}

function takeSmall(scan: LogScan, read: Read, at: number, length: number): boolean {
  if (length > LONGEST_BYTES) return false;
  const record = nextRecord(cursorOf(read(at, HEAD_BYTES + length)));
  if (record === undefined) return false;
  const { opcode, content } = record;
  if (opcode === OPCODES.header) {
    scan.profile = text(content);
    scan.library = text(content);
    return content.ok;
  }
  if (opcode === OPCODES.channel) {
    const row = channel(content);
    if (row !== undefined) scan.channels.set(row.id, row.topic);
    return row !== undefined;
  }
  return takeMetadata(scan, content, at);
}

/** Takes the identity from the metadata "bms"; false where the record is damaged. */
export function takeMetadata(scan: LogScan, content: Cursor, offset: number): boolean {
  const length = HEAD_BYTES + content.end - content.at;
  const found = metadata(content);
  if (found !== undefined) scan.metadata.push({ offset, length, name: found.name });
  if (found?.name === "bms") for (const [name, value] of found.values) scan.identity.set(name, value);
  return found !== undefined;
}

function reasonAt(read: Read, size: number, at: number): string {
  const glance = cursorOf(read(at, Math.min(HEAD_BYTES, size - at)));
  const opcode = u8(glance);
  const length = u64(glance);
  const isKnown = opcode >= OPCODES.header && opcode <= OPCODES.dataEnd;
  return !glance.ok || (isKnown && length > size - at - HEAD_BYTES)
    ? "cut off within a record"
    : "a record makes no sense";
}

/** Notes what is lost from `at` to the next chunk or the end of the file, and gives that place. */
function skipDamage(scan: LogScan, read: Read, size: number, at: number, reason: string): number {
  const next = findChunk(read, size, at + 1);
  const { damage } = scan;
  const lostBytes = (damage?.lostBytes ?? 0) + next - at;
  scan.damage = damage === undefined ? { offset: at, reason, lostBytes } : { ...damage, lostBytes };
  return next;
}

/** The first place from `from` on where a chunk's head fits itself and the file; `size` if there is none. */
function findChunk(read: Read, size: number, from: number): number {
  const end = Math.min(size, from + LONGEST_SEARCH_BYTES);
  for (let start = from; start < end; start += WINDOW_BYTES) {
    const window = read(start, Math.min(WINDOW_BYTES + GLANCE_BYTES, size - start));
    for (let i = 0; i < WINDOW_BYTES && i < window.length; i++) {
      if (window[i] === OPCODES.chunk && isChunk(window, i, size - start - i)) return start + i;
    }
  }
  return size;
}

function isChunk(window: Uint8Array, at: number, room: number): boolean {
  const cursor = cursorOf(window, at);
  u8(cursor);
  const length = u64(cursor);
  if (!cursor.ok || length > room - HEAD_BYTES) return false;
  const from = cursor.at;
  const head = chunkHead(cursor);
  if (head === undefined || cursor.at - from + head.packed_bytes !== length) return false;
  const isPlain = head.compression === "" && head.packed_bytes === head.plain_bytes;
  return head.packed_bytes > 0 && head.from_us <= head.to_us && (isPlain || head.compression === "zstd");
}
