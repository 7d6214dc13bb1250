// What SunSpec's points say of the device: how signals, settings and the session become the physical numbers of models 802,
// 803 and 713 (sunspec-points.ts), with the enumerations of the standard by name. Undefined: not known now.

import { interpolateGrid } from "../base/interpolate.ts";
import { CHEMISTRIES, isChemistryName } from "../model/chemistries.ts";
import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "../model/faults.ts";
import { INPUT_SIGNALS, type InputSignalName } from "../model/input-signals.ts";
import type { InternalSignalName } from "../model/internal-signals.ts";
import type { Settings } from "../model/settings.ts";
import { IMAGE_PLACES, isBelieved } from "../model/signal-image.ts";
import type { StageSignalName } from "../model/signals.ts";
import { DECIDE_SIGNALS } from "../model/signals-decide.ts";
import { ESTIMATE_SIGNALS } from "../model/signals-estimate.ts";
import { MEASURE_SIGNALS } from "../model/signals-measure.ts";
import { ERRORS_1, ERRORS_2 } from "../model/vendor-words.ts";
import { mayControl } from "./access.ts";
import type { View } from "./register.ts";

/** In the unit of the point, percent for ratios; undefined: not implemented, or not known now. */
export type Value = (view: View) => number | undefined;

type SignalName = StageSignalName | `signal.${InternalSignalName}` | `fault.${FaultName}`;
const place = (name: SignalName): number => IMAGE_PLACES.get(name)!.at;

/** The standard leaves the sign of A and W open. As in its models of generators, power that is given is positive here. */
export const OUT_OF_BATTERY = -1;
export const PERCENT = 100;

export const fixed =
  (value: number): Value =>
  () =>
    value;

/** A signal times a factor, while it is believed. */
export function signal(name: StageSignalName, factor = 1): Value {
  const at = place(name);
  return ({ shown: { image } }) => (isBelieved(image, name) ? image[at] * factor : undefined);
}

/** One signal times another, while both are believed. */
export function product(one: StageSignalName, other: StageSignalName): Value {
  const first = signal(one);
  const second = signal(other);
  return (view) => {
    const value = first(view);
    const by = second(view);
    return value === undefined || by === undefined ? undefined : value * by;
  };
}

/** The one string or module there is, while the signal it would hold is believed. */
export const theOnly =
  (name: StageSignalName): Value =>
  ({ shown: { image } }) =>
    isBelieved(image, name) ? 1 : undefined;

export function meanTemperature_degC({ shown: { image, settings } }: View): number | undefined {
  if (!isBelieved(image, "cellTemperatures_degC")) return undefined;
  const at = place("cellTemperatures_degC");
  const { cells } = settings.battery;
  let sum_degC = 0;
  for (let cell = 0; cell < cells; cell++) sum_degC += image[at + cell];
  return sum_degC / cells;
}

export function balancingCells({ shown: { image } }: View): number {
  const { at, count } = IMAGE_PLACES.get("balancingCells")!;
  let cells = 0;
  for (let cell = 0; cell < count; cell++) cells += image[at + cell];
  return cells;
}

/** Nominal voltage of a cell by its chemistry, else its open-circuit voltage at half charge, times the cells. */
function nominal_V({ battery: { chemistry, cells }, socEstimation: { ocv } }: Settings): number {
  if (isChemistryName(chemistry)) return cells * CHEMISTRIES[chemistry].nominal_V;
  return cells * interpolateGrid(ocv.x, ocv.y, ocv.z, 0.5, 25);
}

export const rated_Wh = ({ shown: { settings } }: View): number => settings.battery.capacity_Ah * nominal_V(settings);

/** Percent a day; a month has 30 days, as the estimator has it. */
export const selfDischarge = ({ shown: { settings } }: View): number =>
  (settings.cellModel.selfDischargePerMonth / 30) * PERCENT;

/** Seconds since the start. It begins anew before 65535, which would say that there is no heartbeat. */
export const heartbeat = ({ shown: { image } }: View): number => Math.floor(image[place("uptime_s")]) % 0xffff;

type Bit = { readonly bit: number; readonly at: number };

function wordOf(image: Float64Array, bits: readonly Bit[]): number {
  let word = 0;
  for (let i = 0; i < bits.length; i++) if (image[bits[i].at] === 1) word |= 1 << bits[i].bit;
  return word >>> 0;
}

const flags =
  (bits: readonly Bit[]): Value =>
  ({ shown: { image } }) =>
    wordOf(image, bits);

const isOn = ({ shown: { image } }: View, name: SignalName): boolean => image[place(name)] === 1;
const isSet = (view: View, fault: FaultName): boolean => isOn(view, `fault.${fault}`);

export const vendorErrors1: Value = flags(ERRORS_1);
export const vendorErrors2: Value = flags(ERRORS_2);

