// Which way leads to a CAN bus, and how each is opened. Each way's own file is loaded only when it is wanted.

import type { CanLink, CanLinkEvents } from "./can-link.ts";
import { openModelledBus } from "./modelled-bus.ts";

/** Bit rates, kbit/s: of CANopen's four that the device takes (CiA 301, table 1) and of the LAWICEL protocol's nine. */
export type CanTarget =
  | { readonly kind: "simulated"; readonly rate_kbit_s: number }
  | { readonly kind: "socketcan"; readonly channel: string; readonly rate_kbit_s: number }
  | { readonly kind: "slcan"; readonly path: string; readonly baud: number; readonly rate_kbit_s: number }
  | { readonly kind: "socketcand"; readonly host: string; readonly port: number; readonly channel: string };

/** For people, and the same for targets that are the same. */
export function nameOfTarget(target: CanTarget): string {
  switch (target.kind) {
    case "simulated":
      return `a modelled bus of ${target.rate_kbit_s} kbit/s`;
    case "socketcan":
      return `SocketCAN ${target.channel}`;
    case "slcan":
      return `slcan ${target.path} at ${target.rate_kbit_s} kbit/s`;
    case "socketcand":
      return `socketcand ${target.host}, port ${target.port}, ${target.channel}`;
  }
}

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
