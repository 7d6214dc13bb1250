// The operating mode: off, standby, starting, running, poweringDown (the vendor's manual). Asked for by
// button, input signal, command, low voltage, idleness or a periodic restart. A power down lets charging end first, opens
// the contactors after their delays, acknowledges, and ends within a bounded time whatever the contactors do.

import { unreachable } from "../../base/assert.ts";
import type { Bms } from "../bms.ts";
import { type Decided, MODES, MOST_RESETS, type Mode } from "./decided.ts";
import { SIGNAL } from "./plan.ts";
import { lasted_us } from "./timer.ts";

/** What the mode machine hears, one bit each. */
export const START = 1,
  WAKE = 2,
  STOP = 4,
  READY = 8,
  CANCEL = 16,
  DONE = 32,
  OVERDUE = 64,
  RESTART = 128;

/** How long the acknowledgement stands before the outputs go dark: longer than any bus repeats its signals. */
export const ACKNOWLEDGE_us = 1_000_000;
/** What a power down may take beyond the forced opening: the acknowledgement and a contactor's own time. */
const GRACE_us = ACKNOWLEDGE_us + 1_000_000;
/** Periodic restarts: at most one in an hour of operation, and so many in this time. */
const HOUR_us = 3_600_000_000;
const DAY_us = 24 * HOUR_us;
/** Without current for this long, a periodic restart disturbs nobody. */
const QUIET_us = 10_000_000;

const UP = 1,
  DOWN = 2,
  AGAIN = 3;
const NONE = 0,
  BUTTON = 1,
  BY_SIGNAL = 2,
  COMMAND = 3,
  LOW_VOLTAGE = 4,
  IDLE = 5,
  RESTARTING = 6,
  SERVICE_RESET = 7;

/** The next mode. `heard` is a sum of the bits above. */
export function nextMode(mode: Mode, heard: number): Mode {
  switch (mode) {
    case "off":
      return (heard & START) !== 0 ? "starting" : "standby";
    case "standby":
      return (heard & WAKE) !== 0 && (heard & STOP) === 0 ? "off" : "standby";
    case "starting":
      if ((heard & STOP) !== 0) return "poweringDown";
      return (heard & READY) !== 0 ? "running" : "starting";
    case "running":
      return (heard & STOP) !== 0 ? "poweringDown" : "running";
    case "poweringDown":
      if ((heard & (DONE | OVERDUE)) !== 0) return (heard & RESTART) !== 0 ? "off" : "standby";
      if ((heard & CANCEL) !== 0) return (heard & READY) !== 0 ? "running" : "starting";
      return "poweringDown";
    default:
      return unreachable(mode);
  }
}

export function chooseMode(bms: Bms, dt_us: number): void {
  const decided = bms.decide;
  letTimePass(bms, dt_us);
  const reason = reasonToStop(bms);
  const next = nextMode(decided.mode, listen(bms, reason));
  if (next !== decided.mode) enter(decided, next, reason);
  else if (next === "poweringDown" && reason !== NONE) hurry(decided, reason);
  else if (decided.restartAfter === 1 && bms.measure.signals[SIGNAL.powerDown] === 1) hurry(decided, BY_SIGNAL);
  decided.modeRequest = 0;
  decided.chargerBefore = bms.measure.signals[SIGNAL.chargerConnected];
  decided.powerUp = isOn(next) ? 1 : 0;
  decided.running = next === "running" ? 1 : 0;
  decided.powerDownAcknowledge = decided.allOpen_us >= 0 ? 1 : 0;
  bms.commands.power = next === "standby" ? 0 : 1;
}

const isOn = (mode: Mode): boolean => mode === "starting" || mode === "running" || mode === "poweringDown";

function letTimePass(bms: Bms, dt_us: number): void {
  const { decide: decided, measure: measured } = bms;
  const mode = decided.mode;
  decided.mode_us += dt_us;
  decided.button_us = lasted_us(decided.button_us, measured.button === 1, dt_us);
  if (measured.button === 0) decided.buttonUsed = 0;
  const working = mode === "starting" || mode === "running";
  const still = decided.chargingPresent === 0 && decided.dischargingPresent === 0;
  decided.idle_us = lasted_us(decided.idle_us, working && still, dt_us);
  decided.allOpen_us = lasted_us(decided.allOpen_us, mode === "poweringDown" && allOpen(decided), dt_us);
  if (mode === "running") {
    decided.serviceAge_us += dt_us;
    decided.operation_us += dt_us;
  }
  if (!working) decided.lowVoltage_us = -1;
  else if (measured.batteryValid === 1) {
    const low = measured.battery_V < bms.plan.decide.power.minimum_V && measured.signals[SIGNAL.chargerConnected] === 0;
    decided.lowVoltage_us = lasted_us(decided.lowVoltage_us, low, dt_us);
  }
}

