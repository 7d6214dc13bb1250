// Self-discharge, from what the rest voltage says of the charge between two readings, each after hours with every contactor
// open: at the beginning and the end of a long rest, and from the end of one to the beginning of the next (the device may
// have slept, or little was used; what was counted is taken off). The errors of a reading are the same each time, so they are
// added and not averaged away; a measurement is complete once they are small enough. On the flat part of the rest voltage
// nothing can be known, and that time is counted. How and why: docs/battery-record.md.

import { SELF_DISCHARGE_WINDOWS } from "../../model/life-classes.ts";
import type { Bms } from "../bms.ts";
import { type EstimatePlan, onPlateau } from "./plan.ts";
import type { ServiceLife } from "./service-life.ts";
import { socAt, surfaceAt } from "./surface.ts";
import { NINETY_FIVE } from "./uncertainty.ts";

const HOUR_s = 3600;
const MONTH_s = 30 * 86_400;
/** Rest until the first reading, between two readings, and until a rest is judged though it goes on. */
const SETTLE_s = 4 * HOUR_s;
const PERIOD_s = 60;
/** The first conversions after a start may be those from before it, or of a supply that is still rising. */
const UNSETTLED_us = 300_000;
const MOST_s = MONTH_s;
/** How well the cells' mean voltage repeats after days, one standard deviation, and what a kelvin changes. */
const REPEAT_V = 0.001;
const WARMTH_V_PER_K = 0.0002;
/** How far the set current of the board, and the move from one branch of the rest voltage to the other, may be off. */
const BOARD_DOUBT = 0.2;
const BRANCH_DOUBT = 0.5;
/** Doubt of the charge that comes out again, one standard deviation, as a part of what went in. */
const RETURN_DOUBT = 0.01;
/** Worse than this part of the capacity per month, a pair of readings is not used; as good as that, a measurement is done. */
const WORST_BOUND = 0.1;
const GOOD_BOUND = 0.01;
/** Half the width over which the slope of the rest voltage is taken. */
const SLOPE_STEP = 0.01;

/** Each second. */
export function followSelfDischarge(bms: Bms, elapsed_s: number): void {
  const { life } = bms.estimate;
  const connected = isConnected(bms);
  if (life.restRead === 1) {
    life.restOn_s += elapsed_s;
    if (connected) life.restFlow_s += elapsed_s;
    if (connected && bms.measure.currentValid === 0) life.restRead = 0;
  }
  if (connected || isDisturbed(bms)) {
    endRest(bms);
    return;
  }
  life.rest_s += elapsed_s;
  life.restAge_s += elapsed_s;
  if (life.restAge_s < PERIOD_s || !isReadable(bms)) return;
  readRest(bms);
  if (life.restReadOn_s + life.restReadOff_s >= MOST_s) endRest(bms);
}

/** With new cell voltages after a start: the reading must be there before a contactor closes. */
export function readAtWake(bms: Bms): void {
  const { life } = bms.estimate;
  if (!isConnected(bms) && !isDisturbed(bms)) {
    if (bms.time_us < UNSETTLED_us || !isReadable(bms)) return;
    readRest(bms);
  }
  life.restDue = 0;
}

function isReadable(bms: Bms): boolean {
  const { measure } = bms;
  const { rest_s } = bms.estimate.life;
  const settled = rest_s >= SETTLE_s && rest_s >= 5 * bms.plan.estimate.slowTime_s;
  return settled && measure.cellsValid === 1 && measure.temperatureValid === 1;
}

function isConnected(bms: Bms): boolean {
  const { charge, discharge, common, precharge, main } = bms.decide.contactors;
  return charge.closed + discharge.closed + common.closed + precharge.closed + main.closed > 0;
}

/** Something but the board and the cells themselves takes or gives charge, or may: without contactors nobody knows. */
function isDisturbed(bms: Bms): boolean {
  const { measure } = bms;
  const plan = bms.plan.estimate;
  if (!plan.hasCommonContactor && !(plan.hasChargeContactor && plan.hasDischargeContactor)) return true;
  for (let cell = 0; cell < plan.cells; cell++) if (bms.decide.balanceMask[cell] === 1) return true;
  if (measure.currentValid === 0) return false; // open contactors carry none, whatever the sensor does
  return measure.current_A >= plan.absentCharge_A || measure.current_A <= -plan.absentDischarge_A;
}

/** The first reading of a rest ends the time since the last rest; each later one is the end of this rest so far. */
function readRest(bms: Bms): void {
  const { measure } = bms;
  const { life } = bms.estimate;
  life.restAge_s = 0;
  life.rest_V = measure.averageCell_V;
  life.rest_degC = (measure.minTemperature_degC + measure.maxTemperature_degC) / 2;
  life.restReadOn_s = life.restOn_s;
  life.restReadOff_s = life.restOff_s;
  if (life.restBegun === 1 && life.restRead === 1) return;
  if (life.restRead === 1) judgePair(bms, 1);
  life.restBegun = 1;
  startPair(bms);
  startCount(bms);
}

function endRest(bms: Bms): void {
  const { life } = bms.estimate;
  life.rest_s = 0;
  if (life.restBegun === 0) return;
  life.restBegun = 0;
  if (life.restRead === 0) return;
  judgePair(bms, 0);
  startPair(bms);
}

/** The last reading is the first one of what comes now. */
function startPair(bms: Bms): void {
  const { estimate } = bms;
  const { life } = estimate;
  life.restRead = 1;
  life.restFirst_V = life.rest_V;
  life.restFirst_degC = life.rest_degC;
  life.restFirstBranch = estimate.observer.hysteresis;
  life.restOn_s -= life.restReadOn_s;
  life.restOff_s -= life.restReadOff_s;
  life.restReadOn_s = 0;
  life.restReadOff_s = 0;
}

