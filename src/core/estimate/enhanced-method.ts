// SOC method "enhanced": an extended Kalman filter for each cell on the cell model (cell-model.ts) with five states: state
// of charge, the model's own error in volts, the error of its resistance, that of the count (capacity and gain) and the
// current sensor's zero. The slope of the rest voltage is taken over the width of the estimate, so a plateau yields nothing
// and a knee, felt from afar, no false certainty. docs/estimation.md tells each state and its sources.

import type { Bms } from "../bms.ts";
import { dropOf } from "./cell-model.ts";
import { lookAgain } from "./correction.ts";
import { BLOCK, createGains, reach, SB, SC, SR, SS, SV, shrink, VV } from "./covariance.ts";
import { giveZero } from "./current-zero.ts";
import { REASON } from "./estimated.ts";
import { isStill } from "./past.ts";
import { onPlateau } from "./plan.ts";
import { modelVariance, NOISE_V2, readVoltage } from "./reading.ts";
import { hasMoved, hasStrayed, seenSlope, takeSlope, WIDE } from "./slope.ts";
import { curveAt, surfaceAt } from "./surface.ts";
import {
  blameLoadedVoltage,
  blameVoltage,
  growError,
  learnCount,
  NINETY_FIVE,
  setCharge,
  stateBound,
  tellCorrection,
} from "./uncertainty.ts";

/** Beyond this many standard deviations a reading is a surprise. */
const SOFT = 2.5;
/** Beyond these, and beyond what a model may miss, it is an outlier. */
const GATE = 8;
/** An estimate that is not sure is read anew where the voltage is so much surer, in variance. */
const MORE = 0.25;
/** So often in a row: one of many noisy readings always happens to lie on a steep part of the curve. */
const IN_A_ROW = 12;
/** A charge that is read anew may lie this many standard deviations from the one that was known. */
const BELIEVED = 2.2;
/** That many outliers in a row, and it is the estimate that is wrong. */
const PATIENCE = 40;
/** A filter's correction is told when it has summed up to this. */
const WORTH_TELLING = 0.005;
/** Share of the drop of late that the model misses for seconds, how many, and what a turn may count them for. */
const DYNAMIC = 0.1;
const DYNAMIC_us = 25_000_000;
const MOST_LASTING = 50;
/** What a board's cell input is off for good, one standard deviation squared. */
const SENSOR_V2 = 4e-6;
/** What a load brings of error fades with this time after it. */
const AFTER_LOAD_s = 600;
/** Doubt of the slow pair beside that of the load, which is counted apart. */
const PAIR_DOUBT = 0.1;
/** Share of a step of the current that a voltage read in its midst may miss. */
const JUMP = 0.3;
/** No model is wrong by more than this, one standard deviation. */
const MOST_MISFIT_V2 = 0.15 * 0.15;
/** A rest of this long: the same voltage is read again and again. */
const RESTING_us = 30_000_000;

const gains = createGains();

export function observeCell(bms: Bms, cell: number, elapsed_us: number): void {
  const { estimate, measure } = bms;
  const o = estimate.observer;
  growError(estimate, bms.plan.estimate, cell, elapsed_us);
  if (measure.cellValid[cell] === 1 && measure.currentValid === 1 && o.anchor[cell] === 0)
    filter(bms, cell, elapsed_us);
  giveZero(estimate, bms.plan.estimate, cell);
  stateBound(estimate, cell);
}

function filter(bms: Bms, cell: number, elapsed_us: number): void {
  const { estimate, measure } = bms;
  const plan = bms.plan.estimate;
  const o = estimate.observer;
  const degC = measure.cellTemperatures_degC[cell];
  const soc = estimate.cellSoc[cell];
  const at = cell * BLOCK;

  if (isStill(bms)) {
    lookAgain(bms, cell);
    return;
  }
  if (readAnew(bms, cell) || o.clear[cell] > 0) return;
  if (o.slope_V[cell] === 0 || hasMoved(bms, cell)) takeSlope(bms, cell);
  const slope = o.slope_V[cell];
  const seen_V = seenSlope(bms, cell);
  const rest_V = surfaceAt(plan.ocv_V, soc + o.lag, degC);
  const branch_V = surfaceAt(plan.hysteresis_V, soc, degC);
  const drop_V = dropOf(estimate, cell, o.bent_A);
  const expected_V = rest_V + o.hysteresis * branch_V + drop_V * (1 + o.dropError[cell]) + o.modelError_V[cell];
  const innovation = measure.cells_V[cell] - expected_V;

  if ((estimate.rest_us >= RESTING_us || onPlateau(plan, soc)) && hasStrayed(bms, cell)) {
    stopHere(bms, cell, innovation);
    return;
  }
  judgeModel(bms, cell, slope, branch_V, drop_V, degC);
  const white_V2 = whiteVariance(bms, cell, elapsed_us);
  const whole = reach(o.covariance, at, seen_V, 1, drop_V, gains) + white_V2;
  if (innovation * innovation > SOFT * SOFT * whole) {
    surprise(bms, cell, innovation, whole);
    return;
  }
  o.outliers[cell] = 0;
  shrink(o.covariance, at, whole, gains);
  move(bms, cell, innovation);
}

