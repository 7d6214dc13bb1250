// The frames of the SDO protocol (CiA 301 v4.2, 7.2.4.3): eight bytes always, the command in the upper bits of byte 0, and in
// most of them the object in bytes 1 to 3 and a number or data in 4 to 7. Unused bytes are zero.

/** Byte 0 >> 5 of what a client sends (ccs). */
export const CLIENT = {
  downloadSegment: 0,
  download: 1,
  upload: 2,
  uploadSegment: 3,
  abort: 4,
  blockUpload: 5,
  blockDownload: 6,
} as const;

/** Byte 0 >> 5 of what a server sends (scs). */
export const SERVER = {
  uploadSegment: 0,
  downloadSegment: 1,
  upload: 2,
  download: 3,
  abort: 4,
  blockDownload: 5,
  blockUpload: 6,
} as const;

/** Bits 0 and 1 of byte 0 in block transfers (cs, ss). Of client's block downloads and server's block uploads only bit 0 counts. */
export const BLOCK = { initiate: 0, end: 1, acknowledge: 2, start: 3 } as const;

/** Bits of byte 0 beside the specifier, each where it is used. */
export const BITS = {
  /** Initiate: the data are in the frame. */
  expedited: 0x02,
  /** Initiate: the size is told. */
  sized: 0x01,
  /** Segment: alternates, from 0. */
  toggle: 0x10,
  /** Segment: no more follow. */
  last: 0x01,
  /** Block initiate: the sender can do the CRC. */
  blockCrc: 0x04,
  /** Block initiate: the size is told. */
  blockSized: 0x02,
  /** Block segment: no more follow; the rest of the byte is the number of the segment. */
  blockLast: 0x80,
} as const;

/** Byte 0 of an abort, exactly: 0x81 and so on are segments of a block. */
export const ABORT_COMMAND = 0x80;
export const SEGMENT_BYTES = 7;
export const BLOCK_MAX = 127;

/** The object that a frame names. */
export type Target = { readonly index: number; readonly subIndex: number };

/** Bits 7 to 5 of the first byte: the command specifier (CiA 301, 7.2.4.3). */
export const specifierOf = (frame: Uint8Array): number => frame[0] >> 5;
/** Bits 1 and 0 of the first byte: the subcommand of block transfer. */
export const blockCommandOf = (frame: Uint8Array): number => frame[0] & 3;
/** Index and sub-index, bytes 1 to 3. */
export const targetOf = (frame: Uint8Array): Target => ({ index: frame[1] | (frame[2] << 8), subIndex: frame[3] });
/** Whether a frame speaks of this entry. */
export const isFor = (frame: Uint8Array, { index, subIndex }: Target): boolean =>
  (frame[1] | (frame[2] << 8)) === index && frame[3] === subIndex;
/** The number in bytes 4 to 7, 0..2^32-1. */
export const numberIn = (frame: Uint8Array): number =>
  (frame[4] | (frame[5] << 8) | (frame[6] << 16) | (frame[7] << 24)) >>> 0;

/** A frame with an object, and a number in bytes 4 to 7. */
export function objectFrame(command: number, { index, subIndex }: Target, value = 0): Uint8Array {
  const frame = new Uint8Array(8);
  frame[0] = command;
  frame[1] = index & 0xff;
  frame[2] = index >>> 8;
  frame[3] = subIndex;
  for (let i = 0; i < 4; i++) frame[4 + i] = (value >>> (8 * i)) & 0xff;
  return frame;
}

/** A frame without an object: two bytes behind the command. */
export function bareFrame(command: number, first = 0, second = 0): Uint8Array {
  const frame = new Uint8Array(8);
  frame[0] = command;
  frame[1] = first;
  frame[2] = second;
  return frame;
}

/** Eight bytes that end a transfer (CiA 301, 7.2.4.3). @param code 32 bits */
export const abortFrame = (target: Target, code: number): Uint8Array => objectFrame(ABORT_COMMAND, target, code);

/** An initiate with up to four bytes of data: 001 or 010, nn, e and s set. */
export function expeditedFrame(specifier: number, target: Target, data: Uint8Array): Uint8Array {
  const unused = 4 - data.length;
  const frame = objectFrame((specifier << 5) | (unused << 2) | BITS.expedited | BITS.sized, target);
  frame.set(data, 4);
  return frame;
}

/** The data of an expedited initiate. Where their size is not told all four bytes are data, or `assumed` of them. */
export function expeditedData(frame: Uint8Array, assumed = 4): Uint8Array {
  const isSized = (frame[0] & BITS.sized) !== 0;
  return frame.slice(4, isSized ? 8 - ((frame[0] >> 2) & 3) : 4 + assumed);
}

/** The size told by a segmented initiate; undefined where it is not. */
export const sizeIn = (frame: Uint8Array): number | undefined =>
  (frame[0] & BITS.sized) !== 0 ? numberIn(frame) : undefined;

/** Data bytes of a segment, 0..7. */
export const segmentLength = (frame: Uint8Array): number => SEGMENT_BYTES - ((frame[0] >> 1) & 7);

/** Up to seven bytes of data from `at` on, as a download's or an upload's segment: 000t nnnc. */
export function segmentFrame(data: Uint8Array, at: number, toggle: number): Uint8Array {
  const length = Math.min(SEGMENT_BYTES, data.length - at);
  const isLast = at + length === data.length;
  const frame = new Uint8Array(8);
  frame[0] = toggle | ((SEGMENT_BYTES - length) << 1) | (isLast ? BITS.last : 0);
  frame.set(data.subarray(at, at + length), 1);
  return frame;
}

/** The end of a block transfer: 110n nn01, how many bytes of the last segment were none, and the CRC. */
export const blockEndFrame = (unused: number, crc: number): Uint8Array =>
  bareFrame((CLIENT.blockDownload << 5) | (unused << 2) | BLOCK.end, crc & 0xff, crc >>> 8);
/** Of the last segment of a block transfer, bytes without data: 0..7. */
export const unusedIn = (frame: Uint8Array): number => (frame[0] >> 2) & 7;
/** The CRC at the end of a block transfer, 16 bits. */
export const crcIn = (frame: Uint8Array): number => frame[1] | (frame[2] << 8);
