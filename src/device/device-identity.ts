// Who the device says it is on its buses: make and model, versions, and where it is in the network.

import { networkInterfaces } from "node:os";
import type { Identity } from "../model/shown.ts";
import { versionOf } from "./version.ts";

/** The hardware is that of the vendor's manual, 2.1. The address is that of the first network card, if there is one. */
export function deviceIdentity(): Identity {
  const [major = 0, minor = 0, patch = 0] = versionOf().split(/[.-]/).map(Number);
  const card = Object.values(networkInterfaces())
    .flat()
    .find((each) => each?.family === "IPv4" && !each.internal);
  const bytes = (text: string | undefined): number[] => (text ?? "0.0.0.0").split(".").map(Number);
  return {
    ...{
      vendor: "bms-mini",
      product: "bms-mini",
      model: "BMS Mini 2.1",
      url: "https://www.npmjs.com/package/bms-mini",
    },
    ...{ hardware: [2, 1], firmware: [major, minor, patch] },
    ...{ address: bytes(card?.address), netmask: bytes(card?.netmask), gateway: [0, 0, 0, 0] },
  };
}
