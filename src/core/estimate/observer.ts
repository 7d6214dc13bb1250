// What the estimators remember of the way to their figures: the currents in the pairs of the cell model, which all cells
// share, and for each cell how its error has grown and from where. Part of the state, not shown to people.

import { CELL_INPUTS } from "../sensors.ts";
import { createCovariance } from "./covariance.ts";

/** What a cell waits for; the index is the code. */
export const DUE = [
  "nothing",
  "its first rest voltage",
  "a check after a restart",
  "a correction after a long shutdown",
] as const;

export type Observer = {
  // The cell model's state, common to cells in series.
  fast_A: number; // kept
  slow_A: number; // kept
  /** The current now as charge transfer sees it. */
  bent_A: number;
  /** Mean square of the current of late: what the model misses grows with it, and fades long after it. */
  recent_A2: number;
  /** State of charge by which the electrodes' surface is ahead of the mean (behind, discharging). Kept. */
  lag: number;
  /** -1 on the discharge branch, +1 on the charge branch of the rest voltage. Kept. */
  hysteresis: number;
  /** How wrong `hysteresis` may be, one standard deviation, 0.3 to 1. Kept. */
  hysteresisDoubt: number;
  /** How wrong slow_A may be, one standard deviation; fades with the slow time constant. */
  slowDoubt_A: number;
  // Common accumulators; a cell remembers their value at its last turn.
  clock_s: number;
  through_Ah: number;
  moved_Ah: number;
  blind_Ah: number;
  /** Charge not yet given to the cells, and for how long. */
  pending_Ah: number;
  pending_us: number;
  /** How long the sensor's zero has counted in it. */
  pendingOffset_s: number;
  second_us: number;
  waiting_us: number;
  lastValid_A: number;
  sample_A: number;
  nextCell: number;
  // Cells.
  due: Uint8Array; // code of DUE
  markClock_s: Float64Array;
  markThrough_Ah: Float64Array;
  markMoved_Ah: Float64Array;
  markBlind_Ah: Float64Array;
  /** What is not known of each cell (covariance.ts), and what the filter believes of the errors beside the charge. */
  covariance: Float64Array;
  modelError_V: Float64Array;
  dropError: Float64Array; // share of the drop
  countError: Float64Array; // share of the counted charge
  /** Capacity that countError is a share beside; another one that is learned takes its part of it over. */
  countedFor_Ah: Float64Array;
  offset_A: Float64Array; // of the current sensor, as this cell saw it
  /** What a power cut must not take of these, five numbers a cell, each second (uncertainty.ts). Kept. */
  remembered: Float64Array;
  /** Slope of the rest voltage where it was last taken, its bend, and the charge that had passed then; 0: not taken. */
  slope_V: Float64Array;
  bend_V: Float64Array;
  slopeThrough_Ah: Float64Array;
  /** What the model's error tends to at the present place. */
  modelVariance_V2: Float64Array;
  /** Its part that comes from the load of late. */
  loadVariance_V2: Float64Array;
  /** What surprises have shown of it beyond that. */
  misfit_V2: Float64Array;
  /** What the error of the resistance tends to. */
  dropVariance: Float64Array;
  /** Filter corrections since the last one that was told. */
  filtered: Float64Array;
  outliers: Uint8Array;
  /** Turns in a row in which the voltage told the charge more clearly than is known. */
  clear: Uint8Array;
  restDone: Uint8Array;
  /** 1 while held at full, 2 while held at empty, and the time towards it. */
  anchor: Uint8Array;
  anchor_us: Float64Array;
  /** Resistance at the present temperature and state of charge. */
  actual_Ohm: Float64Array;
  /** The same of the pairs. */
  fast_Ohm: Float64Array;
  slow_Ohm: Float64Array;
  /** State of charge read from the voltage, and its 95 % half-width: results of the last reading. */
  readSoc: number;
  readBound: number;
  /** Slope of the rest voltage there, over that width. */
  readSlope_V: number;
  // Resistance measurement on current steps.
  stable_A: number;
  stable_us: number;
  reference: number; // 0 none, 1 relaxed, 2 a stable current
  referenceAge_us: number;
  reference_A: number;
  referenceDrive_A: number;
  reference_V: Float64Array;
  referenceValid: Uint8Array;
  steps: Float64Array; // kept: accepted resistance measurements of each cell
  // Counting of events.
  chargeCarried_Ah: number;
  chargeBalanced: number;
  chargerWasFaulty: number;
  wasEmpty: number;
  /** Seconds without a believed current since the battery was full. */
  gap_s: number;
};

/** Numbers of a cell in `remembered`. */
export const REMEMBERED = 5;

const cells = (value = 0): Float64Array => new Float64Array(CELL_INPUTS).fill(value);

export const createObserver = (): Observer => ({
  fast_A: 0,
  slow_A: 0,
  bent_A: 0,
  recent_A2: 0,
  lag: 0,
  hysteresis: 0,
  hysteresisDoubt: 1,
  slowDoubt_A: 0,
  clock_s: 0,
  through_Ah: 0,
  moved_Ah: 0,
  blind_Ah: 0,
  pending_Ah: 0,
  pending_us: 0,
  pendingOffset_s: 0,
  second_us: 0,
  waiting_us: 0,
  lastValid_A: 0,
  sample_A: 0,
  nextCell: 0,
  due: new Uint8Array(CELL_INPUTS).fill(1),
  markClock_s: cells(),
  markThrough_Ah: cells(),
  markMoved_Ah: cells(),
  markBlind_Ah: cells(),
  covariance: createCovariance(),
  modelError_V: cells(),
  dropError: cells(),
  countError: cells(),
  countedFor_Ah: cells(),
  offset_A: cells(),
  remembered: new Float64Array(CELL_INPUTS * REMEMBERED),
  slope_V: cells(),
  bend_V: cells(),
  slopeThrough_Ah: cells(),
  modelVariance_V2: cells(),
  loadVariance_V2: cells(),
  misfit_V2: cells(),
  dropVariance: cells(),
  filtered: cells(),
  outliers: new Uint8Array(CELL_INPUTS),
  clear: new Uint8Array(CELL_INPUTS),
  restDone: new Uint8Array(CELL_INPUTS),
  anchor: new Uint8Array(CELL_INPUTS),
  anchor_us: cells(),
  actual_Ohm: cells(),
  fast_Ohm: cells(),
  slow_Ohm: cells(),
  readSoc: 0,
  readBound: 1,
  readSlope_V: 1,
  stable_A: 0,
  stable_us: 0,
  reference: 0,
  referenceAge_us: 0,
  reference_A: 0,
  referenceDrive_A: 0,
  reference_V: cells(),
  referenceValid: new Uint8Array(CELL_INPUTS),
  steps: cells(),
  chargeCarried_Ah: 0,
  chargeBalanced: 0,
  chargerWasFaulty: 0,
  wasEmpty: 0,
  gap_s: 0,
});
