// The numbers of all signals on their way to a page: the first frame whole, then only what changed since the last one that was
// sent, so that a slow reader gets fewer and larger steps and never an old picture. Little-endian:
//   u8 version, u8 kind (0 whole, 1 changes), u16 count, f64 time, f64 uptime, then count × u16 place (changes only),
//   padding to 8, count × f64 value
// Places are those of model/signal-image.ts; `layoutKey` tells whether both sides mean the same.

import { crc32 } from "../base/crc.ts";
import { IMAGE_PLACES, IMAGE_SIZE } from "../model/signal-image.ts";

export const STREAM_VERSION = 1;
const WHOLE = 0;
const CHANGES = 1;
const HEAD_bytes = 24;

export type ImageFrame = {
  /** Log time: microseconds since 1970. */
  readonly time_us: number;
  /** Since the device's start. */
  readonly uptime_us: number;
};

/** What one reader has been sent. */
export type ImageSender = { readonly sent: Float64Array; isFresh: boolean };
/** What one reader has. */
export type ImageReceiver = { readonly image: Float64Array; isWhole: boolean };

export const createImageSender = (): ImageSender => ({ sent: new Float64Array(IMAGE_SIZE), isFresh: true });
export const createImageReceiver = (): ImageReceiver => ({ image: new Float64Array(IMAGE_SIZE), isWhole: false });

/** Differs where the two sides have other signals: then the page must be loaded anew. */
export const layoutKey = (): string => {
  const names = [...IMAGE_PLACES].map(([name, { at, count }]) => `${name}:${at}:${count}`).join(" ");
  return crc32(Uint8Array.from(names, (letter) => letter.charCodeAt(0))).toString(16);
};

/** The next frame for a reader: all numbers the first time, then those that changed. Same bits count as unchanged. */
export function packImage(sender: ImageSender, image: Float64Array, { time_us, uptime_us }: ImageFrame): Uint8Array {
  const changed: number[] = [];
  for (let i = 0; i < IMAGE_SIZE; i++) if (!Object.is(image[i], sender.sent[i])) changed.push(i);
  const isWhole = sender.isFresh || 10 * changed.length > 8 * IMAGE_SIZE;
  const count = isWhole ? IMAGE_SIZE : changed.length;
  const values_at = HEAD_bytes + (isWhole ? 0 : padded(2 * count));
  const bytes = new Uint8Array(values_at + 8 * count);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, STREAM_VERSION);
  view.setUint8(1, isWhole ? WHOLE : CHANGES);
  view.setUint16(2, count, true);
  view.setFloat64(8, time_us, true);
  view.setFloat64(16, uptime_us, true);
  for (let k = 0; k < count; k++) {
    const place = isWhole ? k : changed[k]!;
    if (!isWhole) view.setUint16(HEAD_bytes + 2 * k, place, true);
    view.setFloat64(values_at + 8 * k, image[place]!, true);
  }
  sender.sent.set(image);
  sender.isFresh = false;
  return bytes;
}

const padded = (bytes: number): number => (bytes + 7) & ~7;

/** Takes a frame into the receiver's image. Undefined where the bytes are no such frame, or the first one is missing. */
export function unpackImage(receiver: ImageReceiver, bytes: Uint8Array): ImageFrame | undefined {
  if (bytes.length < HEAD_bytes || bytes[0] !== STREAM_VERSION) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isWhole = view.getUint8(1) === WHOLE;
  const count = view.getUint16(2, true);
  const values_at = HEAD_bytes + (isWhole ? 0 : padded(2 * count));
  if (bytes.length !== values_at + 8 * count || (isWhole ? count !== IMAGE_SIZE : !receiver.isWhole)) return undefined;
  for (let k = 0; k < count; k++) {
    const place = isWhole ? k : view.getUint16(HEAD_bytes + 2 * k, true);
    if (place >= IMAGE_SIZE) return undefined;
    receiver.image[place] = view.getFloat64(values_at + 8 * k, true);
  }
  receiver.isWhole = true;
  return { time_us: view.getFloat64(8, true), uptime_us: view.getFloat64(16, true) };
}
