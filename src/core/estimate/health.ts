// What the device learns of each cell's health while the battery is used: how its voltage answers the current (response.ts).
// Part of the stage's state. What it takes long to learn survives a power cycle.

import { CELL_INPUTS } from "../sensors.ts";
import { createPower, type Power } from "./power-state.ts";

export type Health = {
  // Answer of the voltage to the current (response.ts).
  sample_As: number;
  sample_us: number;
  /** Time since the filters began; 0: they have to begin anew. */
  primed_s: number;
  /** The last voltages, for how long they have been the same, and 1 while they came soon enough after those before. */
  sample_V: Float64Array;
  held_s: number;
  timely: number;
  /** The current through the two filters, and the slow part of it and of both. */
  z_A: Float64Array;
  drift_A: Float64Array;
  drift_V: Float64Array;
  /** Sums over the samples: of the regressors, of their products with each cell's voltage, of its square. Kept. */
  information: Float64Array;
  scratch: Float64Array;
  inverse: Float64Array;
  informed_s: number;
  /** Mean square of what the fit leaves of the mean cell's voltage. */
  left_V2: number;
  answers: Float64Array;
  answersSquare_V2: Float64Array;
  /** Results: the three parts at 25 degC and half charge; at the cell's present conditions after 0.1 s and 10 s. */
  parts_Ohm: Float64Array;
  /** After 10 s at 25 degC and half charge. */
  tenth_Ohm: Float64Array;
  resistance100ms_Ohm: Float64Array;
  resistance10s_Ohm: Float64Array;
  resistanceBound_Ohm: Float64Array;
  // Drop under a lasting current over that of the model (sustained-drop.ts), its variance, and when it was last looked at.
  dropFactor: Float64Array;
  dropVariance: Float64Array;
  drop_s: Float64Array;
  // Capacity from partial charges (partial-charges.ts). What balancing took of each cell, and the counter it comes from (cell-charge.ts).
  bled_Ah: Float64Array;
  lastBled_Ah: Float64Array;
  /** The last reading; then the first reading of the pair under way (variance below 0: none; charge-pair.ts), and its best end so far. */
  readVariance: number;
  fromSoc: Float64Array;
  fromVariance: Float64Array;
  from_Ah: Float64Array;
  from_s: Float64Array;
  bestDoubt: Float64Array;
  bestAnchored: Uint8Array;
  /** How straight the readings run in between (straightness.ts). */
  line: Float64Array;
  bestSoc: Float64Array;
  bestVariance: Float64Array;
  best_Ah: Float64Array;
  best_s: Float64Array;
  /** Its differences in state of charge and in counted charge, and their variances. Kept, with its doubt. */
  bestX: Float64Array;
  bestY: Float64Array;
  bestXVariance: Float64Array;
  bestYVariance: Float64Array;
  /** Six sums for each cell (total-least-squares.ts), how many pairs are in them, and the mean variance of a pair. Kept. */
  sums: Float64Array;
  pairs: Float64Array;
  pairDoubt: Float64Array;
  /** Mean square of how far pairs are off, over their doubts (pair-fit.ts): above 1 they contradict each other. Kept. */
  misfit: Float64Array;
  judged: Float64Array;
  /** The same of the readings under way, where no capacity can explain them. Kept. */
  impossible: Float64Array;
  capacityBound_Ah: Float64Array;
  /** 1 once the capacity has been counted down to empty under load (whole-discharge.ts): nothing more stays in the cell. Kept. */
  emptied: Uint8Array;
  /** 1 while the discharge that has emptied the cell goes on; its capacity and charge when it was empty. */
  wholeOpen: Uint8Array;
  whole_Ah: Float64Array;
  wholeAt_Ah: Float64Array;
  // The usable capacity each cell has shown by itself (shown-capacity.ts), its variance (below 0: none), and the charge ever
  // discharged by then. Kept.
  shown_Ah: Float64Array;
  shownVariance_Ah2: Float64Array;
  shownAt_Ah: Float64Array;
  /** 1 while the discharge that shows it goes on; what came before weighs, what this one does, and what another current adds. */
  shownOpen: Uint8Array;
  shownBefore_Ah: Float64Array;
  shownGain: Float64Array;
  shownMore_Ah: Float64Array;
  // What can be used from full to empty (usable-capacity.ts): of each cell, and of the battery.
  usable_Ah: Float64Array;
  usableBound_Ah: Float64Array;
  usableCapacity_Ah: number;
  usableCapacityBound_Ah: number;
  usableSoh: number;
  usableSohBound: number;
  // Differences between the cells (cell-spread.ts). Time that counts for leaks, and where the last sample was taken.
  spread_s: number;
  spreadAt_s: number;
  spreadAt_Ah: number;
  spreadSamples: number;
  spreadMatrix: Float64Array;
  spreadScratch: Float64Array;
  spreadInverse: Float64Array;
  spreadSums: Float64Array;
  spreadRead: Float64Array;
  spreadSorted: Float64Array;
  /** Against the middle of the cells: state of charge when full, capacity, resistance, charge lost in a month. */
  imbalance: Float64Array;
  capacityDeviation: Float64Array;
  resistanceDeviation: Float64Array;
  leak: Float64Array;
  /** The battery's self-discharge and the cell's leak. */
  selfDischarge: Float64Array;
  imbalanceBound: number;
  capacityDeviationBound: Float64Array;
  leakBound: number;
  // What follows from them (cell-verdict.ts).
  verdict: Uint8Array;
  scores: Float64Array;
  apart_V: Float64Array;
  apart_s: number;
  untilEmpty_Ah: Float64Array;
  weakestCell: number;
  secondCell: number;
  balancingTime_s: number;
  power: Power;
};

