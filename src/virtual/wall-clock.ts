// The wall clock and how far it is believed. A board without a battery-backed clock wakes up long ago; a computer's clock
// runs on freely until a time server sets it, and then it may step. The loop never uses this clock, only what is written
// down does.

import type { ClockQuality } from "../model/events.ts";

export type WallClock = {
  /** Milliseconds since 1970 (UTC). */
  readonly wall_ms: () => number;
  readonly quality: () => ClockQuality;
};

/** For a journal that is not kept. */
export const NO_CLOCK: WallClock = { wall_ms: () => 0, quality: () => "unset" };

/** What the two clocks showed at the last look; -1 steady before the first. */
export type ClockWatch = { wall_ms: number; steady_us: number };

export const createClockWatch = (): ClockWatch => ({ wall_ms: 0, steady_us: -1 });

/** More than this between two looks is a step and no drift, s. */
const STEP_s = 1;

/**
 * Compares wall time with steady time since the last look. A machine that was suspended shows its sleep as a step.
 * @returns how far the wall clock was set forward, s (negative: back); 0 while both went on together
 */
export function stepOfClock(watch: ClockWatch, wall_ms: number, steady_us: number): number {
  const step_s = (wall_ms - watch.wall_ms) / 1000 - (steady_us - watch.steady_us) / 1e6;
  const isFirst = watch.steady_us < 0;
  watch.wall_ms = wall_ms;
  watch.steady_us = steady_us;
  return !isFirst && Math.abs(step_s) > STEP_s ? step_s : 0;
}
