// What to do with a log that has no end: which part of it is good, and what a writer has to know to go on with it or to end
// it, so that any viewer opens it. Nothing but the last chunk is unpacked if the file is only cut off.

import { McapRecordBuilder, McapStreamReader, type McapTypes } from "@mcap/core";
import { channelOf, createUnfinishedLog, PROFILE, SUMMARY_NAME, type UnfinishedLog } from "./container.ts";
import { joined } from "./joined.ts";
import { type Decompress, messagesOf, type NumberedMessage, unpackChunk } from "./log-chunk.ts";
import { type LogDamage, type LogScan, type Read, scanLog } from "./log-scan.ts";
import { type ChunkPlace, cursorOf, HEAD_BYTES, messageCount, nanoseconds, nextRecord, OPCODES } from "./records.ts";
import { summaryRecords, takeSummaryRecord } from "./summary-records.ts";
import type { TopicName } from "./topics.ts";

/** Cut the file to `goodBytes`, append `missing`, and go on with chunkOf, attach, endLog on `file`. */
export type Recovery = {
  readonly file: UnfinishedLog;
  readonly goodBytes: number;
  /** Indexes of the last chunk that did not get into the file any more; may be empty. */
  readonly missing: Uint8Array;
  readonly damage?: LogDamage;
};

/** What can be gone on with of an unfinished log of `size` bytes; `problem` where not even its first chunk is good. */
export function recoverLog(read: Read, size: number, decompress: Decompress): Recovery | { readonly problem: string } {
  const scan = scanLog(read, size);
  dropEnd(scan);
  const dropped = dropBadEnd(scan, read, decompress);
  const first = scan.chunks[0];
  const begin = first === undefined ? undefined : unpackChunk(read, first, decompress);
  const declarations = begin === undefined || "reason" in begin ? undefined : declarationsOf(begin.bytes);
  if (declarations === undefined || scan.profile !== PROFILE) return { problem: "the beginning of the log is damaged" };
  const { schemas, channels } = declarations;
  const file = createUnfinishedLog(scan.end, schemas, channels);
  const topics = topicsOf(channels);
  for (const place of scan.chunks) takeCounts(file, place);
  takeSequences(file, scan.chunks, read, decompress, topics);
  for (const { offset, length } of scan.summaries) takeSummaryRecord(file.summary, read(offset, length), decompress);
  const { goodBytes, missing } = repairLast(file, scan, read, decompress, topics);
  file.size = goodBytes + missing.length;
  takePlaces(file, scan);
  const damage = dropped ?? scan.damage;
  return { file, goodBytes, missing, ...(damage === undefined ? {} : { damage }) };
}

/** Of the messages of a tail, those that are not yet in the file. */
export const pendingOf = (file: UnfinishedLog, messages: readonly NumberedMessage[]): NumberedMessage[] =>
  messages.filter(({ topic, sequence }) => sequence >= file.sequences[channelOf(topic)]!);

/** The attachment that stands before the end of the data is made anew with it. */
function dropEnd(scan: LogScan): void {
  for (let last = scan.attachments.at(-1); last?.name === SUMMARY_NAME; last = scan.attachments.at(-1)) {
    if (last.offset + last.length !== scan.end) return;
    scan.attachments.pop();
    scan.end = last.offset;
  }
}

/** Chunks at the very end whose content did not reach the medium are cut off. */
function dropBadEnd(scan: LogScan, read: Read, decompress: Decompress): LogDamage | undefined {
  let damage: LogDamage | undefined;
  for (let last = scan.chunks.at(-1); last !== undefined; last = scan.chunks.at(-1)) {
    const chunk = unpackChunk(read, last, decompress);
    if (!("reason" in chunk) || scan.attachments.some(({ offset }) => offset > last.offset)) break;
    scan.chunks.pop();
    damage = { offset: last.offset, reason: chunk.reason, lostBytes: scan.end - last.offset };
    scan.end = last.offset;
  }
  return damage;
}

type Declarations = { readonly schemas: McapTypes.Schema[]; readonly channels: McapTypes.Channel[] };

/** Schemas and channels as the first chunk has them, before its messages; undefined where it has none. */
function declarationsOf(bytes: Uint8Array): Declarations | undefined {
  const cursor = cursorOf(bytes);
  let end = 0;
  for (let record = nextRecord(cursor); record !== undefined; record = nextRecord(cursor)) {
    if (record.opcode === OPCODES.message) break;
    end = cursor.at;
  }
  const declarations: Declarations = { schemas: [], channels: [] };
  try {
    readDeclarations(bytes.subarray(0, end), declarations);
  } catch {
    return undefined; // the package's reader refuses what no CRC protected
  }
  return declarations.channels.length > 0 ? declarations : undefined;
}

function readDeclarations(bytes: Uint8Array, { schemas, channels }: Declarations): void {
  const reader = new McapStreamReader({ noMagicPrefix: true });
  reader.append(bytes);
  for (let record = reader.nextRecord(); record !== undefined; record = reader.nextRecord()) {
    if (record.type === "Schema") schemas.push(record);
    if (record.type === "Channel") channels.push(record);
  }
}

