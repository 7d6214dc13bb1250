// Unpacks frames of a log's tail in a browser. They are packed against the row before as dictionary (device/log-compression.ts), which
// fzstd does not know: so the dictionary is put before the frame's own blocks as blocks of plain bytes, and cut off again. To the
// blocks that is the same (RFC 8878: a raw dictionary is content that comes before the frame's).

import { decompress } from "fzstd";
import type { TailCodec } from "../../log/tail-frames.ts";

const MAGIC = 0xfd2fb528;
/** Magic and descriptor. */
const LEAST_HEAD = 5;
/** A block of a frame is no longer. */
const BLOCK_bytes = 128 * 1024;
const BLOCK_HEAD = 3;
/** Descriptor of a head of our own: in one segment, content size in four bytes. */
const HEAD = 9;
const ONE_SEGMENT_U32 = 0xa0;

/** A page packs nothing. */
export const WEB_TAIL_CODEC: TailCodec = {
  pack: (bytes) => bytes,
  unpack: (frame, dictionary, limit) => {
    const { blocksAt, content_bytes } = headOf(frame);
    if (content_bytes > limit) throw new Error("a frame of the tail is too long");
    const whole = decompress(
      withDictionary(frame.subarray(blocksAt), dictionary, content_bytes),
      new Uint8Array(dictionary.length + content_bytes),
    );
    return whole.slice(dictionary.length);
  },
};

/** Where the blocks of a frame begin, and how long what they hold is. Throws where that cannot be told. */
function headOf(frame: Uint8Array): { readonly blocksAt: number; readonly content_bytes: number } {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  if (frame.length < LEAST_HEAD + 2 || view.getUint32(0, true) !== MAGIC) throw new Error("this is no Zstandard frame");
  const descriptor = view.getUint8(4);
  const [isOneSegment, hasChecksum, idFlag] = [(descriptor & 32) !== 0, (descriptor & 4) !== 0, descriptor & 3];
  if (hasChecksum || idFlag !== 0) throw new Error("this is no frame of a tail");
  const at = LEAST_HEAD + (isOneSegment ? 0 : 1);
  const sizes = [isOneSegment ? 1 : 0, 2, 4, 8] as const;
  const size = sizes[(descriptor >> 6) as 0 | 1 | 2 | 3];
  if (size === 1) return { blocksAt: at + 1, content_bytes: view.getUint8(at) };
  if (size === 2) return { blocksAt: at + 2, content_bytes: view.getUint16(at, true) + 256 };
  if (size === 4) return { blocksAt: at + 4, content_bytes: view.getUint32(at, true) };
  throw new Error("the frame does not say how long its content is");
}

function withDictionary(blocks: Uint8Array, dictionary: Uint8Array, content_bytes: number): Uint8Array {
  const count = Math.ceil(dictionary.length / BLOCK_bytes);
  const bytes = new Uint8Array(HEAD + count * BLOCK_HEAD + dictionary.length + blocks.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, ONE_SEGMENT_U32);
  view.setUint32(5, dictionary.length + content_bytes, true);
  let at = HEAD;
  for (let from = 0; from < dictionary.length; from += BLOCK_bytes) {
    const part = dictionary.subarray(from, from + BLOCK_bytes);
    const head = part.length << 3; // not the last, plain
    bytes.set([head & 0xff, (head >> 8) & 0xff, head >> 16], at);
    bytes.set(part, at + BLOCK_HEAD);
    at += BLOCK_HEAD + part.length;
  }
  bytes.set(blocks, at);
  return bytes;
}
