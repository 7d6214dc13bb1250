// How the hot path reads the values that table rows name by path. Every path works through the general lookup; the paths
// of the shipped fault rows and output signals have readers of their own, because they are read in every tick and a lookup
// by key costs three times as much. A row may be added without touching this file.

import type { Bms } from "./bms.ts";
import { numberAt, resolve } from "./path.ts";

export type Reader = (b: Bms) => number;

const READERS: Readonly<Record<string, Reader>> = {
  "measure.chargeCurrent_A": (b) => b.measure.chargeCurrent_A,
  "measure.currentValid": (b) => b.measure.currentValid,
  "measure.dischargeCurrent_A": (b) => b.measure.dischargeCurrent_A,
  "measure.minCell_V": (b) => b.measure.minCell_V,
  "measure.someCellValid": (b) => b.measure.someCellValid,
  "measure.cellLost": (b) => b.measure.cellLost,
  "measure.notReady": (b) => b.measure.notReady,
  "measure.partnerShutdown": (b) => b.measure.partnerShutdown,
  "decide.running": (b) => b.decide.running,
  "measure.cellsValid": (b) => b.measure.cellsValid,
  "measure.maxCell_V": (b) => b.measure.maxCell_V,
  "measure.minTemperature_degC": (b) => b.measure.minTemperature_degC,
  "measure.temperatureValid": (b) => b.measure.temperatureValid,
  "measure.maxTemperature_degC": (b) => b.measure.maxTemperature_degC,
  "estimate.chargeExcess_A": (b) => b.estimate.chargeExcess_A,
  "estimate.dischargeExcess_A": (b) => b.estimate.dischargeExcess_A,
  "measure.spread_V": (b) => b.measure.spread_V,
  "decide.unallowedCharging": (b) => b.decide.unallowedCharging,
  "decide.stuckContactor": (b) => b.decide.stuckContactor,
  "decide.contactors.charge.feedbackFault": (b) => b.decide.contactors.charge.feedbackFault,
  "decide.contactors.discharge.feedbackFault": (b) => b.decide.contactors.discharge.feedbackFault,
  "decide.contactors.precharge.feedbackFault": (b) => b.decide.contactors.precharge.feedbackFault,
  "decide.contactors.common.feedbackFault": (b) => b.decide.contactors.common.feedbackFault,
  "decide.contactors.main.feedbackFault": (b) => b.decide.contactors.main.feedbackFault,
  "decide.prechargeFailed": (b) => b.decide.prechargeFailed,
  "measure.contactorTemperature_degC": (b) => b.measure.contactorTemperature_degC,
  "measure.contactorTemperatureValid": (b) => b.measure.contactorTemperatureValid,
  "decide.contactors.charge.switchings": (b) => b.decide.contactors.charge.switchings,
  "decide.contactors.discharge.switchings": (b) => b.decide.contactors.discharge.switchings,
  "measure.cellMonitorOnline": (b) => b.measure.cellMonitorOnline,
  "measure.cellCountWrong": (b) => b.measure.cellCountWrong,
  "measure.openWire": (b) => b.measure.openWire,
  "measure.wiringFault": (b) => b.measure.wiringFault,
  "measure.thermistorFault": (b) => b.measure.thermistorFault,
  "measure.currentFault": (b) => b.measure.currentFault,
  "measure.shuntOffline": (b) => b.measure.shuntOffline,
  "measure.signals.0": (b) => b.measure.signals[0],
  "measure.signals.7": (b) => b.measure.signals[7],
  "measure.signals.14": (b) => b.measure.signals[14],
  "measure.signals.15": (b) => b.measure.signals[15],
  "measure.signals.16": (b) => b.measure.signals[16],
  "measure.signals.17": (b) => b.measure.signals[17],
  "measure.signals.18": (b) => b.measure.signals[18],
  "measure.partnerLost": (b) => b.measure.partnerLost,
  "measure.chargerFaulty": (b) => b.measure.chargerFaulty,
  stateLost: (b) => b.stateLost,
  "estimate.soc": (b) => b.estimate.soc,
  "estimate.started": (b) => b.estimate.started,
  "protect.active.lowSoc": (b) => b.protect.active.lowSoc,
  "protect.active.highChargingCurrent": (b) => b.protect.active.highChargingCurrent,
  "decide.chargingPresent": (b) => b.decide.chargingPresent,
  "decide.allowCharging": (b) => b.decide.allowCharging,
  "decide.charging": (b) => b.decide.charging,
  "decide.discharging": (b) => b.decide.discharging,
  "decide.dischargingPresent": (b) => b.decide.dischargingPresent,
  "protect.active.voltageTooHigh": (b) => b.protect.active.voltageTooHigh,
  "decide.heater": (b) => b.decide.heater,
  "decide.cooler": (b) => b.decide.cooler,
  "decide.precharging": (b) => b.decide.precharging,
  "decide.common": (b) => b.decide.common,
  "decide.main": (b) => b.decide.main,
  "estimate.analysis.running": (b) => b.estimate.analysis.running,
  "decide.dischargingAux": (b) => b.decide.dischargingAux,
  "decide.powerDownAcknowledge": (b) => b.decide.powerDownAcknowledge,
  "decide.readyToCharge": (b) => b.decide.readyToCharge,
  "decide.readyToDischarge": (b) => b.decide.readyToDischarge,
  "decide.balancing": (b) => b.decide.balancing,
  "protect.anyError": (b) => b.protect.anyError,
  "protect.criticalError": (b) => b.protect.criticalError,
  "decide.serviceReset": (b) => b.decide.serviceReset,
  "decide.powerUp": (b) => b.decide.powerUp,
  "decide.external1": (b) => b.decide.external1,
};

/** Reads the number at a path of any device's state; the path must exist there. */
export const readerOfPath = (path: string): Reader => READERS[path] ?? ((b) => numberAt(resolve(b, path)));

/** The same for one device. Asserts at once that the path exists. */
export function readerOf(bms: Bms, path: string): Reader {
  const place = resolve(bms, path);
  return READERS[path] ?? (() => numberAt(place));
}

/** Paths with a reader of their own, for the test that compares both ways. */
export const READER_PATHS: readonly string[] = Object.keys(READERS);
