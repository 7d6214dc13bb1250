// The pace of a modelled bus: frames go while the bit times that have passed suffice for them. Some bit times may be saved up,
// so that callers who come late, as timers do, still reach the bit rate: a few frames after a rest go at once, and their stamps
// are those of this machine, not of a wire.

import type { CanFrame } from "../base/can-frame.ts";
import { frameBits } from "./bit-time.ts";

/** So much time is saved up at most, us. */
const SAVED_us = 10_000;

export type BitBudget = {
  /** Bit times in a microsecond. */
  readonly bits_per_us: number;
  /** Bit times that are there; below 0 the bus is still busy with the last frame. */
  bits: number;
  time_us: number;
};

/** @param rate_kbit_s of the bus, kbit/s */
export const createBudget = (rate_kbit_s: number, now_us: number): BitBudget => ({
  bits_per_us: rate_kbit_s / 1000,
  bits: 0,
  time_us: now_us,
});

/** Whether a frame may go now. */
export function isFree(budget: BitBudget, now_us: number): boolean {
  const passed = (now_us - budget.time_us) * budget.bits_per_us;
  budget.time_us = now_us;
  budget.bits = Math.min(SAVED_us * budget.bits_per_us, budget.bits + passed);
  return budget.bits >= 0;
}

/** A frame takes its bit times. */
export function spend(budget: BitBudget, frame: CanFrame): void {
  budget.bits -= frameBits(frame);
}

/** Time until the bus is free, us; 0 while it is. */
export const wait_us = ({ bits, bits_per_us }: BitBudget): number => (bits >= 0 ? 0 : Math.ceil(-bits / bits_per_us));
