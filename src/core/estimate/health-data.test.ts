// Capacity, resistance and the weak cells of recorded batteries (docs/estimation-health.md names the public sources). Without the
// recordings (BMS_DATA or ../shared/data beside the project) these tests are skipped and say so.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test, vi } from "vitest";
import { makeBench, makeSettings, setCells, setCurrent, setTemperature, tick } from "../../../tests/estimator/bench.ts";
import { dataFolder, readRecording } from "../../../tests/estimator/recording.ts";
import type { Bms } from "../bms.ts";
import { takeUp } from "./power-up.ts";

const FOLDER = dataFolder();
vi.setConfig({ testTimeout: 120_000 });
const missing = FOLDER === "" ? " [skipped: no recordings, set BMS_DATA]" : "";

/** Rows of a recording by the names of its columns. */
function readRows(file: string): ReadonlyMap<string, Float64Array> {
  const lines = gunzipSync(readFileSync(join(FOLDER, file)))
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  const rows = lines.slice(1).map((line) => line.split(","));
  return new Map(lines[0].split(",").map((name, i) => [name, Float64Array.from(rows, (row) => Number(row[i]))]));
}

/** Seconds of the same values, with a conversion in each. */
function hold(bms: Bms, cells_V: number | readonly number[], current_A: number, degC: number, seconds: number): void {
  setTemperature(bms, degC);
  setCells(bms, cells_V);
  setCurrent(bms, current_A);
  for (let i = 0; i < seconds; i++) tick(bms, 1_000_000, true);
}

test.skipIf(FOLDER === "").each([
  ["cell1", 2],
  ["cell1", 200],
  ["cell4", 9],
])(
  `a 102 Ah LFP cell (%s from cycle %i): the usable capacity is the measured one to a fiftieth after ten charges${missing}`,
  (cell, first) => {
    const rows = readRows(`lfp-102ah-aging/${cell}_charge_curves.csv.gz`);
    const column = (name: string): Float64Array => rows.get(name)!;
    const bms = makeBench(makeSettings("LFP", 6, 102));
    const cycles = column("cycle");
    let measured_Ah = 0;
    for (let row = 0; row < cycles.length; row++) {
      if (cycles[row] < first || cycles[row] > first + 12) continue;
      const begins = cycles[row] !== cycles[row - 1];
      const current_A = column("current_a")[row];
      if (begins) {
        takeUp(bms, 3600); // the discharge was not recorded
        const rest_V = column("voltage_v")[row] - current_A * bms.plan.estimate.resistance_Ohm;
        hold(bms, rest_V, 0, column("temperature_c")[row], 60);
      }
      hold(bms, column("voltage_v")[row], current_A, column("temperature_c")[row], begins ? 1 : 30);
      measured_Ah = column("ah")[row];
    }
    expect(bms.estimate.health.pairs[0]).toBeGreaterThanOrEqual(10);
    expect(Math.abs(bms.estimate.health.usable_Ah[0] / measured_Ah - 1)).toBeLessThan(0.02);
  },
);

test.skipIf(FOLDER === "").each([
  ["lg-18650hg2/drive/25degC_551_LA92.csv.gz", "NMC", 2.778, 17.2, 26.6],
  ["panasonic-18650pf/drive10hz/25degC_US06.csv.gz", "NCA", 2.995, 27.0, 36.8],
] as const)(
  `%s: resistance at half charge to a tenth of what pulses of the same cell show after 0.1 s and 10 s${missing}`,
  (file, chemistry, capacity_Ah, short_mOhm, long_mOhm) => {
    const recording = readRecording(FOLDER, file);
    const bms = makeBench(makeSettings(chemistry, 6, capacity_Ah));
    hold(bms, recording.cell_V[0], 0, 25, 10);
    for (let row = 1; recording.charge_Ah[row] > -0.5 * capacity_Ah; row++) {
      setTemperature(bms, recording.degC[row]);
      setCells(bms, recording.cell_V[row]);
      setCurrent(bms, recording.current_A[row]);
      tick(bms, Math.round((recording.time_s[row] - recording.time_s[row - 1]) * 1e6), true);
    }
    const { health } = bms.estimate;
    expect(Math.abs((1000 * health.resistance100ms_Ohm[0]) / short_mOhm - 1)).toBeLessThan(0.1);
    expect(Math.abs((1000 * health.resistance10s_Ohm[0]) / long_mOhm - 1)).toBeLessThan(0.1);
  },
);

test.skipIf(FOLDER === "").each(["0_3c", "2_0c"])(
  `of six used groups in series, discharged at %s, the first is named as the weakest and the fourth as the second, long before the end${missing}`,
  (rate) => {
    const rows = readRows(`leaf-module-string-6s/module123-irdischarge-65ah-${rate}.csv.gz`);
    const bms = makeBench(makeSettings("LMO", 6, 65));
    const last = rows.get("time_s")!.length;
    for (let row = 0; row < 0.8 * last; row++) {
      const cells_V = [1, 2, 3, 4, 5, 6].map((cell) => rows.get(`cell${cell}_v`)![row]);
      hold(bms, cells_V, rows.get("current_a")![row], rows.get("temp2_c")![row], 1);
    }
    const { health } = bms.estimate;
    expect([health.weakestCell, health.secondCell]).toEqual([0, 3]);
    for (const cell of [1, 2, 4, 5]) expect(health.verdict[cell]).toBe(0);
    expect(health.verdict[0]).not.toBe(0);
    expect(health.verdict[3]).not.toBe(0);
  },
);

test.skipIf(FOLDER === "")(
  `a car's cells that lie tens of millivolts under the others are named, and no others${missing}`,
  () => {
    const rows = readRows("ev-fleet-4cars/car3.csv.gz");
    const time_s = rows.get("time_s")!;
    const bms = makeBench(makeSettings("NMC", 14, 116));
    const columns = Array.from({ length: 14 }, (_, i) => rows.get(`cell${74 + i}_mv`)!); // 81 lies 31 mV under the mean
    for (let row = 1; row < 3000; row++) {
      const span_s = time_s[row] - time_s[row - 1];
      const cells_V = columns.map((column) => column[row] / 1000);
      hold(bms, cells_V, span_s > 60 ? 0 : rows.get("current_a")![row], 25, Math.min(10, span_s));
    }
    const named = columns.flatMap((_, i) => (bms.estimate.health.verdict[i] === 0 ? [] : [74 + i]));
    expect(named).toEqual([81]);
  },
);
