// Days with a full charge each, made of a tester's scripts of one day, from full to empty and back. What a battery in daily use has
// and a single recording has not: full charges, which show what the count and the current sensor's zero are off.

import type { Settings } from "../model/settings.ts";
import { chargeSinceStart_Ah, type Recording, recordingFrom } from "../sim/recorded/recording.ts";
import { trackDevice } from "./device-track.ts";
import { type Perturbation, sensorErrors, toldStart } from "./perturbation.ts";
import { sampledOnce } from "./sensed.ts";
import { type Figures, tally } from "./tally.ts";

/** A recording with its true state of charge. */
export type Day = { readonly recording: Recording; readonly soc: Float64Array };

/**
 * One day. The truth is the tester's count: from full at the first row, and in the last part back from full at its last row, so
 * that what the tester counts wrongly in a day does not add up.
 * @param parts in their order; the first begins full, the last ends full
 */
export function dayOf(parts: readonly Recording[], capacity_Ah: number): Day {
  let before_Ah = 0;
  const socs = parts.map((part, i) => {
    const moved_Ah = chargeSinceStart_Ah(part);
    const last_Ah = moved_Ah[moved_Ah.length - 1]!;
    const from_Ah = i === parts.length - 1 ? -last_Ah : before_Ah;
    before_Ah += last_Ah;
    return moved_Ah.map((value) => 1 + (from_Ah + value) / capacity_Ah);
  });
  return { recording: chained(parts), soc: joined(socs) };
}

/** The same day again and again. */
export const daysOf = ({ recording, soc }: Day, count: number): Day => ({
  recording: chained(new Array<Recording>(count).fill(recording)),
  soc: joined(new Array<Float64Array>(count).fill(soc)),
});

const PAUSE_s = 1;

/** Recordings of the same columns one after the other, with a second between them. */
function chained(parts: readonly Recording[]): Recording {
  let next_s = 0;
  const times = parts.map(({ time_s }) => {
    const shift_s = next_s - time_s[0]!;
    next_s = time_s[time_s.length - 1]! + shift_s + PAUSE_s;
    return time_s.map((value) => value + shift_s);
  });
  return {
    time_s: joined(times),
    voltage_V: joined(parts.map(({ voltage_V }) => voltage_V)),
    current_A: joined(parts.map(({ current_A }) => current_A)),
    temperature_degC: joined(parts.map(({ temperature_degC }) => temperature_degC)),
    charge_Ah: joined(parts.map(({ charge_Ah }) => charge_Ah)),
    mean_A: joined(parts.map(({ mean_A }) => mean_A)),
    reference: joined(parts.map(({ reference }) => reference)),
  };
}

function joined(columns: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(columns.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const column of columns) {
    whole.set(column, at);
    at += column.length;
  }
  return whole;
}

export type DaysTask = {
  readonly day: Day;
  readonly days: number;
  readonly capacity_Ah: number;
  /** Settings of the device as told under this perturbation. */
  readonly settings: Settings;
  readonly perturbation: Perturbation;
  readonly seed: number;
};

/** The device's figures of each day it lives through, without a power cut between them. */
export function scoreDays({ day, days, capacity_Ah, settings, perturbation, seed }: DaysTask): readonly Figures[] {
  const { recording, soc } = daysOf(day, days);
  const track = trackDevice({
    recording: perturbation.sampled ? sampledOnce(recording) : recording,
    settings,
    told: toldStart(perturbation, soc[0]!),
    errors: sensorErrors(perturbation, capacity_Ah),
    seed,
  });
  const rows = day.soc.length;
  return Array.from({ length: days }, (_, i) => {
    const [from, to] = [i * rows, (i + 1) * rows];
    const seen = { soc: track.soc.subarray(from, to), bound: track.bound.subarray(from, to) };
    return tally(seen, day.soc, recordingFrom(recording, from, to).time_s);
  });
}
