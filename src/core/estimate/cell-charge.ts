// The charge that has gone through each cell: what has gone through the string, less what the cell's balancing resistor took.

import type { Estimated } from "./estimated.ts";

/** What the cell has got so far, Ah; only differences of it mean something. */
export const chargeOf = (estimate: Estimated, cell: number): number =>
  estimate.observer.through_Ah - estimate.health.bled_Ah[cell];

/** Each second: what the balancing resistors took, also when a person has set that counter to zero. */
export function followBleeding(estimate: Estimated, cells: number): void {
  const { health, cellBled_Ah } = estimate;
  for (let cell = 0; cell < cells; cell++) {
    const more = cellBled_Ah[cell] - health.lastBled_Ah[cell];
    health.bled_Ah[cell] += more >= 0 ? more : cellBled_Ah[cell];
    health.lastBled_Ah[cell] = cellBled_Ah[cell];
  }
}
