// One contactor for charging and discharging (the vendor's manual). Combined, it acts as the charging
// contactor while a charger is there or charging is requested, else as the discharging contactor; independent, it follows
// its own wish and opens on both kinds of error.

import type { Bms } from "../bms.ts";
import { errorDelay_us, stepPath } from "./delays.ts";
import { SIGNAL } from "./plan.ts";

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
  const {
    decide: decided,
    measure: { signals },
    protect,
    plan: { decide: plan },
  } = bms;
  const { common } = plan;
  const chargeDelay_us = errorDelay_us(plan.charge, common.stop_us, protect.chargeDelay_us);
  const dischargeDelay_us = errorDelay_us(plan.discharge, common.stop_us, protect.dischargeDelay_us);
  const path = decided.paths.common;
  if (common.algorithm === COMBINED) {
    const asCharging = signals[SIGNAL.chargerConnected] === 1 || signals[SIGNAL.chargeRequest] === 1;
    if (asCharging) stepPath(path, common, charge, protect.opensCharge === 1, chargeDelay_us, mayStart, atOnce, dt_us);
    else stepPath(path, common, discharge, protect.opensDischarge === 1, dischargeDelay_us, mayStart, atOnce, dt_us);
    return;
  }
  const inhibited = signals[SIGNAL.inhibitCharging] === 1 || signals[SIGNAL.inhibitDischarging] === 1;
  const asked =
    common.algorithm === INDEPENDENT_ALWAYS ||
    signals[SIGNAL.chargeRequest] === 1 ||
    signals[SIGNAL.dischargeRequest] === 1;
  const wished = free && asked && !inhibited;
  decided.wantCharge = wished ? 1 : 0;
  decided.wantDischarge = wished ? 1 : 0;
  const byCharge = protect.opensCharge === 1,
    byDischarge = protect.opensDischarge === 1;
  const delay_us =
    byCharge && byDischarge
      ? Math.min(chargeDelay_us, dischargeDelay_us)
      : byCharge
        ? chargeDelay_us
        : dischargeDelay_us;
  stepPath(path, common, wished, byCharge || byDischarge, delay_us, mayStart, atOnce, dt_us);
}
