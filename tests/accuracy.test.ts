// The accuracy of the shipping device on recordings of real cells it was not fitted on, where this machine has them: no change may
// make it worse unseen. docs/accuracy.md has the whole. BMS_DATA names the folder of the recordings. Where there are none,
// src/score/score-recording.test.ts and tests/score.test.ts put made recordings through the same code.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ageingRecords } from "../src/cli/ageing-records.ts";
import { readTable } from "../src/cli/measured-table.ts";
import { scoreDaysOf } from "../src/cli/score-days.ts";
import { scoreFile, unwrapSettings } from "../src/cli/score-work.ts";
import { scoredCell } from "../src/cli/scored-cell.ts";
import { beginnings, capacityAt, WINDOWS } from "../src/score/ageing.ts";
import { deviceSettings } from "../src/score/scored-cell.ts";
import { dataFolder } from "./estimator/recording.ts";

type Most = { readonly rmse: number; readonly max10: number; readonly inside: number };
type Row = readonly [cell: string, file: string, most: Readonly<Record<string, Most>>];

/** What may not get worse: as measured, and some more. Tighten a row when a change betters it. */
const ROWS: readonly Row[] = [
  [
    "lg-18650hg2",
    "lg-18650hg2/drive/25degC_551_LA92.csv.gz",
    {
      none: { rmse: 0.005, max10: 0.013, inside: 0.93 },
      unknown: { rmse: 0.006, max10: 0.013, inside: 0.93 },
      "all-": { rmse: 0.01, max10: 0.024, inside: 0.93 },
      "all+unknown": { rmse: 0.015, max10: 0.025, inside: 0.93 },
    },
  ],
  ["lg-18650hg2", "lg-18650hg2/drive/10degC_571_Mixed4.csv.gz", { none: { rmse: 0.005, max10: 0.012, inside: 0.93 } }],
  ["lg-18650hg2", "lg-18650hg2/drive/0degC_590_Mixed4.csv.gz", { none: { rmse: 0.009, max10: 0.018, inside: 0.93 } }],
  // A heavy load warms a cold cell: the model holds at loads and temperatures it was not solved from.
  [
    "lg-18650hg2",
    "lg-18650hg2/drive/0degC_589_US06.csv.gz",
    {
      none: { rmse: 0.0125, max10: 0.024, inside: 0.93 },
      "all-": { rmse: 0.026, max10: 0.044, inside: 0.93 },
    },
  ],
  [
    "panasonic-18650pf",
    "panasonic-18650pf/drive10hz/0degC_US06.csv.gz",
    {
      none: { rmse: 0.015, max10: 0.035, inside: 0.93 },
      "all-": { rmse: 0.03, max10: 0.056, inside: 0.93 },
    },
  ],
  [
    "panasonic-18650pf",
    "panasonic-18650pf/drive/25degC_NN.csv.gz",
    {
      none: { rmse: 0.003, max10: 0.006, inside: 0.93 },
      "all-": { rmse: 0.018, max10: 0.029, inside: 0.93 },
    },
  ],
  // Hysteresis that is in the rest voltage already is not reckoned with twice.
  [
    "panasonic-18650pf",
    "panasonic-18650pf/drive/25degC_Cycle_2.csv.gz",
    { none: { rmse: 0.005, max10: 0.01, inside: 0.93 } },
  ],
  // In the cold no cell is called empty by its voltage, and who joins under load is not lost for good.
  [
    "panasonic-18650pf",
    "panasonic-18650pf/drive/0degC_Cycle_2.csv.gz",
    {
      none: { rmse: 0.006, max10: 0.02, inside: 0.93 },
      "all-": { rmse: 0.014, max10: 0.025, inside: 0.93 },
      joined: { rmse: 0.024, max10: 0.037, inside: 0.93 },
    },
  ],
  [
    "panasonic-18650pf",
    "panasonic-18650pf/drive/n10degC_Cycle_2.csv.gz",
    {
      "start-": { rmse: 0.015, max10: 0.03, inside: 0.93 },
      "all-": { rmse: 0.024, max10: 0.043, inside: 0.93 },
      joined: { rmse: 0.075, max10: 0.075, inside: 0.93 },
    },
  ],
  [
    "a123-26650",
    "a123-26650-esc/dyn/A123_DYN_50_P45_S1.csv.gz",
    {
      none: { rmse: 0.0075, max10: 0.018, inside: 0.93 },
      "all-": { rmse: 0.03, max10: 0.052, inside: 0.93 },
      // Every error at its full size, and the same way: at its largest, 7.3 % off, the truth lies at the edge of the bound of as much.
      "all+unknown": { rmse: 0.042, max10: 0.081, inside: 0.9 },
      joined: { rmse: 0.065, max10: 0.2, inside: 0.93 },
    },
  ],
];

