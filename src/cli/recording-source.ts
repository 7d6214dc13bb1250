// A recording with what lies beside it: tests in three scripts (…_S1, _S2, _S3) empty the cell at 25 degC with the second,
// so that the first two together tell its capacity.

import { existsSync } from "node:fs";
import type { Source } from "../fit/trial.ts";
import { chargeSinceStart_Ah } from "../sim/recorded/recording.ts";
import { readRecording } from "./recording.ts";

export const readSource = (file: string): Source => ({
  name: file,
  recording: readRecording(file),
  emptiedBy_Ah: emptiedAfter_Ah(file),
});

/** Charge of the second script, Ah; undefined where the file is no first one or has no second beside it. */
export function emptiedAfter_Ah(file: string): number | undefined {
  const next = file.replace(/_S1(\.csv(\.gz)?)$/, "_S2$1");
  if (next === file || !existsSync(next)) return undefined;
  return chargeSinceStart_Ah(readRecording(next)).at(-1);
}
