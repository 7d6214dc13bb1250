// The observer on recordings of real cells, clean and with the sensor's errors (docs name the public sources).
// Without the recordings (BMS_DATA or ../shared/data beside the project) these tests are skipped and say so.
import { expect, test } from "vitest";
import { makeBench, makeSettings } from "../../../tests/estimator/bench.ts";
import { dataFolder, readRecording } from "../../../tests/estimator/recording.ts";
import { CLEAN, type Disturbance, replay } from "../../../tests/estimator/replay.ts";
import { createRandom, gaussian } from "../../base/random.ts";

const FOLDER = dataFolder();
const random = createRandom(11);
const sensing = (capacity_Ah: number): Disturbance => ({
  gain: 1.01,
  offset_A: capacity_Ah / 300,
  noise_V: () => 0.002 * gaussian(random),
});

const missing = FOLDER === "" ? " [skipped: no recordings, set BMS_DATA]" : "";

test.skipIf(FOLDER === "").each([
  ["NMC", "lg-18650hg2/drive/25degC_551_Mixed1.csv.gz", 2.778],
  ["LFP", "a123-26650-esc/dyn/A123_DYN_50_P25_S1.csv.gz", 2.0307],
] as const)(
  `a recorded %s cell (%s) stays within 3 %% RMSE and inside the bound${missing}`,
  (chemistry, file, capacity_Ah) => {
    const recording = readRecording(FOLDER, file);
    for (const disturbance of [CLEAN, sensing(capacity_Ah)]) {
      const score = replay(makeBench(makeSettings(chemistry, 1, capacity_Ah)), recording, capacity_Ah, 1, disturbance);
      expect(score.rmse).toBeLessThan(0.03);
      expect(score.inside).toBeGreaterThan(0.95);
    }
  },
);
