// The worker that plays a stretch of logs through the core again for a page, as it was and under other settings. It lives for one job:
// whoever wants it to stop ends it.

import { messageOf } from "../../base/error-text.ts";
import { runJob } from "../../monitor/data/job.ts";
import { sourceOfLogs } from "../../monitor/data/source.ts";
import { type Reply, refuse } from "../../monitor/problem.ts";
import { openBlob } from "./blob-log.ts";
import type { FromJob, ToJob } from "./file-messages.ts";

const scope = self as unknown as {
  postMessage(message: FromJob): void;
  addEventListener(type: "message", listener: (event: MessageEvent<ToJob>) => void): void;
};

/** Progress is told in such parts. */
const PART = 0.01;

scope.addEventListener("message", ({ data }) => scope.postMessage({ kind: "done", reply: play(data) }));

function play({ files, ask }: ToJob): Reply<unknown> {
  const began_ms = performance.now();
  let told = 0;
  const onProgress = (part: number): void => {
    if (part - told < PART) return;
    told = part;
    scope.postMessage({ kind: "progress", part });
  };
  try {
    const logs = files.map(openBlob).filter((log) => "log" in log);
    return runJob(sourceOfLogs(logs).logs, ask, {
      onProgress,
      elapsed_s: () => (performance.now() - began_ms) / 1000,
    });
  } catch (error) {
    return refuse("failed", messageOf(error));
  }
}
