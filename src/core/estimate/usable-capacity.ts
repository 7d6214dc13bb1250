// What comes out of the battery from full to empty as it is used: the cells' capacities less what stays in them when the voltage
// under load reaches its lower end, at the current at which the battery is usually used and with the drop that has been learned.
// A tester's "measured capacity" is this figure: it ends at a voltage under load, not at the end of the rest-voltage curve. Where a
// cell has shown it by itself (shown-capacity.ts), that counts by how sure either is.

import type { Bms } from "../bms.ts";
import { stuckAt, usualCurrent_A } from "./left-behind.ts";
import { joinShown } from "./shown-capacity.ts";
import { NINETY_FIVE } from "./uncertainty.ts";

/** What stays in a cell is known to this share, one standard deviation. */
const LEFT_DOUBT = 0.3;

/** Each second. */
export function followUsable(bms: Bms): void {
  const { estimate } = bms;
  const { health } = estimate;
  const plan = bms.plan.estimate;
  const usual_A = usualCurrent_A(estimate, plan);
  let left_Ah = Number.MAX_VALUE,
    room_Ah = Number.MAX_VALUE,
    bound_Ah = 0;
  for (let cell = 0; cell < plan.cells; cell++) {
    const capacity_Ah = estimate.cellCapacity_Ah[cell];
    const stuck_Ah = health.emptied[cell] === 1 ? 0 : stuckAt(bms, cell, usual_A) * capacity_Ah;
    const known_Ah = health.capacityBound_Ah[cell] / NINETY_FIVE;
    const left = LEFT_DOUBT * stuck_Ah;
    joinShown(estimate, plan, cell, capacity_Ah - stuck_Ah, known_Ah * known_Ah + left * left);
    const kept_Ah = capacity_Ah - health.usable_Ah[cell];
    const cellLeft_Ah = estimate.cellSoc[cell] * capacity_Ah - kept_Ah;
    const cellRoom_Ah = (1 - estimate.cellSoc[cell]) * capacity_Ah;
    if (cellLeft_Ah < left_Ah) {
      left_Ah = cellLeft_Ah;
      bound_Ah = health.usableBound_Ah[cell];
    }
    if (cellRoom_Ah < room_Ah) room_Ah = cellRoom_Ah;
  }
  const whole_Ah = left_Ah + room_Ah;
  health.usableCapacity_Ah = estimate.started === 1 && whole_Ah > 0 ? whole_Ah : 0;
  health.usableCapacityBound_Ah = bound_Ah;
  health.usableSoh = health.usableCapacity_Ah / plan.capacity_Ah;
  health.usableSohBound = bound_Ah / plan.capacity_Ah;
}
