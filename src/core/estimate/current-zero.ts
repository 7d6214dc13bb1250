// The zero of the current sensor. The cells of a string are counted with one sensor, so its zero is one number, learned by all
// of them. Given the zero, the cells' errors have nothing in common: what is known of the string is the zero's own variance
// and, for each cell, how its errors hang on it (the column B of its block). A cell takes the string's zero up before its
// turn and gives what its turn has told of it back after. Cells of one make miss the same millivolts, so that n of them know
// no more than one: each gives the n-th part of its information (covariance intersection, Julier and Uhlmann 1997).

import type { Bms } from "../bms.ts";
import { BB, BLOCK, createGains, retie } from "./covariance.ts";
import type { Estimated } from "./estimated.ts";
import type { EstimatePlan } from "./plan.ts";

/** A zero also ages and is magnetised: what was learned of it is as good as nothing after so long. */
const WORN_h = 720;
/** A change of the sensor's temperature counts from here on. */
const STEP_K = 1;
/** The zero is never believed to be off by more than this rate: three deviations of what is assumed of it. */
const MOST_RATE = 0.03;

const gains = createGains();

/** Nothing is known of the zero but its size. */
export function forgetZero({ observer: o }: Estimated, plan: EstimatePlan): void {
  o.zero_A = 0;
  o.zeroVariance_A2 = plan.offsetVariance_A2;
}

/**
 * The zero as far as days have shown it, for the count a capacity is learned from: what a single charge says of the zero
 * comes from the same readings as its capacity. Nothing until the doubt is half of what it was.
 */
export function provenZero_A({ observer: o }: Estimated, { offsetVariance_A2 }: EstimatePlan): number {
  const left = (4 * o.zeroVariance_A2) / offsetVariance_A2;
  return left < 1 ? o.zero_A * (1 - left) : 0;
}

/** Each second: a zero wanders with time, and with the temperature of its sensor. */
export function wearZero(bms: Bms, elapsed_s: number): void {
  const { measure, estimate } = bms;
  const o = estimate.observer;
  const { offsetVariance_A2, zeroDrift_A_per_K } = bms.plan.estimate;
  let more_A2 = (offsetVariance_A2 * elapsed_s) / (3600 * WORN_h);
  const degC =
    measure.boardValid === 1 ? measure.board_degC : 0.5 * (measure.minTemperature_degC + measure.maxTemperature_degC);
  const warmer_K = degC - o.zeroAt_degC;
  if (warmer_K > STEP_K || warmer_K < -STEP_K) {
    o.zeroAt_degC = degC;
    more_A2 += warmer_K * warmer_K * zeroDrift_A_per_K * zeroDrift_A_per_K;
  }
  const room_A2 = offsetVariance_A2 - o.zeroVariance_A2;
  if (more_A2 > room_A2) more_A2 = room_A2 > 0 ? room_A2 : 0;
  o.zeroVariance_A2 += more_A2;
  o.zeroWorn_A2 += more_A2;
}

/** Before a cell's turn: it knows of the zero what the string knows. */
export function takeZero({ observer: o, cellSoc }: Estimated, cell: number): void {
  const p = o.covariance;
  const at = cell * BLOCK;
  p[at + BB] += o.zeroWorn_A2 - o.markWorn_A2[cell];
  o.markWorn_A2[cell] = o.zeroWorn_A2;
  const shift_A = o.zero_A - o.offset_A[cell];
  o.offset_A[cell] = o.zero_A;
  retie(p, at, o.zeroVariance_A2, gains);
  const soc = cellSoc[cell] + gains.charge * shift_A;
  cellSoc[cell] = soc < 0 ? 0 : soc > 1 ? 1 : soc;
  o.modelError_V[cell] += gains.error * shift_A;
  o.dropError[cell] += gains.drop * shift_A;
  o.countError[cell] += gains.count * shift_A;
}

/** After its turn. */
export function giveZero({ observer: o }: Estimated, plan: EstimatePlan, cell: number): void {
  const own_A2 = o.covariance[cell * BLOCK + BB];
  const before = 1 / o.zeroVariance_A2;
  if (!(own_A2 > 0 && own_A2 < o.zeroVariance_A2)) return;
  const news = (1 / own_A2 - before) / plan.cells;
  const evidence = (o.offset_A[cell] / own_A2 - o.zero_A * before) / plan.cells;
  const most_A = MOST_RATE * plan.capacity_Ah;
  const zero_A = (o.zero_A * before + evidence) / (before + news);
  o.zero_A = zero_A > most_A ? most_A : zero_A < -most_A ? -most_A : zero_A;
  o.zeroVariance_A2 = 1 / (before + news);
}
