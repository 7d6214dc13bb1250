// A recording made by a test cell: a rest, then a load that jumps as in a vehicle, second by second as a tester logs it.

import { createRandom } from "../../src/base/random.ts";
import type { CellModelName } from "../../src/sim/plant/cell-models.ts";
import type { Recording } from "../../src/sim/recorded/recording.ts";
import { drive, makeCell } from "./cell.ts";
import { jumping } from "./field.ts";

const REST_s = 60;

/** From a state of charge down to `until`, at about half a C, 25 degC. The same seed makes the same recording. */
export function drivenRecording(
  model: CellModelName,
  capacity_Ah: number,
  from: number,
  until: number,
  seed: number,
): Recording {
  const cell = makeCell(model, capacity_Ah, 0.06 / capacity_Ah, from);
  const load = jumping(-0.5 * capacity_Ah, 0.6 * capacity_Ah, createRandom(seed));
  const rows: { time_s: number; voltage_V: number; current_A: number; charge_Ah: number }[] = [];
  for (let time_s = 0; cell.soc > until; time_s++) {
    const current_A = time_s < REST_s ? 0 : load();
    const voltage_V = drive(cell, current_A, time_s === 0 ? 1e-6 : 1);
    rows.push({ time_s, voltage_V, current_A, charge_Ah: (cell.soc - from) * capacity_Ah });
  }
  const column = (name: "time_s" | "voltage_V" | "current_A" | "charge_Ah"): Float64Array =>
    Float64Array.from(rows, (row) => row[name]);
  return {
    time_s: column("time_s"),
    voltage_V: column("voltage_V"),
    current_A: column("current_A"),
    temperature_degC: new Float64Array(rows.length).fill(25),
    charge_Ah: column("charge_Ah"),
    mean_A: column("current_A"),
    reference: new Float64Array(0),
  };
}

const ROW_s = 60;

/** A slow way from full to empty, and back where that is wanted, at C/20. */
export function sweptRecording(model: CellModelName, capacity_Ah: number, andBack: boolean): Recording {
  const cell = makeCell(model, capacity_Ah, 0.06 / capacity_Ah, 1);
  const rows: number[][] = [];
  const leg = (rate: number, until: (soc: number) => boolean): void => {
    for (; until(cell.soc); rows.push([cell.soc, drive(cell, rate * capacity_Ah, ROW_s), rate * capacity_Ah]));
  };
  leg(-0.05, (soc) => soc > 0.001);
  if (andBack) leg(0.05, (soc) => soc < 0.999);
  const column = (of: (row: readonly number[], i: number) => number): Float64Array => Float64Array.from(rows, of);
  return {
    time_s: column((_, i) => i * ROW_s),
    voltage_V: column((row) => row[1]),
    current_A: column((row) => row[2]),
    temperature_degC: new Float64Array(rows.length).fill(25),
    charge_Ah: column((row) => (row[0] - 1) * capacity_Ah),
    mean_A: column((row) => row[2]),
    reference: new Float64Array(0),
  };
}
