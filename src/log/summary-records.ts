// The records behind a chunk that carry its summary: the columns where they are new, then the extremes. Opcodes 0x80 and
// above are an application's own (mcap.dev/spec, "Records"). Each has a CRC of its own in front.

import { crc32 } from "../base/crc.ts";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import { joined } from "./joined.ts";
import type { Compress, Decompress } from "./log-chunk.ts";
import { type Cursor, cursorOf, HEAD_BYTES, slice, u8, u32, u64 } from "./records.ts";
import { type SummarySection, sameColumns, summarise, widthOf } from "./summary.ts";
import { packEntry, parseColumns, unpackEntry } from "./summary-code.ts";
import type { LogMessage } from "./topics.ts";

export const SUMMARY_OPCODES = { columns: 0x80, entry: 0x81 } as const;
const PACKED = 1;
/** Nothing of a summary is longer. */
const LONGEST_BYTES = 1 << 20;

/** The summary of the messages of one chunk as records, taken into the sections too; no bytes where there is no row of /state. */
export function summaryRecords(
  sections: SummarySection[],
  messages: readonly LogMessage[],
  compress: Compress | undefined,
): Uint8Array {
  const summary = summarise(messages);
  if (summary === undefined) return new Uint8Array(0);
  const { columns, entry } = summary;
  const isNew = !sameColumns(sections.at(-1)?.columns ?? [], columns);
  if (isNew) sections.push({ columns, entries: [] });
  sections.at(-1)!.entries.push(entry);
  const plain = packEntry(entry);
  const packed = compress?.(plain) ?? plain;
  const isPacked = packed.length < plain.length;
  const head = new Uint8Array(21);
  const view = new DataView(head.buffer);
  view.setBigUint64(0, BigInt(entry.from_us), true);
  view.setBigUint64(8, BigInt(entry.to_us), true);
  head[16] = isPacked ? PACKED : 0;
  view.setUint32(17, plain.length, true);
  const record = recordOf(SUMMARY_OPCODES.entry, joined([head, isPacked ? packed : plain]));
  return isNew ? joined([recordOf(SUMMARY_OPCODES.columns, encodeUtf8(JSON.stringify(columns))), record]) : record;
}

function recordOf(opcode: number, content: Uint8Array): Uint8Array {
  const head = new Uint8Array(HEAD_BYTES + 4);
  const view = new DataView(head.buffer);
  head[0] = opcode;
  view.setBigUint64(1, BigInt(content.length + 4), true);
  view.setUint32(HEAD_BYTES, crc32(content), true);
  return joined([head, content]);
}

/** All sections of the records at some places of a file. */
export function summarySections(
  read: (offset: number, length: number) => Uint8Array,
  places: readonly { readonly offset: number; readonly length: number }[],
  decompress: Decompress,
): SummarySection[] {
  const sections: SummarySection[] = [];
  for (const { offset, length } of places) {
    if (length <= LONGEST_BYTES) takeSummaryRecord(sections, read(offset, length), decompress);
  }
  return sections;
}

/** Takes one record, head and all, into the sections; one that is damaged or of another kind is left out. */
export function takeSummaryRecord(sections: SummarySection[], record: Uint8Array, decompress: Decompress): void {
  const cursor = cursorOf(record);
  const opcode = u8(cursor);
  const length = u64(cursor);
  const crc = u32(cursor);
  const content = slice(cursor, length - 4);
  if (!cursor.ok || crc32(content) !== crc) return;
  if (opcode === SUMMARY_OPCODES.entry) takeEntry(sections.at(-1), cursorOf(content), decompress);
  if (opcode !== SUMMARY_OPCODES.columns) return;
  const columns = parseColumns(decodeUtf8(content));
  if (columns !== undefined) sections.push({ columns, entries: [] });
}

function takeEntry(section: SummarySection | undefined, content: Cursor, decompress: Decompress): void {
  const from_us = u64(content);
  const to_us = u64(content);
  const flags = u8(content);
  const size = u32(content);
  const bytes = slice(content, content.end - content.at);
  if (section === undefined || !content.ok || size > LONGEST_BYTES) return;
  const plain = flags === PACKED ? unpacked(bytes, size, decompress) : bytes;
  const entry = plain && unpackEntry(plain, widthOf(section.columns), from_us, to_us);
  if (entry !== undefined) section.entries.push(entry);
}

function unpacked(bytes: Uint8Array, size: number, decompress: Decompress): Uint8Array | undefined {
  try {
    return decompress(bytes, size);
  } catch {
    return undefined;
  }
}
