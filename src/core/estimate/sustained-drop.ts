// What a current that lasts drops over a cell, against what the model says: a factor for each cell. Steps of the current show the
// resistance at once (resistance.ts, response.ts); an aged cell's diffusion shows only under a current that stays. There the
// voltage less the rest voltage that belongs to the counted charge is the drop: surest where the rest voltage hardly
// depends on the charge, on the plateau of LFP, where nothing else can be learned. A scalar Kalman filter for each cell
// (G. L. Plett, J. Power Sources 134 (2004) 277, part 3: parameters as slow states).

import type { Bms } from "../bms.ts";
import { dropOf, rise } from "./cell-model.ts";
import { modelVariance, NOISE_V2 } from "./reading.ts";
import { socAt, surfaceAt } from "./surface.ts";
import { NINETY_FIVE } from "./uncertainty.ts";

/** Smaller drops tell nothing. */
const LEAST_V = 0.01;
/** Errors of the model last: readings within this time are one. */
const ALIKE_s = 400;
/** The factor may wander by this much, one standard deviation, in a hundred hours. */
const WANDER = 0.1;
const WANDER_s = 360_000;
const FIRST_DOUBT = 0.35;
const LEAST = 0.3;
const MOST = 6;
const BEYOND_DOUBT = 0.1;
const SLOPE_STEP = 0.01;

/** At each turn of a cell. */
export function followDrop(bms: Bms, cell: number): void {
  const { estimate, measure } = bms;
  const { health, observer } = estimate;
  const plan = bms.plan.estimate;
  const seconds = observer.clock_s - health.drop_s[cell];
  health.drop_s[cell] = observer.clock_s;
  const drop_V = dropOf(estimate, cell, observer.bent_A);
  if (!(seconds > 0 && seconds < 60) || observer.anchor[cell] !== 0 || (drop_V < LEAST_V && drop_V > -LEAST_V)) return;
  const degC = measure.cellTemperatures_degC[cell];
  const soc = estimate.cellSoc[cell] + observer.lag;
  const branch_V = surfaceAt(plan.hysteresis_V, soc, degC);
  const rest_V = surfaceAt(plan.ocv_V, soc, degC);
  const slope =
    (surfaceAt(plan.ocv_V, soc + SLOPE_STEP, degC) - surfaceAt(plan.ocv_V, soc - SLOPE_STEP, degC)) / (2 * SLOPE_STEP);
  const byCharge_V = (slope * estimate.cellSocBound[cell]) / NINETY_FIVE;
  const variance_V2 = modelVariance(estimate, plan, cell, branch_V, degC) + byCharge_V * byCharge_V;
  const left_V = measure.cells_V[cell] - rest_V - observer.hysteresis * branch_V - health.dropFactor[cell] * drop_V;
  const known = health.dropVariance[cell] + (WANDER * WANDER * seconds) / WANDER_s;
  const gain = (known * drop_V) / (known * drop_V * drop_V + variance_V2 / rise(seconds / ALIKE_s));
  health.dropVariance[cell] = known * (1 - gain * drop_V);
  const factor = health.dropFactor[cell] + gain * left_V;
  health.dropFactor[cell] = factor < LEAST ? LEAST : factor > MOST ? MOST : factor;
}

/**
 * State of charge of a cell by its voltage now, with the drop that has been learned; its variance in health.readVariance.
 * Beyond the ends of the table the voltage only says "at least" or "at most": such a reading is no better than BEYOND_DOUBT.
 */
export function readUnderLoad(bms: Bms, cell: number): number {
  const { estimate, measure } = bms;
  const { health, observer } = estimate;
  const plan = bms.plan.estimate;
  const degC = measure.cellTemperatures_degC[cell];
  const drop_V = dropOf(estimate, cell, observer.bent_A);
  const middle_V = measure.cells_V[cell] - health.dropFactor[cell] * drop_V;
  const branch_V = surfaceAt(plan.hysteresis_V, socAt(plan.ocv_V, middle_V, degC), degC);
  const rest_V = middle_V - observer.hysteresis * branch_V;
  const model_V2 = modelVariance(estimate, plan, cell, branch_V, degC);
  const doubt_V = Math.sqrt(model_V2 + health.dropVariance[cell] * drop_V * drop_V + NOISE_V2);
  const surface = socAt(plan.ocv_V, rest_V, degC);
  const above = socAt(plan.ocv_V, rest_V + doubt_V, degC) - surface;
  const below = surface - socAt(plan.ocv_V, rest_V - doubt_V, degC);
  const wide = (above > below ? above : below) + plan.axisError;
  const soc = surface - observer.lag;
  const beyond = soc <= 0.001 || soc >= 0.999;
  const doubt = beyond && wide < BEYOND_DOUBT ? BEYOND_DOUBT : wide;
  health.readVariance = doubt * doubt;
  return soc < 0 ? 0 : soc > 1 ? 1 : soc;
}

/** Another nominal resistance, or another cell: the model is believed again. */
export function startDrop(bms: Bms, cell: number): void {
  const { health } = bms.estimate;
  health.dropFactor[cell] = 1;
  health.dropVariance[cell] = FIRST_DOUBT * FIRST_DOUBT;
}
