// The end of a log that has none yet: what waits for its chunk, and the end itself. The device writes it behind a file that a cut left
// unfinished; whoever hands out a log that is still being written puts it behind a copy.

import { beginLog, chunkOf, endLog, streamOf } from "./container.ts";
import type { Compress, NumberedMessage } from "./log-chunk.ts";
import { pendingOf, type Recovery, recoverLog } from "./recover.ts";
import type { TailedLog } from "./tailed-log.ts";
import type { LogIdentity, LogMessage, Stream } from "./topics.ts";

/** How each stream is packed; left out: it is stored as it is. */
export type Packing = { readonly [S in Stream]?: Compress };

const STREAMS: readonly Stream[] = ["plain", "recorder"];

/** What stands behind the good part of an unfinished log: what its tail holds, and the end. */
export function endParts(
  { file, missing }: Recovery,
  tail: readonly NumberedMessage[],
  packing: Packing,
): Uint8Array[] {
  const pending = pendingOf(file, tail);
  const chunks = STREAMS.flatMap((stream) => {
    const messages = pending.filter((message) => streamOf(message) === stream);
    return messages.length === 0 ? [] : [chunkOf(file, messages, packing[stream])];
  });
  return [missing, ...chunks, endLog(file)];
}

/** An unfinished log as a finished file, in parts; undefined where not even its beginning is good. */
export function finishedCopy({ log, tail }: TailedLog, packing: Packing): Uint8Array[] | undefined {
  const recovery = recoverLog(log.read, log.size, log.decompress);
  if ("problem" in recovery) return undefined;
  return [log.read(0, recovery.goodBytes), ...endParts(recovery, tail, packing)];
}

/** So many messages stand in a chunk, about ten minutes. */
const CHUNK_MESSAGES = 600;

/** Messages that are kept in memory as a finished file, in parts, nothing of it packed. */
export function fileOfMessages(
  messages: readonly LogMessage[],
  identity: LogIdentity,
  settingsJson: string,
): Uint8Array[] {
  const { file, bytes } = beginLog(identity, settingsJson);
  const parts = [bytes];
  for (const stream of STREAMS) {
    const own = messages.filter((message) => streamOf(message) === stream);
    for (let at = 0; at < own.length; at += CHUNK_MESSAGES)
      parts.push(chunkOf(file, own.slice(at, at + CHUNK_MESSAGES)));
  }
  return [...parts, endLog(file)];
}
