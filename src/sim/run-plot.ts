import type { Run } from "./run.ts";
export const runPlot = (run: Run): object => run;
import type { RecordedRun } from "./recorded-run.ts";
export const recordedPlot = (run: RecordedRun, _title: string): object => run;
