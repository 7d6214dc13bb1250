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
  /** How wrong lag may be, one standard deviation; fades with the time of diffusion. */
  lagDoubt: number;
  /**
   * What is left of the lag from before the first look, as a share; rate of the load that made it, one standard deviation; what of
   * `lag` is guessed for it; the least and the most that the first look leaves room for; what flowed since.
   */
  pastShare: number;
  pastRate: number;
  pastLag: number;
  pastLeast: number;
  pastMost: number;
  past_s: number;
  past_Ah: number;
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
  /** What the string believes of the current sensor's zero; the variance that age and temperature have added; that temperature. */
  zero_A: number;
  zeroVariance_A2: number;
  zeroWorn_A2: number;
  zeroAt_degC: number;
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
  /** The current sensor's zero as this cell last had it, and how far it had worn by then (current-zero.ts). */
  offset_A: Float64Array;
  markWorn_A2: Float64Array;
  /** What a power cut must not take of these, five numbers a cell, each second (uncertainty.ts). Kept. */
  remembered: Float64Array;
  /** Slope of the rest voltage where it was last taken, its bend (both kept), and the charge that had passed then; 0: not taken. */
  slope_V: Float64Array;
  bend_V: Float64Array;
  slopeThrough_Ah: Float64Array;
  /** The charge it was taken at. */
  slopeSoc: Float64Array;
  /** What a unit of charge changes in the resistance and in that of the pairs, there. */
  actualSlope_Ohm: Float64Array;
  fastSlope_Ohm: Float64Array;
  slowSlope_Ohm: Float64Array;
  /** What the model's error tends to at the present place. */
  modelVariance_V2: Float64Array;
  /** Its share that is the table's and the voltage sensor's own. */
  lasting: Float64Array;
  /** Its part that comes from the load of late. */
  loadVariance_V2: Float64Array;
  /** What part of the model's error a second takes with it. */
  fadesPerSecond: Float64Array;
  /** The same without surprises, and of the load only what lasts: a rise of it is a new error. */
  expected_V2: Float64Array;
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
  /** By how much it lies beyond the rest voltage of full or empty, at most what the model may be off. */
  beyond_V: number;
  /** Resistance at 25 degC and half charge that the cell model reckons with: what the filter's errors of it add up to. Kept. */
  model_Ohm: Float64Array;
  /** The same over the resistance that steps of the current have shown. */
  modelShare: Float64Array;
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

/** Nothing is known of the current sensor's zero; its size comes with the settings. */
const createZero = () => ({
  zero_A: 0,
  zeroVariance_A2: 0,
  zeroWorn_A2: 0,
  zeroAt_degC: 25,
  offset_A: cells(),
  markWorn_A2: cells(),
});

/** What a reading sees at the present place, and what is to be expected of it there: taken anew at a cell's first turn. */
const createJudgement = () => ({
  slope_V: cells(),
  bend_V: cells(),
  slopeThrough_Ah: cells(),
  slopeSoc: cells(),
  actualSlope_Ohm: cells(),
  fastSlope_Ohm: cells(),
  slowSlope_Ohm: cells(),
  modelVariance_V2: cells(),
  lasting: cells(),
  loadVariance_V2: cells(),
  fadesPerSecond: cells(),
  expected_V2: cells(),
  misfit_V2: cells(),
  dropVariance: cells(),
});

export const createObserver = (): Observer => ({
  fast_A: 0,
  slow_A: 0,
  bent_A: 0,
  recent_A2: 0,
  lag: 0,
  hysteresis: 0,
  hysteresisDoubt: 1,
  slowDoubt_A: 0,
  lagDoubt: 0,
  pastShare: 0,
  pastRate: 0,
  pastLag: 0,
  pastLeast: -1,
  pastMost: 1,
  past_s: 0,
  past_Ah: 0,
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
  ...createZero(),
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
  remembered: new Float64Array(CELL_INPUTS * REMEMBERED),
  ...createJudgement(),
  filtered: cells(),
  outliers: new Uint8Array(CELL_INPUTS),
  clear: new Uint8Array(CELL_INPUTS),
  restDone: new Uint8Array(CELL_INPUTS),
  anchor: new Uint8Array(CELL_INPUTS),
  anchor_us: cells(),
  actual_Ohm: cells(),
  fast_Ohm: cells(),
  slow_Ohm: cells(),
  model_Ohm: cells(),
  modelShare: cells(1),
  readSoc: 0,
  readBound: 1,
  beyond_V: 0,
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
