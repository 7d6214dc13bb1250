// Saves what can be read of a damaged log, and of its tail, into a new and clean one (bms log recover). A log that was only
// cut off is gone on with in place (recover.ts).

import {
  attach,
  beginLog,
  channelOf,
  chunkOf,
  endLog,
  SUMMARY_NAME,
  streamOf,
  type UnfinishedLog,
} from "./container.ts";
import { attachmentData, type Compress, type NumberedMessage } from "./log-chunk.ts";
import { type LogFile, type OnLost, readMessages, settingsOf } from "./log-file.ts";
import { pendingOf } from "./recover.ts";
import { TOPIC_NAMES, type TopicName } from "./topics.ts";

/**
 * A new, clean file of everything that can be read in a log, in parts to be written one after the other: same identity,
 * settings, messages with their numbers, and attachments.
 * @param pending messages of its tail, which come last
 */
export function* salvageLog(
  log: LogFile,
  pending: readonly NumberedMessage[] = [],
  compress?: Compress,
  onLost?: OnLost,
): Generator<Uint8Array> {
  const settings = settingsOf(log) ?? "{}";
  const { file, bytes } = beginLog(log.identity, settings, compress);
  yield bytes;
  for (const [i, place] of log.chunks.entries()) {
    const messages = [...readMessages({ ...log, chunks: [place] }, TOPIC_NAMES, 0, Infinity, onLost)];
    const hasBeginning = i === 0 && messages[0]?.topic === "/settings";
    yield* rewritten(file, hasBeginning ? messages.slice(1) : messages, compress);
  }
  for (const stream of ["plain", "recorder"] as const) {
    yield* rewritten(
      file,
      pendingOf(file, pending).filter((message) => streamOf(message) === stream),
      compress,
    );
  }
  for (const place of log.attachments.filter(({ name }) => name !== SUMMARY_NAME)) {
    const data = attachmentData(log.read, place);
    if (data !== undefined) yield attach(file, place.name, place.mediaType, place.from_us, place.to_us, data);
  }
  yield endLog(file);
}

/** Gaps in the numbers stay: they tell that something was lost. */
function* rewritten(
  file: UnfinishedLog,
  messages: readonly NumberedMessage[],
  compress: Compress | undefined,
): Generator<Uint8Array> {
  if (messages.length === 0) return;
  const seen = new Set<TopicName>();
  for (const { topic, sequence } of messages) {
    if (!seen.has(topic)) file.sequences[channelOf(topic)] = sequence;
    seen.add(topic);
  }
  yield chunkOf(file, messages, compress);
}
