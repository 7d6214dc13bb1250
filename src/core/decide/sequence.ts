// Drives the contactors in their order: main before the paths, precharge before a path closes, the main last to open.
// A critical error opens all of them in the same tick. The machines are in contactor.ts, the resistor in precharge.ts.

import type { Bms } from "../bms.ts";
import { isCommonPending } from "./common-contactor.ts";
import {
  BREAKABLE,
  CRITICAL,
  enter,
  NEEDS_PRECHARGE,
  nextPhase,
  PERMITTED,
  PRECHARGE_FAILED,
  PRECHARGED,
  TIME_UP,
  TURN,
  WANTED,
} from "./contactor.ts";
import type { ContactorState, Decided, PathState, Phase } from "./decided.ts";
import { driveMain } from "./main.ts";
import { type PathPlan, SIGNAL } from "./plan.ts";
import {
  BY_CHARGE,
  BY_COMMON,
  BY_DISCHARGE,
  BY_REQUEST,
  FINISHED,
  followPrecharge,
  isResistorFree,
  NOBODY,
  prechargeStands,
  RUNNING,
  startPrecharge,
} from "./precharge.ts";
import { inhibitsDischarging } from "./requested.ts";
import { mustOpen } from "./wish.ts";

/** open, waiting, precharging: a contactor gets no further in one tick. */
const HOPS = 3;

export function driveContactors(bms: Bms, dt_us: number): void {
  const {
    decide: decided,
    plan: { decide: plan },
  } = bms;
  const { contactors, paths } = decided;
  const critical = mustOpen(bms);
  followPrecharge(bms, connectsResistor(decided), dt_us);
  driveMain(bms, critical, dt_us);
  const permitted = mayClose(bms, critical);
  const { charge, discharge, common } = contactors;
  const { protect } = bms;
  const mayCharge = permitted && (protect.pendingCharge === 0 || charge.on === 1);
  const mayDischarge = permitted && (protect.pendingDischarge === 0 || discharge.on === 1);
  const mayCommon = permitted && (common.on === 1 || !isCommonPending(bms));
  drivePath(bms, charge, plan.charge, paths.charge, BY_CHARGE, mayCharge, critical, dt_us);
  drivePath(bms, discharge, plan.discharge, paths.discharge, BY_DISCHARGE, mayDischarge, critical, dt_us);
  drivePath(bms, common, plan.common, paths.common, BY_COMMON, mayCommon, critical, dt_us);
  drivePrecharge(bms, permitted && protect.pendingDischarge === 0, dt_us);
  followLink(decided, plan.charge.precharge, dt_us);
}

/** Nothing new closes but in a running device that believes its measurements, with the main contactor closed. */
function mayClose({ decide: decided, measure: measured, plan }: Bms, critical: boolean): boolean {
  const mainClosed = !plan.decide.main.fitted || decided.contactors.main.phase === "closed";
  return !critical && measured.ready === 1 && decided.mode === "running" && mainClosed;
}

function drivePath(
  bms: Bms,
  contactor: ContactorState,
  plan: PathPlan,
  path: PathState,
  owner: number,
  permitted: boolean,
  critical: boolean,
  dt_us: number,
): void {
  contactor.phase_us += dt_us;
  const wanted = plan.fitted && path.close === 1;
  const settled = wanted ? contactor.phase === "closed" && !critical : contactor.phase === "open";
  if (settled) return; // the machine would stay where it is
  const told = (wanted ? WANTED : 0) | (permitted ? PERMITTED : 0) | (critical ? CRITICAL : 0);
  for (let hop = 0; hop < HOPS; hop++) {
    const next = nextPhase(contactor.phase, told | hear(bms, contactor, plan));
    if (next === contactor.phase) return;
    take(bms, contactor, next, owner);
  }
}

/** What the machine must know besides wish and permission, in the phase it is in. */
function hear(bms: Bms, contactor: ContactorState, plan: PathPlan): number {
  const {
    measure: measured,
    plan: {
      decide: { precharge, feedback },
    },
  } = bms;
  const breakable = measured.currentValid === 1 && Math.abs(measured.current_A) <= plan.break_A ? BREAKABLE : 0;
  const needs = plan.precharge && precharge.enabled;
  switch (contactor.phase) {
    case "waiting":
      if (!needs) return TURN;
      return isResistorFree(bms) ? NEEDS_PRECHARGE | TURN : NEEDS_PRECHARGE;
    case "precharging":
      return hearPrecharge(bms);
    case "closing": {
      const settled = contactor.closed === 1 || contactor.phase_us >= feedback.delay_us;
      const overlapped = !needs || contactor.phase_us >= precharge.overlap_us;
      return breakable | (settled && overlapped ? TIME_UP : 0);
    }
    case "opening":
      return breakable | (contactor.phase_us >= plan.breakWait_us ? TIME_UP : 0);
    case "blocked":
      return contactor.phase_us >= precharge.retry_us ? TIME_UP : 0;
    default:
      return breakable;
  }
}

