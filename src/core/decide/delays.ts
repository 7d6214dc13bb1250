// The delays between the wish for a path and the act: Ton before closing; Toff, the error's own delay or none before
// opening (the vendor's manual).

import type { PathState } from "./decided.ts";
import type { PathPlan } from "./plan.ts";
import { lasted_us } from "./timer.ts";

/** Delay between an error and the opening. @param own_us the shortest own delay among the errors that open this path */
export function errorDelay_us(path: PathPlan, stop_us: number, own_us: number): number {
  if (path.withoutDelay) return 0;
  return path.customDelays ? own_us : stop_us;
}

/** One path through its delays. Closing waits for `mayStart`; losing it opens nothing. */
export function stepPath(
  path: PathState,
  plan: PathPlan,
  wished: boolean,
  error: boolean,
  error_us: number,
  mayStart: boolean,
  atOnce: boolean,
  dt_us: number,
): void {
  path.wish_us = lasted_us(path.wish_us, wished && !error && mayStart && !atOnce, dt_us);
  path.idle_us = lasted_us(path.idle_us, !wished, dt_us);
  path.error_us = lasted_us(path.error_us, error, dt_us);
  if (path.close === 0) {
    if (path.wish_us >= plan.start_us) path.close = 1;
  } else if (atOnce || (!wished && path.idle_us >= plan.stop_us) || (error && path.error_us >= error_us))
    path.close = 0;
}
