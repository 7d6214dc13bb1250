// The real-time loop: sleeps to the next absolute deadline, then lets the device take the steps that are due (pace.ts).
// The clock is handed in; that of a machine is device/machine-clock.ts. At high speed a batch ends when its time is used up, so that
// keys, signals and the screen are never kept waiting.

import { createPace, type Pace, settleDue, takeDue } from "./pace.ts";

export type Clock = {
  /** Steady time in integer microseconds. */
  readonly now_us: () => number;
  /** Calls back at or soon after a time. */
  readonly at: (time_us: number, act: () => void) => void;
};

export type Loop = { readonly pace: Pace; running: boolean };

/** Longest time one batch of steps may take. */
const BATCH_us = 40_000;
/** Steps between two looks at the clock. */
const STRIDE = 64;

/**
 * Runs until `loop.running` is false or a tick throws; what it throws goes to `failed`, once.
 * @param tick lets the device take one step of dt_us; returns false to end the loop
 */
export function startLoop(
  clock: Clock,
  tick_us: number,
  speed: number,
  tick: (dt_us: number) => boolean,
  failed: (error: unknown) => void,
): Loop {
  const loop: Loop = { pace: createPace(tick_us, speed, clock.now_us()), running: true };
  const turn = (): void => {
    if (!loop.running) return;
    try {
      runBatch(loop, clock, tick);
    } catch (error) {
      loop.running = false;
      failed(error);
    }
    if (loop.running) clock.at(loop.pace.deadline_us, turn);
  };
  clock.at(loop.pace.deadline_us, turn);
  return loop;
}

function runBatch(loop: Loop, clock: Clock, tick: (dt_us: number) => boolean): void {
  const began_us = clock.now_us();
  if (began_us < loop.pace.deadline_us) return; // a timer may fire a little early
  const due = takeDue(loop.pace, began_us);
  let done = 0;
  while (done < due.steps && loop.running) {
    if (!tick(due.dt_us)) loop.running = false;
    done++;
    if (done % STRIDE === 0 && clock.now_us() - began_us > BATCH_us) break;
  }
  settleDue(loop.pace, due, done);
}
