// The stage "estimate".

import type { Bms } from "../bms.ts";

export function estimate(_bms: Bms, _dt_us: number): void {}
