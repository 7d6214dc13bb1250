// One contactor for charging and discharging (the vendor's manual). Combined, it acts as the charging contactor while a
// charger is there or charging is requested, else as the discharging contactor; a current against that role opens it as
// well when an error forbids it. Independent, it follows its own wish and opens on both kinds of error.

import type { Bms } from "../bms.ts";
import { errorDelay_us, stepPath } from "./delays.ts";
import { SIGNAL } from "./plan.ts";
import { inhibitsDischarging } from "./requested.ts";

const COMBINED = 0,
  INDEPENDENT_ALWAYS = 1;

export function judgeCommon(
  bms: Bms,
  charge: boolean,
  discharge: boolean,
  free: boolean,
  mayStart: boolean,
  atOnce: boolean,
  dt_us: number,
): void {
  if (bms.plan.decide.common.algorithm === COMBINED) judgeCombined(bms, charge, discharge, mayStart, atOnce, dt_us);
  else judgeIndependent(bms, free, mayStart, atOnce, dt_us);
}

/** A limit is violated that would open it: while it is open it may not close, though the error is not set yet. */
export const isCommonPending = ({ decide: { commonOpensOnCharge, commonOpensOnDischarge }, protect }: Bms): boolean =>
  (protect.pendingCharge & commonOpensOnCharge) + (protect.pendingDischarge & commonOpensOnDischarge) > 0;

/** Delay between an error that opens charging, or discharging, and the opening of the common contactor. */
const chargeDelay_us = ({ protect, plan: { decide: plan } }: Bms): number =>
  errorDelay_us(plan.charge, plan.common.stop_us, protect.chargeDelay_us);
const dischargeDelay_us = ({ protect, plan: { decide: plan } }: Bms): number =>
  errorDelay_us(plan.discharge, plan.common.stop_us, protect.dischargeDelay_us);

function judgeCombined(
  bms: Bms,
  charge: boolean,
  discharge: boolean,
  mayStart: boolean,
  atOnce: boolean,
  dt_us: number,
): void {
  const {
    decide: decided,
    measure: { signals },
    protect,
    plan: { decide: plan },
  } = bms;
  const role = signals[SIGNAL.chargerConnected] === 1 || signals[SIGNAL.chargeRequest] === 1 ? 1 : 0;
  judgeAgainstRole(bms, role, dt_us);
  const byRole = role === 1 ? protect.opensCharge : protect.opensDischarge;
  const delay_us = role === 1 ? chargeDelay_us(bms) : dischargeDelay_us(bms);
  const held = decided.commonHeld === 1;
  const error = held || byRole === 1;
  const error_us = held ? 0 : delay_us; // a current against the role has had its delay
  const starts = mayStart && !isCommonPending(bms);
  const wished = role === 1 ? charge : discharge;
  stepPath(decided.paths.common, plan.common, wished, error, error_us, starts, atOnce, dt_us);
}

/**
 * What flows wins over what the role expects: undervoltage with a charger that is plugged in but dead, overvoltage under a
 * charger nobody announced. Pauses do not start its delay anew, for loads draw in pulses; a current in the allowed
 * direction does. Once opened it stays open until the error has cleared or a new edge of charger or request turns the
 * role: it would cycle otherwise, for its opening ends the current.
 */
function judgeAgainstRole(bms: Bms, role: number, dt_us: number): void {
  const { decide: decided, protect } = bms;
  const { on } = decided.contactors.common;
  decided.commonOpensOnCharge = role | (on & decided.chargingPresent);
  decided.commonOpensOnDischarge = (1 - role) | (on & decided.dischargingPresent);
  const error = role === 1 ? protect.opensDischarge : protect.opensCharge;
  if (error === 0 || role !== decided.commonRole) {
    decided.commonHeld = 0;
    decided.commonWrong_us = -1;
    decided.commonRole = role;
  }
  if (error === 0 || bms.measure.currentValid === 0) return;
  const wrong = role === 1 ? decided.dischargingPresent : decided.chargingPresent;
  const right = role === 1 ? decided.chargingPresent : decided.dischargingPresent;
  if (right === 1) decided.commonWrong_us = -1;
  else if (wrong === 1 && on === 1)
    decided.commonWrong_us = decided.commonWrong_us < 0 ? 0 : decided.commonWrong_us + dt_us;
  const delay_us = role === 1 ? dischargeDelay_us(bms) : chargeDelay_us(bms);
  if (decided.commonWrong_us >= 0 && decided.commonWrong_us >= delay_us) decided.commonHeld = 1;
}

function judgeIndependent(bms: Bms, free: boolean, mayStart: boolean, atOnce: boolean, dt_us: number): void {
  const {
    decide: decided,
    measure: { signals },
    protect,
    plan: {
      decide: { common },
    },
  } = bms;
  const inhibited = signals[SIGNAL.inhibitCharging] === 1 || inhibitsDischarging(bms);
  const asked =
    common.algorithm === INDEPENDENT_ALWAYS ||
    signals[SIGNAL.chargeRequest] === 1 ||
    signals[SIGNAL.dischargeRequest] === 1;
  const wished = free && asked && !inhibited;
  decided.wantCharge = wished ? 1 : 0;
  decided.wantDischarge = wished ? 1 : 0;
  decided.commonOpensOnCharge = 1;
  decided.commonOpensOnDischarge = 1;
  const byCharge = protect.opensCharge === 1,
    byDischarge = protect.opensDischarge === 1;
  const chargeLimit_us = byCharge ? chargeDelay_us(bms) : Number.MAX_SAFE_INTEGER;
  const dischargeLimit_us = byDischarge ? dischargeDelay_us(bms) : Number.MAX_SAFE_INTEGER;
  const delay_us = Math.min(chargeLimit_us, dischargeLimit_us);
  const starts = mayStart && !isCommonPending(bms);
  stepPath(decided.paths.common, common, wished, byCharge || byDischarge, delay_us, starts, atOnce, dt_us);
}
