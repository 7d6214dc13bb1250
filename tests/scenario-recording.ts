// A scenario played in virtual time with its device recorded, as a log would hold it: what tests and measurements replay.

import type { LogMessage } from "../src/log/topics.ts";
import { createRecorder, endBlock, recordAfter, recordBefore, takeMessages } from "../src/replay/recorder.ts";
import { advance, createRun, type Run, type RunOptions } from "../src/sim/scenario/run.ts";

export type ScenarioRecording = { readonly run: Run; readonly messages: LogMessage[] };

/** @param began_us log time at the first instant, microseconds since 1970 */
export function recordScenario(options: Omit<RunOptions, "tap">, began_us = 0): ScenarioRecording {
  const recorder = createRecorder("scenario");
  const messages: LogMessage[] = [];
  const run = createRun({
    ...options,
    tap: {
      before: (bms, sensors, requests, dt_us) =>
        recordBefore(recorder, bms, sensors, requests, dt_us, began_us + run.time_us),
      after: (bms) => {
        recordAfter(recorder, bms, began_us + run.time_us);
        if (recorder.messages.length > 0) messages.push(...takeMessages(recorder));
      },
    },
  });
  while (advance(run));
  endBlock(recorder);
  messages.push(...takeMessages(recorder));
  return { run, messages };
}
