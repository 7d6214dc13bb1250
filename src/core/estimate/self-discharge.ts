// Self-discharge from long rests with every contactor open: what the rest voltage says of the charge at the beginning and at
// the end, less what the board itself drew. The errors of one reading are the same in each rest, so they are added and not
// averaged away; a measurement is complete once they are small enough. On the flat part of the rest voltage nothing can be
// known, and that is counted. How and why: docs/battery-record.md.

import { SELF_DISCHARGE_WINDOWS } from "../../model/life-classes.ts";
import type { Bms } from "../bms.ts";
import { onPlateau } from "./correction.ts";
import type { EstimatePlan } from "./plan.ts";
import type { ServiceLife } from "./service-life.ts";
import { socAt, surfaceAt } from "./surface.ts";
import { NINETY_FIVE } from "./uncertainty.ts";

const HOUR_s = 3600;
const MONTH_s = 30 * 86_400;
/** Rest until the first reading, and between two readings; the shortest rest that counts, and the longest in one piece. */
const SETTLE_s = 4 * HOUR_s;
const PERIOD_s = 60;
const LEAST_s = 6 * HOUR_s;
const MOST_s = MONTH_s;
/** How well the cells' mean voltage repeats after days, one standard deviation, and what a kelvin changes. */
const REPEAT_V = 0.001;
const WARMTH_V_PER_K = 0.0002;
/** How far the set current of the board may be off, as a part of it. */
const BOARD_DOUBT = 0.2;
/** A measurement is complete when its bound is as small as this part of the capacity per month. */
const GOOD_BOUND = 0.01;
/** Half the width over which the slope of the rest voltage is taken. */
const SLOPE_STEP = 0.01;

/** Each second. */
export function followSelfDischarge(bms: Bms, elapsed_s: number): void {
  const { life } = bms.estimate;
  if (isDisturbed(bms)) {
    endRest(bms);
    return;
  }
  life.rest_s += elapsed_s;
  life.restAge_s += elapsed_s;
  if (life.restRead === 1) life.restOn_s += elapsed_s;
  const settled = life.rest_s >= SETTLE_s && life.rest_s >= 5 * bms.plan.estimate.slowTime_s;
  if (!settled || life.restAge_s < PERIOD_s || bms.measure.cellsValid === 0 || bms.measure.temperatureValid === 0)
    return;
  readRest(bms);
  if (life.restReadOn_s + life.restReadOff_s >= MOST_s) endRest(bms);
}

/** Something but the board and the cells themselves may take or give charge. Without contactors nobody knows. */
function isDisturbed(bms: Bms): boolean {
  const { measure } = bms;
  const plan = bms.plan.estimate;
  const { charge, discharge, common, precharge, main } = bms.decide.contactors;
  if (charge.closed + discharge.closed + common.closed + precharge.closed + main.closed > 0) return true;
  if (!plan.hasCommonContactor && !(plan.hasChargeContactor && plan.hasDischargeContactor)) return true;
  for (let cell = 0; cell < plan.cells; cell++) if (bms.decide.balanceMask[cell] === 1) return true;
  if (measure.currentValid === 0) return false; // open contactors carry none, whatever the sensor does
  return measure.current_A >= plan.absentCharge_A || measure.current_A <= -plan.absentDischarge_A;
}

function readRest(bms: Bms): void {
  const { measure } = bms;
  const { life } = bms.estimate;
  life.restAge_s = 0;
  life.rest_V = measure.averageCell_V;
  life.rest_degC = (measure.minTemperature_degC + measure.maxTemperature_degC) / 2;
  if (life.restRead === 0) {
    life.restRead = 1;
    life.restFirst_V = life.rest_V;
    life.restFirst_degC = life.rest_degC;
    life.restOn_s = 0;
    life.restOff_s = 0;
  }
  life.restReadOn_s = life.restOn_s;
  life.restReadOff_s = life.restOff_s;
}

function endRest(bms: Bms): void {
  const { life } = bms.estimate;
  if (life.restRead === 1 && life.restReadOn_s + life.restReadOff_s >= LEAST_s) judgeRest(bms);
  life.rest_s = 0;
  life.restRead = 0;
  life.restReadOn_s = 0;
  life.restReadOff_s = 0;
}

function judgeRest(bms: Bms): void {
  const { life } = bms.estimate;
  const plan = bms.plan.estimate;
  const rest_s = life.restReadOn_s + life.restReadOff_s;
  const first = socOf(bms, life.restFirst_V, life.restFirst_degC);
  const last = socOf(bms, life.rest_V, life.rest_degC);
  if (isFlat(plan, first) || isFlat(plan, last)) {
    life.flatRest_s += rest_s;
    return;
  }
  const own = (plan.board_A * (life.restReadOn_s / HOUR_s)) / plan.capacity_Ah;
  const warmer_K = life.rest_degC - life.restFirst_degC;
  const error_V = NINETY_FIVE * Math.SQRT2 * REPEAT_V + WARMTH_V_PER_K * (warmer_K < 0 ? -warmer_K : warmer_K);
  const bound = error_V / slopeAt(plan, (first + last) / 2, life.rest_degC) + BOARD_DOUBT * own;
  addRest(bms, rest_s / MONTH_s, first - last - own, bound);
}

/** Charge that the cells' mean rest voltage stands for, on the branch of the last direction. */
function socOf(bms: Bms, mean_V: number, degC: number): number {
  const plan = bms.plan.estimate;
  const branch_V = surfaceAt(plan.hysteresis_V, socAt(plan.ocv_V, mean_V, degC), 25);
  return socAt(plan.ocv_V, mean_V - bms.estimate.observer.hysteresis * branch_V, degC);
}

/** Where the voltage tells nothing: on the plateau, and beyond the ends of the table. */
const isFlat = (plan: EstimatePlan, soc: number): boolean => onPlateau(plan, soc) || soc <= 0 || soc >= 1;

/** Volts per unit of charge. */
function slopeAt(plan: EstimatePlan, soc: number, degC: number): number {
  const low = soc > SLOPE_STEP ? soc - SLOPE_STEP : 0;
  const high = soc < 1 - SLOPE_STEP ? soc + SLOPE_STEP : 1;
  return (surfaceAt(plan.ocv_V, high, degC) - surfaceAt(plan.ocv_V, low, degC)) / (high - low);
}

/** The slope of loss over time through all rests, each weighted by its doubt; the doubts add up. */
function addRest(bms: Bms, months: number, loss: number, bound: number): void {
  const { life } = bms.estimate;
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
  life.restAge_s = PERIOD_s;
  if (off_s < 0) {
    life.rest_s = 0;
    life.restRead = 0;
    return;
  }
  life.rest_s += off_s;
  if (life.restRead === 1) life.restOff_s += off_s;
}
