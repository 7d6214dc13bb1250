// One contactor: open, waiting, precharging, closing, closed, opening, blocked. The machine is a pure function from phase
// and what it hears to the next phase, so that every state can be visited in a test; `enter` does the bookkeeping.
// The coil is on in closing, closed and opening, and in no other phase.

import { unreachable } from "../../base/assert.ts";
import { type ContactorState, PHASES, type Phase } from "./decided.ts";

/** What the machine hears, one bit each. */
export const WANTED = 1; // the path shall conduct
export const PERMITTED = 2; // nothing forbids to close: measured, running, the main contactor closed
export const CRITICAL = 4; // must open, whatever current flows
export const TURN = 8; // the precharge resistor is free and cool enough, where it is needed
export const NEEDS_PRECHARGE = 16;
export const PRECHARGED = 32;
export const PRECHARGE_FAILED = 64;
export const BREAKABLE = 128; // the current is believed and small enough to be broken
export const TIME_UP = 256; // the phase has lasted its time: closing has settled, opening has waited, the pause is over

/** The next phase. `heard` is a sum of the bits above. */
export function nextPhase(phase: Phase, heard: number): Phase {
  const critical = (heard & CRITICAL) !== 0;
  const wanted = (heard & WANTED) !== 0 && !critical;
  const permitted = (heard & PERMITTED) !== 0;
  const release = (heard & (BREAKABLE | CRITICAL)) !== 0 ? "open" : "opening";
  switch (phase) {
    case "open":
      return wanted && permitted ? "waiting" : "open";
    case "waiting":
      if (!wanted || !permitted) return "open";
      if ((heard & TURN) === 0) return "waiting";
      return (heard & NEEDS_PRECHARGE) !== 0 ? "precharging" : "closing";
    case "precharging":
      if (!wanted || !permitted) return "open";
      if ((heard & PRECHARGE_FAILED) !== 0) return "blocked";
      return (heard & PRECHARGED) !== 0 ? "closing" : "precharging";
    case "closing":
      if (!wanted || !permitted) return release;
      return (heard & TIME_UP) !== 0 ? "closed" : "closing";
    case "closed":
      return wanted ? "closed" : release;
    case "opening":
      if ((heard & (CRITICAL | BREAKABLE | TIME_UP)) !== 0) return "open";
      return wanted && permitted ? "closed" : "opening";
    case "blocked":
      return (heard & TIME_UP) !== 0 ? "open" : "blocked";
    default:
      return unreachable(phase);
  }
}

export const hasCoilOn = (phase: Phase): boolean => phase === "closing" || phase === "closed" || phase === "opening";

/** Takes the phase. @param loaded whether current flows: an opening then counts as one under load */
export function enter(contactor: ContactorState, phase: Phase, loaded: boolean): void {
  contactor.phase = phase;
  contactor.phaseCode = PHASES.indexOf(phase);
  contactor.phase_us = 0;
  switchCoil(contactor, hasCoilOn(phase) ? 1 : 0, loaded);
}

/** A switching is one closing of the contacts; an opening with current through them wears them most. */
export function switchCoil(contactor: ContactorState, on: number, loaded: boolean): void {
  if (contactor.on === on) return;
  contactor.on = on;
  contactor.command_us = 0;
  if (on === 1) contactor.switchings++;
  else if (loaded) contactor.switchingsUnderLoad++;
}
