// How a run went: trips with their sentences, and the state of charge the device states against the true one.
// Truth is merged from the cells by the rule the device uses, so that only the estimate is judged, not the rule.

import type { Bms } from "../../core/bms.ts";
import { explain } from "../../core/protect/explanation.ts";
import { FAULT_NAMES, FAULT_ROWS, type FaultName } from "../../model/faults.ts";
import type { Truth } from "../truth.ts";

export type Trip = {
  readonly name: FaultName;
  readonly level: "error" | "indication";
  readonly at_s: number;
  /** Cell or sensor, counted from 1; a sense wire keeps its number C0..C18; -1: names none. */
  readonly element: number;
  readonly elementName: string;
  readonly value: number;
  readonly limit: number;
  readonly sentence: string;
};

export type SocScore = {
  rmse: number;
  /** Largest error, and when. */
  max: number;
  max_s: number;
  end: number;
  referenceEnd: number;
  /** Share of the scored time in which the truth was inside the stated bound. */
  boundedShare: number;
  /** Time scored: from the first estimate on, while the device is awake. */
  time_s: number;
};

export type Score = {
  trips: Trip[];
  counts: Float64Array;
  sequence: number;
  squares: number;
  bounded_s: number;
  soc: SocScore;
};

export const createScore = (): Score => ({
  trips: [],
  counts: new Float64Array(FAULT_NAMES.length),
  sequence: 0,
  squares: 0,
  bounded_s: 0,
  soc: { rmse: 0, max: 0, max_s: 0, end: 0, referenceEnd: 0, boundedShare: 1, time_s: 0 },
});

/** A device that starts anew counts its trips anew, from what it kept. */
export function resetTripCounts(score: Score, bms: Bms): void {
  score.sequence = bms.protect.sequence;
  for (let i = 0; i < FAULT_NAMES.length; i++) score.counts[i] = bms.protect.faults[FAULT_NAMES[i]].trips;
}

/** Take down what has tripped in this tick. */
export function noteTrips(score: Score, bms: Bms, time_us: number): void {
  if (bms.protect.sequence === score.sequence) return;
  score.sequence = bms.protect.sequence;
  for (let i = 0; i < FAULT_NAMES.length; i++) {
    const trips = bms.protect.faults[FAULT_NAMES[i]].trips;
    if (trips > score.counts[i]) score.trips.push(describeTrip(bms, FAULT_NAMES[i], time_us));
    score.counts[i] = trips;
  }
}

function describeTrip(bms: Bms, name: FaultName, time_us: number): Trip {
  const row = FAULT_ROWS[name];
  const state = bms.protect.faults[name];
  const element = state.element < 0 ? -1 : row.elementName === "wire" ? state.element : state.element + 1;
  return {
    name,
    level: row.level,
    at_s: time_us * 1e-6,
    element,
    elementName: row.elementName ?? "",
    value: state.value,
    limit: state.limit,
    sentence: explain(name, state),
  };
}

/** Compare the device's internal state of charge with the truth over a tick. */
export function noteSoc(score: Score, bms: Bms, truth: number, time_us: number, dt_us: number): void {
  if (bms.estimate.started !== 1) return;
  const { soc } = score;
  const dt_s = dt_us * 1e-6;
  const error = Math.abs(bms.estimate.internalSoc - truth);
  score.squares += error * error * dt_s;
  soc.time_s += dt_s;
  if (error <= bms.estimate.socBound) score.bounded_s += dt_s;
  if (error > soc.max) {
    soc.max = error;
    soc.max_s = time_us * 1e-6;
  }
  soc.end = bms.estimate.internalSoc;
  soc.referenceEnd = truth;
}

export function finishScore(score: Score): void {
  const { soc } = score;
  if (soc.time_s <= 0) return;
  soc.rmse = Math.sqrt(score.squares / soc.time_s);
  soc.boundedShare = score.bounded_s / soc.time_s;
}

/** True state of charge of the pack by the device's own rule. minMax and the rest are as its settings name them. */
export function mergedSoc(truth: Truth, rule: "minimal" | "average" | "minMax" | "maxMin"): number {
  let min = truth.soc[0],
    max = truth.soc[0],
    sum = 0;
  for (let k = 0; k < truth.cells; k++) {
    const soc = truth.soc[k] < 0 ? 0 : truth.soc[k] > 1 ? 1 : truth.soc[k];
    if (k === 0 || soc < min) min = soc;
    if (k === 0 || soc > max) max = soc;
    sum += soc;
  }
  switch (rule) {
    case "minimal":
      return min;
    case "average":
      return sum / truth.cells;
    case "minMax":
      return min + (1 - max) > 0 ? min / (min + (1 - max)) : 0.5;
    case "maxMin":
      return max + (1 - min) > 0 ? max / (max + (1 - min)) : 0.5;
  }
}
