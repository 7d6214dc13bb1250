// The current from a shunt on the CAN bus, instead of the Hall sensor (vendor's group "Shunt": thresholds T0 and TM,
// receive timeout). Samples arrive as requests; the tick that brings one finds its age at 0.

import { CURRENT_MAX_A } from "../../model/current-sensors.ts";
import type { Measured } from "./measured.ts";
import type { ShuntPlan } from "./plan.ts";

/** Time constant of the mean value below TM. */
const MEAN_us = 1_000_000;

/** Ages the last sample and takes a new one into the mean. Sets shuntOffline after the receive timeout, from start too. */
export function hearShunt(measured: Measured, plan: ShuntPlan, dt_us: number): void {
  if (measured.shuntAge_us === 0) {
    if (Math.abs(measured.shunt_A) <= 2 * CURRENT_MAX_A) takeSample(measured, plan);
    else measured.shuntAge_us = measured.shuntInterval_us; // no shunt sees that: as if nothing had come
  }
  measured.shuntAge_us += dt_us;
  measured.shuntInterval_us += dt_us;
  if (measured.shuntAge_us > plan.timeout_us) measured.shuntHeard = 0;
  measured.shuntOffline = plan.enable && measured.shuntAge_us > plan.timeout_us ? 1 : 0;
}

function takeSample(measured: Measured, plan: ShuntPlan): void {
  const sample_A = measured.shunt_A;
  const above = Math.abs(sample_A) > plan.meanThreshold_A || Math.abs(measured.shuntMean_A) > plan.meanThreshold_A;
  const anew = above || measured.shuntHeard === 0;
  const part = measured.shuntInterval_us / (measured.shuntInterval_us + MEAN_us);
  measured.shuntMean_A = anew ? sample_A : measured.shuntMean_A + (sample_A - measured.shuntMean_A) * part;
  measured.shuntHeard = 1;
  measured.shuntInterval_us = 0;
}

/** Above TM the sample as it came, below it the mean of the samples there; under T0 nothing. */
export const shuntCurrent_A = ({ shuntMean_A }: Measured, plan: ShuntPlan): number =>
  Math.abs(shuntMean_A) < plan.zeroThreshold_A ? 0 : shuntMean_A * plan.sign;