function hearPrecharge(bms: Bms): number {
  const stands = prechargeStands(bms);
  if (stands === RUNNING) return 0;
  return stands === FINISHED ? PRECHARGED : PRECHARGE_FAILED;
}

/** Enters the phase, and takes or gives back the precharge resistor. */
function take(bms: Bms, contactor: ContactorState, next: Phase, owner: number): void {
  const { decide: decided, plan } = bms;
  if (next === "blocked") {
    decided.prechargeReason = prechargeStands(bms);
    decided.prechargeTries++;
    if (decided.prechargeTries >= plan.decide.precharge.tries) decided.prechargeFailed = decided.prechargeReason;
  }
  if (contactor.phase === "blocked" && decided.prechargeFailed !== 0) {
    decided.prechargeFailed = 0;
    decided.prechargeTries = 0;
  }
  if (next === "precharging") startPrecharge(bms, owner, isShared(bms, contactor));
  else if (decided.prechargeOwner === owner && next !== "closing") {
    decided.prechargeOwner = NOBODY;
    if (next === "closed") decided.prechargeTries = 0;
    if (next === "closed") decided.prechargeReason = 0;
  }
  enter(contactor, next, isLoaded(decided));
}

const isLoaded = (decided: Decided): boolean => decided.chargingPresent === 1 || decided.dischargingPresent === 1;

/** Another path is closed and carries current: that is what the sensor sees, not the resistor. */
function isShared({ decide: { contactors }, measure: measured, plan }: Bms, contactor: ContactorState): boolean {
  const flowing = measured.currentValid === 0 || Math.abs(measured.current_A) > plan.decide.precharge.threshold_A;
  return (
    flowing &&
    (conducts(contactors.charge, contactor) ||
      conducts(contactors.discharge, contactor) ||
      conducts(contactors.common, contactor))
  );
}

const conducts = (other: ContactorState, than: ContactorState): boolean =>
  other !== than && (other.on === 1 || other.closed === 1);

/** True while the resistor carries its own current: its contactor is closed and no path bypasses it yet. */
function connectsResistor({ contactors, prechargeOwner }: Decided): boolean {
  switch (prechargeOwner) {
    case BY_CHARGE:
      return contactors.charge.phase === "precharging";
    case BY_DISCHARGE:
      return contactors.discharge.phase === "precharging";
    case BY_COMMON:
      return contactors.common.phase === "precharging";
    default:
      return prechargeOwner === BY_REQUEST;
  }
}

/** The precharging contactor follows its owner; without one, the input signal Precharge request. */
function drivePrecharge(bms: Bms, permitted: boolean, dt_us: number): void {
  const {
    decide: decided,
    measure: { signals },
    protect,
    plan: {
      decide: { precharge },
    },
  } = bms;
  const contactor = decided.contactors.precharge;
  contactor.phase_us += dt_us;
  const asked = precharge.enabled && signals[SIGNAL.prechargeRequest] === 1;
  const allowed = asked && permitted && protect.opensDischarge === 0 && !inhibitsDischarging(bms);
  if (decided.prechargeOwner === BY_REQUEST && !(allowed && decided.prechargeEnergy_J < precharge.energyLimit_J))
    decided.prechargeOwner = NOBODY;
  else if (decided.prechargeOwner === NOBODY && allowed && isResistorFree(bms)) startPrecharge(bms, BY_REQUEST, false);
  const next = decided.prechargeOwner === NOBODY ? "open" : "closed";
  if (next !== contactor.phase) enter(contactor, next, false);
}

/** How long ago the link was connected to the battery; a charging contactor that precharges leads to the same link. */
function followLink(decided: Decided, chargePrecharges: boolean, dt_us: number): void {
  const { charge, discharge, common } = decided.contactors;
  if (discharge.closed === 1 || common.closed === 1 || (chargePrecharges && charge.closed === 1)) decided.link_us = 0;
  else if (decided.link_us >= 0) decided.link_us += dt_us;
}
