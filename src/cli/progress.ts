// One line on a terminal that says how far a long computation is and how long it will still take. Nothing elsewhere.

import { durationText } from "../sim/scenario/duration.ts";

export type Progress = { readonly show: (part: number) => void; readonly clear: () => void };

const WIDTH = 30;
const PERIOD_ms = 200;

/** Shows on stderr while that is a terminal, at most five times a second. `part` is 0..1. */
export function progressLine(title: string): Progress {
  const began_ms = performance.now();
  let shown_ms = began_ms;
  if (!process.stderr.isTTY) return { show: () => {}, clear: () => {} };
  return {
    show: (part) => {
      const now_ms = performance.now();
      if (now_ms - shown_ms < PERIOD_ms || part <= 0) return;
      shown_ms = now_ms;
      const left_s = ((now_ms - began_ms) / 1000) * (1 / part - 1);
      const filled = Math.round(part * WIDTH);
      const bar = "█".repeat(filled) + "·".repeat(WIDTH - filled);
      process.stderr.write(
        `\r${title} ${bar} ${(part * 100).toFixed(0).padStart(3)} %, ${durationText(left_s)} left \u001b[K`,
      );
    },
    clear: () => {
      process.stderr.write("\r\u001b[K");
    },
  };
}
