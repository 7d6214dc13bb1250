// The receiving half of a block transfer, the same for a server that is downloaded to and a client that uploads (CiA 301 v4.2,
// 7.2.4.3.8 to 15). Segments count in their order only; with the last of a block the other side is told which came so, and
// repeats the others.

import { crcCcitt } from "../base/crc-ccitt.ts";
import { ABORT, type AbortCode } from "./abort-codes.ts";
import { type Gathering, gather, gathered } from "./sdo-gathering.ts";
import { BITS, crcIn, SEGMENT_BYTES, unusedIn } from "./sdo-protocol.ts";

export type BlockReceiver = {
  readonly gathering: Gathering;
  /** Both sides do the CRC. */
  readonly isChecked: boolean;
  /** Segments in a block. */
  readonly blockSize: number;
  /** Segments of this block that came in order. */
  received: number;
  /** The last segment of all has come. */
  isComplete: boolean;
  /** The CRC of the first `checked` bytes: all but those of the last segment, of which some may be none. */
  crc: number;
  checked: number;
};

/** @param isChecked whether a CRC ends the data. @param blockSize segments of a block, 1..127 */
export const createBlockReceiver = (gathering: Gathering, isChecked: boolean, blockSize: number): BlockReceiver => ({
  ...{ gathering, isChecked, blockSize, received: 0, isComplete: false, crc: 0, checked: 0 },
});

/** wait: for more. good: the same, and the segment came in order. block: a block has ended, acknowledge. */
export type AfterSegment = "wait" | "good" | "block" | AbortCode;

/**
 * @param frame eight bytes: number and last bit, then seven of data. Out of order it is left out, for the next block
 * (CiA 301, 7.2.4.3)
 */
export function takeBlockSegment(receiver: BlockReceiver, frame: Uint8Array): AfterSegment {
  const number = frame[0] & ~BITS.blockLast;
  const isLast = (frame[0] & BITS.blockLast) !== 0;
  if (number === 0 || number > receiver.blockSize) return ABORT.sequence;
  const isGood = number === receiver.received + 1;
  if (isGood) {
    const refusal = gather(receiver.gathering, frame, SEGMENT_BYTES, SEGMENT_BYTES);
    if (refusal !== undefined) return refusal;
    receiver.received = number;
    receiver.isComplete = isLast;
  }
  if (isLast || number === receiver.blockSize) return "block";
  return isGood ? "good" : "wait";
}

/** How many segments of the block came in order; the next block begins. */
export function acknowledgeBlock(receiver: BlockReceiver): number {
  const { received } = receiver;
  receiver.received = 0;
  if (receiver.isChecked) advanceCrc(receiver, receiver.gathering.length - SEGMENT_BYTES);
  return received;
}

function advanceCrc(receiver: BlockReceiver, end: number): void {
  if (end <= receiver.checked) return;
  receiver.crc = crcCcitt(receiver.gathering.bytes, receiver.crc, receiver.checked, end);
  receiver.checked = end;
}

/** All data at the end of the transfer, or what is wrong with them. */
export function takeBlockEnd(receiver: BlockReceiver, frame: Uint8Array): Uint8Array | AbortCode {
  const { gathering } = receiver;
  gathering.length -= unusedIn(frame);
  if (receiver.isChecked) advanceCrc(receiver, gathering.length);
  if (receiver.isChecked && crcIn(frame) !== receiver.crc) return ABORT.crc;
  return gathered(gathering);
}
