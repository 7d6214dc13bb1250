// What the stage "measure" needs of the settings, in the units of the tick.

import type { Settings } from "../../model/settings.ts";

export type MeasurePlan = { readonly cells: number };

export const planMeasure = (settings: Settings): MeasurePlan => ({ cells: settings.battery.cells });
