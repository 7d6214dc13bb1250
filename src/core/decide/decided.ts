// What the stage "decide" has decided: mode, the wish and the state of each contactor, balancing, heat, outputs.
// Decisions become commands at the very end of the tick.

import { CELL_INPUTS } from "../sensors.ts";

export const MODES = ["off", "standby", "starting", "running", "poweringDown"] as const;
export type Mode = (typeof MODES)[number];

/** What the feedback of a contactor says; the index is the code. */
export const FEEDBACK_FAULTS = ["none", "welded", "stuck open", "broken feedback wire"] as const;

/** Why the device was last powered down; the index is the code. */
export const POWER_DOWN_REASONS = [
  "none",
  "button",
  "signal",
  "command",
  "low voltage",
  "idle",
  "restart",
  "service reset",
] as const;

/** What the common contactor, or whoever else, precharges for; the index is the code. */
export const PRECHARGE_OWNERS = [
  "nobody",
  "charging contactor",
  "discharging contactor",
  "common contactor",
  "request",
] as const;

/** As many periodic restarts as may be allowed in 24 hours. */
export const MOST_RESETS = 24;

/** What a contactor does; the index is the code. */
export const PHASES = ["open", "waiting", "precharging", "closing", "closed", "opening", "blocked"] as const;
export type Phase = (typeof PHASES)[number];

export type ContactorState = {
  phase: Phase;
  phaseCode: number;
  /** Time in this phase. */
  phase_us: number;
  /** The command to the coil, before assignment. */
  on: number;
  /** Time since the coil command last changed. */
  command_us: number;
  /** Believed position: 1 closed. From feedback where there is one, else from the command after the time to move. */
  closed: number;
  feedbackFault: number;
  /** How long command and feedback have differed; -1 while they agree. */
  mismatch_us: number;
  switchings: number; // kept
  switchingsUnderLoad: number; // kept
};

export const CONTACTORS = ["charge", "discharge", "precharge", "common", "main"] as const;
export type ContactorName = (typeof CONTACTORS)[number];

export const createContactorState = (): ContactorState => ({
  phase: "open",
  phaseCode: 0,
  phase_us: 0,
  on: 0,
  command_us: 0,
  closed: 0,
  feedbackFault: 0,
  mismatch_us: -1,
  switchings: 0,
  switchingsUnderLoad: 0,
});

/** Whether one path shall conduct. Timers say how long their condition has lasted; -1 while it does not hold. */
export type PathState = {
  /** 1 while the contactor of this path shall be closed: the wish after its delays. */
  close: number;
  wish_us: number;
  idle_us: number;
  error_us: number;
};

export const createPathState = (): PathState => ({ close: 0, wish_us: -1, idle_us: -1, error_us: -1 });

export type Decided = {
  // Mode. "off" lasts one tick before each start.
  mode: Mode;
  modeCode: number;
  mode_us: number;
  /** What was asked for since the last tick: 0 nothing, 1 up, 2 down, 3 restart. */
  modeRequest: number;
  /** What follows "off": 0 standby, 1 a start, 2 what the setting startAtPower says. */
  startNext: number;
  restartAfter: number;
  /** 1 for the one tick before a start out of standby or by restart: measuring then begins anew. */
  beginning: number;
  /** 1 for that tick if a person or program asked for a restart: only then are locked errors and held contactors released. */
  restarting: number;
  running: number;
  button_us: number;
  /** 1 from the moment a press has acted until the button is released. */
  buttonUsed: number;
  chargerBefore: number;
  powerDownReason: number;
  lowVoltage_us: number;
  idle_us: number;
  allOpen_us: number;
  /** Operation since the last start. */
  serviceAge_us: number;
  /** Operation of all time, the number of periodic restarts, and the operation at each of the last ones, in a ring. */
  operation_us: number; // kept
  resets: number; // kept
  resetTimes_us: Float64Array; // kept
  // Paths and contactors.
  paths: { charge: PathState; discharge: PathState; common: PathState };
  contactors: {
    charge: ContactorState;
    discharge: ContactorState;
    precharge: ContactorState;
    common: ContactorState;
    main: ContactorState;
  };
  // Combined common contactor.
  /** 1 while it acts as the charging contactor. */
  commonRole: number;
  /** How long a current against the role has flowed although an error forbids it; -1 not. */
  commonWrong_us: number;
  /** 1 once that has opened it: it stays open until the error has cleared or the role changes. */
  commonHeld: number;
  /** 1 while an error of that kind would open the common contactor. */
  commonOpensOnCharge: number;
  commonOpensOnDischarge: number;
  // Wishes and permissions.
  wantCharge: number;
  wantDischarge: number;
  /** 1 while the battery has room by voltage or by the delay before recharging. */
  chargeRoom: number;
  recharge_us: number;
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
  prechargeEnergy_J: number; // kept
  prechargeTries: number;
  prechargeOwner: number;
  /** How long the resistor has been connected for its owner, and how long the current has been at or under the threshold. */
  precharge_us: number;
  prechargeLow_us: number;
  /** The current of this try one tick ago, and 1 once it has shown the charging of a link. */
  prechargeLast_A: number;
  prechargePulse: number;
  /** 1 while another path carries current: the resistor's own cannot be told. */
  prechargeShared: number;
  /** Time since the link behind the contactors was last connected; -1 never. */
  link_us: number; // kept
  // Main contactor.
  mainTrouble_us: number;
  mainHeld: number;
  // Conditions for protections.
  /** Contactor that conducts while commanded open: 0 none, 1 charging, 2 discharging, 3 common. */
  stuckContactor: number;
  stuck_us: number;
  unallowedCharging: number;
  balanceMask: Uint8Array;
  balancingHot: number;
  cellDischarge: Uint8Array; // by service command
  // Timers and latches of heat and of the auxiliary load.
  heater_us: number;
  cooler_us: number;
  auxLow: number;
};

