// The process of witness.ts: sleeps until the next deadline, counts those missed by a tick, and tells each.

import { TICK_ms } from "./witness.ts";

let deadline_ms = performance.now() + TICK_ms;
let late = 0;

function wake(): void {
  const late_ms = performance.now() - deadline_ms;
  if (late_ms >= TICK_ms) process.send?.(++late);
  deadline_ms += TICK_ms * (Math.floor(Math.max(0, late_ms) / TICK_ms) + 1);
  setTimeout(wake, deadline_ms - performance.now());
}

setTimeout(wake, TICK_ms);
process.on("disconnect", () => process.exit());
