// Plays a recording of a cell through the shipping device and compares its state of charge with the recording's own count.
// The device first gets a few seconds of rest, so that it can start and take the zero of its current sensor as in the
// field; the recording begins when its contactors are closed (or will not close).

import { assert } from "../../base/assert.ts";
import { interpolateGrid } from "../../base/interpolate.ts";
import { type Bms, createBms, step } from "../../core/bms.ts";
import type { Request } from "../../core/requests.ts";
import { resume } from "../../core/resume.ts";
import { restoreKept } from "../../core/saved-state.ts";
import type { Settings } from "../../model/settings.ts";
import { createScore, finishScore, noteSoc, noteTrips, type Score } from "../scenario/score.ts";
import { createTrace, openBin, put, type Trace } from "../scenario/trace.ts";
import {
  type Converter,
  createRecordedBoard,
  placeBetween,
  placePack,
  type RecordedBoard,
  type SensorErrors,
  showRecorded,
} from "./recorded-board.ts";
import { chargeSinceStart_Ah, type Recording } from "./recording.ts";

export type RecordedRun = {
  readonly recording: Recording;
  readonly bms: Bms;
  readonly board: RecordedBoard;
  readonly step: typeof step;
  readonly pack_V: readonly Float64Array[] | undefined;
  readonly score: Score;
  readonly charge_Ah: Float64Array;
  readonly capacity_Ah: number;
  readonly startSoc: number;
  readonly trace: Trace | undefined;
  /** The row the run is on its way to; 0 while the device starts. */
  row: number;
  tickOfRow: number;
  ticksOfRow: number;
  /** Time since the recording began; negative while the device starts. */
  time_us: number;
  started: number;
  /** Trips that found a contactor closed and opened it: a real battery would have stopped here. */
  opened: number;
  opened_s: number;
  ticks: number;
};

export type RecordedOptions = {
  readonly recording: Recording;
  readonly settings: Settings;
  readonly capacity_Ah: number;
  /** True state of charge at the first row. */
  readonly startSoc: number;
  readonly errors: SensorErrors;
  readonly seed: number;
  readonly traceBins: number;
  /** The board's converters; the modelled board's if not given. */
  readonly converter?: Converter;
  /** What the device kept when its supply went a moment ago; without it the device knows nothing but its settings. */
  readonly kept?: Uint8Array | undefined;
  /** How long the supply was off before, s; negative: nobody knows. 0 if not given. */
  readonly off_s?: number;
  /** Voltages of each cell of a pack, row by row; without them every cell input sees the recording's one cell. */
  readonly pack_V?: readonly Float64Array[];
  /** The device's tick; for those who measure what its parts cost. */
  readonly step?: typeof step;
};

export const RECORDED_COLUMNS = [
  "cell_V",
  "current_A",
  "deviceCurrent_A",
  "soc",
  "deviceSoc",
  "boundLow",
  "boundHigh",
  "temperature_degC",
  "deviceMin_degC",
  "error",
  "closed",
] as const;

const NO_REQUESTS: readonly Request[] = [];
const LEAD_TICK_us = 20_000;
const LONGEST_LEAD_us = 30_000_000;
/** Rest after the contactors have closed. */
const SETTLE_us = 2_000_000;
const TICK_us = 100_000;
const SLOW_TICK_us = 500_000;

export function createRecordedRun(options: RecordedOptions): RecordedRun {
  const { recording, settings } = options;
  const board = createRecordedBoard(settings, options.errors, options.seed, options.converter);
  if (options.pack_V !== undefined) placePack(board, options.pack_V, 1, 0);
  const length_s = recording.time_s[recording.time_s.length - 1] - recording.time_s[0];
  board.cell_V = restVoltage_V(recording, settings);
  board.temperature_degC = recording.temperature_degC.length > 0 ? recording.temperature_degC[0] : 25;
  return {
    recording,
    board,
    step: options.step ?? step,
    pack_V: options.pack_V,
    bms: startDevice(settings, options.kept, options.off_s ?? 0),
    score: createScore(),
    charge_Ah: chargeSinceStart_Ah(recording),
    capacity_Ah: options.capacity_Ah,
    startSoc: options.startSoc,
    trace: options.traceBins > 0 ? createTrace(RECORDED_COLUMNS, length_s, options.traceBins) : undefined,
    row: 0,
    tickOfRow: 0,
    ticksOfRow: 1,
    time_us: -LONGEST_LEAD_us,
    started: 0,
    opened: 0,
    opened_s: -1,
    ticks: 0,
  };
}

function startDevice(settings: Settings, kept: Uint8Array | undefined, off_s: number): Bms {
  const bms = createBms(settings);
  if (kept === undefined) return bms;
  const restored = restoreKept(bms, kept);
  assert(restored.ok, "a kept state made with the same settings is taken back");
  resume(bms, off_s);
  return bms;
}

