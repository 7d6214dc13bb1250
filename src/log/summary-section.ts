// The summary section at the end of a finished log: all that a viewer wants to know before it reads a chunk, grouped by kind,
// and the part of the footer that its checksum covers. Format: MCAP (mcap.dev/spec, "summary section").

import { McapRecordBuilder, type McapTypes } from "@mcap/core";
import type { UnfinishedLog } from "./container.ts";
import { HEAD_BYTES, nanoseconds, OPCODES } from "./records.ts";

/** The footer up to its own CRC, which covers it. */
export function footerHead(summaryStart: number, offsetStart: number): Uint8Array {
  const builder = new McapRecordBuilder();
  builder.writeFooter({
    summaryStart: BigInt(summaryStart),
    summaryOffsetStart: BigInt(offsetStart),
    summaryCrc: 0,
  });
  return builder.buffer.subarray(0, HEAD_BYTES + 16);
}

/** Records grouped by kind, as the format asks for, and where each group lies. */
export function summarySection(file: UnfinishedLog, start: number): { bytes: Uint8Array; offsetStart: number } {
  const builder = new McapRecordBuilder();
  const groups: { groupOpcode: number; groupStart: bigint; groupLength: bigint }[] = [];
  const group = (groupOpcode: number, write: () => void): void => {
    const from = builder.length;
    write();
    const groupLength = BigInt(builder.length - from);
    if (groupLength > 0n) groups.push({ groupOpcode, groupStart: BigInt(start + from), groupLength });
  };
  group(OPCODES.schema, () => file.schemas.forEach((schema) => void builder.writeSchema(schema)));
  group(OPCODES.channel, () => file.channels.forEach((channel) => void builder.writeChannel(channel)));
  group(OPCODES.statistics, () => void builder.writeStatistics(statisticsOf(file)));
  group(OPCODES.chunkIndex, () => file.chunks.forEach((chunk) => void builder.writeChunkIndex(chunk)));
  group(OPCODES.attachmentIndex, () => file.attachments.forEach((each) => void builder.writeAttachmentIndex(each)));
  group(OPCODES.metadataIndex, () => file.metadata.forEach((each) => void builder.writeMetadataIndex(each)));
  const offsetStart = start + builder.length;
  for (const each of groups) builder.writeSummaryOffset(each);
  return { bytes: builder.buffer, offsetStart };
}

const statisticsOf = (file: UnfinishedLog): McapTypes.Statistics => ({
  messageCount: BigInt(file.counts.reduce((sum, count) => sum + count, 0)),
  schemaCount: file.schemas.length,
  channelCount: file.channels.length,
  attachmentCount: file.attachments.length,
  metadataCount: file.metadata.length,
  chunkCount: file.chunks.length,
  messageStartTime: nanoseconds(file.first_us),
  messageEndTime: nanoseconds(file.last_us),
  channelMessageCounts: new Map(file.channels.map(({ id }) => [id, BigInt(file.counts[id] ?? 0)])),
});
