// Recordings of real cells, where this machine has them: every trip is true to the recording, and the device's state of
// charge stays near the tester's count. The data is public but not ours; BMS_DATA names its folder (see docs). Played by
// drive-lg.test.ts and drive.test.ts, two files so that two cores share the time.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { planDrive } from "../src/cli/drive-plan.ts";
import type { Settings } from "../src/model/settings.ts";
import {
  advanceRecorded,
  createRecordedRun,
  finishRecorded,
  type RecordedRun,
} from "../src/sim/recorded/recorded-run.ts";
import type { Recording } from "../src/sim/recorded/recording.ts";
import type { Trip } from "../src/sim/scenario/score.ts";

const ROOT = join(import.meta.dirname, "..");
const DATA = [process.env["BMS_DATA"], join(ROOT, "../shared/data"), join(ROOT, "../data")].find(
  (folder) => folder !== undefined && existsSync(folder),
);

type Folder = readonly [path: string, cell: string];
type File = readonly [name: string, path: string, cell: string];

function filesIn([folder, cell]: Folder): readonly File[] {
  const path = join(DATA ?? "", folder);
  if (DATA === undefined || !existsSync(path)) return [];
  const driven = (file: string): boolean => file.endsWith(".csv.gz") && !/_S[23]\./.test(file); // S2 and S3 empty and fill the cell
  return readdirSync(path)
    .filter(driven)
    .map((file) => [file, join(path, file), cell]);
}

function play(file: string, cell: string): RecordedRun {
  const run = createRecordedRun({ ...planDrive(file, { cell }), traceBins: 0 });
  while (advanceRecorded(run));
  finishRecorded(run);
  return run;
}

/** Registers a test for each recording in the folders, or one skipped test that says what did not run. */
export function testRecordings(title: string, folders: readonly Folder[]): void {
  const files = folders.flatMap(filesIn);
  if (files.length === 0) {
    test.skip(`${title} were not played: there are none in BMS_DATA or ../shared/data`, () => {});
    return;
  }
  describe(title, () => {
    test.each(files)("%s: nothing trips that the recording does not show", { timeout: 60_000 }, (_name, path, cell) => {
      const run = play(path, cell);
      const untrue = run.score.trips
        .filter(({ level }) => level === "error")
        .filter((trip) => !isTrue(trip, run.recording, run.bms.settings));
      expect(untrue).toEqual([]);
      const coldest = Math.min(...run.recording.temperature_degC);
      expect(run.score.soc.rmse).toBeLessThan(coldest >= 15 ? 0.03 : coldest >= 5 ? 0.05 : 0.1);
    });
  });
}

type Limit = { readonly limit: number; readonly delay_s: number; readonly column: Float64Array; readonly sign: 1 | -1 };

/** Whether the recording itself was beyond the limit for the set delay at that time, within a row and a sensor's error. */
function isTrue(trip: Trip, recording: Recording, settings: Settings): boolean {
  const found = limitOf(trip, recording, settings);
  if (found === undefined) return false;
  const { limit, delay_s, column, sign } = found;
  let seen = false;
  for (let i = 0; i < column.length; i++) {
    const at_s = recording.time_s[i]! - recording.time_s[0]!;
    const beyond = sign * column[i]! >= sign * limit - tolerance(trip);
    const whole = at_s >= trip.at_s - delay_s + 1.1 && at_s <= trip.at_s - 0.05;
    if (whole && !beyond) return false;
    if (beyond && at_s >= trip.at_s - delay_s - 0.1 && at_s <= trip.at_s + 1.1) seen = true;
  }
  return seen;
}

const tolerance = (trip: Trip): number =>
  trip.name.endsWith("Charge") && trip.name.startsWith("low") ? 0.3 : trip.name.includes("voltage") ? 0.0005 : 0.2;

function limitOf(trip: Trip, recording: Recording, { protections: p }: Settings): Limit | undefined {
  switch (trip.name) {
    case "undervoltage":
      return {
        limit: p.undervoltage.limit_V,
        delay_s: p.undervoltage.setDelay_ms / 1000,
        column: recording.voltage_V,
        sign: -1,
      };
    case "overvoltage":
      return {
        limit: p.overvoltage.limit_V,
        delay_s: p.overvoltage.setDelay_ms / 1000,
        column: recording.voltage_V,
        sign: 1,
      };
    case "lowTemperatureCharge":
      return {
        limit: p.lowTemperatureCharge.limit_degC,
        delay_s: p.lowTemperatureCharge.setDelay_ms / 1000,
        column: recording.temperature_degC,
        sign: -1,
      };
    case "lowTemperatureDischarge":
      return {
        limit: p.lowTemperatureDischarge.limit_degC,
        delay_s: p.lowTemperatureDischarge.setDelay_ms / 1000,
        column: recording.temperature_degC,
        sign: -1,
      };
    case "overcurrentCharge":
      return {
        limit: p.overcurrentCharge.limit_A,
        delay_s: p.overcurrentCharge.setDelay_ms / 1000,
        column: recording.current_A,
        sign: 1,
      };
    case "overcurrentDischarge":
      return {
        limit: -p.overcurrentDischarge.limit_A,
        delay_s: p.overcurrentDischarge.setDelay_ms / 1000,
        column: recording.current_A,
        sign: -1,
      };
    default:
      return undefined;
  }
}
