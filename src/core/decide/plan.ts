// What the stage "decide" needs of the settings, in the units of the tick.

import type { Settings } from "../../model/settings.ts";

export type DecidePlan = { readonly cells: number };

export const planDecide = (settings: Settings): DecidePlan => ({ cells: settings.battery.cells });