// biome-ignore format: the outputs on two lines
export const createDecided = (): Decided => ({
  mode: "off",
  modeCode: 0,
  mode_us: 0,
  modeRequest: 0,
  startNext: 2,
  restartAfter: 0,
  beginning: 0,
  restarting: 0,
  running: 0,
  button_us: -1,
  buttonUsed: 0,
  chargerBefore: 0,
  powerDownReason: 0,
  lowVoltage_us: -1,
  idle_us: -1,
  allOpen_us: -1,
  serviceAge_us: 0,
  operation_us: 0,
  resets: 0,
  resetTimes_us: new Float64Array(MOST_RESETS),
  paths: { charge: createPathState(), discharge: createPathState(), common: createPathState() },
  contactors: {
    charge: createContactorState(),
    discharge: createContactorState(),
    precharge: createContactorState(),
    common: createContactorState(),
    main: createContactorState(),
  },
  commonRole: 0,
  commonWrong_us: -1,
  commonHeld: 0,
  commonOpensOnCharge: 0,
  commonOpensOnDischarge: 0,
  wantCharge: 0,
  wantDischarge: 0,
  chargeRoom: 0,
  recharge_us: 0,
  allowCharging: 0,
  readyToCharge: 0,
  readyToDischarge: 0,
  chargingPresent: 0,
  dischargingPresent: 0,
  charging: 0, discharging: 0, precharging: 0, common: 0, main: 0, dischargingAux: 0, heater: 0,
  cooler: 0, balancing: 0, external1: 0, powerUp: 0, powerDownAcknowledge: 0, serviceReset: 0,
  prechargeFailed: 0,
  prechargeReason: 0,
  prechargeEnergy_J: 0,
  prechargeTries: 0,
  prechargeOwner: 0,
  precharge_us: 0,
  prechargeLow_us: -1,
  prechargeLast_A: 0,
  prechargePulse: 0,
  prechargeShared: 0,
  link_us: -1,
  mainTrouble_us: -1,
  mainHeld: 0,
  stuckContactor: 0,
  stuck_us: -1,
  unallowedCharging: 0,
  balanceMask: new Uint8Array(CELL_INPUTS),
  balancingHot: 0,
  cellDischarge: new Uint8Array(CELL_INPUTS),
  heater_us: -1,
  cooler_us: -1,
  auxLow: 0,
});

const COUNTERS = CONTACTORS.flatMap((name) => [
  `contactors.${name}.switchings`,
  `contactors.${name}.switchingsUnderLoad`,
]);
/** Names under "decide" that survive a power cycle. The resistor's heat is one: a device that restarts over and over must not burn it. */
export const DECIDE_KEPT: readonly string[] = [
  ...COUNTERS,
  "prechargeEnergy_J",
  "link_us",
  "operation_us",
  "resets",
  "resetTimes_us",
];
