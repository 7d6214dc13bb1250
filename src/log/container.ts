// Writes a log file as bytes: a beginning, chunks of messages with their indexes, attachments, an end with the summary. The
// caller appends what comes back, in order, to one file; nothing is ever changed behind. Format: MCAP (mcap.dev/spec).
// Plain and recorder topics never share a chunk, so that whoever plots signals need not unpack the recorder's bytes.

import { McapChunkBuilder, McapRecordBuilder, type McapTypes } from "@mcap/core";
import { assert } from "../base/assert.ts";
import { crc32 } from "../base/crc.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import { joined } from "./joined.ts";
import type { Compress } from "./log-chunk.ts";
import { nanoseconds } from "./records.ts";
import { SCHEMAS, schemaIdOf } from "./schemas.ts";
import type { SummarySection } from "./summary.ts";
import { packSummary } from "./summary-code.ts";
import { summaryRecords } from "./summary-records.ts";
import { footerHead, summarySection } from "./summary-section.ts";
import { type LogIdentity, type LogMessage, type Stream, TOPIC_NAMES, TOPICS, type TopicName } from "./topics.ts";

/** A file that is being written: what its end will have to tell. */
export type UnfinishedLog = {
  /** Bytes of the file so far, and their CRC-32; unknown (false) in a file that was taken up again. */
  size: number;
  crc: number;
  readonly hasCrc: boolean;
  /** What the file's first chunk says of its topics: of this program, or of an older one that began the file. */
  readonly schemas: readonly McapTypes.Schema[];
  readonly channels: readonly McapTypes.Channel[];
  /** By channel (channelOf): the number the next message of the topic gets. Counts in a file, from 0. */
  readonly sequences: Uint32Array;
  readonly counts: Uint32Array;
  /** Of all messages; 0 while there are none. Microseconds since 1970. */
  first_us: number;
  last_us: number;
  readonly chunks: McapTypes.ChunkIndex[];
  readonly attachments: McapTypes.AttachmentIndex[];
  readonly metadata: McapTypes.MetadataIndex[];
  /** Extremes of the rows of each chunk. */
  readonly summary: SummarySection[];
};

export const PROFILE = "bms-mini";

/** Channels are numbered by the table, from 1, in every file; a new topic therefore goes to the table's end. */
export const channelOf = (topic: TopicName): number => TOPIC_NAMES.indexOf(topic) + 1;

export const CHANNELS: readonly McapTypes.Channel[] = TOPIC_NAMES.map((topic) => ({
  id: channelOf(topic),
  schemaId: schemaIdOf(topic),
  topic,
  messageEncoding: TOPICS[topic].encoding,
  metadata: new Map([["help", TOPICS[topic].help]]),
}));

/** What is known of a file before its first byte, or of one of `size` bytes before it was looked at. */
export const createUnfinishedLog = (size = 0, schemas = SCHEMAS, channels = CHANNELS): UnfinishedLog => ({
  size,
  crc: 0,
  hasCrc: size === 0,
  schemas,
  channels,
  sequences: new Uint32Array(TOPIC_NAMES.length + 1),
  counts: new Uint32Array(TOPIC_NAMES.length + 1),
  first_us: 0,
  last_us: 0,
  chunks: [],
  attachments: [],
  metadata: [],
  summary: [],
});

/**
 * The first bytes of a new file: who writes it, and a first chunk with the schemas, the channels and all settings.
 * @param settingsJson all settings as one JSON object; becomes the first message of /settings
 */
export function beginLog(
  identity: LogIdentity,
  settingsJson: string,
  compress?: Compress,
): { file: UnfinishedLog; bytes: Uint8Array } {
  const file = createUnfinishedLog();
  const head = new McapRecordBuilder();
  head.writeMagic();
  head.writeHeader({ profile: PROFILE, library: identity.program });
  const offset = head.length;
  const length = head.writeMetadata({ name: "bms", metadata: metadataOf(identity) });
  file.metadata.push({ name: "bms", offset: BigInt(offset), length });
  const begun = append(file, head.buffer);
  const chunk = new McapChunkBuilder({});
  for (const schema of file.schemas) chunk.addSchema(schema);
  for (const channel of file.channels) chunk.addChannel(channel);
  const settings: LogMessage = { topic: "/settings", time_us: identity.began_us, data: encodeUtf8(settingsJson) };
  return { file, bytes: joined([begun, chunkBytes(file, chunk, [settings], compress)]) };
}

const metadataOf = (identity: LogIdentity): Map<string, string> =>
  new Map(Object.entries(identity).map(([name, value]) => [name, String(value)]));

/**
 * A chunk, the indexes of its messages, and its summary if it has rows of /state. All messages must be of one stream, at least one.
 * @param compress left out: the chunk is stored as it is
 */
export function chunkOf(file: UnfinishedLog, messages: readonly LogMessage[], compress?: Compress): Uint8Array {
  assert(file.size > 0, "the file has its beginning");
  return chunkBytes(file, new McapChunkBuilder({}), messages, compress);
}

/** The chunk stream of a message. */
export const streamOf = ({ topic }: LogMessage): Stream => TOPICS[topic].stream;