/**
 * A voltage that lasts has led the estimate away from where its slope was taken: with the slope of here, it may be the model's
 * error from now on. Else the same innovation would come back for ever, and each time the charge would go on.
 */
function stopHere(bms: Bms, cell: number, innovation: number): void {
  const o = bms.estimate.observer;
  takeSlope(bms, cell);
  blameVoltage(bms.estimate, cell, o.slope_V[cell], o.modelError_V[cell] + innovation);
}

/** What the model's and the resistance's errors tend to here and after this load. */
function judgeModel(bms: Bms, cell: number, slope: number, branch_V: number, drop_V: number, degC: number): void {
  const { estimate } = bms;
  const plan = bms.plan.estimate;
  const o = estimate.observer;
  const axis_V = plan.axisError * slope;
  const lag_V = o.lagDoubt * slope;
  const past_V = o.slowDoubt_A * o.modelShare[cell] * o.slow_Ohm[cell];
  const lag_V2 = lag_V * lag_V;
  const all_Ohm = o.modelShare[cell] * (o.actual_Ohm[cell] + o.fast_Ohm[cell] + o.slow_Ohm[cell]);
  const loadError2 = plan.loadError * plan.loadError;
  const late_V2 = loadError2 * all_Ohm * all_Ohm * o.recent_A2;
  const lasting_V = curveAt(plan.voltageError_V, degC);
  const lasting_V2 = lasting_V * lasting_V + SENSOR_V2;
  const own_V2 = SENSOR_V2 + modelVariance(estimate, plan, cell, branch_V, degC, PAIR_DOUBT) + axis_V * axis_V;
  o.loadVariance_V2[cell] = late_V2 + loadError2 * drop_V * drop_V;
  o.modelVariance_V2[cell] = own_V2 + lag_V2 + o.misfit_V2[cell] + o.loadVariance_V2[cell];
  o.lasting[cell] = lasting_V2 / o.modelVariance_V2[cell];
  bringAlong(bms, cell, own_V2 + lag_V2 + late_V2);
  fade(bms, cell, o.loadVariance_V2[cell], past_V * past_V, lag_V2);
  o.dropVariance[cell] = curveAt(plan.dropVariance, degC);
}

/** What a load brings of error passes after it; what flowed before the first look passes as the pair and the surface do. */
function fade(
  { estimate: { observer: o }, plan }: Bms,
  cell: number,
  load_V2: number,
  past_V2: number,
  lag_V2: number,
) {
  const { slowTime_s, diffusionTime_s } = plan.estimate;
  const past = o.pastShare > 0 ? past_V2 / slowTime_s + lag_V2 / diffusionTime_s : 0;
  o.fadesPerSecond[cell] = (load_V2 / AFTER_LOAD_s + past) / o.modelVariance_V2[cell];
}

/** A load that begins, or a place where the table is steep, brings its error along at once; no more than belongs there. */
function bringAlong(bms: Bms, cell: number, expected_V2: number): void {
  const o = bms.estimate.observer;
  const more_V2 = expected_V2 - o.expected_V2[cell];
  o.expected_V2[cell] = expected_V2;
  const room_V2 = o.modelVariance_V2[cell] - o.covariance[cell * BLOCK + VV];
  const brought_V2 = more_V2 < room_V2 ? more_V2 : room_V2;
  if (brought_V2 > 0) o.covariance[cell * BLOCK + VV] += brought_V2;
}

/** Noise of a reading, and what the pairs miss for seconds: it lasts longer than a turn, so a reading tells less. */
function whiteVariance(bms: Bms, cell: number, elapsed_us: number): number {
  const o = bms.estimate.observer;
  const jump_V = JUMP * o.actual_Ohm[cell] * (bms.measure.current_A - o.sample_A);
  const quick = DYNAMIC / bms.plan.estimate.loadError;
  const quick_V2 = quick * quick * o.loadVariance_V2[cell];
  const lasting = DYNAMIC_us > elapsed_us ? DYNAMIC_us / elapsed_us : 1;
  const bend_V2 = o.bend_V[cell] * o.bend_V[cell];
  return NOISE_V2 + jump_V * jump_V + (bend_V2 + quick_V2) * (lasting < MOST_LASTING ? lasting : MOST_LASTING);
}