const cells = (value = 0): Float64Array => new Float64Array(CELL_INPUTS).fill(value);

export const createHealth = (): Health => ({ ...createResponse(), ...createCapacity(), ...createSpread() });

const createResponse = () => ({
  sample_As: 0,
  sample_us: 0,
  primed_s: 0,
  sample_V: cells(),
  held_s: 0,
  timely: 0,
  z_A: new Float64Array(2),
  drift_A: new Float64Array(3),
  drift_V: cells(),
  information: new Float64Array(6),
  scratch: new Float64Array(6),
  inverse: new Float64Array(6),
  informed_s: 0,
  left_V2: 0,
  answers: new Float64Array(3 * CELL_INPUTS),
  answersSquare_V2: cells(),
  parts_Ohm: new Float64Array(3 * CELL_INPUTS),
  tenth_Ohm: cells(),
  resistance100ms_Ohm: cells(),
  resistance10s_Ohm: cells(),
  resistanceBound_Ohm: cells(),
});

const createCapacity = () => ({
  dropFactor: cells(1),
  dropVariance: cells(0.1225),
  drop_s: cells(),
  bled_Ah: cells(),
  lastBled_Ah: cells(),
  readVariance: 0,
  fromSoc: cells(),
  fromVariance: cells(-1),
  from_Ah: cells(),
  from_s: cells(),
  bestDoubt: cells(99),
  bestAnchored: new Uint8Array(CELL_INPUTS),
  line: new Float64Array(8 * CELL_INPUTS),
  bestSoc: cells(),
  bestVariance: cells(),
  best_Ah: cells(),
  best_s: cells(),
  bestX: cells(),
  bestY: cells(),
  bestXVariance: cells(),
  bestYVariance: cells(),
  sums: new Float64Array(6 * CELL_INPUTS),
  pairs: cells(),
  pairDoubt: cells(),
  misfit: cells(1),
  judged: cells(),
  impossible: cells(),
  capacityBound_Ah: cells(),
  emptied: new Uint8Array(CELL_INPUTS),
  wholeOpen: new Uint8Array(CELL_INPUTS),
  whole_Ah: cells(),
  wholeAt_Ah: cells(),
  shown_Ah: cells(),
  shownVariance_Ah2: cells(-1),
  shownAt_Ah: cells(),
  shownOpen: new Uint8Array(CELL_INPUTS),
  shownBefore_Ah: cells(),
  shownGain: cells(),
  shownMore_Ah: cells(),
  usable_Ah: cells(),
  usableBound_Ah: cells(),
  usableCapacity_Ah: 0,
  usableCapacityBound_Ah: 0,
  usableSoh: 1,
  usableSohBound: 1,
});

const createSpread = () => ({
  spread_s: 0,
  spreadAt_s: 0,
  spreadAt_Ah: 0,
  spreadSamples: 0,
  spreadMatrix: new Float64Array(6),
  spreadScratch: new Float64Array(6),
  spreadInverse: new Float64Array(6),
  spreadSums: new Float64Array(4 * CELL_INPUTS),
  spreadRead: cells(),
  spreadSorted: cells(),
  imbalance: cells(),
  capacityDeviation: cells(),
  resistanceDeviation: cells(),
  leak: cells(),
  selfDischarge: cells(),
  imbalanceBound: 1,
  capacityDeviationBound: cells(1),
  leakBound: 1,
  verdict: new Uint8Array(CELL_INPUTS),
  scores: new Float64Array(6),
  apart_V: cells(),
  apart_s: 0,
  untilEmpty_Ah: cells(),
  weakestCell: 0,
  secondCell: 1,
  balancingTime_s: -1,
  power: createPower(),
});

/** Fields that survive a power cycle, by their path inside the stage. */
export const HEALTH_KEPT: readonly string[] = [
  "health.information",
  "health.informed_s",
  "health.answers",
  "health.answersSquare_V2",
  "health.dropFactor",
  "health.dropVariance",
  "health.sums",
  "health.pairs",
  "health.bestDoubt",
  "health.bestX",
  "health.bestY",
  "health.bestXVariance",
  "health.bestYVariance",
  "health.pairDoubt",
  "health.capacityBound_Ah",
  "health.emptied",
  "health.misfit",
  "health.judged",
  "health.impossible",
  "health.shown_Ah",
  "health.shownVariance_Ah2",
  "health.shownAt_Ah",
  "health.bled_Ah",
  "health.lastBled_Ah",
  "health.spread_s",
  "health.spreadAt_s",
  "health.spreadSamples",
  "health.spreadMatrix",
  "health.spreadSums",
];
