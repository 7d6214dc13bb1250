// The last frames and requests on the device's buses, decoded, for a page that shows them. Decoding costs, so nothing is kept
// while nobody looks: `watch` is called by each look and lasts some seconds.

import type { BusFrame } from "./told.ts";

const KEPT = 2000;
const WATCHED_us = 10_000_000;

export type BusRing = { frames: BusFrame[]; last: number; watched_us: number };

export const createBusRing = (): BusRing => ({ frames: [], last: 0, watched_us: -1 });

/** Somebody looks, at this device time. */
export function watchBus(ring: BusRing, now_us: number): void {
  ring.watched_us = now_us + WATCHED_us;
}

export const isWatched = (ring: BusRing, now_us: number): boolean => now_us < ring.watched_us;

export function addFrame(ring: BusRing, frame: Omit<BusFrame, "number">): void {
  ring.frames.push({ number: ++ring.last, ...frame });
  if (ring.frames.length > 2 * KEPT) ring.frames.splice(0, ring.frames.length - KEPT);
}

/** Frames after a number, the newest KEPT of them at most. */
export const framesAfter = ({ frames }: BusRing, after: number): readonly BusFrame[] =>
  frames.filter(({ number }) => number > after).slice(-KEPT);