/** A reading nobody expected: the model errs, or the voltage or the estimate is broken. */
function surprise(bms: Bms, cell: number, innovation: number, whole: number): void {
  const square_V2 = innovation * innovation;
  const gross = square_V2 > GATE * GATE * whole && square_V2 > MOST_MISFIT_V2;
  const { covariance, outliers } = bms.estimate.observer;
  if (gross || outliers[cell] > 0) doubtEstimate(bms, cell);
  else if (covariance[cell * BLOCK + SS] > WIDE * WIDE) takeSoftly(bms, cell, innovation, whole);
  else blameModel(bms, cell, square_V2 / (SOFT * SOFT) - whole);
}

/** Where the curve bends, a slope misleads: the voltage is read backwards, if that is possible and says more than is known. */
function readAnew(bms: Bms, cell: number): boolean {
  const { estimate } = bms;
  const o = estimate.observer;
  const at = cell * BLOCK;
  if (o.covariance[at + SS] < WIDE * WIDE) {
    o.clear[cell] = 0;
    return false;
  }
  readVoltage(bms, cell);
  const apart = o.readSoc - estimate.cellSoc[cell];
  const deviation = o.readBound / NINETY_FIVE;
  const known = o.covariance[at + SS];
  const whole = known + deviation * deviation;
  const isClear = deviation * deviation < MORE * known && apart * apart < BELIEVED * BELIEVED * whole;
  o.clear[cell] = isClear ? o.clear[cell] + 1 : 0;
  if (o.clear[cell] < IN_A_ROW) return false;
  reach(o.covariance, at, 1, 0, 0, gains);
  shrink(o.covariance, at, whole, gains);
  move(bms, cell, apart);
  blameLoadedVoltage(estimate, cell);
  return true;
}

/** A charge that was not sure may be as far off as that: it goes there, by no more than a surprise is worth (Huber). */
function takeSoftly(bms: Bms, cell: number, innovation: number, whole: number): void {
  const size_V = innovation < 0 ? -innovation : innovation;
  shrink(bms.estimate.observer.covariance, cell * BLOCK, (size_V * Math.sqrt(whole)) / SOFT, gains);
  move(bms, cell, innovation);
}

/** A surprise: the model is likelier to be wrong than a charge that was sure of itself. */
function blameModel(bms: Bms, cell: number, excess_V2: number): void {
  const o = bms.estimate.observer;
  o.misfit_V2[cell] += excess_V2;
  if (o.misfit_V2[cell] > MOST_MISFIT_V2) o.misfit_V2[cell] = MOST_MISFIT_V2;
  o.covariance[cell * BLOCK + VV] += excess_V2;
}

function move(bms: Bms, cell: number, innovation: number): void {
  const { estimate } = bms;
  const o = estimate.observer;
  const old = estimate.cellSoc[cell];
  const wanted = old + gains.charge * innovation;
  const next = clamp(wanted, 0, 1);
  estimate.cellSoc[cell] = next;
  o.modelError_V[cell] += gains.error * innovation;
  o.dropError[cell] = clamp(o.dropError[cell] + gains.drop * innovation, -0.7, 3);
  learnCount(estimate, cell, gains.count * innovation, gains.offset * innovation);
  if (wanted !== next) blameOthers(bms, cell, wanted - next);
  o.filtered[cell] += next - old;
  if (o.filtered[cell] > WORTH_TELLING || o.filtered[cell] < -WORTH_TELLING) {
    tellCorrection(estimate, cell, o.filtered[cell], REASON.filter);
    o.filtered[cell] = 0;
  }
}

/** No cell is fuller than full: what a reading wants beyond that, the other errors explain (projection on the constraint, Simon 2010). */
function blameOthers({ estimate }: Bms, cell: number, beyond: number): void {
  const o = estimate.observer;
  const at = cell * BLOCK;
  const per = beyond / o.covariance[at + SS];
  o.modelError_V[cell] -= per * o.covariance[at + SV];
  o.dropError[cell] = clamp(o.dropError[cell] - per * o.covariance[at + SR], -0.7, 3);
  learnCount(estimate, cell, -per * o.covariance[at + SC], -per * o.covariance[at + SB]);
}

/** One outlier is the voltage's fault; a row of them is the estimate's, which then has to begin anew. */
function doubtEstimate(bms: Bms, cell: number): void {
  const { estimate } = bms;
  const o = estimate.observer;
  if (++o.outliers[cell] < PATIENCE) return;
  readVoltage(bms, cell);
  setCharge(estimate, cell, o.readSoc, 2 * o.readBound, REASON.filter);
}

const clamp = (value: number, low: number, high: number): number => (value < low ? low : value > high ? high : value);
