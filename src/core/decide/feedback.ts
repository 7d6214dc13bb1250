// What the auxiliary contacts and the current say of each contactor: welded, stuck open, or only its feedback wire broken.
// Command, feedback and current together tell the three apart. Without feedback the command tells the position, and a weld
// shows only by current that flows although every path is commanded open.

import type { Bms } from "../bms.ts";
import { BELIES_OPEN, flow, readsOpen } from "./conduction.ts";
import type { ContactorState, Decided } from "./decided.ts";
import { SIGNAL } from "./plan.ts";
import { lasted_us } from "./timer.ts";

export const AGREES = 0,
  WELDED = 1,
  STUCK_OPEN = 2,
  BROKEN_WIRE = 3;

/** A contactor of this class moves within 20 to 100 ms: so long the position is not known without feedback. */
export const MOVING_us = 100_000;

/** What a difference between command and feedback means. @param conducts current is known to flow through the contactor */
export function nameFault(commanded: number, reported: number, conducts: boolean): number {
  if (commanded === 0) return reported === 1 || conducts ? WELDED : AGREES;
  if (reported === 1) return AGREES;
  return conducts ? BROKEN_WIRE : STUCK_OPEN;
}

export function judgeFeedback(bms: Bms, dt_us: number): void {
  const {
    decide: decided,
    measure: measured,
    plan: { decide: plan },
  } = bms;
  const { charge, discharge, precharge, common, main } = decided.contactors;
  const { feedback } = plan;
  const sure = flow(bms, 1);
  const closedPaths = charge.on + discharge.on + common.on;
  const alone = sure !== 0 && closedPaths === 1;
  if (plan.charge.fitted) {
    const conducts = charge.on === 1 && (sure === 1 || alone);
    follow(bms, charge, SIGNAL.chargeFeedback, feedback.charge, conducts, dt_us);
  } else settle(charge, dt_us);
  if (plan.discharge.fitted) {
    const conducts = discharge.on === 1 && (sure === -1 || alone);
    follow(bms, discharge, SIGNAL.dischargeFeedback, feedback.discharge, conducts, dt_us);
  } else settle(discharge, dt_us);
  if (plan.common.fitted) {
    const conducts = common.on === 1 && sure !== 0;
    follow(bms, common, SIGNAL.commonFeedback, feedback.common, conducts, dt_us);
  } else settle(common, dt_us);
  if (plan.precharge.enabled) {
    const ownCurrent =
      closedPaths === 0 && measured.currentValid === 1 && Math.abs(measured.current_A) > plan.precharge.threshold_A;
    follow(bms, precharge, SIGNAL.prechargeFeedback, feedback.precharge, precharge.on === 1 && ownCurrent, dt_us);
  } else settle(precharge, dt_us);
  if (plan.main.fitted) {
    const doubted = main.on === 0 && feedback.main; // reads open, or betrays itself without a current
    const conducts = doubted ? flow(bms, BELIES_OPEN) !== 0 : sure !== 0;
    follow(bms, main, SIGNAL.mainFeedback, feedback.main, conducts, dt_us);
  } else settle(main, dt_us);
  judgeStuck(bms, dt_us);
}

function follow(
  { decide: decided, measure: measured, plan: { decide: plan } }: Bms,
  contactor: ContactorState,
  signal: number,
  assigned: boolean,
  conducts: boolean,
  dt_us: number,
): void {
  contactor.command_us += dt_us;
  const awake = decided.mode !== "off" && decided.mode !== "standby"; // a dark board reads no feedback
  const reports = awake && (assigned || measured.overrides[signal] !== 2);
  if (reports) contactor.closed = measured.signals[signal];
  else if (contactor.command_us >= MOVING_us) contactor.closed = contactor.on;
  const fault = awake ? nameFault(contactor.on, reports ? contactor.closed : contactor.on, conducts) : AGREES;
  contactor.mismatch_us = lasted_us(contactor.mismatch_us, fault !== AGREES, dt_us);
  contactor.feedbackFault = contactor.mismatch_us >= plan.feedback.delay_us ? fault : AGREES;
}

/** One that is not fitted, or no longer: it has no feedback and no faults, and is open once its coil has been off. */
function settle(contactor: ContactorState, dt_us: number): void {
  if (contactor.on + contactor.closed + contactor.feedbackFault === 0 && contactor.mismatch_us < 0) return;
  contactor.command_us += dt_us;
  if (contactor.command_us >= MOVING_us) contactor.closed = contactor.on;
  contactor.mismatch_us = -1;
  contactor.feedbackFault = AGREES;
}

/** Current although every path is commanded open: one has welded, and no feedback need say so. */
function judgeStuck(bms: Bms, dt_us: number): void {
  const {
    decide: decided,
    plan: { decide: plan },
  } = bms;
  const { charge, discharge, common, precharge } = decided.contactors;
  const fitted = plan.charge.fitted || plan.discharge.fitted || plan.common.fitted;
  const open = fitted && charge.on + discharge.on + common.on + precharge.on === 0;
  const stray = open ? flow(bms, readsOpen(bms) ? BELIES_OPEN : 1) : 0;
  decided.stuck_us = lasted_us(decided.stuck_us, stray !== 0, dt_us);
  decided.stuckContactor =
    decided.stuck_us >= plan.feedback.delay_us
      ? suspect(decided, plan.charge.fitted, plan.discharge.fitted, stray === 1)
      : 0;
}

/** The one its feedback betrays, else the one the direction of the current points at. */
function suspect(
  { contactors: { charge, discharge, common } }: Decided,
  chargeFitted: boolean,
  dischargeFitted: boolean,
  charging: boolean,
): number {
  if (common.closed === 1 || (!chargeFitted && !dischargeFitted)) return 3;
  if (charge.closed !== discharge.closed) return charge.closed === 1 ? 1 : 2;
  const byDirection = charging ? 1 : 2;
  if (byDirection === 1) return chargeFitted ? 1 : 2;
  return dischargeFitted ? 2 : 1;
}
