// Packs whose cells differ, as logged: which cell the device holds for the weakest, what it says of each, and whether it
// trips on values no cell can have. The truth is in the log itself: which cell falls first, and which lie apart for long.

import type { Bms } from "../core/bms.ts";
import { saveKept } from "../core/saved-state.ts";
import { cellSentence } from "../model/cell-sentence.ts";
import type { Settings } from "../model/settings.ts";
import { IDEAL_CONVERTER, NO_ERRORS } from "../sim/recorded/recorded-board.ts";
import { advanceRecorded, createRecordedRun, type RecordedRun } from "../sim/recorded/recorded-run.ts";
import { type Recording, recordingFrom } from "../sim/recorded/recording.ts";
import { middleOf } from "./ageing.ts";
import { signalOf } from "./signal-reader.ts";

export type PackLog = {
  readonly recording: Recording;
  /** One column for each cell. */
  readonly cells_V: readonly Float64Array[];
};

export type PackFound = {
  /** Cells counted from 1 over the whole log. */
  readonly weakest: number;
  readonly second: number;
  /** Code of the verdict for each cell. */
  readonly verdicts: readonly number[];
  /** What the device has found of each cell, in words. */
  readonly sentences: readonly string[];
  readonly trips: readonly { readonly name: string; readonly at_s: number; readonly sentence: string }[];
};

/** A pause so long is a power cut. */
const PAUSE_s = 3600;

/** Plays a log of up to 18 cells, from pause to pause. @param firstCell number of the first cell, for the answer */
export function playPack(log: PackLog, settings: Settings, firstCell: number): PackFound {
  let kept: Uint8Array | undefined;
  let bms: Bms | undefined;
  const trips: PackFound["trips"][number][] = [];
  for (const { from, to, off_s } of stretchesOf(log.recording.time_s)) {
    const run = createRun(log, settings, from, to, kept, off_s);
    while (advanceRecorded(run));
    const start_s = log.recording.time_s[from];
    for (const { name, level, at_s, sentence } of run.score.trips)
      if (level === "error") trips.push({ name, at_s: start_s + at_s, sentence });
    bms = run.bms;
    kept = saveKept(bms);
  }
  const cells = log.cells_V.length;
  return {
    weakest: bms === undefined ? 0 : firstCell + signalOf(bms, "weakestCell"),
    second: bms === undefined ? 0 : firstCell + signalOf(bms, "secondWeakestCell"),
    verdicts: Array.from({ length: cells }, (_, k) => (bms === undefined ? 0 : signalOf(bms, "cellVerdict", k))),
    sentences: Array.from({ length: cells }, (_, k) => (bms === undefined ? "" : sentenceOf(bms, k, firstCell + k))),
    trips,
  };
}

const sentenceOf = (bms: Bms, k: number, number: number): string =>
  cellSentence(number, {
    capacityRatio: signalOf(bms, "cellCapacityDeviation", k),
    capacityBound: signalOf(bms, "cellCapacityDeviationBound", k),
    resistanceRatio: signalOf(bms, "cellResistanceDeviation", k),
    imbalance: signalOf(bms, "cellImbalance", k),
    imbalanceBound: signalOf(bms, "imbalanceBound"),
    leak: signalOf(bms, "cellLeak", k),
    leakBound: signalOf(bms, "leakBound"),
  });

type Stretch = { readonly from: number; readonly to: number; readonly off_s: number };

function stretchesOf(time_s: Float64Array): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0,
    off_s = 0;
  for (let i = 1; i <= time_s.length; i++) {
    const pause_s = i === time_s.length ? Infinity : time_s[i] - time_s[i - 1];
    if (pause_s <= PAUSE_s) continue;
    if (i - from > 2) stretches.push({ from, to: i, off_s });
    from = i;
    off_s = pause_s;
  }
  return stretches;
}

function createRun(
  log: PackLog,
  settings: Settings,
  from: number,
  to: number,
  kept: Uint8Array | undefined,
  off_s: number,
): RecordedRun {
  const { recording, cells_V } = log;
  return createRecordedRun({
    recording: recordingFrom(recording, from, to),
    pack_V: cells_V.map((column) => column.subarray(from, to)),
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
}

/** Cells in the order in which they end a discharge: by their voltage at its last row under load. */
export function endingOrder({ recording, cells_V }: PackLog): readonly number[] {
  const { current_A } = recording;
  let last = current_A.length - 1;
  while (last > 0 && current_A[last] >= 0) last--;
  return cells_V
    .map((column, k) => ({ cell: k + 1, end_V: column[last] }))
    .sort((a, b) => a.end_V - b.end_V)
    .map(({ cell }) => cell);
}

export type Outlier = { readonly cell: number; readonly apart_V: number };

/** How often a lasting outlier lies apart, by how much, and by how many times of what the cells usually differ. */
const LASTING = 0.8;
const APART_V = 0.015;
const APART_TIMES = 4;

/** Cells that lie on one side of the middle cell for at least four fifths of the log, by far more than cells usually do. */
export function lastingOutliers({ cells_V }: PackLog): readonly Outlier[] {
  const rows = cells_V[0].length;
  const stride = Math.max(1, Math.floor(rows / 3000));
  const deviations = cells_V.map((): number[] => []);
  for (let i = 0; i < rows; i += stride) {
    const here = cells_V.map((column) => column[i]);
    const middle_V = middleOf(here);
    here.forEach((value, k) => {
      if (value > 1 && value < 5) deviations[k].push(value - middle_V);
    });
  }
  const middles = deviations.map(middleOf);
  const usual_V = middleOf(middles.map(Math.abs));
  return middles.flatMap((apart_V, k) => {
    const sided =
      deviations[k].filter((value) => Math.sign(value) === Math.sign(apart_V)).length / deviations[k].length;
    const far = Math.abs(apart_V) > APART_V && Math.abs(apart_V) > APART_TIMES * usual_V;
    return far && sided >= LASTING ? [{ cell: k + 1, apart_V }] : [];
  });
}