function chunkBytes(
  file: UnfinishedLog,
  chunk: McapChunkBuilder,
  messages: readonly LogMessage[],
  compress: Compress | undefined,
): Uint8Array {
  assert(messages.length > 0, "a chunk has messages");
  const stream = streamOf(messages[0]!);
  for (const message of messages) {
    assert(streamOf(message) === stream, "a chunk holds one stream");
    addMessage(file, chunk, message);
  }
  const records = chunk.buffer;
  const packed = compress?.(records);
  const smaller = packed !== undefined && packed.length < records.length;
  const bytes = appendChunk(file, chunk, records, smaller ? packed : records, smaller ? "zstd" : "");
  return joined([bytes, append(file, summaryRecords(file.summary, messages, compress))]);
}

function addMessage(file: UnfinishedLog, chunk: McapChunkBuilder, { topic, time_us, data }: LogMessage): void {
  assert(Number.isSafeInteger(time_us) && time_us >= 0, "a message has its time in whole microseconds");
  const channelId = channelOf(topic);
  const logTime = nanoseconds(time_us);
  chunk.addMessage({ channelId, sequence: file.sequences[channelId]!, logTime, publishTime: logTime, data });
  file.sequences[channelId]!++;
  countMessage(file, channelId, time_us);
}

/** Takes a message into the statistics. */
function countMessage(file: UnfinishedLog, channelId: number, time_us: number): void {
  const none = file.counts.every((count) => count === 0);
  file.first_us = none ? time_us : Math.min(file.first_us, time_us);
  file.last_us = none ? time_us : Math.max(file.last_us, time_us);
  file.counts[channelId]!++;
}

function appendChunk(
  file: UnfinishedLog,
  chunk: McapChunkBuilder,
  plain: Uint8Array,
  records: Uint8Array,
  compression: string,
): Uint8Array {
  const { messageStartTime, messageEndTime } = chunk;
  const uncompressedSize = BigInt(plain.length);
  const builder = new McapRecordBuilder();
  const uncompressedCrc = crc32(plain);
  const chunkLength = builder.writeChunk({
    messageStartTime,
    messageEndTime,
    uncompressedSize,
    uncompressedCrc,
    compression,
    records,
  });
  const messageIndexOffsets = new Map<number, bigint>();
  const indexStart = builder.length;
  for (const index of chunk.indices) {
    if (index.records.length === 0) continue;
    messageIndexOffsets.set(index.channelId, BigInt(file.size + builder.length));
    builder.writeMessageIndex(index);
  }
  file.chunks.push({
    messageStartTime,
    messageEndTime,
    chunkStartOffset: BigInt(file.size),
    chunkLength,
    messageIndexOffsets,
    messageIndexLength: BigInt(builder.length - indexStart),
    compression,
    compressedSize: BigInt(records.length),
    uncompressedSize,
  });
  return append(file, builder.buffer);
}

/**
 * A named piece of data beside the messages, with a CRC of its own.
 * @param from_us begin of the time it is about; with `to_us` it stands as log time and time of creation
 */
export function attach(
  file: UnfinishedLog,
  name: string,
  mediaType: string,
  from_us: number,
  to_us: number,
  data: Uint8Array,
): Uint8Array {
  const times = { logTime: nanoseconds(from_us), createTime: nanoseconds(to_us) };
  const builder = new McapRecordBuilder();
  const length = builder.writeAttachment({ ...times, name, mediaType, data });
  const dataSize = BigInt(data.length);
  file.attachments.push({ ...times, offset: BigInt(file.size), length, dataSize, name, mediaType });
  return append(file, builder.buffer);
}

/** Name and type of the attachment with the extremes of all chunks (summary.ts). */
export const SUMMARY_NAME = "summary";
const SUMMARY_TYPE = "application/x-bms-summary";

/** The end of the file: extremes of all chunks, summary section, statistics, footer. Nothing may follow. */
export function endLog(file: UnfinishedLog): Uint8Array {
  const parts = file.summary.map(({ columns, entries }) => {
    const { first_us, last_us } = file;
    return attach(file, SUMMARY_NAME, SUMMARY_TYPE, first_us, last_us, packSummary(columns, entries));
  });
  const data = new McapRecordBuilder();
  data.writeDataEnd({ dataSectionCrc: file.hasCrc ? file.crc : 0 });
  const ended = append(file, data.buffer);
  const summaryStart = file.size;
  const summary = summarySection(file, summaryStart);
  const crc = crc32(footerHead(summaryStart, summary.offsetStart), crc32(summary.bytes));
  const footer = new McapRecordBuilder();
  footer.writeFooter({
    summaryStart: BigInt(summaryStart),
    summaryOffsetStart: BigInt(summary.offsetStart),
    summaryCrc: crc,
  });
  footer.writeMagic();
  return joined([...parts, ended, append(file, summary.bytes), append(file, footer.buffer)]);
}

function append(file: UnfinishedLog, bytes: Uint8Array): Uint8Array {
  file.size += bytes.length;
  file.crc = crc32(bytes, file.crc);
  return bytes;
}
