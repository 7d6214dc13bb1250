// The stage "decide".

import type { Bms } from "../bms.ts";
import type { Commands } from "../commands.ts";

export function decide(bms: Bms, _dt_us: number): Commands {
  return bms.commands;
}
