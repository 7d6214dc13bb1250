// The accuracy of the shipping device on recordings of real cells it was not fitted on, where this machine has them: no change may
// make it worse unseen. docs/accuracy.md has the whole. BMS_DATA names the folder of the recordings. Where there are none,
// src/score/score-recording.test.ts and tests/score.test.ts put made recordings through the same code.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scoreFile } from "../src/cli/score-work.ts";
import { dataFolder } from "./estimator/recording.ts";

type Most = { readonly rmse: number; readonly max10: number; readonly inside: number };
type Row = readonly [cell: string, file: string, most: Readonly<Record<string, Most>>];

/** What may not get worse: as measured, and some more. Tighten a row when a change betters it. */
const ROWS: readonly Row[] = [
  [
    "lg-18650hg2",
    "lg-18650hg2/drive/25degC_551_LA92.csv.gz",
    {
      none: { rmse: 0.006, max10: 0.013, inside: 0.93 },
      "all-": { rmse: 0.02, max10: 0.04, inside: 0.9 },
    },
  ],
  ["lg-18650hg2", "lg-18650hg2/drive/10degC_571_Mixed4.csv.gz", { none: { rmse: 0.009, max10: 0.017, inside: 0.93 } }],
  ["lg-18650hg2", "lg-18650hg2/drive/0degC_590_Mixed4.csv.gz", { none: { rmse: 0.0105, max10: 0.02, inside: 0.93 } }],
  [
    "panasonic-18650pf",
    "panasonic-18650pf/drive/25degC_NN.csv.gz",
    {
      none: { rmse: 0.0115, max10: 0.02, inside: 0.93 },
      "all-": { rmse: 0.029, max10: 0.04, inside: 0.9 },
    },
  ],
  [
    "a123-26650",
    "a123-26650-esc/dyn/A123_DYN_50_P45_S1.csv.gz",
    {
      none: { rmse: 0.012, max10: 0.03, inside: 0.93 },
      "all-": { rmse: 0.05, max10: 0.095, inside: 0.9 },
    },
  ],
];

const FOLDER = dataFolder();
const there = ROWS.filter(([, file]) => FOLDER !== "" && existsSync(join(FOLDER, file)));

if (there.length === 0)
  test.skip("recordings of real cells were not scored: there are none in BMS_DATA or ../shared/data", () => {});
else
  describe("on recordings of real cells the state of charge is no worse than it was", () => {
    test.each(there)("%s, %s", { timeout: 60_000 }, (cell, file, most) => {
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
