// bms score --ageing: what the device makes of a cell's capacity and resistance, against what testers measured.

import { basename } from "node:path";
import { trialOf } from "../fit/trial.ts";
import { beginnings, type CapacityFound, capacityAt, WINDOWS } from "../score/ageing.ts";
import { PERTURBATIONS, sensorErrors, toldStart } from "../score/perturbation.ts";
import { referenceOf } from "../score/reference.ts";
import { type Pulse, pulsesOf, type ResistanceFound, resistancesOf } from "../score/resistance.ts";
import { deviceSettings, type ScoredCell } from "../score/scored-cell.ts";
import { ageingRecords } from "./ageing-records.ts";
import { columnNames, readTable } from "./measured-table.ts";
import { readSource } from "./recording-source.ts";
import { unwrapSettings } from "./score-work.ts";
import { alignColumns } from "./text-table.ts";
import { UsageError } from "./usage-error.ts";

export type AgeingResult = {
  readonly capacity: readonly ({ readonly file: string } & CapacityFound)[];
  readonly resistance: readonly ({ readonly file: string } & ResistanceFound)[];
};

/** Ages of a cell that are looked at. */
const AGES = 6;

/** Tables with cycles give capacity; pulse tests and drives of the same temperature give resistance. */
export function scoreAgeing(cell: ScoredCell, files: readonly string[], rated_Ah: number | undefined): AgeingResult {
  const tables = files.filter((file) => columnNames(file).includes("cycle"));
  const others = files.filter((file) => !tables.includes(file));
  return {
    capacity: tables.flatMap((file) => capacitiesOf(cell, file, rated_Ah)),
    resistance: others.length === 0 ? [] : resistanceRows(cell, others, rated_Ah),
  };
}

function capacitiesOf(cell: ScoredCell, file: string, rated_Ah: number | undefined): AgeingResult["capacity"] {
  const segments = ageingRecords(readTable(file));
  if (segments.length === 0)
    throw new UsageError(`${file} has no record of at least ten rows with a measured capacity`);
  const told_Ah = rated_Ah ?? cell.capacity_Ah ?? segments[0]!.measured_Ah;
  const settings = unwrapSettings(deviceSettings(cell, segments[0]!.recording, 6, told_Ah, told_Ah), file);
  return WINDOWS.flatMap((window) =>
    beginnings(segments, AGES).map((first) => ({ file, ...capacityAt(segments, first, window, settings) })),
  );
}

/** Pulses speak for drives within so many kelvin. */
const SAME_K = 4;

function resistanceRows(
  cell: ScoredCell,
  files: readonly string[],
  rated_Ah: number | undefined,
): AgeingResult["resistance"] {
  const capacity_Ah = rated_Ah ?? cell.capacity_Ah;
  if (capacity_Ah === undefined) throw new UsageError("resistance needs the cell's capacity: say --capacity");
  const trials = files.flatMap((file) => {
    const source = readSource(file);
    const trial = trialOf(source, capacity_Ah);
    return trial === undefined ? [] : [{ file, trial, recording: source.recording }];
  });
  const tests = trials.filter(({ trial }) => trial.kind === "pulses");
  const drives = trials.filter(({ trial }) => trial.kind === "drive");
  if (tests.length === 0 || drives.length === 0)
    throw new UsageError(
      "resistance needs a pulse test (rests between pulses) and recordings of use at its temperature",
    );
  return drives.flatMap(({ file, trial, recording }) => {
    const test = tests.find((each) => Math.abs(each.trial.mean_degC - trial.mean_degC) < SAME_K);
    if (test === undefined) return [];
    const pulses: readonly Pulse[] = pulsesOf(test.recording, test.trial.soc, capacity_Ah);
    const settings = unwrapSettings(deviceSettings(cell, recording, 6, capacity_Ah, capacity_Ah), file);
    const reference = referenceOf(recording, settings, capacity_Ah, {});
    if (reference === undefined || pulses.length < 2) return [];
    const none = PERTURBATIONS[0]!;
    const task = {
      recording,
      settings,
      told: toldStart(none, reference.soc[0]!),
      errors: sensorErrors(none, capacity_Ah),
      seed: 1,
    };
    return resistancesOf(task, reference.soc, pulses).map((found) => ({ file, ...found }));
  });
}

