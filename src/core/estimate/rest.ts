// The battery's state as the vendor counts it (charging, charging off, relaxed after charging, and the same for
// discharging), and when the cells are relaxed: no current for the relax time of the last direction.

import type { Bms } from "../bms.ts";
import { STATE } from "./estimated.ts";
import type { EstimatePlan } from "./plan.ts";

/** Every tick. */
export function followRest(bms: Bms, dt_us: number): void {
  const { estimate, measure } = bms;
  const plan = bms.plan.estimate;
  const current_A = measure.current_A;
  const believed = measure.currentValid === 1;
  const resting = believed && current_A < plan.absentCharge_A && current_A > -plan.absentDischarge_A;
  estimate.rest_us = resting ? estimate.rest_us + dt_us : 0;
  estimate.relaxed = resting && estimate.rest_us >= relaxTime_us(plan, estimate.lastDirection) ? 1 : 0;
  const next = believed
    ? nextState(plan, estimate.state, current_A, estimate.relaxed, estimate.lastDirection)
    : STATE.unknown;
  estimate.stateTime_us = next === estimate.state ? estimate.stateTime_us + dt_us : 0;
  estimate.state = next;
  if (next === STATE.charging) estimate.lastDirection = 1;
  else if (next === STATE.discharging) estimate.lastDirection = -1;
}

/** With an unknown past the longer time counts. */
function relaxTime_us(plan: EstimatePlan, lastDirection: number): number {
  if (lastDirection > 0) return plan.relaxCharge_us;
  if (lastDirection < 0) return plan.relaxDischarge_us;
  return plan.relaxCharge_us > plan.relaxDischarge_us ? plan.relaxCharge_us : plan.relaxDischarge_us;
}

/**
 * The battery's next state, a code of BATTERY_STATES. Charging begins above one current and ends below a lower one.
 * A rest with an unknown past stays unknown until relaxed, and then counts as after discharging.
 */
export function nextState(
  plan: EstimatePlan,
  state: number,
  current_A: number,
  relaxed: number,
  lastDirection: number,
): number {
  const charging = current_A >= (state === STATE.charging ? plan.absentCharge_A : plan.presentCharge_A);
  if (charging) return STATE.charging;
  const discharging = -current_A >= (state === STATE.discharging ? plan.absentDischarge_A : plan.presentDischarge_A);
  if (discharging) return STATE.discharging;
  if (lastDirection > 0) return relaxed === 1 ? STATE.relaxedCharged : STATE.chargingOff;
  if (lastDirection < 0) return relaxed === 1 ? STATE.relaxedDischarged : STATE.dischargingOff;
  return relaxed === 1 ? STATE.relaxedDischarged : STATE.unknown;
}
