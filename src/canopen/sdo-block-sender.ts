// The sending half of a block transfer, the same for a client that downloads and a server that uploads (CiA 301 v4.2,
// 7.2.4.3.8 to 15): up to 127 segments at once, then what the other side has got of them, and on from there.

import { crcCcitt } from "../base/crc-ccitt.ts";
import { ABORT, type AbortCode } from "./abort-codes.ts";
import { BITS, BLOCK_MAX, blockEndFrame, SEGMENT_BYTES } from "./sdo-protocol.ts";

export type BlockSender = {
  readonly data: Uint8Array;
  /** Both sides do the CRC. */
  readonly isChecked: boolean;
  /** Bytes that the other side has for sure, and their CRC. */
  confirmed: number;
  crc: number;
  /** Segments of the block that is on its way. */
  sent: number;
};

/** @param isChecked whether a CRC ends the data */
export const createBlockSender = (data: Uint8Array, isChecked: boolean): BlockSender => ({
  ...{ data, isChecked, confirmed: 0, crc: 0, sent: 0 },
});

/** 1..127. */
export const isBlockSize = (size: number): boolean => size >= 1 && size <= BLOCK_MAX;

/** The next block: as many segments as there are, `most` of them at most. Empty data are one segment of no bytes. */
export function nextBlock(sender: BlockSender, most: number): Uint8Array[] {
  const left = Math.max(1, Math.ceil((sender.data.length - sender.confirmed) / SEGMENT_BYTES));
  sender.sent = Math.min(most, left);
  const memory = new Uint8Array(8 * sender.sent);
  const frames: Uint8Array[] = [];
  for (let i = 0; i < sender.sent; i++) {
    const at = sender.confirmed + i * SEGMENT_BYTES;
    const isLast = at + SEGMENT_BYTES >= sender.data.length;
    memory[8 * i] = (i + 1) | (isLast ? BITS.blockLast : 0);
    memory.set(sender.data.subarray(at, at + SEGMENT_BYTES), 8 * i + 1);
    frames.push(memory.subarray(8 * i, 8 * i + 8));
  }
  return frames;
}

/** What follows an acknowledgement: the next segments, the end, or why the transfer ends. */
export type AfterBlock = { readonly frames: readonly Uint8Array[]; readonly isEnd: boolean } | AbortCode;

/** @param acknowledged the last segment that came in order, 0..127. @param most segments of the next block */
export function takeAcknowledgement(sender: BlockSender, acknowledged: number, most: number): AfterBlock {
  if (acknowledged > sender.sent) return ABORT.sequence;
  if (!isBlockSize(most)) return ABORT.blockSize;
  const { data, confirmed } = sender;
  const end = confirmed + acknowledged * SEGMENT_BYTES;
  sender.confirmed = Math.min(data.length, end);
  if (sender.isChecked) sender.crc = crcCcitt(data, sender.crc, confirmed, sender.confirmed);
  if (end < data.length || acknowledged === 0) return { frames: nextBlock(sender, most), isEnd: false };
  return { frames: [blockEndFrame(end - data.length, sender.crc)], isEnd: true };
}
