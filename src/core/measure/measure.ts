// The stage "measure" in the order of the data: inputs, current, temperatures, cells, wiring.

import type { Bms } from "../bms.ts";
import type { Sensors } from "../sensors.ts";

export function measure(_bms: Bms, _sensors: Sensors, _dt_us: number): void {}
