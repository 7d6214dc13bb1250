// The CAN bus of the modelled board: nobody is on it but who joins through programs, and frames take the time that they would
// take on a real one. So no flood is faster here than on a wire.

import { createBudget, isFree, spend, wait_us } from "../can/bit-budget.ts";
import type { CanLink, CanLinkEvents } from "./can-link.ts";

/** @param rate_kbit_s of the bus, kbit/s */
export function openModelledBus(
  rate_kbit_s: number,
  now_us: () => number,
  { ready }: Pick<CanLinkEvents, "ready">,
): CanLink {
  const budget = createBudget(rate_kbit_s, now_us());
  let timer: NodeJS.Timeout | undefined;
  const hasRoom = (): boolean => {
    if (isFree(budget, now_us())) return true;
    timer ??= setTimeout(
      () => {
        timer = undefined;
        ready();
      },
      Math.ceil(wait_us(budget) / 1000),
    );
    return false;
  };
  return {
    place: `a modelled bus of ${rate_kbit_s} kbit/s`,
    hasRoom,
    send: (frame) => {
      if (!hasRoom()) return false;
      spend(budget, frame);
      return true;
    },
    close: async () => clearTimeout(timer),
  };
}
