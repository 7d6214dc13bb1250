// Reads the summary section at the end of a finished log file: where its chunks and attachments lie. So a file of a day is
// opened with three short reads. Format: MCAP (mcap.dev/spec, "Summary Section").

import { crc32 } from "../base/crc.ts";
import { createScan, isMagic, type LogScan, type Read, takeMetadata } from "./log-scan.ts";
import {
  attachmentIndex,
  type Cursor,
  channel,
  chunkIndex,
  cursorOf,
  HEAD_BYTES,
  MAGIC,
  nextRecord,
  OPCODES,
  text,
  u32,
  u64,
} from "./records.ts";

const FOOTER_BYTES = HEAD_BYTES + 20 + MAGIC.length;
/** The footer up to its CRC, which covers it and the summary. */
const COVERED_FOOTER_BYTES = HEAD_BYTES + 16;
/** No summary and no metadata of ours is longer. */
const LONGEST_BYTES = 1 << 26;

/** What the summary section says; undefined where the file has none that is whole. */
export function readSummary(read: Read, size: number): LogScan | undefined {
  if (size < MAGIC.length + FOOTER_BYTES || !isMagic(read(0, MAGIC.length))) return undefined;
  const footerAt = size - FOOTER_BYTES;
  const footer = read(footerAt, FOOTER_BYTES);
  const record = nextRecord(cursorOf(footer));
  if (record?.opcode !== OPCODES.footer || !isMagic(footer.subarray(-MAGIC.length))) return undefined;
  const start = u64(record.content);
  u64(record.content);
  const crc = u32(record.content);
  if (!record.content.ok || start < MAGIC.length || start > footerAt || footerAt - start > LONGEST_BYTES)
    return undefined;
  const bytes = read(start, footerAt - start);
  if (crc !== 0 && crc32(footer.subarray(0, COVERED_FOOTER_BYTES), crc32(bytes)) !== crc) return undefined;
  return listSummary(bytes, read, start);
}

function listSummary(bytes: Uint8Array, read: Read, start: number): LogScan | undefined {
  const scan = createScan();
  scan.end = start;
  scan.hasDataEnd = true;
  const cursor = cursorOf(bytes);
  for (let record = nextRecord(cursor); record !== undefined; record = nextRecord(cursor)) {
    if (!listRecord(scan, record.opcode, record.content, read)) return undefined;
  }
  if (!cursor.ok || cursor.at !== cursor.end) return undefined;
  const header = nextRecord(cursorOf(read(MAGIC.length, 4096)));
  if (header?.opcode !== OPCODES.header) return undefined;
  scan.profile = text(header.content);
  scan.library = text(header.content);
  return scan;
}

function listRecord(scan: LogScan, opcode: number, content: Cursor, read: Read): boolean {
  if (opcode === OPCODES.channel) {
    const row = channel(content);
    if (row !== undefined) scan.channels.set(row.id, row.topic);
    return row !== undefined;
  }
  if (opcode === OPCODES.chunkIndex) {
    const place = chunkIndex(content);
    if (place !== undefined) scan.chunks.push(place);
    return place !== undefined;
  }
  if (opcode === OPCODES.attachmentIndex) {
    const place = attachmentIndex(content);
    if (place !== undefined) scan.attachments.push(place);
    return place !== undefined;
  }
  if (opcode === OPCODES.metadataIndex) listMetadata(scan, content, read);
  return true;
}

function listMetadata(scan: LogScan, content: Cursor, read: Read): void {
  const offset = u64(content);
  const length = u64(content);
  if (!content.ok || length > LONGEST_BYTES) return;
  const record = nextRecord(cursorOf(read(offset, length)));
  if (record?.opcode === OPCODES.metadata) takeMetadata(scan, record.content, offset);
}
