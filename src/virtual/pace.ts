// When the next tick is due and how much time it stands for: pure arithmetic of the real loop, tried on a made-up clock.
// Ticks lie at absolute deadlines, so that a late one does not shift the rest. At real speed a tick passes the time
// that was measured; a long gap is split into steps the core accepts, up to a bound. At another speed each deadline
// owes several ticks of the nominal length; what cannot be caught up is dropped and counted.

import { assert } from "../base/assert.ts";

export type Pace = {
  tick_us: number;
  /** Virtual seconds per second. */
  speed: number;
  /** The next deadline and the time up to which the device has been stepped, on the loop's clock. */
  deadline_us: number;
  stepped_us: number;
  /** Virtual time owed to the device at a speed other than 1. */
  owed_us: number;
  ticks: number;
  /** Deadlines missed by a whole tick or more. */
  overruns: number;
  /** Gaps over GAP_us, and virtual time that was dropped because it could not be caught up. */
  gaps: number;
  lost_us: number;
  latest_us: number;
};

/** A gap longer than this is passed to the device in several steps. */
export const GAP_us = 100_000;
/** At most so many steps of a gap; the rest is lost: the machine was suspended, and so was the modelled world. */
const GAP_STEPS = 20;
/** Time is passed to the device in steps of this; the rest belongs to the next tick. Finer, it would only fill the log. */
const GRAIN_us = 100;

export const createPace = (tick_us: number, speed: number, now_us: number): Pace => ({
  tick_us,
  speed,
  deadline_us: now_us + tick_us,
  stepped_us: now_us,
  owed_us: 0,
  ticks: 0,
  overruns: 0,
  gaps: 0,
  lost_us: 0,
  latest_us: 0,
});

/** Virtual seconds per second from now on. */
export function setSpeed(pace: Pace, speed: number): void {
  assert(speed > 0, "time moves forward");
  pace.speed = speed;
  pace.owed_us = 0;
}

export type Due = { steps: number; dt_us: number };

/**
 * How many steps of which length are due now; moves the deadline to the next one ahead.
 * @param now_us the loop's clock, at or after the deadline
 */
export function takeDue(pace: Pace, now_us: number): Due {
  const elapsed_us = Math.max(1, now_us - pace.stepped_us);
  const late_us = now_us - pace.deadline_us;
  pace.stepped_us = Math.max(now_us, pace.stepped_us + 1);
  if (late_us > pace.latest_us) pace.latest_us = late_us;
  if (late_us >= pace.tick_us) pace.overruns++;
  if (elapsed_us > GAP_us) pace.gaps++;
  pace.deadline_us += pace.tick_us * Math.max(1, Math.floor(late_us / pace.tick_us) + 1);
  return pace.speed === 1 ? measured(pace, elapsed_us) : owed(pace, elapsed_us);
}

function measured(pace: Pace, elapsed_us: number): Due {
  const passed_us = Math.min(elapsed_us, GAP_us * GAP_STEPS);
  pace.lost_us += elapsed_us - passed_us;
  const steps = Math.ceil(passed_us / GAP_us);
  const dt_us = coarse(Math.floor(passed_us / steps));
  pace.stepped_us -= passed_us - steps * dt_us; // microseconds that do not divide belong to the next tick
  return { steps, dt_us };
}

const coarse = (time_us: number): number => (time_us < GRAIN_us ? time_us : time_us - (time_us % GRAIN_us));

function owed(pace: Pace, elapsed_us: number): Due {
  const passed_us = Math.min(elapsed_us, GAP_us * GAP_STEPS);
  pace.lost_us += Math.round((elapsed_us - passed_us) * pace.speed);
  pace.owed_us += passed_us * pace.speed;
  return { steps: Math.floor(pace.owed_us / pace.tick_us), dt_us: pace.tick_us };
}

/** After the steps: `done` of them were carried out in the time there was. */
export function settleDue(pace: Pace, due: Due, done: number): void {
  assert(done <= due.steps, "no more steps are done than were due");
  pace.ticks += done;
  if (pace.speed === 1) return;
  pace.owed_us -= due.steps * due.dt_us;
  pace.lost_us += (due.steps - done) * due.dt_us;
  if (done < due.steps) pace.overruns++;
}
