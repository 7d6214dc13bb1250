// Precharging: charging the link behind a contactor through a resistor before it closes (the vendor's manual). The board
// measures no voltage there, so the current tells: it starts at battery voltage over resistance and falls with the time
// constant R C. Where it cannot tell, time decides. One resistor serves all contactors; its heat adds up over tries and
// cools exponentially.

import { exp } from "../../base/exponential.ts";
import type { Bms } from "../bms.ts";
import type { Decided } from "./decided.ts";
import { type PrechargePlan, SIGNAL } from "./plan.ts";
import { lasted_us } from "./timer.ts";

/** How a try stands. 1 to 3 are the reasons of a failure, in the order of the codes of the error Precharge. */
export const RUNNING = 0,
  TOO_LONG = 1,
  NO_CURRENT = 2,
  TOO_HOT = 3,
  FINISHED = 4;
export type Precharge = typeof RUNNING | typeof TOO_LONG | typeof NO_CURRENT | typeof TOO_HOT | typeof FINISHED;

export const NOBODY = 0,
  BY_CHARGE = 1,
  BY_DISCHARGE = 2,
  BY_COMMON = 3,
  BY_REQUEST = 4;

/** The current must stay at the threshold this long: one disturbed sample must not close a contactor. */
export const CONFIRM_us = 30_000;
/**
 * A link may hold its charge this long after it was connected, and then needs to show no charging current. A cut of the
 * supply of a minute and the start after it must fit in: the link then hangs at the voltage at which its load gave up, and
 * charges with too little to be told from none. Nor can a link drained in that time be told from it, so it is not longer.
 */
export const LINK_MEMORY_us = 90_000_000;
/** A first current this far above the threshold can be told from none. */
const CLEAR_RATIO = 1.5;
/**
 * A link of this time constant or slower must show its charging: sampled every 10 ms, wherever the relay closes in a tick,
 * its current is still at 0.6 of the first in one sample and at 0.36 in the next. Faster ones, the model refuses.
 */
const SLOWEST_UNSEEN_us = 20_000;
/** Seen is a sample over this part of the first current with one over half of it beside it: noise does not last two ticks. */
const SEEN_RATIO = 0.25;

/** What one try has shown so far. */
export type Evidence = {
  readonly elapsed_us: number;
  /** How long the current has met the criterion; -1 not. */
  readonly low_us: number;
  readonly hot: boolean;
  /** The precharging contactor is believed closed. */
  readonly closed: boolean;
  /** The resistor's own current can be told, from other currents and from none. */
  readonly told: boolean;
  /** The charging of the link must have been seen, and it has been. */
  readonly pulseDue: boolean;
  readonly pulseSeen: boolean;
};

export function judgeTry(plan: PrechargePlan, evidence: Evidence): Precharge {
  if (evidence.hot) return TOO_HOT;
  const timeUp = evidence.elapsed_us >= plan.time_us;
  if (!plan.enhanced || !evidence.told) {
    if (!timeUp) return RUNNING;
    return evidence.closed ? FINISHED : NO_CURRENT;
  }
  const low = evidence.low_us >= CONFIRM_us;
  const proven = evidence.closed && (evidence.pulseSeen || !evidence.pulseDue);
  if (low && proven) return FINISHED;
  if (!timeUp || (plan.untilFinished && !low)) return RUNNING;
  return low ? NO_CURRENT : TOO_LONG;
}

/** How the running try stands. */
export function prechargeStands({
  decide: decided,
  plan: {
    decide: { precharge: plan },
  },
  measure: measured,
}: Bms): Precharge {
  return judgeTry(plan, {
    elapsed_us: decided.precharge_us,
    low_us: decided.prechargeLow_us,
    hot: decided.prechargeEnergy_J >= plan.energyLimit_J,
    closed: decided.contactors.precharge.closed === 1,
    told: decided.prechargeShared === 0 && first_A(plan, measured.battery_V) > CLEAR_RATIO * plan.threshold_A,
    pulseDue: isPulseDue(decided, plan, measured.signals[SIGNAL.chargerConnected] === 1),
    pulseSeen: decided.prechargePulse === 1,
  });
}

const first_A = (plan: PrechargePlan, battery_V: number): number => battery_V / plan.resistor_Ohm;

/**
 * Whether an empty link must show its charging current. Not where the capacitance is not known or charges within two
 * ticks, where a connected charger may hold up what this path leads to, or where it may still be charged from before. The
 * discharging contactor leads to the load alone: no charger excuses it.
 */
function isPulseDue(decided: Decided, plan: PrechargePlan, charger: boolean): boolean {
  const heldUp = charger && decided.prechargeOwner !== BY_DISCHARGE;
  if (heldUp || plan.resistor_Ohm * plan.capacitance_F * 1e6 < SLOWEST_UNSEEN_us - 1) return false; // 1 us for rounding
  return decided.link_us < 0 || decided.link_us > LINK_MEMORY_us;
}

