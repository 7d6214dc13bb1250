// The thread of one job: plays a stretch of the folder's logs again (monitor/data/job.ts), tells how far it is, and answers once.

import { parentPort, workerData } from "node:worker_threads";
import { runJob } from "../../monitor/data/job.ts";
import { type Broken, brokenOff } from "./broken-off.ts";
import { type FromJob, JOB_THREAD, type JobStart } from "./data-messages.ts";
import { FolderLogs } from "./folder-logs.ts";

/** Progress is told in such parts. */
const PART = 0.01;

function play({ folder, ask }: JobStart, post: (message: FromJob) => void): Broken {
  const began_ms = performance.now();
  const logs = new FolderLogs(folder);
  let told = 0;
  const onProgress = (part: number): void => {
    if (part - told < PART) return;
    told = part;
    post({ kind: "progress", part });
  };
  try {
    const elapsed_s = (): number => (performance.now() - began_ms) / 1000;
    return { reply: runJob(logs.refresh(), ask, { onProgress, elapsed_s }) };
  } catch (error) {
    return brokenOff(error);
  } finally {
    logs.close();
  }
}

const start = workerData as JobStart | null;
if (start?.thread === JOB_THREAD && parentPort !== null) {
  const port = parentPort;
  const post = (message: FromJob): void => port.postMessage(message);
  post({ kind: "done", ...play(start, post) });
}
