// What the stage "estimate" needs of the settings, in the units of the tick.

import type { Settings } from "../../model/settings.ts";

export type EstimatePlan = { readonly cells: number };

export const planEstimate = (settings: Settings): EstimatePlan => ({ cells: settings.battery.cells });
