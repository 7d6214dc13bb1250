// Capacity over a cell's life: one device, told the rated capacity, lives through consecutive records of an aged cell, with a
// power cut between them as the tester's own, and is compared with what the tester measured at that age.

import type { Bms } from "../core/bms.ts";
import { saveKept } from "../core/saved-state.ts";
import type { Settings } from "../model/settings.ts";
import { IDEAL_CONVERTER, NO_ERRORS } from "../sim/recorded/recorded-board.ts";
import { advanceRecorded, createRecordedRun } from "../sim/recorded/recorded-run.ts";
import { type Recording, recordingFrom } from "../sim/recorded/recording.ts";
import { signalOf } from "./signal-reader.ts";

/** One record of a cell's life: a charge or a discharge. */
export type Segment = {
  readonly cycle: number;
  readonly recording: Recording;
  /** Time since the record before began, where the source has it. */
  readonly since_s: number | undefined;
  /** Capacity that was measured in this cycle, Ah. */
  readonly measured_Ah: number;
};

/** The part of each record that the device is shown: from and to which part of its charge. */
export type Window = { readonly name: string; readonly from: number; readonly to: number };
export const WINDOWS: readonly Window[] = [
  { name: "whole", from: 0, to: 1 },
  { name: "to full", from: 0.4, to: 1 },
  { name: "20..80 %", from: 0.2, to: 0.8 },
];

/** "After ten usable segments." */
const USABLE = 10;
/** Records that are tried for them, and how many without any say that there will be none. */
const MOST_RECORDS = 30;
const HOPELESS = 12;

export type CapacityFound = {
  readonly window: string;
  readonly cycle: number;
  /** Records that were played, and those of which the device made something. */
  readonly records: number;
  readonly usable: number;
  readonly measured_Ah: number;
  readonly estimated_Ah: number;
  readonly bound_Ah: number;
};

/**
 * From a record of the list on, until ten were usable. What flowed before a part that begins within its record nobody saw, nor for
 * how long: the time without power is not told then.
 */
export function capacityAt(
  segments: readonly Segment[],
  first: number,
  window: Window,
  settings: Settings,
): CapacityFound {
  let kept: Uint8Array | undefined;
  let played = 0,
    usable = 0,
    bms: Bms | undefined;
  const measured: number[] = [];
  for (let i = first; i < segments.length && played < MOST_RECORDS && usable < USABLE; i++) {
    const segment = segments[i];
    const part = partOf(segment.recording, window);
    if (part === undefined) continue;
    bms = playOn(part, settings, kept, window.from > 0 ? -1 : (segment.since_s ?? -1));
    kept = saveKept(bms);
    measured.push(segment.measured_Ah);
    played++;
    usable = signalOf(bms, "capacityPairs");
    if (usable === 0 && played >= HOPELESS) break;
  }
  return {
    window: window.name,
    cycle: segments[first].cycle,
    records: played,
    usable,
    measured_Ah: middleOf(measured),
    estimated_Ah: bms === undefined ? Number.NaN : signalOf(bms, "cellUsableCapacity_Ah"),
    bound_Ah: bms === undefined ? Number.NaN : signalOf(bms, "usableCapacityBound_Ah"),
  };
}

function playOn(recording: Recording, settings: Settings, kept: Uint8Array | undefined, off_s: number): Bms {
  const run = createRecordedRun({
    recording,
    settings,
    capacity_Ah: settings.battery.capacity_Ah,
    startSoc: 0,
    errors: NO_ERRORS,
    seed: 1,
    traceBins: 0,
    converter: IDEAL_CONVERTER,
    kept,
    off_s,
  });
  while (advanceRecorded(run));
  return run.bms;
}

/** Fewer rows tell no course of a voltage. */
const LEAST_ROWS = 8;

/** Rows between two parts of the charge the record moved. */
function partOf(recording: Recording, { from, to }: Window): Recording | undefined {
  if (from === 0 && to === 1) return recording;
  const { charge_Ah } = recording;
  const last = charge_Ah[charge_Ah.length - 1] - charge_Ah[0];
  const low = charge_Ah.findIndex((value) => Math.abs(value - charge_Ah[0]) >= from * Math.abs(last));
  let high = charge_Ah.findIndex((value) => Math.abs(value - charge_Ah[0]) >= to * Math.abs(last));
  if (high < 0 || to === 1) high = charge_Ah.length - 1;
  if (low < 0 || high - low < LEAST_ROWS) return undefined;
  return recordingFrom(recording, low, high + 1);
}

/** The middle value: a few broken cycles do not move it. */
export function middleOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? Number.NaN : sorted[sorted.length >> 1];
}

/** Records at which a device begins its life anew, evenly over the cell's. */
export function beginnings(segments: readonly Segment[], count: number): readonly number[] {
  const last = Math.max(0, segments.length - MOST_RECORDS);
  return Array.from({ length: count }, (_, i) => Math.round((last * i) / Math.max(1, count - 1)));
}