/** Bits of Evt1 by name; each number is the standard's. */
const EVENTS = {
  communicationError: 0,
  overTemperatureAlarm: 1,
  underTemperatureAlarm: 3,
  overChargeCurrentAlarm: 5,
  overChargeCurrentWarning: 6,
  overDischargeCurrentAlarm: 7,
  overVoltageAlarm: 9,
  overVoltageWarning: 10,
  underVoltageAlarm: 11,
  underSocWarning: 14,
  voltageImbalanceWarning: 17,
  contactorError: 20,
  groundFault: 22,
  openDoor: 23,
  otherAlarm: 25,
  otherWarning: 26,
  configurationAlarm: 28,
} as const;

/** What SunSpec calls each of our faults. */
// biome-ignore format: rows of a table
const FAULT_EVENTS = {
  overcurrentCharge: "overChargeCurrentAlarm",          overcurrentDischarge: "overDischargeCurrentAlarm",
  chargeCurrentLimit: "overChargeCurrentAlarm",         dischargeCurrentLimit: "overDischargeCurrentAlarm",
  highChargingCurrent: "overChargeCurrentWarning",      shortCircuit: "overDischargeCurrentAlarm",
  undervoltage: "underVoltageAlarm",                    overvoltage: "overVoltageAlarm",
  lowSoc: "underSocWarning",                            voltageTooHigh: "overVoltageWarning",
  lowTemperatureCharge: "underTemperatureAlarm",        lowTemperatureDischarge: "underTemperatureAlarm",
  highTemperatureCharge: "overTemperatureAlarm",        highTemperatureDischarge: "overTemperatureAlarm",
  cellImbalance: "voltageImbalanceWarning",             cellCount: "configurationAlarm",
  stuckContactor: "contactorError",                     mainFeedback: "contactorError",
  chargeFeedback: "contactorError",                     dischargeFeedback: "contactorError",
  prechargeFeedback: "contactorError",                  commonFeedback: "contactorError",
  chargeCycles: "contactorError",                       dischargeCycles: "contactorError",
  contactorTemperature: "contactorError",               precharge: "contactorError",
  cellMonitor: "communicationError",                    shuntOffline: "communicationError",
  chargerOffline: "communicationError",
  equipmentOffline: "communicationError",               insulation: "groundFault",
  batteryCover: "openDoor",                             interlock: "otherAlarm",
  cellMeasurement: "otherAlarm",                        notReady: "otherAlarm",
  openWire: "otherAlarm",                               cellWiring: "otherAlarm",
  thermistor: "otherAlarm",                             currentSensor: "otherAlarm",
  fuse1: "otherAlarm",                                  fuse2: "otherAlarm",
  fuse3: "otherAlarm",                                  circuitBreaker: "otherAlarm",
  unallowableCharging: "otherAlarm",                    chargerFault: "otherAlarm",
  stateLost: "otherWarning",                            logging: "otherWarning",
  storing: "otherWarning",
} as const satisfies Record<FaultName, keyof typeof EVENTS>;

const EVENT_BITS: readonly Bit[] = FAULT_NAMES.map((name) => ({
  bit: EVENTS[FAULT_EVENTS[name]],
  at: place(`fault.${name}`),
}));
/** Bits 24 and 27, which the standard reserves in a string, stand for none of our faults. */
export const events: Value = flags(EVENT_BITS);

const CONTACTORS = ["main", "precharge", "charge", "discharge", "common"] as const;
export const contactorBits: Value = flags(CONTACTORS.map((name, bit) => ({ bit, at: place(`${name}Closed`) })));

/** Whether current can flow: the main contactor is closed where there is one, and one of the paths. */
function isConnected(view: View): boolean {
  const { main, common, charge, discharge } = view.shown.settings;
  if (main.enable && !isOn(view, "mainClosed")) return false;
  if (common.enable) return isOn(view, "commonClosed");
  return isOn(view, "chargeClosed") || isOn(view, "dischargeClosed") || !(charge.enable || discharge.enable);
}

export const connectedStrings = (view: View): number => (isConnected(view) ? 1 : 0);

const ERROR_NAMES: readonly FaultName[] = FAULT_NAMES.filter((name) => FAULT_ROWS[name].level === "error");
const INDICATION_NAMES: readonly FaultName[] = FAULT_NAMES.filter((name) => FAULT_ROWS[name].level === "indication");

/** An error keeps every path open, by its settings. */
function isStopped(view: View): boolean {
  if (isOn(view, "mainHeld")) return true;
  const { protections } = view.shown.settings;
  return ERROR_NAMES.some((name) => {
    const { critical, opensCharge, opensDischarge } = protections[name];
    return (critical || (opensCharge && opensDischarge)) && isSet(view, name);
  });
}

/** Codes of signals by their words. */
const MODES = DECIDE_SIGNALS.mode.codes;
const BATTERY_STATES = ESTIMATE_SIGNALS.batteryState.codes;
const BY_BUTTON = DECIDE_SIGNALS.powerDownReason.codes.indexOf("button");
const DRIVEN_ON = MEASURE_SIGNALS.overrides.codes.indexOf("on");

const modeOf = ({ shown: { image } }: View): (typeof MODES)[number] => MODES[image[place("mode")]];

/** By mode; while running also by contactors and errors. */
const BANK_STATES = {
  disconnected: 1,
  initialising: 2,
  connected: 3,
  standby: 4,
  socProtection: 5,
  suspending: 6,
  fault: 99,
} as const;

