// A plain coulomb counter, the least a battery monitor does: the charge that went through the sensor over the capacity it
// was told, kept between empty and full. It knows no bound and never corrects itself.

import type { Sensed } from "./sensed.ts";
import type { Track } from "./tally.ts";

/** @param start state of charge at the first sample */
export function countCoulombs(sensed: Sensed, start: number, capacity_Ah: number): Track {
  const { time_s, mean_A } = sensed;
  const soc = new Float64Array(time_s.length);
  soc[0] = start;
  for (let i = 1; i < soc.length; i++) {
    const next = soc[i - 1] + (mean_A[i] * (time_s[i] - time_s[i - 1])) / (3600 * capacity_Ah);
    soc[i] = next < 0 ? 0 : next > 1 ? 1 : next;
  }
  return { soc, bound: new Float64Array(soc.length).fill(Number.NaN) };
}
