// The truth an estimate is compared with: the tester's own charge count, from a state of charge at the first sample and over
// the capacity the cell has at 25 degC. In the cold a cell cannot give all of that, and a run ends above empty.

import { interpolateGrid } from "../base/interpolate.ts";
import type { Settings } from "../model/settings.ts";
import { chargeSinceStart_Ah, type Recording, rangeOf } from "../sim/recorded/recording.ts";
import { drawnCapacity_Ah, startSoc } from "../sim/recorded/reference-soc.ts";

export type Reference = {
  readonly soc: Float64Array;
  readonly capacity_Ah: number;
  /** How start and capacity were found, for people. */
  readonly how: string;
};

/** What is known beside the recording; all optional. */
export type Hints = {
  readonly start?: number | undefined;
  readonly capacity_Ah?: number | undefined;
  /** Charge a second test moved after this one, until the cell was empty, at 25 degC. */
  readonly emptiedBy_Ah?: number | undefined;
};

type Found<Value> = { readonly value: Value; readonly how: string };

/**
 * @param settings of a device for the cell, at its rated capacity
 * @returns undefined where neither recording nor cell tell a capacity
 */
export function referenceOf(
  recording: Recording,
  settings: Settings,
  rated_Ah: number | undefined,
  hints: Hints,
): Reference | undefined {
  const charge_Ah = chargeSinceStart_Ah(recording);
  if (recording.reference.length > 0 && hints.start === undefined && hints.capacity_Ah === undefined)
    return statedReference(recording, charge_Ah);
  const capacity = findCapacity(recording, charge_Ah, settings, rated_Ah, hints);
  if (capacity === undefined) return undefined;
  const start = findStart(recording, charge_Ah, settings, capacity.value, hints);
  return {
    soc: charge_Ah.map((moved_Ah) => start.value + moved_Ah / capacity.value),
    capacity_Ah: capacity.value,
    how: `${start.how}, ${capacity.how}`,
  };
}

function statedReference(recording: Recording, charge_Ah: Float64Array): Reference {
  const soc = rangeOf(recording.reference);
  const charge = rangeOf(charge_Ah);
  return {
    soc: recording.reference,
    capacity_Ah: (charge.max - charge.min) / (soc.max - soc.min),
    how: "as the recording itself states it",
  };
}

function findCapacity(
  recording: Recording,
  charge_Ah: Float64Array,
  settings: Settings,
  rated_Ah: number | undefined,
  hints: Hints,
): Found<number> | undefined {
  if (hints.capacity_Ah !== undefined) return { value: hints.capacity_Ah, how: "capacity as given" };
  const full = startSoc(recording, settings).soc >= FULL_FROM;
  if (hints.emptiedBy_Ah !== undefined && full) {
    const value = -(charge_Ah[charge_Ah.length - 1] + hints.emptiedBy_Ah);
    if (value > 0) return { value, how: "capacity from this and the next test, which empties the cell" };
  }
  const drawn_Ah = drawnCapacity_Ah(recording, settings);
  if (rated_Ah !== undefined && !(drawn_Ah !== undefined && isAnother(recording, drawn_Ah, rated_Ah, charge_Ah)))
    return { value: rated_Ah, how: "capacity of the cell" };
  return drawn_Ah === undefined
    ? undefined
    : { value: drawn_Ah, how: "another cell: capacity from what it gave until empty" };
}

/** A recording that is warm, goes to empty and gave far less, or more, than the cell has is of another cell. */
function isAnother(recording: Recording, drawn_Ah: number, rated_Ah: number, charge_Ah: Float64Array): boolean {
  const moved = rangeOf(charge_Ah);
  if (moved.max - moved.min > MOST_DRAWN * rated_Ah) return true;
  const warm = recording.temperature_degC.length === 0 || rangeOf(recording.temperature_degC).min >= WARM_degC;
  return warm && drawn_Ah < LEAST_DRAWN * rated_Ah;
}

const WARM_degC = 5;
const LEAST_DRAWN = 0.75;
const MOST_DRAWN = 1.1;

/** From here on a cell that rests has just been charged. */
const FULL_FROM = 0.9;
/** Current of a charge that has come to its end, and how much it must have moved. */
const TAIL_C = 0.06;
const CHARGED = 0.3;

function findStart(
  recording: Recording,
  charge_Ah: Float64Array,
  settings: Settings,
  capacity_Ah: number,
  hints: Hints,
): Found<number> {
  if (hints.start !== undefined) return { value: hints.start, how: "start as given" };
  const start = startSoc(recording, settings);
  if (start.soc >= FULL_FROM) return { value: 1, how: "starts full" };
  const moved_Ah = charge_Ah[charge_Ah.length - 1];
  if (moved_Ah > CHARGED * capacity_Ah && endsFull(recording, settings, capacity_Ah))
    return { value: 1 - moved_Ah / capacity_Ah, how: "ends full" };
  return { value: start.soc, how: `starts ${start.how}` };
}

function endsFull({ voltage_V, current_A, temperature_degC }: Recording, settings: Settings, capacity_Ah: number) {
  const last = voltage_V.length - 1;
  const degC = temperature_degC.length > 0 ? temperature_degC[last] : 25;
  const { ocv } = settings.socEstimation;
  const nearFull_V = interpolateGrid(ocv.x, ocv.y, ocv.z, 0.97, degC);
  return voltage_V[last] >= nearFull_V && Math.abs(current_A[last]) < TAIL_C * capacity_Ah;
}

/** First row at which the truth has fallen to a state of charge; 0 where it starts there, undefined where it stays above. */
export function rowAt(reference: Reference, soc: number): number | undefined {
  const row = reference.soc.findIndex((value) => value <= soc);
  return row < 0 ? undefined : row;
}
