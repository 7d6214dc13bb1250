// What the stage "estimate" believes about charge, health and limits. Everything marked "kept" survives a power cycle.

import { CELL_INPUTS } from "../sensors.ts";
import { createHealth, type Health } from "./health.ts";
import { createObserver, type Observer } from "./observer.ts";
import { createServiceLife, type ServiceLife } from "./service-life.ts";

/** Why the state of charge was last corrected; the index is the code. */
export const CORRECTIONS = [
  "none",
  "start from rest voltage",
  "rest",
  "full",
  "empty",
  "filter",
  "reset by command",
  "long shutdown",
  "restored",
] as const;
/** Codes of CORRECTIONS by name. */
export const REASON = {
  none: 0,
  start: 1,
  rest: 2,
  full: 3,
  empty: 4,
  filter: 5,
  reset: 6,
  longShutdown: 7,
  restored: 8,
} as const;
/** What limits a current; the index is the code. */
export const LIMIT_REASONS = [
  "maximum current",
  "state of charge and temperature",
  "contactor temperature",
  "cell voltage",
  "rate of change",
  "error",
  "not ready",
  "measurement not believed",
  "contactor open",
] as const;
/** Codes of LIMIT_REASONS by name. */
export const LIMIT = {
  maximum: 0,
  soc: 1,
  contactor: 2,
  voltage: 3,
  rate: 4,
  error: 5,
  notReady: 6,
  notBelieved: 7,
  open: 8,
} as const;
/** Vendor's battery state (input register 0x2410); the index is the code. */
export const BATTERY_STATES = [
  "unknown",
  "charging",
  "charging off",
  "relaxed after charging",
  "discharging",
  "discharging off",
  "relaxed after discharging",
] as const;
/** Codes of BATTERY_STATES by name. */
export const STATE = {
  unknown: 0,
  charging: 1,
  chargingOff: 2,
  relaxedCharged: 3,
  discharging: 4,
  dischargingOff: 5,
  relaxedDischarged: 6,
} as const;

export type Estimated = {
  // Cells.
  started: number; // 1 once the state of charge has a source
  cellSoc: Float64Array; // kept, 0..1
  cellSocBound: Float64Array; // kept, 95 % half-width
  cellOcv_V: Float64Array;
  cellResistance_Ohm: Float64Array; // kept, normalised to 25 degC and half charge
  cellCapacity_Ah: Float64Array; // kept
  cellDrawn_Ah: Float64Array; // kept, charge drawn since the cell was full; -1: not known
  correctionReason: Uint8Array;
  correction: Float64Array; // size of the last correction, new minus old
  correctionAge_s: Float64Array; // kept
  minOcv_V: number;
  maxOcv_V: number;
  /** Cell voltage without the drop over its resistance: U - I R. For Ready to charge and discharge. */
  minRest_V: number;
  maxRest_V: number;
  mostDischargedCell: number;
  // Rest.
  relaxed: number;
  rest_us: number;
  lastDirection: number; // kept: 1 charged last, -1 discharged last, 0 unknown
  state: number;
  stateTime_us: number;
  // Pack.
  soc: number; // as shown, 0..1
  socBound: number;
  internalSoc: number; // before scaling
  dod: number;
  dod_Ah: number; // kept
  soh: number; // kept
  sohCapacity: number;
  sohResistance: number;
  effectiveCapacity_Ah: number; // kept; 0 until the first start
  /** Settings for which capacity and resistance were learned: other ones start anew. Kept. */
  learnedFor_Ah: number;
  learnedFor_Ohm: number;
  /** 1 while dod_Ah has been counted from a full battery without a gap. Kept. */
  countedFromFull: number;
  resistance_Ohm: number; // sum over the cells
  power_W: number;
  remaining_Wh: number;
  remaining_Ah: number;
  timeToEmpty_s: number; // -1: unknown
  timeToFull_s: number;
  averageCurrent_A: number;
  // Limits.
  maximumCharge_V: number;
  minimumDischarge_V: number;
  maximumCharge_A: number;
  maximumDischarge_A: number;
  chargeLimit_A: number;
  dischargeLimit_A: number;
  chargeLimitReason: number;
  dischargeLimitReason: number;
  chargeLimitCell: number;
  dischargeLimitCell: number;
  chargeExcess_A: number;
  dischargeExcess_A: number;
  // Counters; kept unless noted.
  charged_Ah: number;
  discharged_Ah: number;
  received_Wh: number;
  delivered_Wh: number;
  balanced_Wh: number;
  lifetimeCharged_Ah: number;
  lifetimeDischarged_Ah: number;
  lifetimeReceived_Wh: number;
  lifetimeDelivered_Wh: number;
  lifetimeBalanced_Wh: number;
  cellBled_Ah: Float64Array;
  cycles: number;
  cycleDepth_Ah: number;
  charges: number;
  chargesWithBalancing: number;
  chargesWithoutBalancing: number;
  chargerFaults: number;
  chargeMode_s: number;
  receiving_s: number;
  supplying_s: number;
  /** Operating time at which the last charge ended, with and without balancing; 0: never. */
  lastChargeWithBalancing_s: number;
  lastChargeWithoutBalancing_s: number;
  uptime_s: number; // since start, not kept
  operating_s: number;
  meanTemperature_degC: number;
  meanCharge_A: number;
  meanDischarge_A: number;
  minEverCell_V: number;
  maxEverCell_V: number;
  minEver_degC: number;
  maxEver_degC: number;
  deepDischarges: number;
  hot_s: number;
  cold_s: number;
  life: ServiceLife;
  health: Health;
  analysis: Analysis;
  observer: Observer;
};

