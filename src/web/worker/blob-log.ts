// Log files that a page holds as blobs (dropped, or downloaded), opened in a worker: bytes are read as they are needed, so that a file
// of any size opens at once. Zstandard is unpacked by fzstd, which compares no checksum: the chunks' own CRC is compared.

import { decompress as unpack } from "fzstd";
import type { NamedLog } from "../../log/chunk-columns.ts";
import { openLog } from "../../log/log-file.ts";
import { readTail } from "../../log/tail-frames.ts";
import { unknownTo } from "../../log/tailed-log.ts";
import type { NamedBlob } from "./file-messages.ts";
import { WEB_TAIL_CODEC } from "./tail-codec.ts";

/** Of workers; the types of pages do not know it. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/** Small reads are served out of a window. */
const WINDOW_bytes = 1 << 16;

export function openBlob({ name, blob, tail }: NamedBlob): NamedLog | { readonly problem: string } {
  const log = openLog(readerOf(blob), blob.size, decompress, true);
  if ("problem" in log) return log;
  if (tail === undefined || log.isFinished) return { name, log, tail: [] };
  const bytes = new Uint8Array(new FileReaderSync().readAsArrayBuffer(tail));
  return { name, log, tail: unknownTo(log, readTail(bytes, WEB_TAIL_CODEC).messages) };
}

function decompress(bytes: Uint8Array, size: number): Uint8Array {
  const plain = unpack(bytes, new Uint8Array(size));
  if (plain.length !== size) throw new Error("the chunk has another length");
  return plain;
}

function readerOf(blob: Blob): (offset: number, length: number) => Uint8Array {
  const reader = new FileReaderSync();
  const bytesAt = (offset: number, length: number): Uint8Array<ArrayBuffer> =>
    new Uint8Array(reader.readAsArrayBuffer(blob.slice(offset, offset + length)));
  let [at, window] = [0, new Uint8Array(0)];
  return (offset, length) => {
    if (length > WINDOW_bytes) return bytesAt(offset, length);
    if (offset < at || offset + length > at + window.length) [at, window] = [offset, bytesAt(offset, WINDOW_bytes)];
    return window.subarray(offset - at, offset - at + length);
  };
}
