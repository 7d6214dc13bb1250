// Recordings of real cells, where the machine has them: gzip CSV with comment lines, columns by name, charging positive.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const ROOT = join(import.meta.dirname, "../..");

/** Folder of the recordings: BMS_DATA, or beside the project; empty when there is none. */
export function dataFolder(): string {
  const folder = process.env["BMS_DATA"] ?? join(ROOT, "../shared/data");
  return existsSync(folder) ? folder : "";
}

export type Recording = {
  readonly time_s: Float64Array;
  readonly cell_V: Float64Array;
  /** Mean current since the last row where the file has it, and the current at the row. */
  readonly mean_A: Float64Array;
  readonly current_A: Float64Array;
  readonly degC: Float64Array;
  readonly charge_Ah: Float64Array;
};

export function readRecording(folder: string, file: string): Recording {
  const lines = gunzipSync(readFileSync(join(folder, file)))
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  const names = lines[0].split(",");
  const column = (name: string, instead: string): Float64Array => {
    const index = names.indexOf(names.includes(name) ? name : instead);
    return Float64Array.from(lines.slice(1), (line) => Number(line.split(",")[index]));
  };
  return {
    time_s: column("time_s", ""),
    cell_V: column("voltage_v", ""),
    mean_A: column("current_avg_a", "current_a"),
    current_A: column("current_a", ""),
    degC: column("temperature_c", ""),
    charge_Ah: column("ah", ""),
  };
}
