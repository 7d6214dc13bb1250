// The CAN bus of the modelled board: nobody is on it but who joins through programs, and frames take the time that they would
// take on a real one. So no flood is faster here than on a wire.

import { BitPace } from "./bit-pace.ts";
import type { CanLink, CanLinkEvents } from "./can-link.ts";
import { nameOfTarget } from "./can-target.ts";

/** @param rate_kbit_s of the bus, kbit/s */
export function openModelledBus(
  rate_kbit_s: number,
  now_us: () => number,
  { ready }: Pick<CanLinkEvents, "ready">,
): CanLink {
  const pace = new BitPace(rate_kbit_s, now_us, ready);
  return {
    place: nameOfTarget({ kind: "simulated", rate_kbit_s }),
    hasRoom: () => pace.hasRoom(),
    send: (frame) => {
      if (!pace.hasRoom()) return false;
      pace.spend(frame);
      return true;
    },
    close: async () => pace.close(),
  };
}
