// Hands recordings to a few threads, each the next one as soon as it is free.

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { ScoreOrder } from "./score-work.ts";
import { SCORE_THREAD, type ScoreAnswer, tryFile } from "./score-worker.ts";

const MOST_THREADS = 8;

/** Answers in the order of the files. `done` is told after each. */
export async function scoreFiles(
  order: ScoreOrder,
  files: readonly string[],
  done: (count: number) => void,
): Promise<readonly ScoreAnswer[]> {
  const threads = Math.min(files.length, availableParallelism(), MOST_THREADS);
  if (threads < 2)
    return files.map((file, i) => {
      const answer = tryFile(order, file);
      done(i + 1);
      return answer;
    });
  const answers: ScoreAnswer[] = new Array(files.length);
  let next = 0,
    finished = 0;
  const serve = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      let at = -1;
      const hand = (): void => {
        at = next++;
        if (at < files.length) worker.postMessage(files[at]);
        else resolve();
      };
      worker.on("message", (answer: ScoreAnswer) => {
        answers[at] = answer;
        done(++finished);
        hand();
      });
      worker.on("error", reject);
      hand();
    });
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL("./score-worker.ts", import.meta.url), { workerData: { thread: SCORE_THREAD, order } }),
  );
  try {
    await Promise.all(workers.map(serve));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return answers;
}
