// How the log is packed, with Node's zlib: chunks by Zstandard (RFC 8878), as viewers of the format expect, frames of the
// tail by DEFLATE (RFC 1951) with the row before as dictionary. Levels are chosen by measuring (docs/decisions).

import { constants, deflateRawSync, inflateRawSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import type { Compress } from "../log/log-chunk.ts";
import type { TailCodec } from "../log/tail-frames.ts";

/** Plain rows repeat themselves: 12 packs nearly as well as 19, in a fiftieth of the time and a third of the memory. */
const PLAIN_LEVEL = 12;
/** Blocks of the recorder are dense already. */
const RECORDER_LEVEL = 3;
const TAIL_LEVEL = 6;

const zstd =
  (level: number): Compress =>
  (bytes) =>
    zstdCompressSync(bytes, {
      pledgedSrcSize: bytes.length,
      params: { [constants.ZSTD_c_compressionLevel]: level },
    });

export const compressPlain = zstd(PLAIN_LEVEL);
export const compressRecorder = zstd(RECORDER_LEVEL);

/** Undoes any level. Throws on damage, and above `size_bytes`. */
export const decompress = (bytes: Uint8Array, size_bytes: number): Uint8Array =>
  zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, size_bytes) });

export const TAIL_CODEC: TailCodec = {
  pack: (bytes, dictionary) => deflateRawSync(bytes, { level: TAIL_LEVEL, ...given(dictionary) }),
  unpack: (bytes, dictionary, limit) => inflateRawSync(bytes, { maxOutputLength: limit, ...given(dictionary) }),
};

const given = (dictionary: Uint8Array): { dictionary?: Uint8Array } => (dictionary.length === 0 ? {} : { dictionary });
