// Through the time without power: what the stages make of their kept values when the supply is back.

import type { Bms } from "./bms.ts";
import { resumePrecharge } from "./decide/precharge.ts";
import { takeUp } from "./estimate/power-up.ts";

/**
 * Takes a device that has just got its kept state back through the time it was off. Call once, before the first tick.
 * @param off_s time without power, s; negative: not known, which widens every bound as a month would
 */
export function resume(bms: Bms, off_s: number): void {
  takeUp(bms, off_s);
  resumePrecharge(bms, off_s);
}
