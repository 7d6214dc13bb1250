// What the current and the cells say: charging or discharging current present, ready to charge, ready to discharge
// (the vendor's manual). Each is a latch between two thresholds. A value that is not believed
// moves none of them.

import type { Bms } from "../bms.ts";

export function judgeStatus(bms: Bms, dt_us: number): void {
  judgePresence(bms);
  judgeReadyToCharge(bms, dt_us);
  judgeReadyToDischarge(bms);
}

function judgePresence({ decide: decided, measure: measured, plan }: Bms): void {
  if (measured.currentValid === 0) return;
  const { charging, discharging } = plan.decide;
  decided.chargingPresent = latch(decided.chargingPresent, measured.current_A, charging.present_A, charging.absent_A);
  decided.dischargingPresent = latch(
    decided.dischargingPresent,
    -measured.current_A,
    discharging.present_A,
    discharging.absent_A,
  );
}

/** 1 above `set`, 0 below `clear`, unchanged between. */
const latch = (state: number, value: number, set: number, clear: number): number =>
  value > set ? 1 : value < clear ? 0 : state;

/**
 * Ready to charge falls when a cell is over its limit or an error opens charging, and comes back when all are under the
 * other. Room for charge also comes back by the delay before recharging, unless a cell is over the limit just then.
 */
function judgeReadyToCharge(
  { decide: decided, measure: measured, estimate: estimated, protect, plan }: Bms,
  dt_us: number,
): void {
  const { charging, ignoreDischarge, recharge_us } = plan.decide;
  const plain = ignoreDischarge && measured.current_A < 0;
  const highest_V = plain ? measured.maxCell_V : estimated.maxRest_V;
  const believed = measured.cellsValid === 1;
  const failed = charging.errorsClearReady && protect.opensCharge === 1;
  if (decided.chargeRoom === 0) decided.recharge_us += dt_us;
  if (failed || (believed && highest_V > charging.clearReady_V)) {
    if (decided.chargeRoom === 1) decided.recharge_us = 0;
    decided.readyToCharge = 0;
    decided.chargeRoom = 0;
  } else if (believed && highest_V < charging.setReady_V) {
    decided.readyToCharge = 1;
    decided.chargeRoom = 1;
  } else if (believed && recharge_us > 0 && decided.recharge_us >= recharge_us) decided.chargeRoom = 1;
}

function judgeReadyToDischarge({ decide: decided, measure: measured, estimate: estimated, protect, plan }: Bms): void {
  const { discharging } = plan.decide;
  const believed = measured.cellsValid === 1;
  if (
    (discharging.errorsClearReady && protect.opensDischarge === 1) ||
    (believed && estimated.minRest_V < discharging.clearReady_V)
  )
    decided.readyToDischarge = 0;
  else if (believed && estimated.minRest_V > discharging.setReady_V) decided.readyToDischarge = 1;
}