/** From the first reading of a rest on: until it ends nothing flows, so that the count serves the time after it too. */
function startCount(bms: Bms): void {
  const { estimate } = bms;
  const { life } = estimate;
  life.restFlow_s = 0;
  life.restIn_Ah = estimate.lifetimeCharged_Ah;
  life.restOut_Ah = estimate.lifetimeDischarged_Ah;
  life.restBalanced_Wh = estimate.lifetimeBalanced_Wh;
}

/**
 * What was lost between the first and the last reading, and how far that may be off.
 * @param used 1 when the battery may have been used in between, 0 within one rest
 */
function judgePair(bms: Bms, used: 0 | 1): void {
  const { estimate } = bms;
  const { life } = estimate;
  const plan = bms.plan.estimate;
  const pair_s = life.restReadOn_s + life.restReadOff_s;
  const branch = estimate.observer.hysteresis;
  const first = socOf(plan, life.restFirst_V, life.restFirst_degC, life.restFirstBranch);
  const last = socOf(plan, life.rest_V, life.rest_degC, branch);
  if (isFlat(plan, first) || isFlat(plan, last)) {
    life.flatRest_s += pair_s - used * life.restFlow_s;
    return;
  }
  const in_Ah = used * (estimate.lifetimeCharged_Ah - life.restIn_Ah);
  const net_Ah = plan.efficiency * in_Ah - used * (estimate.lifetimeDischarged_Ah - life.restOut_Ah);
  const own_Ah = plan.board_A * (life.restReadOn_s / HOUR_s);
  const bled_Ah = (used * (estimate.lifetimeBalanced_Wh - life.restBalanced_Wh)) / (plan.cells * life.rest_V);
  const counted_Ah = magnitude(net_Ah) * Math.sqrt(plan.gainVariance) + in_Ah * RETURN_DOUBT;
  const offset_Ah = used * plan.offset_A * (life.restFlow_s / HOUR_s);
  const branch_V = surfaceAt(plan.hysteresis_V, last, life.rest_degC) * magnitude(branch - life.restFirstBranch);
  const warmth_V = WARMTH_V_PER_K * magnitude(life.rest_degC - life.restFirst_degC);
  const error_V = NINETY_FIVE * Math.SQRT2 * REPEAT_V + warmth_V + BRANCH_DOUBT * branch_V;
  const error_Ah = NINETY_FIVE * (counted_Ah + offset_Ah) + BOARD_DOUBT * (own_Ah + bled_Ah);
  const bound = error_V / slopeAt(plan, (first + last) / 2, life.rest_degC) + error_Ah / plan.capacity_Ah;
  addPair(bms, pair_s / MONTH_s, first - last + (net_Ah - own_Ah - bled_Ah) / plan.capacity_Ah, bound);
}

const magnitude = (value: number): number => (value < 0 ? -value : value);

/** Charge that the cells' mean rest voltage stands for, on a branch of -1 (discharged) to 1 (charged). */
function socOf(plan: EstimatePlan, mean_V: number, degC: number, branch: number): number {
  const branch_V = surfaceAt(plan.hysteresis_V, socAt(plan.ocv_V, mean_V, degC), degC);
  return socAt(plan.ocv_V, mean_V - branch * branch_V, degC);
}

/** Where the voltage tells nothing: on the plateau, and beyond the ends of the table. */
const isFlat = (plan: EstimatePlan, soc: number): boolean => onPlateau(plan, soc) || soc <= 0 || soc >= 1;

/** Volts per unit of charge. */
function slopeAt(plan: EstimatePlan, soc: number, degC: number): number {
  const low = soc > SLOPE_STEP ? soc - SLOPE_STEP : 0;
  const high = soc < 1 - SLOPE_STEP ? soc + SLOPE_STEP : 1;
  return (surfaceAt(plan.ocv_V, high, degC) - surfaceAt(plan.ocv_V, low, degC)) / (high - low);
}

/** The slope of loss over time through all pairs, each weighted by its doubt; the doubts add up. */
function addPair(bms: Bms, months: number, loss: number, bound: number): void {
  const { life } = bms.estimate;
  if (bound > WORST_BOUND * months) return;
  life.lossSum += (months * loss) / (bound * bound);
  life.squareSum += (months * months) / (bound * bound);
  life.spanSum += months / bound;
  if (life.spanSum / life.squareSum <= GOOD_BOUND) keepWindow(bms);
}

/** The first measurement ever stays; of the others the oldest makes room. */
function keepWindow(bms: Bms): void {
  const { life } = bms.estimate;
  if (life.windows === SELF_DISCHARGE_WINDOWS) {
    life.windows--;
    for (const values of [life.windowRate, life.windowBound, life.windowAt_s]) values.copyWithin(1, 2);
  }
  life.windowRate[life.windows] = life.lossSum / life.squareSum;
  life.windowBound[life.windows] = life.spanSum / life.squareSum;
  life.windowAt_s[life.windows] = bms.estimate.operating_s;
  life.windows++;
  life.lossSum = 0;
  life.squareSum = 0;
  life.spanSum = 0;
}

/** Time without power belongs to the rest, and the next reading comes at once. @param off_s negative: not known */
export function restThroughOff(life: ServiceLife, off_s: number): void {
  life.restDue = off_s >= SETTLE_s ? 1 : 0;
  if (off_s < 0) {
    life.rest_s = 0;
    life.restRead = 0;
    life.restBegun = 0;
    return;
  }
  life.rest_s += off_s;
  life.restOff_s += off_s;
}