/** True when a try may begin: no other contactor uses the resistor, and it can take the heat of one. */
export function isResistorFree({
  decide: decided,
  plan: {
    decide: { precharge: plan },
  },
  measure: measured,
}: Bms): boolean {
  if (decided.prechargeOwner !== NOBODY && decided.prechargeOwner !== BY_REQUEST) return false;
  const once_J = energyOfTry_J(plan, measured.battery_V);
  const most_J = Math.max(plan.energyLimit_J - once_J, plan.energyLimit_J / 2);
  return decided.prechargeEnergy_J <= most_J;
}

/** Heat of charging an empty link: as much as the link then holds. */
export const energyOfTry_J = (plan: PrechargePlan, battery_V: number): number =>
  (plan.capacitance_F * battery_V * battery_V) / 2;

/** @param shared whether another path carries current, so that the resistor's own cannot be told */
export function startPrecharge(
  {
    decide: decided,
    plan: {
      decide: { precharge: plan },
    },
    measure: measured,
  }: Bms,
  owner: number,
  shared: boolean,
): void {
  decided.prechargeOwner = owner;
  decided.precharge_us = 0;
  decided.prechargeLow_us = -1;
  decided.prechargePulse = 0;
  decided.prechargeLast_A = 0;
  decided.prechargeShared = shared ? 1 : 0;
  if (shared) decided.prechargeEnergy_J += energyOfTry_J(plan, measured.battery_V);
}

/** Time, current and heat of the resistor, each tick. @param connected whether the resistor carries its own current */
export function followPrecharge(bms: Bms, connected: boolean, dt_us: number): void {
  const {
    decide: decided,
    measure: measured,
    plan: {
      decide: { precharge: plan },
    },
  } = bms;
  if (decided.prechargeEnergy_J > 0) cool(decided, plan, dt_us);
  if (decided.prechargeOwner === NOBODY) return;
  decided.precharge_us += dt_us;
  if (!connected) return;
  decided.prechargeEnergy_J += heat_J(bms, plan, dt_us);
  const believed = measured.currentValid === 1 && decided.precharge_us >= plan.measureDelay_us;
  const size_A = Math.abs(measured.current_A);
  const negative = plan.finishOnNegative && measured.current_A < -plan.negative_A;
  decided.prechargeLow_us = lasted_us(
    decided.prechargeLow_us,
    believed && (size_A <= plan.threshold_A || negative),
    dt_us,
  );
  if (measured.currentValid === 1) seekPulse(decided, plan, measured.current_A, measured.battery_V);
}

/** Notes once the resistor has carried a current that only the charging of a link explains. */
function seekPulse(decided: Decided, plan: PrechargePlan, current_A: number, battery_V: number): void {
  const last_A = decided.prechargeLast_A;
  decided.prechargeLast_A = current_A;
  const least_A = Math.max(SEEN_RATIO * first_A(plan, battery_V), plan.threshold_A / 2);
  const larger_A = Math.max(Math.abs(current_A), Math.abs(last_A));
  const smaller_A = Math.min(Math.abs(current_A), Math.abs(last_A));
  if (current_A * last_A <= 0 || larger_A < least_A || smaller_A < least_A / 2) return;
  decided.prechargePulse = 1;
  decided.link_us = 0; // resistor and link are there; what charge the link has now, the next try need not show again
}

function cool(decided: Decided, plan: PrechargePlan, dt_us: number): void {
  const share = dt_us / plan.cooling_us;
  decided.prechargeEnergy_J -= decided.prechargeEnergy_J * (share < 1 ? share : 1);
}

/**
 * Heat of one tick. The resistor cannot carry more than the battery voltage drives through it, whatever the sensor sees.
 * A current that is not believed counts as that most, so that a shorted link cannot burn the resistor unseen; a try with
 * a shared current has had its heat counted at its start.
 */
function heat_J({ decide: decided, measure: measured }: Bms, plan: PrechargePlan, dt_us: number): number {
  const most_A = first_A(plan, measured.battery_V);
  const seen_A = measured.currentValid === 1 ? Math.abs(measured.current_A) : most_A;
  if (decided.prechargeShared === 1 && plan.capacitance_F > 0) return 0;
  const current_A = decided.prechargeShared === 1 || seen_A > most_A ? most_A : seen_A;
  return current_A * current_A * plan.resistor_Ohm * dt_us * 1e-6;
}

/** The resistor cools and the link loses its charge while the device is off; after an unknown time nothing is known of it. */
export function resumePrecharge(bms: Bms, off_s: number): void {
  const { decide: decided, plan } = bms;
  const known = off_s >= 0 && Number.isFinite(off_s);
  decided.prechargeEnergy_J *= known ? exp((-off_s * 1e6) / plan.decide.precharge.cooling_us) : 1;
  decided.link_us = known && decided.link_us >= 0 ? decided.link_us + Math.round(off_s * 1e6) : -1;
}
