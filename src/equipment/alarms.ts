// What inverters are told of errors: each error of the device under the one heading that inverters have for it, as an alarm
// where it opens a path and as a warning where it does not.

import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "../model/faults.ts";
import type { Settings } from "../model/settings.ts";
import { IMAGE_PLACES } from "../model/signal-image.ts";

/** Headings, in the order of SMA's pairs of bits (frame 0x35A). */
export const ALARM_TITLES = {
  general: "general",
  highVoltage: "battery high voltage",
  lowVoltage: "battery low voltage",
  highTemperature: "battery high temperature",
  lowTemperature: "battery low temperature",
  highTemperatureCharge: "high temperature while charging",
  lowTemperatureCharge: "low temperature while charging",
  highDischargeCurrent: "high discharge current",
  highChargeCurrent: "high charge current",
  contactor: "contactor",
  shortCircuit: "short circuit",
  internal: "internal to the BMS",
  imbalance: "cell imbalance",
} as const;
export type AlarmName = keyof typeof ALARM_TITLES;
export const ALARM_NAMES = Object.keys(ALARM_TITLES) as readonly AlarmName[];

/** Errors about a partner itself have no heading: told to it as an alarm, they would keep it off for ever. */
// biome-ignore format: rows of a table
export const ALARM_OF = {
  overcurrentCharge: "highChargeCurrent", overcurrentDischarge: "highDischargeCurrent", shortCircuit: "shortCircuit",
  undervoltage: "lowVoltage", overvoltage: "highVoltage",
  lowTemperatureCharge: "lowTemperatureCharge", lowTemperatureDischarge: "lowTemperature",
  highTemperatureCharge: "highTemperatureCharge", highTemperatureDischarge: "highTemperature",
  chargeCurrentLimit: "highChargeCurrent", dischargeCurrentLimit: "highDischargeCurrent", cellImbalance: "imbalance",
  unallowableCharging: "highChargeCurrent", stuckContactor: "contactor", chargeFeedback: "contactor",
  dischargeFeedback: "contactor", prechargeFeedback: "contactor", commonFeedback: "contactor", mainFeedback: "contactor",
  precharge: "contactor", contactorTemperature: "contactor", chargeCycles: "contactor", dischargeCycles: "contactor",
  cellMonitor: "internal", cellMeasurement: "internal", notReady: "internal", cellCount: "internal", openWire: "internal",
  cellWiring: "internal", thermistor: "internal", currentSensor: "internal", shuntOffline: "internal",
  batteryCover: "general", insulation: "general", interlock: "general", fuse1: "general", fuse2: "general",
  fuse3: "general", circuitBreaker: "general",
  equipmentOffline: "none", chargerOffline: "none", chargerFault: "none", stateLost: "none", logging: "none",
  storing: "none", lowSoc: "none", highChargingCurrent: "highChargeCurrent", voltageTooHigh: "highVoltage",
} as const satisfies Record<FaultName, AlarmName | "none">;

export type Alarms = Record<`alarm.${AlarmName}` | `warning.${AlarmName}`, number>;

/** Errors with a heading, and where each stands in the image; nobody vouches for a flag of an error. */
const HEADED = FAULT_NAMES.flatMap((fault) => {
  const heading = ALARM_OF[fault];
  return heading === "none" ? [] : [{ fault, heading, at: IMAGE_PLACES.get(`fault.${fault}`)!.at }];
});

/** All errors with a heading as one number, to see at a glance whether any has come or gone. */
export function alarmBits(image: Float64Array): number {
  let bits = 0;
  for (let i = 0; i < HEADED.length; i++) bits = 2 * bits + image[HEADED[i].at];
  return bits;
}

/** Sets every alarm and warning to 1 or 0. */
export function readAlarms(
  into: Alarms,
  image: Float64Array,
  { protections }: Settings,
  undervoltage: "alarm" | "warning",
): void {
  for (const name of ALARM_NAMES) {
    into[`alarm.${name}`] = 0;
    into[`warning.${name}`] = 0;
  }
  for (const { fault, heading, at } of HEADED) {
    if (image[at] !== 1) continue;
    const { opensCharge, opensDischarge, critical } = protections[fault];
    const opens = FAULT_ROWS[fault].level === "error" && (opensCharge || opensDischarge || critical);
    const isTold = opens && !(fault === "undervoltage" && undervoltage === "warning");
    into[`${isTold ? "alarm" : "warning"}.${heading}`] = 1;
  }
}
