// The process of witness.ts: sleeps until the next deadline, as the device's loop does and by its arithmetic, and tells each overrun.

import { createPace, takeDue } from "../../src/virtual/pace.ts";

const TICK_us = 10_000;
const now_us = (): number => Math.round(performance.now() * 1000);
const pace = createPace(TICK_us, 1, now_us());

function wake(): void {
  const before = pace.overruns;
  takeDue(pace, now_us());
  if (pace.overruns > before) process.send?.(pace.overruns);
  sleep();
}

const sleep = (): void => void setTimeout(wake, (pace.deadline_us - now_us()) / 1000);

sleep();
process.on("disconnect", () => process.exit());
