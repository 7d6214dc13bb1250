// The limits that partners are told: the core's, zero while charging or discharging is not allowed or the device stands
// still, falling at once and rising no faster than the setting says.

import { isSet, readSignal } from "./reading.ts";

export type Limits = {
  charge_A: number;
  discharge_A: number;
  isChargeAllowed: boolean;
  isDischargeAllowed: boolean;
  /** Of the last step; undefined before the first. */
  at_us: number | undefined;
  /** When the device last ticked. */
  ticked_us: number;
};

/** The image of a device that has not ticked for longer tells nothing any more. */
export const STALE_us = 1_000_000;

export const createLimits = (): Limits => ({
  ...{ charge_A: 0, discharge_A: 0, isChargeAllowed: false, isDischargeAllowed: false },
  ...{ at_us: undefined, ticked_us: Number.NEGATIVE_INFINITY },
});

/**
 * Lets time pass.
 * @param rise_A_per_s how fast a limit rises; 0: at once
 */
export function stepLimits(limits: Limits, image: Float64Array, rise_A_per_s: number, now_us: number): void {
  const isAlive = now_us - limits.ticked_us <= STALE_us;
  const dt_s = limits.at_us === undefined ? 0 : (now_us - limits.at_us) * 1e-6;
  limits.at_us = now_us;
  const core_A = (name: string): number => Math.max(0, readSignal(image, name) || 0); // not a number: nothing
  const charge_A = core_A("chargeLimit_A");
  const discharge_A = core_A("dischargeLimit_A");
  limits.isChargeAllowed = isAlive && isSet(image, "signal.allowCharging") && charge_A > 0;
  limits.isDischargeAllowed = isAlive && isSet(image, "wantDischarge") && discharge_A > 0;
  limits.charge_A = rise(limits.charge_A, limits.isChargeAllowed ? charge_A : 0, rise_A_per_s, dt_s);
  limits.discharge_A = rise(limits.discharge_A, limits.isDischargeAllowed ? discharge_A : 0, rise_A_per_s, dt_s);
}

/** Towards a target: down at once, up by the rate. */
export function rise(from: number, to: number, rate_per_s: number, dt_s: number): number {
  if (to <= from || rate_per_s === 0) return to;
  return Math.min(to, from + rate_per_s * dt_s);
}
