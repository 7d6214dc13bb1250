// What follows from the settings for the tick: converted units, resolved names, compiled tables. Made anew whenever
// settings change, never changed in between, and not part of the saved state.

import type { Settings } from "../model/settings.ts";
import { type DecidePlan, planDecide } from "./decide/plan.ts";
import { type EstimatePlan, planEstimate } from "./estimate/plan.ts";
import { type MeasurePlan, planMeasure } from "./measure/plan.ts";
import { type ProtectPlan, planProtect } from "./protect/plan.ts";

export type Plan = { measure: MeasurePlan; estimate: EstimatePlan; protect: ProtectPlan; decide: DecidePlan };

export const makePlan = (settings: Settings): Plan => ({
  measure: planMeasure(settings),
  estimate: planEstimate(settings),
  protect: planProtect(settings),
  decide: planDecide(settings),
});
