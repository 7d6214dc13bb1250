// A log file of our own out of a part of another: what happened in a time, to hand on. Any viewer opens it, and it can be
// replayed from the first saved state in it.

import { closeSync, openSync, writeSync } from "node:fs";
import { decodeUtf8 } from "../base/utf8.ts";
import { compressPlain, compressRecorder } from "../device/log-compression.ts";
import { beginLog, chunkOf, endLog, streamOf } from "../log/container.ts";
import { type LogIdentity, type LogMessage, type Stream, TOPIC_NAMES } from "../log/topics.ts";
import type { Exporter } from "./exporter.ts";

const CHUNK_bytes = 4e6;
const COMPRESS = { plain: compressPlain, recorder: compressRecorder } as const;

type Gathered = { messages: LogMessage[]; size_bytes: number };

/** `settingsJson`: all settings as they were at the beginning, which becomes the first message of /settings. */
export function logExporter(path: string, identity: LogIdentity, settingsJson: string): Exporter {
  const descriptor = openSync(path, "w");
  const { file, bytes } = beginLog(identity, settingsJson, compressPlain);
  const write = (piece: Uint8Array): void => {
    for (let done = 0; done < piece.length; ) done += writeSync(descriptor, piece, done);
  };
  write(bytes);
  const gathered: Record<Stream, Gathered> = { plain: nothing(), recorder: nothing() };
  let rows = 0;
  const flush = (stream: Stream): void => {
    const { messages } = gathered[stream];
    if (messages.length > 0) write(chunkOf(file, messages, COMPRESS[stream]));
    gathered[stream] = nothing();
  };
  const add = (message: LogMessage): void => {
    if (message.topic === "/settings" && rows === 0 && decodeUtf8(message.data) === settingsJson) return; // stands there already
    const stream = streamOf(message);
    const into = gathered[stream];
    into.messages.push(message);
    into.size_bytes += message.data.length;
    rows++;
    if (into.size_bytes > CHUNK_bytes) flush(stream);
  };
  const close = () => {
    flush("plain");
    flush("recorder");
    write(endLog(file));
    closeSync(descriptor);
    return [{ path, rows }];
  };
  return { topics: TOPIC_NAMES, add, close };
}

const nothing = (): Gathered => ({ messages: [], size_bytes: 0 });