export function bankState(view: View): number {
  if (isStopped(view)) return BANK_STATES.fault;
  switch (modeOf(view)) {
    case "off":
      return BANK_STATES.disconnected;
    case "standby":
      return BANK_STATES.standby;
    case "starting":
      return BANK_STATES.initialising;
    case "poweringDown":
      return BANK_STATES.suspending;
    case "running":
      if (isSet(view, "undervoltage") || isSet(view, "overvoltage")) return BANK_STATES.socProtection;
      return isConnected(view) ? BANK_STATES.connected : BANK_STATES.disconnected;
  }
}

const CHARGE_STATES = {
  off: 1,
  empty: 2,
  discharging: 3,
  charging: 4,
  full: 5,
  holding: 6,
  testing: 7,
} as const;
/** Half a percent: what a person is shown as 0 % is empty, as 100 % is full. */
const END = 0.005;

/** What flows now; without current, where the battery stands. */
export function chargeState(view: View): number {
  const { image } = view.shown;
  const state = BATTERY_STATES[image[place("batteryState")]];
  if (isOn(view, "analysisRunning")) return CHARGE_STATES.testing;
  if (state === "charging" || state === "discharging") return CHARGE_STATES[state];
  if (!isConnected(view)) return CHARGE_STATES.off;
  const soc = isBelieved(image, "soc") ? image[place("soc")] : Number.NaN;
  return soc <= END ? CHARGE_STATES.empty : soc >= 1 - END ? CHARGE_STATES.full : CHARGE_STATES.holding;
}

const LOCAL = 1;
const REMOTE = 0;

/** Remote while this client may give orders. */
export const controlMode = (view: View): number => (mayControl(view) ? REMOTE : LOCAL);

/** As last written; a controller that writes "not implemented" has no heartbeat. */
export const controllerHeartbeat = ({ state }: View): number | undefined =>
  state.heartbeat === 0xffff ? undefined : state.heartbeat;

const CONNECT = 1;
const DISCONNECT = 2;
const isDrivenOn = ({ shown: { image } }: View, name: InputSignalName): boolean =>
  image[place("overrides") + INPUT_SIGNALS[name].number] === DRIVEN_ON;

/** Disconnected by software while it drives both inhibiting signals. */
export const operation = (view: View): number =>
  isDrivenOn(view, "inhibitCharging") && isDrivenOn(view, "inhibitDischarging") ? DISCONNECT : CONNECT;

const DISABLED = { none: 0, fault: 1, maintenance: 2, external: 3, other: 4 } as const;

const isSignalled = ({ shown: { image } }: View, name: InputSignalName): boolean =>
  image[place("inputSignals") + INPUT_SIGNALS[name].number] === 1;

export function disabledReason(view: View): number {
  if (isStopped(view)) return DISABLED.fault;
  if (isOn(view, "signal.serviceReset")) return DISABLED.maintenance;
  if (isSignalled(view, "inhibitCharging") && isSignalled(view, "inhibitDischarging")) return DISABLED.external;
  const mode = modeOf(view);
  return mode === "running" || mode === "starting" ? DISABLED.none : DISABLED.other;
}

/** Bit 0 enabled, bit 1 contactor closed. */
export const stringState = (view: View): number =>
  (disabledReason(view) === DISABLED.none ? 1 : 0) | (connectedStrings(view) << 1);

/** Why the string cannot be connected; the first row with a set fault tells. */
// biome-ignore format: rows of a table
const CONNECTION_FAILURES: readonly { readonly code: number; readonly faults: readonly FaultName[] }[] = [
  { code: 2, faults: ["insulation"] },
  { code: 5, faults: ["fuse1", "fuse2", "fuse3"] },
  { code: 6, faults: FAULT_NAMES.filter((name) => FAULT_EVENTS[name] === "contactorError" && name !== "precharge") },
  { code: 7, faults: ["precharge"] },
  { code: 3, faults: ["undervoltage", "overvoltage"] },
];
const NO_FAILURE = 0;
const BUTTON_PUSHED = 1;
const NOT_ENABLED = 4;
const STRING_FAULT = 8;

export function connectionFailure(view: View): number {
  if (isConnected(view)) return NO_FAILURE;
  const found = CONNECTION_FAILURES.find(({ faults }) => faults.some((name) => isSet(view, name)));
  if (found !== undefined) return found.code;
  const reason = disabledReason(view);
  if (reason === DISABLED.fault) return STRING_FAULT;
  if (reason === DISABLED.none) return NO_FAILURE;
  const isByButton = reason === DISABLED.other && view.shown.image[place("powerDownReason")] === BY_BUTTON;
  return isByButton ? BUTTON_PUSHED : NOT_ENABLED;
}

const OK = 0;
const WARNING = 1;
const ERROR = 2;

export function storageStatus(view: View): number {
  if (isOn(view, "signal.anyError")) return ERROR;
  return INDICATION_NAMES.some((name) => isSet(view, name)) ? WARNING : OK;
}
