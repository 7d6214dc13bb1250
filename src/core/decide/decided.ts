// What the stage "decide" has decided: mode, the wish and the state of each contactor, balancing, heat, outputs.
// Decisions become commands at the very end of the tick.

import { CELL_INPUTS } from "../sensors.ts";

export const MODES = ["off", "standby", "starting", "running", "poweringDown"] as const;
export type Mode = (typeof MODES)[number];

/** What the feedback of a contactor says; the index is the code. */
export const FEEDBACK_FAULTS = ["none", "welded", "stuck open", "broken feedback wire"] as const;

/** What a contactor does; the index is the code. */
export const PHASES = ["open", "waiting", "precharging", "closing", "closed", "opening", "blocked"] as const;
export type Phase = (typeof PHASES)[number];

export type ContactorState = {
  phase: Phase;
  /** Time in this phase. */
  phase_us: number;
  /** The command to the coil, before assignment. */
  on: number;
  /** Time since the coil command last changed. */
  command_us: number;
  /** Believed position: 1 closed. From feedback where there is one, else from the command. */
  closed: number;
  feedbackFault: number;
  mismatch_us: number;
  switchings: number; // kept
  switchingsUnderLoad: number; // kept
};

export const CONTACTORS = ["charge", "discharge", "precharge", "common", "main"] as const;
export type ContactorName = (typeof CONTACTORS)[number];

export const createContactorState = (): ContactorState => ({
  phase: "open", phase_us: 0, on: 0, command_us: 0, closed: 0, feedbackFault: 0, mismatch_us: 0, switchings: 0, switchingsUnderLoad: 0,
});

export type Decided = {
  mode: Mode;
  modeCode: number;
  mode_us: number;
  button_us: number;
  powerDownReason: number;
  contactors: { charge: ContactorState; discharge: ContactorState; precharge: ContactorState; common: ContactorState; main: ContactorState };
  // Wishes and permissions.
  wantCharge: number;
  wantDischarge: number;
  allowCharging: number;
  readyToCharge: number;
  readyToDischarge: number;
  chargingPresent: number;
  dischargingPresent: number;
  // Flags given out, one per internal signal.
  charging: number;
  discharging: number;
  precharging: number;
  common: number;
  main: number;
  dischargingAux: number;
  heater: number;
  cooler: number;
  balancing: number;
  external1: number;
  powerUp: number;
  powerDownAcknowledge: number;
  serviceReset: number;
  // Precharge.
  prechargeFailed: number;
  prechargeReason: number;
  prechargeEnergy_J: number;
  prechargeTries: number;
  // Conditions for protections.
  stuckContactor: number; // 0 none, else 1 + index of the contactor that conducts while commanded open
  unallowedCharging: number;
  balanceMask: Uint8Array;
  balancingHot: number;
  cellDischarge: Uint8Array; // by service command
};

export const createDecided = (): Decided => ({
  mode: "off", modeCode: 0, mode_us: 0, button_us: 0, powerDownReason: 0,
  contactors: { charge: createContactorState(), discharge: createContactorState(), precharge: createContactorState(), common: createContactorState(), main: createContactorState() },
  wantCharge: 0, wantDischarge: 0, allowCharging: 0, readyToCharge: 0, readyToDischarge: 0, chargingPresent: 0, dischargingPresent: 0,
  charging: 0, discharging: 0, precharging: 0, common: 0, main: 0, dischargingAux: 0, heater: 0, cooler: 0, balancing: 0, external1: 0,
  powerUp: 0, powerDownAcknowledge: 0, serviceReset: 0,
  prechargeFailed: 0, prechargeReason: 0, prechargeEnergy_J: 0, prechargeTries: 0,
  stuckContactor: 0, unallowedCharging: 0, balanceMask: new Uint8Array(CELL_INPUTS), balancingHot: 0, cellDischarge: new Uint8Array(CELL_INPUTS),
});
