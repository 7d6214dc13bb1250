// The truth an estimate is compared with: the tester's own charge count, from a state of charge at the first sample and over
// the capacity the cell has at 25 degC. In the cold a cell cannot give all of that, and a run ends above empty.

import { interpolateGrid } from "../base/interpolate.ts";
import type { Settings } from "../model/settings.ts";
import { chargeSinceStart_Ah, type Recording, rangeOf } from "../sim/recorded/recording.ts";
import { drawnCapacity_Ah, startSoc } from "../sim/recorded/reference-soc.ts";
import { plainModel, socAtRest } from "./plain-model.ts";

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
  const own_Ah = ownCapacity_Ah(recording, charge_Ah, settings, rated_Ah);
  if (own_Ah !== undefined) return { value: own_Ah, how: "another cell: capacity from what it gave until empty" };
  if (rated_Ah !== undefined) return { value: rated_Ah, how: "capacity of the cell" };
  const drawn_Ah = drawnCapacity_Ah(recording, settings);
  return drawn_Ah === undefined ? undefined : { value: drawn_Ah, how: "capacity from what it gave until empty" };
}

/** Below, the cold keeps charge in the cell that a voltage does not show. */
const WARM_degC = 5;
/** A recording may say otherwise than the rated capacity by so much at its end, and draw so much more than it. */
const APART = 0.22;
const MOST_DRAWN = 1.1;
/** Only a cell that its voltage says is nearly empty shows what it had. */
const NEARLY_EMPTY = 0.12;

/**
 * Capacity of a warm recording that plainly shows another cell than the rated one: its last voltage says nearly empty while
 * the count says far from it, or it gave more than the rated cell has.
 */
function ownCapacity_Ah(
  recording: Recording,
  charge_Ah: Float64Array,
  settings: Settings,
  rated_Ah: number | undefined,
): number | undefined {
  if (rated_Ah === undefined) return undefined;
  const degC = recording.temperature_degC;
  if (degC.length > 0 && rangeOf(degC).min < WARM_degC) return undefined;
  const moved_Ah = charge_Ah[charge_Ah.length - 1];
  const start = startSoc(recording, settings).soc;
  const end = loadedSoc(recording, recording.voltage_V.length - 1, settings, 0.1);
  if (end > NEARLY_EMPTY) return undefined;
  const counted = start + moved_Ah / rated_Ah;
  const far = counted - end > APART || -moved_Ah > MOST_DRAWN * rated_Ah;
  return far ? -moved_Ah / (start - end) : undefined;
}

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
  if (start.soc >= FULL_FROM || loadedStart(recording, settings) >= FULL_FROM) return { value: 1, how: "starts full" };
  const moved_Ah = charge_Ah[charge_Ah.length - 1];
  if (moved_Ah > CHARGED * capacity_Ah && endsFull(recording, settings, capacity_Ah))
    return { value: 1 - moved_Ah / capacity_Ah, how: "ends full" };
  return { value: start.soc, how: `starts ${start.how}` };
}

/** State of charge at the first row if its load had already flowed for long. */
const loadedStart = (recording: Recording, settings: Settings): number =>
  recording.current_A[0] > -LOADED_C * settings.battery.capacity_Ah ? 0 : loadedSoc(recording, 0, settings, 0.9);

/** State of charge at a row whose load has flowed for long: without what the cell drops over resistance and pairs. */
function loadedSoc(
  { voltage_V, current_A, temperature_degC }: Recording,
  row: number,
  settings: Settings,
  near: number,
) {
  const model = plainModel(settings);
  const degC = temperature_degC.length > 0 ? temperature_degC[row] : 25;
  const whole_Ohm = model.resistance_Ohm(near, degC) * (1 + model.fastRatio + model.slowRatio);
  return socAtRest(model, voltage_V[row] - current_A[row] * whole_Ohm, degC);
}

/** A load that is more than a tester's own. */
const LOADED_C = 0.2;

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
