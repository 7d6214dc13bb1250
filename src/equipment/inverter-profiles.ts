// All inverter profiles by the name that the setting has for them.

import type { InverterProfileName } from "../model/can-partners.ts";
import { GROWATT } from "./growatt.ts";
import type { InverterProfile } from "./inverter-profile.ts";
import { PYLONTECH } from "./pylontech.ts";
import { DEYE, LUXPOWER, SOFAR, SOL_ARK } from "./pylontech-like.ts";
import { GOODWE, SMA } from "./sma.ts";
import { VICTRON } from "./victron.ts";

export const INVERTER_PROFILES: Readonly<Record<InverterProfileName, InverterProfile>> = {
  pylontech: PYLONTECH,
  sma: SMA,
  victron: VICTRON,
  goodwe: GOODWE,
  growatt: GROWATT,
  deye: DEYE,
  solArk: SOL_ARK,
  luxpower: LUXPOWER,
  sofar: SOFAR,
};