/** The first voltage without what its current drops over the nominal resistance at that temperature, at most that of a full cell. */
export function restVoltage_V(recording: Recording, settings: Settings): number {
  const { resistanceRatio } = settings.cellModel;
  const degC = recording.temperature_degC.length > 0 ? recording.temperature_degC[0] : 25;
  const ratio = interpolateGrid(resistanceRatio.x, resistanceRatio.y, resistanceRatio.z, 0.5, degC);
  const dropped_V = recording.current_A[0] * settings.battery.resistance_Ohm * ratio;
  const { ocv } = settings.socEstimation;
  const full_V = interpolateGrid(ocv.x, ocv.y, ocv.z, 1, degC);
  const first_V = recording.voltage_V[0];
  return Math.max(first_V, Math.min(full_V, first_V - dropped_V));
}

/** One tick. False when the recording is over. */
export function advanceRecorded(run: RecordedRun): boolean {
  if (run.row >= run.recording.time_s.length) return false;
  if (run.row === 0) return lead(run);
  const { recording, board } = run;
  if (run.tickOfRow === 0) planRow(run);
  const from_us = rowTime_us(recording, run.row - 1);
  const span_us = rowTime_us(recording, run.row) - from_us;
  run.tickOfRow++;
  const now_us = from_us + Math.round((span_us * run.tickOfRow) / run.ticksOfRow);
  const dt_us = now_us - run.time_us;
  placeBetween(board, recording, run.row, run.tickOfRow / run.ticksOfRow, 1 / run.ticksOfRow);
  if (run.pack_V !== undefined) placePack(board, run.pack_V, run.row, run.tickOfRow / run.ticksOfRow);
  run.time_us = now_us;
  tick(run, dt_us);
  score(run, dt_us);
  if (run.tickOfRow === run.ticksOfRow) {
    run.row++;
    run.tickOfRow = 0;
  }
  return run.row < recording.time_s.length;
}

const rowTime_us = ({ time_s }: Recording, row: number): number => Math.round((time_s[row] - time_s[0]) * 1e6);

function planRow(run: RecordedRun): void {
  const span_us = rowTime_us(run.recording, run.row) - rowTime_us(run.recording, run.row - 1);
  run.ticksOfRow = Math.max(1, Math.round(span_us / (span_us > 2_050_000 ? SLOW_TICK_us : TICK_us)));
}

/** Rest before the recording. */
function lead(run: RecordedRun): boolean {
  run.time_us += LEAD_TICK_us;
  tick(run, LEAD_TICK_us);
  const { charge, discharge, common } = run.bms.decide.contactors;
  if (run.started === 0 && (common.closed === 1 || (charge.closed === 1 && discharge.closed === 1))) {
    run.started = 1;
    run.time_us = Math.max(run.time_us, -SETTLE_us);
  }
  if (run.time_us < 0) return true;
  run.time_us = 0;
  run.row = 1;
  run.board.zeroTaken = 1;
  return true;
}

function tick(run: RecordedRun, dt_us: number): void {
  const { bms, board } = run;
  showRecorded(board, bms.commands, dt_us);
  run.step(bms, board.sensors, NO_REQUESTS, dt_us);
  run.ticks++;
  const before = run.score.trips.length;
  noteTrips(run.score, bms, run.time_us > 0 ? run.time_us : 0); // what trips at the rest before is there from the start
  for (let i = before; i < run.score.trips.length; i++) noteOpening(run, i);
}

function noteOpening(run: RecordedRun, index: number): void {
  const trip = run.score.trips[index];
  if (run.bms.protect.faults[trip.name].opened === 0) return;
  if (run.opened === 0) run.opened_s = trip.at_s;
  run.opened++;
}

function score(run: RecordedRun, dt_us: number): void {
  const { bms, board } = run;
  const part = run.tickOfRow / run.ticksOfRow;
  const moved_Ah = run.charge_Ah[run.row - 1] + (run.charge_Ah[run.row] - run.charge_Ah[run.row - 1]) * part;
  const soc = run.startSoc + moved_Ah / run.capacity_Ah;
  noteSoc(run.score, bms, soc, run.time_us, dt_us);
  const trace = run.trace;
  if (trace === undefined) return;
  openBin(trace, run.time_us);
  const { measure, estimate, decide } = bms;
  put(trace, 0, board.cell_V);
  put(trace, 1, board.current_A);
  put(trace, 2, measure.current_A);
  put(trace, 3, soc);
  put(trace, 4, estimate.internalSoc);
  put(trace, 5, Math.max(0, estimate.internalSoc - estimate.socBound));
  put(trace, 6, Math.min(1, estimate.internalSoc + estimate.socBound));
  put(trace, 7, board.temperature_degC);
  put(trace, 8, measure.minTemperature_degC);
  put(trace, 9, bms.protect.anyError);
  put(trace, 10, decide.contactors.discharge.closed);
}

/** The score of a recording that has been played. */
export function finishRecorded(run: RecordedRun): void {
  finishScore(run.score);
  run.trace?.marks.push(
    ...run.score.trips.map(({ at_s, sentence, level }) => ({
      at_s,
      text: sentence,
      kind: level === "error" ? ("trip" as const) : ("indication" as const),
    })),
  );
}
