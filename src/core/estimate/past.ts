// What flowed before a device looked for the first time, or while it was off: it has left the electrodes' surface ahead of the mean, in
// the cold for an hour, and nobody knows by how much. The load since is the guess, and what the first voltage leaves room for is its limit.

import type { Bms } from "../bms.ts";
import type { Observer } from "./observer.ts";
import type { EstimatePlan } from "./plan.ts";
import { curveAt } from "./surface.ts";

/** Current of which the cell may still be recovering at a first start, as a rate. */
const PAST_SLOW_RATE = 0.5;
/** Rate of the load before, for as long as it leaves a mark, one standard deviation: of a first start, and of a vague memory. */
export const FIRST_RATE = 0.5;
export const VAGUE_RATE = 0.3;
/** How much of a load before the first look is like what follows after so long, and the doubt of that, one standard deviation. */
const LIKE_PAST = 0.7;
const UNLIKE_PAST = 0.35;
const UNSEEN_s = 60;
/** Rate of charging beside that of discharging. */
const SLOWER = 0.4;
/** What table and sensor may read full and empty off, as a share of the charge. */
const READ_OFF = 0.03;
/** Less of it is nothing. */
const NO_PAST = 0.02;
/** A current of this rate is a load; so is what adds up to more than this share of the capacity and what C/100 would move. */
const STILL_RATE = 0.05;
const STILL = 5e-4;
const STILL_s = 180;

/** What flowed before the device looked has left its mark on the slow pair, and longest, in the cold, on the electrodes' surface. */
export function doubtPast({ estimate: { observer: o }, plan, measure }: Bms, cell: number, rate: number): void {
  const { capacity_Ah, diffusionLag_h } = plan.estimate;
  const past_A = PAST_SLOW_RATE * capacity_Ah;
  if (o.slowDoubt_A < past_A) o.slowDoubt_A = past_A;
  if (o.pastShare > 0) return;
  o.pastShare = 1;
  o.past_s = 0;
  o.past_Ah = 0;
  o.pastRate = rate;
  o.pastLeast = -1;
  o.pastMost = 1;
  o.lagDoubt = rate * curveAt(diffusionLag_h, measure.cellTemperatures_degC[cell]);
}

/** A surface that is full has not been ahead of the mean by discharging, nor one that is empty by charging. */
export function limitPast(o: Observer): void {
  const surface = o.readSoc + o.lag;
  const least = surface < 1 ? surface - 1 - READ_OFF : -READ_OFF;
  const most = surface > 0 ? surface + READ_OFF : READ_OFF;
  if (least > o.pastLeast) o.pastLeast = least;
  if (most < o.pastMost) o.pastMost = most;
}

/**
 * A device that looks for the first time knows no past. Most of the mean load since then is the guess for the one before, and
 * half of that the doubt, beside that of every past: whoever joins under load joins a use that goes on.
 */
export function guessPast(
  o: Observer,
  plan: EstimatePlan,
  lag_h: number,
  moved_Ah: number,
  dt_s: number,
  diffused: number,
): void {
  o.past_s += dt_s;
  o.past_Ah += moved_Ah;
  o.pastShare -= o.pastShare * diffused;
  const rate = (3600 * o.past_Ah) / (plan.capacity_Ah * (o.past_s + UNSEEN_s));
  const like = lag_h * LIKE_PAST * rate;
  const guess = o.pastShare * (like < o.pastLeast ? o.pastLeast : like > o.pastMost ? o.pastMost : like);
  o.lag += guess - o.pastLag * (1 - diffused);
  o.pastLag = guess;
  const unlike = (UNLIKE_PAST / LIKE_PAST) * (guess < 0 ? -guess : guess);
  o.lagDoubt = o.pastShare * pastDoubt(o, lag_h) + unlike;
  if (o.pastShare < NO_PAST) forgetPast(o);
}

/** Of a past that is not told by the load since, one standard deviation; batteries are charged more slowly than they are used. */
function pastDoubt({ pastRate, pastLeast, pastMost }: Observer, lag_h: number): number {
  const discharged = lag_h * pastRate < -pastLeast ? lag_h * pastRate : -pastLeast;
  const charged = SLOWER * lag_h * pastRate < pastMost ? SLOWER * lag_h * pastRate : pastMost;
  return discharged > charged ? discharged : charged;
}

/** From now on the past is known as well as it will be. */
function forgetPast(o: Observer): void {
  o.pastShare = 0;
  o.pastLag = 0;
  o.lagDoubt = 0;
}

/** Whether nothing has flowed since the first look: the same voltage tells nothing more each time it is read. */
export function isStill({ estimate: { observer: o }, measure, plan }: Bms): boolean {
  const { capacity_Ah } = plan.estimate;
  const moved_Ah = o.past_Ah < 0 ? -o.past_Ah : o.past_Ah;
  const current_A = measure.current_A < 0 ? -measure.current_A : measure.current_A;
  const still_Ah = STILL * capacity_Ah * (1 + o.past_s / STILL_s);
  return o.pastShare > 0 && moved_Ah < still_Ah && current_A < STILL_RATE * capacity_Ah;
}
