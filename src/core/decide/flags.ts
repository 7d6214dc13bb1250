// The flags that outputs may be assigned to: those of the shipped internal signals are read by name.

import { INTERNAL_SIGNALS } from "../../model/internal-signals.ts";
import type { Bms } from "../bms.ts";
import { createReadings, orderPaths, type Readings, readOthers } from "../readings.ts";

/** In the order in which `readByName` writes them. */
const NAMED: readonly string[] = [
  "protect.active.lowSoc",
  "protect.active.highChargingCurrent",
  "decide.chargingPresent",
  "decide.allowCharging",
  "decide.charging",
  "decide.discharging",
  "decide.dischargingPresent",
  "protect.active.voltageTooHigh",
  "decide.heater",
  "decide.cooler",
  "measure.partnerShutdown",
  "decide.precharging",
  "decide.common",
  "decide.main",
  "estimate.analysis.running",
  "decide.dischargingAux",
  "decide.powerDownAcknowledge",
  "decide.readyToCharge",
  "decide.readyToDischarge",
  "decide.balancing",
  "protect.anyError",
  "protect.criticalError",
  "decide.serviceReset",
  "decide.powerUp",
  "decide.external1",
];

function readByName({ measure, estimate, protect, decide }: Bms, values: Float64Array): void {
  const { active } = protect;
  values[0] = active.lowSoc;
  values[1] = active.highChargingCurrent;
  values[2] = decide.chargingPresent;
  values[3] = decide.allowCharging;
  values[4] = decide.charging;
  values[5] = decide.discharging;
  values[6] = decide.dischargingPresent;
  values[7] = active.voltageTooHigh;
  values[8] = decide.heater;
  values[9] = decide.cooler;
  values[10] = measure.partnerShutdown;
  values[11] = decide.precharging;
  values[12] = decide.common;
  values[13] = decide.main;
  values[14] = estimate.analysis.running;
  values[15] = decide.dischargingAux;
  values[16] = decide.powerDownAcknowledge;
  values[17] = decide.readyToCharge;
  values[18] = decide.readyToDischarge;
  values[19] = decide.balancing;
  values[20] = protect.anyError;
  values[21] = protect.criticalError;
  values[22] = decide.serviceReset;
  values[23] = decide.powerUp;
  values[24] = decide.external1;
}

/** Everything that is given out as a flag. */
export const FLAG_PATHS: readonly string[] = orderPaths(
  NAMED,
  Object.values(INTERNAL_SIGNALS).map(({ from }) => from),
);

export const createFlags = (bms: Bms): Readings => createReadings(bms, FLAG_PATHS, NAMED.length);

/** Every flag, in the order of FLAG_PATHS. */
export function readFlags(bms: Bms, flags: Readings): Float64Array {
  readByName(bms, flags.values);
  return readOthers(flags);
}
