// Records that wait for their chunk, one behind the other in a single piece of memory that is used again for the next chunk:
// hundreds of small pieces that live for minutes would leave the process full of holes.

import type { LogMessage, TopicName } from "../log/topics.ts";

type Place = { readonly topic: TopicName; readonly time_us: number; readonly from: number; readonly length: number };

export type Pending = {
  bytes: Uint8Array;
  /** Bytes of all records. */
  used_bytes: number;
  readonly places: Place[];
  /** So many records, from the first on, are in a chunk that was built and is not known to be on the medium. */
  built: number;
};

const FIRST_bytes = 65_536;

export const createPending = (): Pending => ({ bytes: new Uint8Array(0), used_bytes: 0, places: [], built: 0 });

/** Copies a record to the others. */
export function keepRecord(pending: Pending, { topic, time_us, data }: LogMessage): void {
  const from = pending.used_bytes;
  if (from + data.length > pending.bytes.length) grow(pending, from + data.length);
  pending.bytes.set(data, from);
  pending.used_bytes += data.length;
  pending.places.push({ topic, time_us, from, length: data.length });
}

function grow(pending: Pending, needed_bytes: number): void {
  const bytes = new Uint8Array(Math.max(FIRST_bytes, needed_bytes, pending.bytes.length * 2));
  bytes.set(pending.bytes.subarray(0, pending.used_bytes));
  pending.bytes = bytes;
}

/** Records from a number on, in the order they came; `data` is a view that is good until the next clearing. */
export function recordsFrom({ bytes, places }: Pending, first: number): LogMessage[] {
  return places
    .slice(first)
    .map(({ topic, time_us, from, length }) => ({ topic, time_us, data: bytes.subarray(from, from + length) }));
}

/** Forgets all records; the memory stays. */
export function clearPending(pending: Pending): void {
  pending.places.length = 0;
  pending.used_bytes = 0;
  pending.built = 0;
}
