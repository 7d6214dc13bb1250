// Where the hot path finds values of the device's state that tables name. Made with the device and after its state has been
// restored; not part of the state.

import type { Bms } from "./bms.ts";
import { FLAG_PATHS, FLAGS } from "./decide/flags.ts";
import { type FaultProbes, makeFaultProbes } from "./protect/protect.ts";
import { createReadings, type Readings } from "./readings.ts";

export type Probes = { readonly protect: FaultProbes; readonly flags: Readings };

export const makeProbes = (bms: Bms): Probes => ({
  protect: makeFaultProbes(bms),
  flags: createReadings(bms, FLAGS, FLAG_PATHS),
});
