// SOC method "enhanced": an extended Kalman filter for each cell on a model with two pairs. Cells in series share the
// pairs' currents; each has its own state of charge, resistance and covariances (uncertainty.ts says why so many). The
// slope of the rest voltage is taken over the width of the estimate, so a plateau yields nothing and a knee, felt from
// afar, no false certainty.

import type { Bms } from "../bms.ts";
import { dropOf } from "./cell-model.ts";
import { REASON } from "./estimated.ts";
import { modelVariance, NOISE_V2 } from "./reading.ts";
import { surfaceAt } from "./surface.ts";
import { dropDoubt, forget, growError, stateBound, tellCorrection } from "./uncertainty.ts";

/** An innovation beyond this many standard deviations is an outlier. */
const GATE = 4;
/** That many outliers in a row, and it is the estimate that is wrong. */
const PATIENCE = 40;
/** A filter's correction is told when it has summed up to this. */
const WORTH_TELLING = 0.005;

export function observeCell(bms: Bms, cell: number): void {
  const { estimate, measure } = bms;
  const o = estimate.observer;
  growError(estimate, bms.plan.estimate, cell);
  if (measure.cellValid[cell] === 1 && measure.currentValid === 1 && o.anchor[cell] === 0) filter(bms, cell);
  stateBound(estimate, cell);
}

function filter(bms: Bms, cell: number): void {
  const { estimate, measure } = bms;
  const plan = bms.plan.estimate;
  const o = estimate.observer;
  const degC = measure.cellTemperatures_degC[cell];
  const soc = estimate.cellSoc[cell];
  const variance = o.variance[cell];

  const reach = clamp(Math.sqrt(variance), 0.015, 0.1);
  const high = soc + reach > 1 ? 1 : soc + reach;
  const low = soc - reach < 0 ? 0 : soc - reach;
  const rest_V = surfaceAt(plan.ocv_V, soc + o.lag, degC);
  const low_V = surfaceAt(plan.ocv_V, low + o.lag, degC);
  const slope = (surfaceAt(plan.ocv_V, high + o.lag, degC) - low_V) / (high - low);
  const bend = low_V + slope * (soc - low) - rest_V;

  const branch_V = surfaceAt(plan.hysteresis_V, soc, degC);
  const drop_V = dropOf(estimate, cell, o.bent_A);
  const innovation = measure.cells_V[cell] - rest_V - o.hysteresis * branch_V - drop_V;

  const jump = o.actual_Ohm[cell] * (measure.current_A - o.sample_A) * 0.3;
  const axis = plan.axisError * slope;
  const model = Math.sqrt(modelVariance(estimate, plan, cell, branch_V, degC) + axis * axis);
  const doubt = dropDoubt(plan, o.steps[cell]);
  const known = slope * variance + model * o.modelCovariance[cell] + drop_V * o.dropCovariance[cell];
  const whole =
    slope * known +
    slope * (model * o.modelCovariance[cell] + drop_V * o.dropCovariance[cell]) +
    model * model +
    drop_V * drop_V * doubt * doubt +
    NOISE_V2 +
    bend * bend +
    jump * jump;
  const total = whole > NOISE_V2 ? whole : NOISE_V2;
  if (innovation * innovation > GATE * GATE * total) {
    doubtEstimate(bms, cell);
    return;
  }
  o.outliers[cell] = 0;
  // A gain that pushes against the voltage comes from covariances, not from evidence.
  const gain = known > 0 ? known / total : 0;
  if (gain === 0) return;
  update(bms, cell, gain, innovation, slope, model, drop_V, doubt, known, total);
}

function update(
  bms: Bms,
  cell: number,
  gain: number,
  innovation: number,
  slope: number,
  model: number,
  drop_V: number,
  doubt: number,
  known: number,
  total: number,
): void {
  const { estimate } = bms;
  const o = estimate.observer;
  const old = estimate.cellSoc[cell];
  const next = clamp(old + gain * innovation, 0, 1);
  estimate.cellSoc[cell] = next;
  const variance = o.variance[cell] - 2 * gain * known + gain * gain * total;
  o.variance[cell] = variance > 1e-8 ? variance : 1e-8;
  const kept = 1 - gain * slope;
  o.offsetCovariance[cell] *= kept;
  o.gainCovariance[cell] *= kept;
  o.modelCovariance[cell] = kept * o.modelCovariance[cell] - gain * model;
  o.dropCovariance[cell] = kept * o.dropCovariance[cell] - gain * drop_V * doubt * doubt;
  o.filtered[cell] += next - old;
  if (o.filtered[cell] > WORTH_TELLING || o.filtered[cell] < -WORTH_TELLING) {
    tellCorrection(estimate, cell, o.filtered[cell], REASON.filter);
    o.filtered[cell] = 0;
  }
}

/** One outlier is the voltage's fault; a row of them is the estimate's, which then starts to doubt itself. */
function doubtEstimate(bms: Bms, cell: number): void {
  const o = bms.estimate.observer;
  if (++o.outliers[cell] < PATIENCE) return;
  const variance = 4 * o.variance[cell] + 4e-4;
  forget(bms.estimate, cell);
  if (variance < o.variance[cell]) o.variance[cell] = variance;
  o.outliers[cell] = PATIENCE - 10;
}

const clamp = (value: number, low: number, high: number): number => (value < low ? low : value > high ? high : value);
