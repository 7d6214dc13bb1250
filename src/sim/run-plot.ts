import type { Run } from "./run.ts";
export const runPlot = (run: Run): object => run;
