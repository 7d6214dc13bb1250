// Signals the device gives out as flags: to discrete outputs, MOSFETs and buses. `bit` is the place in the vendor's
// 32-bit word of internal signals; rows without a bit the vendor publishes are ours and say so by source O.

import type { Source } from "./rows.ts";

type InternalSignalRow = {
  readonly title: string; readonly abbreviation?: string; readonly bit?: number; readonly source: Source;
  /** Path of the flag inside the device's state. */
  readonly from: string;
  readonly help: string;
};

export const INTERNAL_SIGNALS = {
  lowSoc:              { bit: 0,  source: "S", from: "protect.active.lowSoc",               title: "Low SOC", help: "State of charge is under its indication level." },
  highChargingCurrent: { bit: 1,  source: "S", from: "protect.active.highChargingCurrent",  title: "High charging current", help: "Charging current is over its indication level." },
  chargingPresent:     { bit: 2,  source: "O", from: "decide.chargingPresent",     abbreviation: "CCP", title: "Charging current present", help: "Current rose above the level that indicates charging and has not fallen below the level that ends it." },
  allowCharging:       { bit: 3,  source: "S", from: "decide.allowCharging",       abbreviation: "ACH", title: "Allow charging", help: "The charger may charge." },
  charging:            { bit: 4,  source: "O", from: "decide.charging",            abbreviation: "CH",  title: "Charging", help: "The charging contactor is commanded closed." },
  discharging:         { bit: 5,  source: "O", from: "decide.discharging",         abbreviation: "DCH", title: "Discharging", help: "The discharging contactor is commanded closed." },
  dischargingPresent:  { bit: 6,  source: "S", from: "decide.dischargingPresent",  title: "Discharging current present", help: "Current passed the level that indicates discharging and has not come back to the level that ends it." },
  voltageTooHigh:      { bit: 7,  source: "S", from: "protect.active.voltageTooHigh", abbreviation: "EV", title: "Voltage too high", help: "A cell is over the level at which charging should end." },
  heater:              { bit: 8,  source: "S", from: "decide.heater",              title: "Heater", help: "The heater is on." },
  cooler:              { bit: 9,  source: "S", from: "decide.cooler",              title: "Cooler", help: "The cooler is on." },
  vehicleShutdown:     { bit: 10, source: "S", from: "measure.partnerShutdown",    title: "HYG shutdown", help: "The vehicle orders the discharging contactor open." },
  precharging:         { bit: 11, source: "O", from: "decide.precharging",         title: "Precharging", help: "The precharging contactor is commanded closed." },
  common:              { bit: 12, source: "O", from: "decide.common",              abbreviation: "C/D", title: "Charging/discharging", help: "The common contactor is commanded closed." },
  main:                { bit: 13, source: "O", from: "decide.main",                title: "Main contactor", help: "The main contactor is commanded closed." },
  cellAnalysis:        { bit: 14, source: "S", from: "estimate.analysis.running",  title: "Cell analysis", help: "A discharge characteristic of one cell is being recorded." },
  dischargingAux:      { bit: 17, source: "S", from: "decide.dischargingAux",      title: "Discharging (AUX)", help: "The auxiliary load contactor is commanded closed." },
  powerDownAcknowledge:{ bit: 18, source: "S", from: "decide.powerDownAcknowledge", title: "Acknowledgement of power down", help: "After a power down request, all contactors are open." },
  readyToCharge:       { bit: 19, source: "O", from: "decide.readyToCharge",       title: "Ready to charge", help: "Every cell has room for charge." },
  readyToDischarge:    { bit: 20, source: "O", from: "decide.readyToDischarge",    title: "Ready to discharge", help: "Every cell holds charge." },
  balancing:           { bit: 21, source: "O", from: "decide.balancing",           title: "Balancing", help: "At least one balancing resistor is on." },
  anyError:            { bit: 22, source: "O", from: "protect.anyError",           title: "Error present", help: "At least one error is set." },
  criticalError:       { bit: 23, source: "O", from: "protect.criticalError",      title: "Critical error", help: "A critical error is set: all contactors open." },
  serviceReset:        { bit: 24, source: "O", from: "decide.serviceReset",        title: "Service reset", help: "A periodic restart is due; charging and discharging are blocked until it is done." },
  powerUp:             { bit: 25, source: "S", from: "decide.powerUp",             title: "Power up", help: "The device is running and keeps its supply." },
  external1:           { bit: 26, source: "S", from: "decide.external1",           title: "External 1", help: "Follows the input signal Close External 1." },
} as const satisfies Record<string, InternalSignalRow>;

export type InternalSignalName = keyof typeof INTERNAL_SIGNALS;
export const INTERNAL_SIGNAL_NAMES = Object.keys(INTERNAL_SIGNALS) as readonly InternalSignalName[];
/** What a MOSFET or discrete output may be assigned to. */
export const OUTPUT_CHOICES = ["none", ...INTERNAL_SIGNAL_NAMES] as const;
