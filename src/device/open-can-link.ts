// Opens the way to a CAN bus that was chosen. Each way's own file is loaded only when it is wanted.

import type { CanLink, CanLinkEvents } from "./can-link.ts";
import type { CanTarget } from "./can-target.ts";
import { openModelledBus } from "./modelled-bus.ts";

/** Throws what the system says when the way cannot be opened. */
export async function openCanLink(target: CanTarget, now_us: () => number, events: CanLinkEvents): Promise<CanLink> {
  switch (target.kind) {
    case "simulated":
      return openModelledBus(target.rate_kbit_s, now_us, events);
    case "socketcan": {
      const { openSocketCan } = await import("./socketcan.ts");
      return openSocketCan(target.channel, target.rate_kbit_s, events);
    }
    case "slcan":
      return (await import("./slcan-link.ts")).openSlcan(target, now_us, events);
    case "socketcand":
      return (await import("./socketcand-link.ts")).openSocketcand(target, events);
  }
}
