// The shipping device on a recording: its whole tick, with the recording at its headers, and what it states of its state of
// charge after each sample.

import { createBms } from "../core/bms.ts";
import { saveKept } from "../core/saved-state.ts";
import type { Settings } from "../model/settings.ts";
import { IDEAL_CONVERTER, type SensorErrors } from "../sim/recorded/recorded-board.ts";
import { advanceRecorded, createRecordedRun, type RecordedRun } from "../sim/recorded/recorded-run.ts";
import type { Recording } from "../sim/recorded/recording.ts";
import type { Told } from "./perturbation.ts";
import type { Track } from "./tally.ts";

export type DeviceTask = {
  readonly recording: Recording;
  readonly settings: Settings;
  /** Undefined: a device that has never run. */
  readonly told: Told | undefined;
  readonly errors: SensorErrors;
  readonly seed: number;
};

/** State of charge and its bound after each sample. NaN while the device has none. */
export function trackDevice(task: DeviceTask): Track {
  const { recording } = task;
  const rows = recording.time_s.length;
  const track = { soc: new Float64Array(rows).fill(Number.NaN), bound: new Float64Array(rows).fill(Number.NaN) };
  const run = createDeviceRun(task);
  let going = true;
  for (let row = 0; going; ) {
    going = advanceRecorded(run);
    for (; row < run.row; row++) note(run, track, row);
  }
  return track;
}

export function createDeviceRun(task: DeviceTask, step?: RecordedRun["step"]): RecordedRun {
  return createRecordedRun({
    recording: task.recording,
    settings: task.settings,
    errors: task.errors,
    seed: task.seed,
    capacity_Ah: task.settings.battery.capacity_Ah,
    startSoc: 0,
    traceBins: 0,
    converter: IDEAL_CONVERTER,
    kept: task.told === undefined ? undefined : rememberedCharge(task.settings, task.told),
    ...(step === undefined ? {} : { step }),
  });
}

function note({ bms }: RecordedRun, track: Track, row: number): void {
  if (bms.estimate.started === 0) return;
  track.soc[row] = bms.estimate.internalSoc;
  track.bound[row] = bms.estimate.socBound;
}

/** What a device keeps through a power cut that believed this of every cell, and nothing else of note. */
export function rememberedCharge(settings: Settings, { soc, bound }: Told): Uint8Array {
  const bms = createBms(settings);
  const { estimate, plan } = bms;
  const { capacity_Ah, resistance_Ohm } = plan.estimate;
  estimate.learnedFor_Ah = capacity_Ah;
  estimate.learnedFor_Ohm = resistance_Ohm;
  estimate.effectiveCapacity_Ah = capacity_Ah;
  estimate.dod_Ah = (1 - soc) * capacity_Ah;
  for (let cell = 0; cell < settings.battery.cells; cell++) {
    estimate.cellSoc[cell] = soc;
    estimate.cellSocBound[cell] = bound;
    estimate.cellCapacity_Ah[cell] = capacity_Ah;
    estimate.cellResistance_Ohm[cell] = resistance_Ohm;
  }
  return saveKept(bms);
}
