// Bytes of a transfer as they come in segments: gathered up to the size that was told and to what there is room for.

import { ABORT, type AbortCode } from "./abort-codes.ts";

export type Gathering = {
  bytes: Uint8Array;
  length: number;
  /** As told at the beginning; undefined where it was not. */
  readonly size: number | undefined;
  readonly room: Room;
};

/** The most bytes, and why more are refused: too long for the object, or for our memory. */
export type Room = { readonly most: number; readonly refusal: AbortCode };

const FIRST_BYTES = 64;

/** @param size bytes, as the other side has told; undefined: it has not */
export const createGathering = (size: number | undefined, room: Room): Gathering => ({
  ...{ bytes: new Uint8Array(FIRST_BYTES), length: 0, size, room },
});

/**
 * Takes `count` bytes of a frame, from byte 1 on; or why not.
 * @param slack so many of them may turn out to be no data: in blocks that is said at the end
 */
export function gather(gathering: Gathering, frame: Uint8Array, count: number, slack = 0): AbortCode | undefined {
  const length = gathering.length + count;
  if (gathering.size !== undefined && length > gathering.size + slack) return ABORT.tooLong;
  if (length > gathering.room.most + slack) return gathering.room.refusal;
  if (length > gathering.bytes.length) grow(gathering);
  for (let i = 0; i < count; i++) gathering.bytes[gathering.length + i] = frame[1 + i];
  gathering.length = length;
  return undefined;
}

/** Memory follows what has come, not what was promised. */
function grow(gathering: Gathering): void {
  const wider = new Uint8Array(gathering.bytes.length * 2);
  wider.set(gathering.bytes);
  gathering.bytes = wider;
}

/** All bytes, or why they are not what was told. */
export function gathered({ bytes, length, size, room }: Gathering): Uint8Array | AbortCode {
  if (size !== undefined && length < size) return ABORT.tooShort;
  if (size !== undefined && length > size) return ABORT.tooLong;
  return length > room.most ? room.refusal : bytes.slice(0, length);
}
