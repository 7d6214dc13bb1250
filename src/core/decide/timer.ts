// One timer for every delay of this stage. It says how long a condition has lasted, as seen at the ticks: a delay of d
// acts in the first tick at which the condition has lasted d or longer, and a delay of 0 in the tick that sees it first.

/**
 * @param timer_us what this function returned in the last tick; -1 at first
 * @returns how long `condition` has lasted, 0 in the first tick that sees it, -1 while it does not hold
 */
export const lasted_us = (timer_us: number, condition: boolean, dt_us: number): number =>
  condition ? (timer_us < 0 ? 0 : timer_us + dt_us) : -1;
