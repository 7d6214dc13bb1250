// The values that the fault rows judge: those of the shipped rows are read by name.

import { FAULT_NAMES, FAULT_ROWS } from "../../model/faults.ts";
import type { FaultRow } from "../../model/rows.ts";
import type { Bms } from "../bms.ts";
import { createReadings, orderPaths, type Readings, readOthers } from "../readings.ts";

/** In the order in which `readByName` writes them. */
const NAMED: readonly string[] = [
  "stateLost",
  "measure.chargeCurrent_A",
  "measure.dischargeCurrent_A",
  "measure.minCell_V",
  "measure.maxCell_V",
  "measure.spread_V",
  "measure.minTemperature_degC",
  "measure.maxTemperature_degC",
  "measure.contactorTemperature_degC",
  "measure.cellMonitorOnline",
  "measure.cellLost",
  "measure.notReady",
  "measure.cellCountWrong",
  "measure.openWire",
  "measure.wiringFault",
  "measure.thermistorFault",
  "measure.currentFault",
  "measure.shuntOffline",
  "measure.partnerLost",
  "measure.chargerFaulty",
  "measure.signals.0",
  "measure.signals.7",
  "measure.signals.14",
  "measure.signals.15",
  "measure.signals.16",
  "measure.signals.17",
  "measure.signals.18",
  "estimate.minRest_V",
  "estimate.maxRest_V",
  "estimate.chargeExcess_A",
  "estimate.dischargeExcess_A",
  "estimate.soc",
  "decide.unallowedCharging",
  "decide.stuckContactor",
  "decide.prechargeFailed",
  "decide.contactors.charge.feedbackFault",
  "decide.contactors.discharge.feedbackFault",
  "decide.contactors.precharge.feedbackFault",
  "decide.contactors.common.feedbackFault",
  "decide.contactors.main.feedbackFault",
  "decide.contactors.charge.switchings",
  "decide.contactors.discharge.switchings",
  "equipment.log.trouble",
  "equipment.store.trouble",
  "measure.chargerLost",
];

function readByName({ stateLost, measure, estimate, decide, equipment }: Bms, values: Float64Array): void {
  const { signals } = measure;
  const { charge, discharge, precharge, common, main } = decide.contactors;
  values[0] = stateLost;
  values[1] = measure.chargeCurrent_A;
  values[2] = measure.dischargeCurrent_A;
  values[3] = measure.minCell_V;
  values[4] = measure.maxCell_V;
  values[5] = measure.spread_V;
  values[6] = measure.minTemperature_degC;
  values[7] = measure.maxTemperature_degC;
  values[8] = measure.contactorTemperature_degC;
  values[9] = measure.cellMonitorOnline;
  values[10] = measure.cellLost;
  values[11] = measure.notReady;
  values[12] = measure.cellCountWrong;
  values[13] = measure.openWire;
  values[14] = measure.wiringFault;
  values[15] = measure.thermistorFault;
  values[16] = measure.currentFault;
  values[17] = measure.shuntOffline;
  values[18] = measure.partnerLost;
  values[19] = measure.chargerFaulty;
  values[20] = signals[0];
  values[21] = signals[7];
  values[22] = signals[14];
  values[23] = signals[15];
  values[24] = signals[16];
  values[25] = signals[17];
  values[26] = signals[18];
  values[27] = estimate.minRest_V;
  values[28] = estimate.maxRest_V;
  values[29] = estimate.chargeExcess_A;
  values[30] = estimate.dischargeExcess_A;
  values[31] = estimate.soc;
  values[32] = decide.unallowedCharging;
  values[33] = decide.stuckContactor;
  values[34] = decide.prechargeFailed;
  values[35] = charge.feedbackFault;
  values[36] = discharge.feedbackFault;
  values[37] = precharge.feedbackFault;
  values[38] = common.feedbackFault;
  values[39] = main.feedbackFault;
  values[40] = charge.switchings;
  values[41] = discharge.switchings;
  values[42] = equipment.log.trouble;
  values[43] = equipment.store.trouble;
  values[44] = measure.chargerLost;
}

const rows: readonly FaultRow[] = FAULT_NAMES.map((name) => FAULT_ROWS[name]);

/** Everything that some row judges. */
export const JUDGED_PATHS: readonly string[] = orderPaths(
  NAMED,
  rows.flatMap(({ of, ofRest }) => (ofRest === undefined ? [of] : [of, ofRest])),
);

export const createJudged = (bms: Bms): Readings => createReadings(bms, JUDGED_PATHS, NAMED.length);

/** What every rule judges, in the order of JUDGED_PATHS. */
export function readJudged(bms: Bms, judged: Readings): Float64Array {
  readByName(bms, judged.values);
  return readOthers(judged);
}
