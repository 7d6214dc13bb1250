// What waits in the tail beside an unfinished log for its chunk, as readers see it while the device goes on writing.

import { readFileSync } from "node:fs";
import type { NumberedMessage } from "../log/log-chunk.ts";
import type { LogFile } from "../log/log-file.ts";
import { readTail } from "../log/tail-frames.ts";
import { unknownTo } from "../log/tailed-log.ts";
import { TAIL_CODEC } from "./log-compression.ts";

export type WaitingTail = {
  readonly tail: readonly NumberedMessage[];
  /** Bytes of the tail, and those behind its last good frame. */
  readonly tailBytes: number;
  readonly tornBytes: number;
  /** More of the tail is bad than its last frame, which a cut of power may tear. */
  readonly isTailDamaged: boolean;
};

const NO_TAIL: WaitingTail = { tail: [], tailBytes: 0, tornBytes: 0, isTailDamaged: false };

/** @param path of the tail beside the log; undefined where there is none */
export function readWaiting(path: string | undefined, log: LogFile): WaitingTail {
  if (path === undefined || log.isFinished) return NO_TAIL;
  const bytes = readTailFile(path);
  const { messages, goodBytes } = readTail(bytes, TAIL_CODEC);
  const tornBytes = bytes.length - goodBytes;
  const isTailDamaged = !isTornEnd(bytes.subarray(goodBytes));
  return { tail: unknownTo(log, messages), tailBytes: bytes.length, tornBytes, isTailDamaged };
}

/** Whether bytes are what a cut of power leaves of the last frame: less than it, or all of it unwritten or half written. */
function isTornEnd(rest: Uint8Array): boolean {
  if (rest.length < 4 || rest.every((byte) => byte === 0)) return true;
  return new DataView(rest.buffer, rest.byteOffset).getUint32(0, true) >= rest.length;
}

/** A device that runs may remove the tail meanwhile: then its frames are chunks. */
function readTailFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch {
    return new Uint8Array(0);
  }
}
