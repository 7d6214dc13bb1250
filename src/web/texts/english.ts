// The English catalogue: one file for each page.

import { ACCOUNTS } from "./english/accounts.ts";
import { BUS } from "./english/bus.ts";
import { ENTER } from "./english/enter.ts";
import { HISTORY } from "./english/history.ts";
import { PACK } from "./english/pack.ts";
import { PACKS } from "./english/packs.ts";
import { REPORT } from "./english/report.ts";
import { SETTINGS } from "./english/settings.ts";
import { SHELL } from "./english/shell.ts";
import { WHAT_IF } from "./english/what-if.ts";
import { WHY } from "./english/why.ts";
import { WIRING } from "./english/wiring.ts";
import { WORLD } from "./english/world.ts";

export const ENGLISH = {
  shell: SHELL,
  settings: SETTINGS,
  accounts: ACCOUNTS,
  enter: ENTER,
  pack: PACK,
  packs: PACKS,
  history: HISTORY,
  whatIf: WHAT_IF,
  why: WHY,
  wiring: WIRING,
  bus: BUS,
  report: REPORT,
  world: WORLD,
} as const;