const relative = (value: number, truth: number): number => value / truth - 1;
const round = (value: number, digits: number): number | null =>
  Number.isFinite(value) ? Number(value.toFixed(digits)) : null;
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Errors are relative to what was measured. */
export function ageingJson({ capacity, resistance }: AgeingResult): object {
  const whole = capacity.filter(({ usable }) => usable > 0);
  const errors = whole.map((row) => Math.abs(relative(row.estimated_Ah, row.measured_Ah)));
  return {
    capacity: capacity.map((row) => ({
      file: row.file,
      window: row.window,
      cycle: row.cycle,
      records: row.records,
      usable: row.usable,
      measured_Ah: round(row.measured_Ah, 4),
      estimated_Ah: row.usable === 0 ? null : round(row.estimated_Ah, 4),
      bound_Ah: row.usable === 0 ? null : round(row.bound_Ah, 4),
      error: row.usable === 0 ? null : round(relative(row.estimated_Ah, row.measured_Ah), 5),
    })),
    resistance: resistance.map((row) => ({
      file: row.file,
      soc: round(row.soc, 3),
      degC: round(row.degC, 1),
      r0_Ohm: round(row.early_Ohm, 5),
      r10_Ohm: round(row.late_Ohm, 5),
      measuredR0_Ohm: round(row.measuredEarly_Ohm, 5),
      measuredR10_Ohm: round(row.measuredLate_Ohm, 5),
      r0Error: round(relative(row.early_Ohm, row.measuredEarly_Ohm), 4),
      r10Error: round(relative(row.late_Ohm, row.measuredLate_Ohm), 4),
    })),
    total: {
      capacity: {
        count: whole.length,
        mae: round(meanOf(errors), 5),
        within2: round(meanOf(errors.map((error) => Number(error <= 0.02))), 3),
      },
      r0: {
        count: resistance.length,
        mae: round(meanOf(resistance.map((row) => Math.abs(relative(row.early_Ohm, row.measuredEarly_Ohm)))), 4),
      },
      r10: {
        count: resistance.length,
        mae: round(meanOf(resistance.map((row) => Math.abs(relative(row.late_Ohm, row.measuredLate_Ohm)))), 4),
      },
    },
  };
}

export function ageingText({ capacity, resistance }: AgeingResult): string {
  const percent = (value: number): string => (Number.isFinite(value) ? `${(value * 100).toFixed(2)} %` : "-");
  const lines: string[] = [];
  if (capacity.length > 0)
    lines.push(
      ...alignColumns(
        [
          ["Capacity", "shown", "from cycle", "records", "usable", "measured", "device", "+-", "error"],
          ...capacity.map((row) => [
            `  ${basename(row.file)}`,
            row.window,
            `${row.cycle}`,
            `${row.records}`,
            `${row.usable}`,
            `${row.measured_Ah.toFixed(3)} Ah`,
            ...(row.usable === 0
              ? ["-", "-", "-"]
              : [
                  `${row.estimated_Ah.toFixed(3)} Ah`,
                  row.bound_Ah.toFixed(3),
                  percent(relative(row.estimated_Ah, row.measured_Ah)),
                ]),
          ]),
        ],
        [2, 3, 4, 5, 6, 7, 8],
      ),
      "",
    );
  const milli = (value: number): string => `${(value * 1000).toFixed(2)} mOhm`;
  if (resistance.length > 0)
    lines.push(
      ...alignColumns(
        [
          ["Resistance", "charge", "degC", "0.1 s pulse", "device", "error", "10 s pulse", "device", "error"],
          ...resistance.map((row) => [
            `  ${basename(row.file)}`,
            percent(row.soc),
            row.degC.toFixed(1),
            milli(row.measuredEarly_Ohm),
            milli(row.early_Ohm),
            percent(relative(row.early_Ohm, row.measuredEarly_Ohm)),
            milli(row.measuredLate_Ohm),
            milli(row.late_Ohm),
            percent(relative(row.late_Ohm, row.measuredLate_Ohm)),
          ]),
        ],
        [1, 2, 3, 4, 5, 6, 7, 8],
      ),
    );
  return lines.join("\n").trimEnd();
}
