// How the log is packed, with Node's zlib: everything by Zstandard (RFC 8878), chunks as viewers of the format expect, frames
// of the tail with the row before as dictionary. Measured on rows of a modelled pack of 18 cells, 9.5 kB each, 600 a chunk:
// level 9 in a window of 1 MB takes 7 ms and 3 MB of memory and packs as well as level 12 with a free hand (110 ms, 46 MB);
// level 19 saves another 2 %, for a second and 90 MB. A row in the tail takes 42 bytes and 50 us.

import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Compress } from "../log/log-chunk.ts";
import type { TailCodec } from "../log/tail-frames.ts";

type Effort = { readonly level: number; readonly window_log2: number; readonly table_log2: number };

/** Rows repeat themselves over some kilobytes: a larger window finds hardly more. */
const PLAIN: Effort = { level: 9, window_log2: 20, table_log2: 17 };
/** Blocks of the recorder are dense already. */
const RECORDER: Effort = { level: 3, window_log2: 17, table_log2: 15 };
const TAIL: Effort = { level: 1, window_log2: 17, table_log2: 14 };

const paramsOf = ({ level, window_log2, table_log2 }: Effort): Record<number, number> => ({
  [constants.ZSTD_c_compressionLevel]: level,
  [constants.ZSTD_c_windowLog]: window_log2,
  [constants.ZSTD_c_hashLog]: table_log2,
  [constants.ZSTD_c_chainLog]: table_log2,
});

const zstd = (effort: Effort): Compress => {
  // The frame's own checksum is compared while unpacking, at a fifth of the cost of the chunk's CRC.
  const params = { ...paramsOf(effort), [constants.ZSTD_c_checksumFlag]: 1 };
  return (bytes) => zstdCompressSync(bytes, { pledgedSrcSize: bytes.length, params });
};

export const compressPlain = zstd(PLAIN);
export const compressRecorder = zstd(RECORDER);

/** Undoes any level. Throws on damage, and above `size_bytes`. */
export const decompress = (bytes: Uint8Array, size_bytes: number): Uint8Array =>
  zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, size_bytes) });

const TAIL_PARAMS = paramsOf(TAIL);

export const TAIL_CODEC: TailCodec = {
  pack: (bytes, dictionary) => zstdCompressSync(bytes, { params: TAIL_PARAMS, ...given(dictionary) }),
  unpack: (bytes, dictionary, limit) => zstdDecompressSync(bytes, { maxOutputLength: limit, ...given(dictionary) }),
};

const given = (dictionary: Uint8Array): { dictionary?: Uint8Array } => (dictionary.length === 0 ? {} : { dictionary });