const FOLDER = dataFolder();
const there = ROWS.filter(([, file]) => FOLDER !== "" && existsSync(join(FOLDER, file)));

if (there.length === 0)
  test.skip("recordings of real cells were not scored: there are none in BMS_DATA or ../shared/data", () => {});
else
  describe("on recordings of real cells the state of charge is no worse than it was", () => {
    test.each(there)("%s, %s", { timeout: 180_000 }, (cell, file, most) => {
      const perturbations = Object.keys(most);
      const order = { cell, perturbations, cells: 6, start: undefined, capacity_Ah: undefined, seed: 1, timed: false };
      const { scores } = scoreFile(order, join(FOLDER, file));
      for (const name of perturbations) {
        const { bms } = scores[name]!;
        expect(bms.rmse, name).toBeLessThanOrEqual(most[name]!.rmse);
        expect(bms.max10, name).toBeLessThanOrEqual(most[name]!.max10);
        expect(bms.inside, name).toBeGreaterThanOrEqual(most[name]!.inside);
      }
    });
  });

const SCRIPTS = [1, 2, 3].map((part) => join(FOLDER, `a123-26650-esc/dyn/A123_DYN_50_P45_S${part}.csv.gz`));

test.skipIf(FOLDER === "" || !SCRIPTS.every(existsSync))(
  "with all errors together and a full charge a day an LFP cell is within 3 %, never 6 % off, from the second day on",
  { timeout: 180_000 },
  () => {
    for (const [name, [, second]] of scoreDaysOf("a123-26650", SCRIPTS, 2, ["all+"])) {
      expect(second!.rmse, name).toBeLessThanOrEqual(0.025);
      expect(second!.max10, name).toBeLessThanOrEqual(0.05);
      expect(second!.inside, name).toBeGreaterThanOrEqual(0.85);
    }
  },
);

/** A cell's life, the table its device has (NCA is not these 18650 cells' own), its rated capacity, and the sixth of its life. */
const LIVES = [
  ["nasa-aging/curves/B0006.csv.gz", "NCA", 2, 0],
  ["nasa-aging/curves/B0006.csv.gz", "NCA", 2, 3],
  ["nasa-aging/curves/B0005.csv.gz", "NCA", 2, 5],
  ["lfp-102ah-aging/cell4_charge_curves.csv.gz", "LFP", 102, 3],
] as const;

describe("after ten usable records of an aged cell its capacity is known to a fiftieth and inside its bound", () => {
  test.skipIf(FOLDER === "" || !existsSync(join(FOLDER, LIVES[0][0]))).each(LIVES)(
    "%s, told %s of %f Ah, sixth %i",
    { timeout: 180_000 },
    (file, name, rated_Ah, age) => {
      const segments = ageingRecords(readTable(join(FOLDER, file)));
      const { recording } = segments[0]!;
      const settings = unwrapSettings(deviceSettings(scoredCell(name), recording, 6, rated_Ah, rated_Ah), file);
      const first = beginnings(segments, 6)[age]!;
      const found = capacityAt(segments, first, WINDOWS[0]!, settings);
      expect(found.usable).toBeGreaterThanOrEqual(10);
      const off_Ah = Math.abs(found.estimated_Ah - found.measured_Ah);
      expect(off_Ah / found.measured_Ah).toBeLessThan(0.02);
      expect(off_Ah).toBeLessThan(found.bound_Ah);
      const middle = capacityAt(segments, first, WINDOWS[2]!, settings);
      expect(middle.usable).toBe(0); // begins and ends under load
    },
  );
});
