// A log file in memory, opened as the tools open one on a disk.

import { decompress } from "../../src/device/log-compression.ts";
import { openLog } from "../../src/log/log-file.ts";

/** Reads the bytes as a log file; `problem` says why they are none. */
export const openBytes = (bytes: Uint8Array): ReturnType<typeof openLog> =>
  openLog((offset, length) => bytes.subarray(offset, offset + length), bytes.length, decompress);
