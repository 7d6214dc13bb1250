// A recording made ready for identification: state of charge from the tester's count, currents, voltage and how much each
// row weighs. What a recording can tell follows from what was done to the cell, not from its name.

import { chargeSinceStart_Ah, type Recording, rangeOf } from "../sim/recorded/recording.ts";

/** A slow way from full to empty or back; pulses with rests between; a load as in use. */
export type TrialKind = "sweep" | "pulses" | "drive";

export type Trial = {
  readonly name: string;
  readonly kind: TrialKind;
  readonly time_s: Float64Array;
  readonly voltage_V: Float64Array;
  readonly current_A: Float64Array;
  /** Mean current since the row before. */
  readonly mean_A: Float64Array;
  readonly soc: Float64Array;
  readonly degC: Float64Array;
  readonly weight: Float64Array;
  /** Mean of the temperatures, and the first one. */
  readonly mean_degC: number;
  /** The branch of the rest voltage it begins on: 1 just charged, -1 just discharged. */
  readonly branch: 1 | -1;
};

export type Source = {
  readonly name: string;
  readonly recording: Recording;
  /** Charge a second test moved after this one until the cell was empty, at 25 degC; undefined: there is none. */
  readonly emptiedBy_Ah: number | undefined;
};

/** Rates up to this are those of a sweep. */
const SWEEP_RATE = 0.11;
/** Less than this part of the capacity says little. */
const LEAST_MOVED = 0.3;
/** Longest rest within a load as in use; pulse tests wait longer for the voltage to settle. */
const PAUSE_s = 900;

/** The cell's capacity: from two tests that empty it together, else from the slow sweep nearest to 25 degC. */
export function capacityOf(
  sources: readonly Source[],
): { readonly capacity_Ah: number; readonly from: string } | undefined {
  const emptied = sources.flatMap((source) => {
    const { emptiedBy_Ah, recording, name } = source;
    const fast = isFasterThan(recording, 0.5);
    return emptiedBy_Ah === undefined || !fast
      ? []
      : [{ capacity_Ah: -(lastCharge_Ah(recording) + emptiedBy_Ah), from: name, degC: meanOf(recording) }];
  });
  const swept = sources.flatMap(({ name, recording }) => {
    const { min } = rangeOf(chargeSinceStart_Ah(recording));
    return isFasterThan(recording, 0.11 * -min) || min >= 0
      ? []
      : [{ capacity_Ah: -min, from: name, degC: meanOf(recording) }];
  });
  const known = emptied.length > 0 ? emptied : swept;
  return known.sort((a, b) => Math.abs(a.degC - 25) - Math.abs(b.degC - 25))[0];
}

const lastCharge_Ah = (recording: Recording): number => chargeSinceStart_Ah(recording).at(-1) ?? 0;
const isFasterThan = ({ current_A }: Recording, limit_A: number): boolean => {
  const { min, max } = rangeOf(current_A);
  return Math.max(max, -min) > limit_A;
};

const meanOf = ({ temperature_degC }: Recording): number =>
  temperature_degC.length === 0
    ? 25
    : temperature_degC.reduce((sum, value) => sum + value, 0) / temperature_degC.length;

/** Undefined: it moves too little charge to tell anything. */
export function trialOf({ name, recording, emptiedBy_Ah }: Source, rated_Ah: number): Trial | undefined {
  const charge_Ah = chargeSinceStart_Ah(recording);
  const moved = rangeOf(charge_Ah);
  const down = -moved.min > LEAST_MOVED * rated_Ah;
  if (!down && !(moved.max > LEAST_MOVED * rated_Ah)) return undefined;
  const capacity_Ah = down && emptiedBy_Ah !== undefined ? -(charge_Ah[charge_Ah.length - 1] + emptiedBy_Ah) : rated_Ah;
  const kind = kindOf(recording, rated_Ah);
  const { time_s, voltage_V, current_A } = recording;
  const soc = charge_Ah.map((value) => (down ? 1 : 0) + value / capacity_Ah);
  const weight = weightsOf(kind, time_s);
  if (kind === "sweep" && !comesBack(soc, down)) forgetTheWayBack(soc, weight, down);
  return {
    name,
    kind,
    time_s,
    voltage_V,
    current_A,
    mean_A: meansOf(recording, charge_Ah),
    soc,
    degC: recording.temperature_degC.length > 0 ? recording.temperature_degC : new Float64Array(time_s.length).fill(25),
    weight,
    mean_degC: meanOf(recording),
    branch: down ? 1 : -1,
  };
}

/** How far from where it began a sweep may end. */
const RETURN = 0.1;

/** Whether a sweep that turned round came back to where it was: else its count was broken, or the cell was. */
function comesBack(soc: Float64Array, down: boolean): boolean {
  const { min, max } = rangeOf(soc);
  const end = soc[soc.length - 1];
  const turned = down ? end > min + RETURN : end < max - RETURN;
  return !turned || Math.abs(end - soc[0]) <= RETURN;
}

function forgetTheWayBack(soc: Float64Array, weight: Float64Array, down: boolean): void {
  const { min, max } = rangeOf(soc);
  const turn = soc.indexOf(down ? min : max);
  weight.fill(0, turn);
}

function kindOf(recording: Recording, rated_Ah: number): TrialKind {
  if (!isFasterThan(recording, SWEEP_RATE * rated_Ah)) return "sweep";
  const { time_s, current_A } = recording;
  let rests = 0,
    since_s = time_s[0];
  for (let i = 1; i < time_s.length; i++) {
    if (Math.abs(current_A[i]) > 0.01 * rated_Ah) {
      if (time_s[i] - since_s > PAUSE_s) rests++;
      since_s = time_s[i];
    }
  }
  return rests >= 5 ? "pulses" : "drive";
}

/** The recorded mean where there is one; over long steps, and where a logger left rows out, that of the tester's count. */
function meansOf(recording: Recording, charge_Ah: Float64Array): Float64Array {
  const { time_s, current_A, mean_A } = recording;
  return time_s.map((at_s, i) => {
    if (i === 0) return current_A[0];
    if (mean_A.length > 0) return mean_A[i];
    const step_s = at_s - time_s[i - 1];
    return step_s > 2 ? ((charge_Ah[i] - charge_Ah[i - 1]) * 3600) / step_s : 0.5 * (current_A[i] + current_A[i - 1]);
  });
}

/** Seconds of use that a whole test with pulses, or a whole sweep, weighs. */
const PULSES_WEIGH = 2500;
const SWEEP_WEIGHS = 1500;

/** A second of use counts one; a test that mostly rests counts as part of an hour of use, however long it took. */
function weightsOf(kind: TrialKind, time_s: Float64Array): Float64Array {
  const weights = time_s.map((at_s, i) => (i === 0 ? 0 : Math.min(at_s - time_s[i - 1], kind === "drive" ? 2 : 60)));
  if (kind === "drive") return weights;
  const sum = weights.reduce((total, value) => total + value, 0);
  return weights.map((value) => (value * (kind === "pulses" ? PULSES_WEIGH : SWEEP_WEIGHS)) / sum);
}