/** Discharge characteristic of one cell in 21 steps of C/21. */
export type Analysis = {
  running: number;
  done: number;
  cell: number;
  step: number;
  start_Ah: number;
  drawn_Ah: number;
  points_V: Float64Array;
};

export const createEstimated = (): Estimated => ({
  ...createCells(),
  ...createPack(),
  ...createCounters(),
  life: createServiceLife(),
  health: createHealth(),
  analysis: { running: 0, done: 0, cell: 0, step: 0, start_Ah: 0, drawn_Ah: 0, points_V: new Float64Array(22) },
  observer: createObserver(),
});

const createCells = () => ({
  started: 0,
  cellSoc: new Float64Array(CELL_INPUTS).fill(0.5),
  cellSocBound: new Float64Array(CELL_INPUTS).fill(1),
  cellOcv_V: new Float64Array(CELL_INPUTS),
  cellResistance_Ohm: new Float64Array(CELL_INPUTS),
  cellCapacity_Ah: new Float64Array(CELL_INPUTS),
  cellDrawn_Ah: new Float64Array(CELL_INPUTS).fill(-1),
  correctionReason: new Uint8Array(CELL_INPUTS),
  correction: new Float64Array(CELL_INPUTS),
  correctionAge_s: new Float64Array(CELL_INPUTS),
  minOcv_V: 0,
  maxOcv_V: 0,
  minRest_V: 0,
  maxRest_V: 0,
  mostDischargedCell: 0,
});

const createPack = () => ({
  relaxed: 0,
  rest_us: 0,
  lastDirection: 0,
  state: 0,
  stateTime_us: 0,
  soc: 0,
  socBound: 1,
  internalSoc: 0,
  dod: 0,
  dod_Ah: 0,
  soh: 1,
  sohCapacity: 1,
  sohResistance: 1,
  effectiveCapacity_Ah: 0,
  learnedFor_Ah: 0,
  learnedFor_Ohm: 0,
  countedFromFull: 0,
  resistance_Ohm: 0,
  power_W: 0,
  remaining_Wh: 0,
  remaining_Ah: 0,
  timeToEmpty_s: -1,
  timeToFull_s: -1,
  averageCurrent_A: 0,
  maximumCharge_V: 0,
  minimumDischarge_V: 0,
  maximumCharge_A: 0,
  maximumDischarge_A: 0,
  chargeLimit_A: 0,
  dischargeLimit_A: 0,
  chargeLimitReason: 7,
  dischargeLimitReason: 7,
  chargeLimitCell: -1,
  dischargeLimitCell: -1,
  chargeExcess_A: 0,
  dischargeExcess_A: 0,
});

const createCounters = () => ({
  charged_Ah: 0,
  discharged_Ah: 0,
  received_Wh: 0,
  delivered_Wh: 0,
  balanced_Wh: 0,
  lifetimeCharged_Ah: 0,
  lifetimeDischarged_Ah: 0,
  lifetimeReceived_Wh: 0,
  lifetimeDelivered_Wh: 0,
  lifetimeBalanced_Wh: 0,
  cellBled_Ah: new Float64Array(CELL_INPUTS),
  cycles: 0,
  cycleDepth_Ah: 0,
  charges: 0,
  chargesWithBalancing: 0,
  chargesWithoutBalancing: 0,
  chargerFaults: 0,
  chargeMode_s: 0,
  receiving_s: 0,
  supplying_s: 0,
  lastChargeWithBalancing_s: 0,
  lastChargeWithoutBalancing_s: 0,
  uptime_s: 0,
  operating_s: 0,
  meanTemperature_degC: 25,
  meanCharge_A: 0,
  meanDischarge_A: 0,
  minEverCell_V: 9,
  maxEverCell_V: 0,
  minEver_degC: 999,
  maxEver_degC: -999,
  deepDischarges: 0,
  hot_s: 0,
  cold_s: 0,
});