const topicsOf = (channels: readonly McapTypes.Channel[]): Map<number, TopicName> =>
  new Map(channels.map(({ id, topic }) => [id, topic as TopicName]));

function takeCounts(file: UnfinishedLog, place: ChunkPlace): void {
  for (const id of place.indexes.keys()) file.counts[id]! += messageCount(place, id);
  file.first_us = file.first_us === 0 ? place.from_us : Math.min(file.first_us, place.from_us);
  file.last_us = Math.max(file.last_us, place.to_us);
}

/** The next number of each channel: one more than the highest in the last chunk that has the channel and can be read. */
function takeSequences(
  file: UnfinishedLog,
  chunks: readonly ChunkPlace[],
  read: Read,
  decompress: Decompress,
  topics: ReadonlyMap<number, TopicName>,
): void {
  const open = new Set(topics.keys());
  for (const place of chunks.toReversed()) {
    if (place.indexes.size > 0 && ![...place.indexes.keys()].some((id) => open.has(id))) continue;
    const chunk = unpackChunk(read, place, decompress);
    if ("reason" in chunk) continue;
    for (const { topic, sequence } of messagesOf(chunk.bytes, topics, open)) {
      const id = channelOf(topic);
      file.sequences[id] = Math.max(file.sequences[id]!, sequence + 1);
    }
    for (const id of [...open]) if (file.sequences[id]! > 0) open.delete(id);
  }
}

/** The last chunk may lack its indexes, some of them, or its summary: then these are made again from its messages. */
function repairLast(
  file: UnfinishedLog,
  scan: LogScan,
  read: Read,
  decompress: Decompress,
  topics: ReadonlyMap<number, TopicName>,
): { goodBytes: number; missing: Uint8Array } {
  const last = scan.chunks.at(-1);
  const chunk = last && unpackChunk(read, last, decompress);
  if (last === undefined || chunk === undefined || "reason" in chunk) {
    return { goodBytes: scan.end, missing: new Uint8Array(0) };
  }
  const messages = [...messagesOf(chunk.bytes, topics, new Set(topics.keys()))];
  const indexes = indexesOf(chunk.bytes, messages);
  const isLast = scan.end === last.offset + last.length + last.indexes_bytes;
  const isIndexed = !isLast || indexes.length === last.indexes.size;
  const goodBytes = isIndexed ? scan.end : last.offset + last.length;
  const parts = isIndexed ? [] : [indexAgain(file, scan, last, indexes)];
  const hasSummary = scan.summaries.some(({ offset, isEntry }) => isEntry && offset > last.offset);
  if (!hasSummary) parts.push(summaryRecords(file.summary, messages, undefined));
  return { goodBytes, missing: joined(parts) };
}

function indexAgain(
  file: UnfinishedLog,
  scan: LogScan,
  last: ChunkPlace,
  indexes: readonly McapTypes.MessageIndex[],
): Uint8Array {
  const builder = new McapRecordBuilder();
  const places = new Map<number, number>();
  for (const index of indexes) {
    if (!last.indexes.has(index.channelId)) file.counts[index.channelId]! += index.records.length;
    places.set(index.channelId, last.offset + last.length + builder.length);
    builder.writeMessageIndex(index);
  }
  scan.chunks[scan.chunks.length - 1] = { ...last, indexes: places, indexes_bytes: builder.length };
  return builder.buffer;
}

function indexesOf(bytes: Uint8Array, messages: readonly NumberedMessage[]): McapTypes.MessageIndex[] {
  const indexes = new Map<number, McapTypes.MessageIndex>();
  for (const { topic, time_us, data } of messages) {
    const channelId = channelOf(topic);
    const index = indexes.get(channelId) ?? { channelId, records: [] };
    index.records.push([nanoseconds(time_us), BigInt(data.byteOffset - bytes.byteOffset - MESSAGE_BYTES)]);
    indexes.set(channelId, index);
  }
  return [...indexes.values()];
}
/** Of a message's record in front of its data. */
const MESSAGE_BYTES = HEAD_BYTES + 22;

function takePlaces(file: UnfinishedLog, { chunks, attachments, metadata }: LogScan): void {
  for (const place of chunks) {
    file.chunks.push({
      messageStartTime: nanoseconds(place.from_us),
      messageEndTime: nanoseconds(place.to_us),
      chunkStartOffset: BigInt(place.offset),
      chunkLength: BigInt(place.length),
      messageIndexOffsets: new Map([...place.indexes].map(([id, offset]) => [id, BigInt(offset)])),
      messageIndexLength: BigInt(place.indexes_bytes),
      compression: place.compression,
      compressedSize: BigInt(place.packed_bytes),
      uncompressedSize: BigInt(place.plain_bytes),
    });
  }
  for (const { offset, length, from_us, to_us, data_bytes, name, mediaType } of attachments) {
    const times = { logTime: nanoseconds(from_us), createTime: nanoseconds(to_us) };
    const dataSize = BigInt(data_bytes);
    file.attachments.push({ ...times, offset: BigInt(offset), length: BigInt(length), dataSize, name, mediaType });
  }
  for (const { offset, length, name } of metadata) {
    file.metadata.push({ offset: BigInt(offset), length: BigInt(length), name });
  }
}
