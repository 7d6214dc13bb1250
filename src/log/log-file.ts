// Opens a log file and reads messages out of it: through its summary if it has one, else by walking over the chunks. A
// chunk is unpacked only when a message may be wanted from it; one that is damaged is left out and told.
// Format: MCAP (mcap.dev/spec). Reading the medium and unpacking are handed in, so that a web page can do the same.

import { decodeUtf8 } from "../base/utf8.ts";
import { PROFILE } from "./container.ts";
import { attachmentData, type Decompress, messagesOf, type NumberedMessage, unpackChunk } from "./log-chunk.ts";
import { type LogDamage, type LogScan, type Read, type SummaryPlace, scanLog } from "./log-scan.ts";
import { readSummary } from "./log-summary.ts";
import type { AttachmentPlace, ChunkPlace } from "./records.ts";
import { type LogIdentity, TOPIC_NAMES, type TopicName } from "./topics.ts";

/** A log that can be read. Chunks and attachments stand in the order of the file. */
export type LogFile = {
  readonly read: Read;
  readonly size: number;
  readonly decompress: Decompress;
  /** The decompressor compares no checksum: the chunk's own CRC is compared instead. */
  readonly isThorough?: boolean;
  readonly identity: LogIdentity;
  /** It has its end: nothing more will be written to it. */
  readonly isFinished: boolean;
  /** What of it cannot be used, as far as this shows without unpacking; `unreadable` looks into every chunk. */
  readonly damage?: LogDamage;
  readonly chunks: readonly ChunkPlace[];
  readonly attachments: readonly AttachmentPlace[];
  /** Records of its summary, where it has no attachment for it yet. */
  readonly summaries: readonly SummaryPlace[];
  /** Topic of each channel. */
  readonly topics: ReadonlyMap<number, TopicName>;
  /** Times of the first and last message; 0 where there is none. */
  readonly first_us: number;
  readonly last_us: number;
};

/**
 * Opens a log of `size` bytes. An unfinished or damaged one is opened as far as it can be read; `problem` is one sentence
 * for a person where it is no log of this program at all.
 */
export function openLog(
  read: Read,
  size: number,
  decompress: Decompress,
  isThorough = false,
): LogFile | { readonly problem: string } {
  const summary = readSummary(read, size);
  const scan = summary ?? scanLog(read, size);
  const isOurs = scan.profile === PROFILE || scan.identity.size > 0;
  const isForeign = !isOurs && (scan.profile !== "" || scan.library !== "");
  if (size === 0) return { problem: "the file is empty" };
  if (isForeign) return { problem: `an MCAP file, but not a log of this device: written by ${scan.library}` };
  if (!isOurs && scan.chunks.length === 0) return { problem: "not a log file" };
  return {
    read,
    size,
    ...{ decompress, isThorough },
    identity: identityOf(scan.identity),
    isFinished: summary !== undefined,
    ...(damageOf(scan, summary !== undefined) ?? {}),
    chunks: scan.chunks,
    attachments: scan.attachments,
    summaries: scan.summaries,
    topics: topicsOf(scan.channels),
    first_us: scan.chunks.reduce((first, { from_us }) => Math.min(first, from_us), scan.chunks[0]?.from_us ?? 0),
    last_us: scan.chunks.reduce((last, { to_us }) => Math.max(last, to_us), 0),
  };
}

/** A data section that ended and has no summary behind it has lost the summary, but no message. */
function damageOf({ damage, hasDataEnd, end }: LogScan, hasSummary: boolean): { damage: LogDamage } | undefined {
  if (damage !== undefined) return { damage };
  if (hasSummary || !hasDataEnd) return undefined;
  return { damage: { offset: end, reason: "the summary is damaged; no message is lost", lostBytes: 0 } };
}

const identityOf = (values: ReadonlyMap<string, string>): LogIdentity => ({
  serialNumber: values.get("serialNumber") ?? "",
  manufacturer: values.get("manufacturer") ?? "",
  program: values.get("program") ?? "",
  pack: values.get("pack") ?? "",
  setup: values.get("setup") ?? "",
  began_us: numberOf(values.get("began_us"), 0),
  clock: values.get("clock") ?? "",
  speed: numberOf(values.get("speed"), 1),
});

const numberOf = (text: string | undefined, otherwise: number): number =>
  text === undefined || !Number.isFinite(Number(text)) ? otherwise : Number(text);

/** Channels as the file numbers them; as our table does where their records are lost or lie in a chunk. */
function topicsOf(channels: ReadonlyMap<number, string>): Map<number, TopicName> {
  if (channels.size === 0) return new Map(TOPIC_NAMES.map((topic, i) => [i + 1, topic]));
  return new Map([...channels].filter((entry): entry is [number, TopicName] => isTopic(entry[1])));
}

const isTopic = (name: string): name is TopicName => (TOPIC_NAMES as readonly string[]).includes(name);

/** Told of each chunk that could not be read. */
export type OnLost = (place: ChunkPlace, reason: string) => void;

/**
 * Messages of some topics from `from_us` to before `to_us`, in the order in which they stand in the file: within a stream
 * that is the order in which they were written. `data` is a view into the unpacked chunk.
 */
export function* readMessages(
  log: LogFile,
  topics: readonly TopicName[],
  from_us = 0,
  to_us = Infinity,
  onLost?: OnLost,
): Generator<NumberedMessage> {
  const wanted = new Set([...log.topics].filter(([, topic]) => topics.includes(topic)).map(([id]) => id));
  for (const place of log.chunks) {
    if (place.to_us < from_us || place.from_us >= to_us || !mayHold(place, wanted)) continue;
    const chunk = unpackChunk(log.read, place, log.decompress, log.isThorough);
    if ("reason" in chunk) onLost?.(place, chunk.reason);
    else yield* messagesOf(chunk.bytes, log.topics, wanted, from_us, to_us);
  }
}

const mayHold = ({ indexes }: ChunkPlace, wanted: ReadonlySet<number>): boolean =>
  indexes.size === 0 || [...indexes.keys()].some((id) => wanted.has(id));

/** All settings as they were when the file was begun, as JSON; undefined where they are lost. */
export function settingsOf(log: LogFile): string | undefined {
  for (const { data } of readMessages(log, ["/settings"])) return decodeUtf8(data);
  return undefined;
}

/** The data of the first attachment of a name; undefined where there is none, or its CRC is wrong. */
export function readAttachment(log: LogFile, name: string): Uint8Array | undefined {
  const place = log.attachments.find((each) => each.name === name);
  return place === undefined ? undefined : attachmentData(log.read, place);
}

/** Every chunk and attachment with a wrong checksum or damage, with the reason: all are unpacked, so it takes as long as reading does. */
export function* unreadable(log: LogFile): Generator<LogDamage> {
  for (const place of log.chunks) {
    const chunk = unpackChunk(log.read, place, log.decompress, true);
    if ("reason" in chunk) yield { offset: place.offset, reason: chunk.reason, lostBytes: place.length };
  }
  for (const place of log.attachments) {
    if (attachmentData(log.read, place) !== undefined) continue;
    yield { offset: place.offset, reason: `attachment ${place.name}: its CRC is wrong`, lostBytes: place.length };
  }
}
