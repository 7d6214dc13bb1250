// Where the hot path finds values of the device's state that tables name. Made with the device and after its state has been
// restored; not part of the state.

import type { Bms } from "./bms.ts";
import { createFlags } from "./decide/flags.ts";
import { type FaultProbes, makeFaultProbes } from "./protect/protect.ts";
import type { Readings } from "./readings.ts";

export type Probes = { readonly protect: FaultProbes; readonly flags: Readings };

export const makeProbes = (bms: Bms): Probes => ({
  protect: makeFaultProbes(bms),
  flags: createFlags(bms),
});
