// When each path shall conduct, and whether the charger may charge: the algorithms and what speaks against their wish
// (the vendor's manual). The delays between wish and act are in delays.ts.

import type { Bms } from "../bms.ts";
import { judgeCommon } from "./common-contactor.ts";
import { BELIES_OPEN, flow, readsOpen } from "./conduction.ts";
import { errorDelay_us, stepPath } from "./delays.ts";
import { ALWAYS, BY_CHARGER, type DecidePlan, SIGNAL } from "./plan.ts";
import { inhibitsDischarging } from "./requested.ts";

export function judgeWishes(bms: Bms, dt_us: number): void {
  const {
    decide: decided,
    plan: { decide: plan },
    protect,
  } = bms;
  const free = isFree(bms);
  const atOnce = mustOpen(bms);
  const mayStart = free && bms.measure.ready === 1 && bms.measure.currentValid === 1;
  const charge = free && wantsCharge(bms, plan);
  const discharge = free && wantsDischarge(bms, plan);
  decided.wantCharge = charge ? 1 : 0;
  decided.wantDischarge = discharge ? 1 : 0;
  if (plan.common.fitted) judgeCommon(bms, charge, discharge, free, mayStart, atOnce, dt_us);
  else {
    stepPath(
      decided.paths.charge,
      plan.charge,
      charge,
      protect.opensCharge === 1,
      errorDelay_us(plan.charge, plan.charge.stop_us, protect.chargeDelay_us),
      mayStart && protect.pendingCharge === 0,
      atOnce,
      dt_us,
    );
    stepPath(
      decided.paths.discharge,
      plan.discharge,
      discharge,
      protect.opensDischarge === 1,
      errorDelay_us(plan.discharge, plan.discharge.stop_us, protect.dischargeDelay_us),
      mayStart && protect.pendingDischarge === 0,
      atOnce,
      dt_us,
    );
  }
}

/** False while nothing may be wanted: not running, a periodic restart, or a main contactor on demand nobody demands. */
function isFree({ decide: decided, measure: measured, plan: { decide: plan } }: Bms): boolean {
  const undemanded = plan.main.fitted && plan.main.algorithm === 2 && measured.signals[SIGNAL.closeMain] === 0;
  return decided.mode === "running" && decided.serviceReset === 0 && !undemanded;
}

/** True while every contactor must be open, whatever current flows. */
export function mustOpen({ decide: decided, measure: measured, protect, plan }: Bms): boolean {
  if (protect.criticalError === 1 || measured.signals[SIGNAL.circuitBreaker] === 1) return true;
  if (decided.mode === "poweringDown") return decided.mode_us >= plan.decide.power.forceOpen_us;
  return decided.mode !== "running";
}

function wantsCharge({ decide: decided, measure: { signals } }: Bms, { charge }: DecidePlan): boolean {
  if (signals[SIGNAL.inhibitCharging] === 1 || (charge.onlyWhenReady && decided.chargeRoom === 0)) return false;
  if (charge.algorithm === ALWAYS) return true;
  return signals[charge.algorithm === BY_CHARGER ? SIGNAL.chargerConnected : SIGNAL.chargeRequest] === 1;
}

function wantsDischarge(bms: Bms, { discharge }: DecidePlan): boolean {
  const {
    decide: decided,
    measure: { signals },
  } = bms;
  if (inhibitsDischarging(bms) || (discharge.onlyWhenReady && decided.readyToDischarge === 0)) return false;
  if (discharge.algorithm === ALWAYS) return true;
  return discharge.algorithm === BY_CHARGER
    ? signals[SIGNAL.chargerConnected] === 0
    : signals[SIGNAL.dischargeRequest] === 1;
}

/** Allow charging, the command to the charger: it drops at once whatever the contactor does, so that the charger stops first. */
export function judgeAllowCharging(bms: Bms): void {
  const {
    decide: decided,
    measure: measured,
    protect,
    plan: { decide: plan },
  } = bms;
  const path = plan.common.fitted ? decided.paths.common : decided.paths.charge;
  const state = plan.common.fitted ? decided.contactors.common : decided.contactors.charge;
  const fitted = plan.common.fitted || plan.charge.fitted;
  const connected =
    (!fitted || state.phase === "closed") && (!plan.main.fitted || decided.contactors.main.phase === "closed");
  const forbidden =
    protect.opensCharge === 1 ||
    protect.criticalError === 1 ||
    protect.active.voltageTooHigh === 1 ||
    measured.ready === 0;
  const willing = decided.wantCharge === 1 && !forbidden && decided.chargeRoom === 1;
  decided.allowCharging = willing && path.close === 1 && connected ? 1 : 0;
  // A load that feeds back before the charging contactor has closed does no harm, and must not keep it from closing.
  decided.unallowedCharging = !willing && flow(bms, readsOpen(bms) ? BELIES_OPEN : 1) === 1 ? 1 : 0;
}
