// The main contactor, in the minus line: it opens both circuits when a charging or discharging contactor has welded
// (the vendor's manual). It closes only onto open contactors, before them, and opens after them.

import type { Bms } from "../bms.ts";
import { BELIES_OPEN, flow, readsOpen } from "./conduction.ts";
import { BREAKABLE, CRITICAL, enter, nextPhase, PERMITTED, TIME_UP, TURN, WANTED } from "./contactor.ts";
import type { Decided } from "./decided.ts";
import { SIGNAL } from "./plan.ts";
import { lasted_us } from "./timer.ts";

const ALWAYS_ON = 0,
  AUTOMATIC = 1;
const WELDED = 1;

export function driveMain(bms: Bms, critical: boolean, dt_us: number): void {
  const {
    decide: decided,
    plan: { decide: plan },
  } = bms;
  const main = decided.contactors.main;
  main.phase_us += dt_us;
  if (!plan.main.fitted && main.phase === "open") return;
  const idle = isIdle(bms);
  const weld = (idle || main.phase !== "closed") && knowsWeld(bms);
  const forced = judgeTrouble(bms, idle, weld, critical, dt_us);
  const open = idle && areOthersOpen(decided);
  const free = bms.measure.ready === 1 && decided.mode === "running" && decided.mainHeld === 0 && !weld;
  const settled = main.closed === 1 || main.phase_us >= plan.feedback.delay_us;
  const heard =
    BREAKABLE | // it opens after the others, or because it must
    (plan.main.fitted && (isWanted(bms) || !open) ? WANTED : 0) |
    (free ? PERMITTED : 0) |
    (critical || forced ? CRITICAL : 0) |
    (open ? TURN : 0) |
    (settled ? TIME_UP : 0);
  for (let hop = 0; hop < 2; hop++) {
    const next = nextPhase(main.phase, heard);
    if (next === main.phase) return;
    enter(main, next, decided.chargingPresent === 1 || decided.dischargingPresent === 1);
  }
}

function isWanted({ decide: decided, measure: { signals }, plan: { decide: plan } }: Bms): boolean {
  const running = decided.mode === "running" && decided.serviceReset === 0;
  if (plan.main.algorithm === ALWAYS_ON) return running;
  if (plan.main.algorithm !== AUTOMATIC) return running && signals[SIGNAL.closeMain] === 1;
  const byHand = running && plan.precharge.enabled && signals[SIGNAL.prechargeRequest] === 1;
  return byHand || wantsPath(decided, plan.common.fitted);
}

/** True while every other contactor is commanded open. */
function isIdle({ decide: { contactors } }: Bms): boolean {
  const { charge, discharge, common, precharge } = contactors;
  return charge.on + discharge.on + common.on + precharge.on === 0;
}

function areOthersOpen({ contactors: { charge, discharge, common, precharge } }: Decided): boolean {
  return charge.closed + discharge.closed + common.closed + precharge.closed === 0;
}

function knowsWeld({ decide: { contactors, stuckContactor }, protect: { active } }: Bms): boolean {
  const { charge, discharge, common, precharge } = contactors;
  const reported =
    charge.feedbackFault === WELDED ||
    discharge.feedbackFault === WELDED ||
    common.feedbackFault === WELDED ||
    precharge.feedbackFault === WELDED;
  return reported || stuckContactor !== 0 || active.stuckContactor === 1;
}

/**
 * With all other contactors commanded open, current that flows all the same, or cells or temperatures beyond their limits,
 * open the main contactor after its delay. Opened for a weld it is held open until released; for the rest if so configured.
 * @returns true while it must be open for that reason
 */
function judgeTrouble(bms: Bms, idle: boolean, weld: boolean, critical: boolean, dt_us: number): boolean {
  const { decide: decided, protect, plan } = bms;
  const { main } = decided.contactors;
  const { openDelay_us, keepOpen } = plan.decide.main;
  const unwanted = idle && !wantsPath(decided, plan.decide.common.fitted);
  const flowing = unwanted && flow(bms, readsOpen(bms) ? BELIES_OPEN : 1) !== 0;
  const trouble = unwanted && (weld || flowing || isBeyond(protect.active));
  decided.mainTrouble_us = lasted_us(decided.mainTrouble_us, trouble, dt_us);
  const forced = decided.mainTrouble_us >= openDelay_us;
  if (main.on === 1 && forced && (weld || flowing || keepOpen)) decided.mainHeld = 1;
  if (main.on === 1 && critical && protect.criticalError === 1 && keepOpen) decided.mainHeld = 1;
  return forced;
}

const isBeyond = (active: Bms["protect"]["active"]): boolean =>
  active.undervoltage === 1 ||
  active.overvoltage === 1 ||
  active.highTemperatureCharge === 1 ||
  active.highTemperatureDischarge === 1;

function wantsPath({ paths }: Decided, common: boolean): boolean {
  return common ? paths.common.close === 1 : paths.charge.close === 1 || paths.discharge.close === 1;
}