function listen(bms: Bms, reason: number): number {
  const { decide: decided, measure: measured } = bms;
  const plan = bms.plan.decide.power;
  const requested = measured.signals[SIGNAL.powerDown] === 1;
  let heard = 0;
  if (!isOn(decided.mode) && asksToWake(bms)) heard |= WAKE | START;
  if (decided.startNext === 1 || (decided.startNext === 2 && plan.startAtPower)) heard |= START;
  if (requested || (reason !== NONE && decided.mode !== "standby")) heard |= STOP;
  if (measured.ready === 1) heard |= READY;
  if (!requested && decided.powerDownReason === BY_SIGNAL) heard |= CANCEL;
  if (decided.allOpen_us >= ACKNOWLEDGE_us) heard |= DONE;
  if (decided.mode_us >= plan.forceOpen_us + GRACE_us) heard |= OVERDUE;
  if (decided.restartAfter === 1) heard |= RESTART;
  return heard;
}

/** A press, a command, a charger that has just been connected, or the end of the request that had switched off. */
function asksToWake({ decide: decided, measure: measured, plan }: Bms): boolean {
  const chargerCame = measured.signals[SIGNAL.chargerConnected] === 1 && decided.chargerBefore === 0;
  const requestEnded = decided.powerDownReason === BY_SIGNAL && measured.signals[SIGNAL.powerDown] === 0;
  const pressed = decided.buttonUsed === 0 && decided.button_us >= plan.decide.power.buttonHold_us;
  return pressed || chargerCame || requestEnded || decided.modeRequest === UP || decided.modeRequest === AGAIN;
}

/** Why the device should power down now, apart from the input signal; NONE while it should not. */
function reasonToStop({ decide: decided, protect, plan }: Bms): number {
  const power = plan.decide.power;
  if (decided.modeRequest === DOWN) return COMMAND;
  if (decided.modeRequest === AGAIN) return RESTARTING;
  if (decided.buttonUsed === 0 && decided.button_us >= power.buttonOff_us) return BUTTON;
  if (power.automatic && decided.lowVoltage_us >= power.lowVoltage_us) return LOW_VOLTAGE;
  if (power.automatic && power.idle_us > 0 && decided.idle_us >= power.idle_us) return IDLE;
  if (power.serviceReset_us === 0 || decided.serviceAge_us < power.serviceReset_us) return NONE;
  const disturbs = decided.idle_us < QUIET_us || protect.anyError === 1; // an error is for people to see, not to restart away
  return !disturbs && mayReset(decided, power.resetsPerDay) ? SERVICE_RESET : NONE;
}

/** Counts in hours of operation: a device without a believed clock knows no other. */
function mayReset({ operation_us, resets, resetTimes_us }: Decided, perDay: number): boolean {
  if (resets > 0 && operation_us - resetTimes_us[(resets - 1) % MOST_RESETS] < HOUR_us) return false;
  return resets < perDay || operation_us - resetTimes_us[(resets - perDay) % MOST_RESETS] >= DAY_us;
}

function enter(decided: Decided, mode: Mode, reason: number): void {
  decided.mode = mode;
  decided.modeCode = MODES.indexOf(mode);
  decided.mode_us = 0;
  decided.allOpen_us = -1;
  decided.beginning = mode === "off" ? 1 : 0;
  decided.restarting = mode === "off" && isDeliberate(decided) ? 1 : 0;
  decided.buttonUsed = 1; // the press that brought us here does not act twice
  if (mode === "poweringDown") hurry(decided, reason === NONE ? BY_SIGNAL : reason);
  if (mode === "standby" || mode === "starting") decided.startNext = 0;
  if (mode === "off") beginAnew(decided);
}

/** Takes the reason of a power down; a request that could be taken back no longer can be once another reason joins it. */
function hurry(decided: Decided, reason: number): void {
  decided.powerDownReason = reason;
  decided.restartAfter = reason === RESTARTING || reason === SERVICE_RESET ? 1 : 0;
  decided.serviceReset = reason === SERVICE_RESET ? 1 : 0;
}

/** Asked for a restart by command, running or in standby; a wake, a taken-back request or a periodic restart is none. */
const isDeliberate = ({ modeRequest, restartAfter, powerDownReason }: Decided): boolean =>
  modeRequest === AGAIN || (restartAfter === 1 && powerDownReason === RESTARTING);

function beginAnew(decided: Decided): void {
  if (decided.serviceReset === 1) {
    decided.resetTimes_us[decided.resets % MOST_RESETS] = decided.operation_us;
    decided.resets++;
  }
  decided.startNext = 1;
  decided.restartAfter = 0;
  decided.serviceReset = 0;
  decided.serviceAge_us = 0;
  decided.cellDischarge.fill(0);
  if (decided.restarting === 0) return;
  decided.prechargeTries = 0;
  decided.mainHeld = 0;
}

/** True while no contactor is commanded or believed closed. */
export function allOpen({ contactors }: Decided): boolean {
  const { charge, discharge, precharge, common, main } = contactors;
  return (
    charge.on +
      discharge.on +
      precharge.on +
      common.on +
      main.on +
      charge.closed +
      discharge.closed +
      precharge.closed +
      common.closed +
      main.closed ===
    0
  );
}
